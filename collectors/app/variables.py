"""Values for placeholders, from the dotenv files and ConfigMaps that a mapping names.

Whole files are read here and none of them is kept: only variables that a selected value asks for
leave `collectors.app.projection`. A Secret is not looked into.
"""

from collections.abc import Iterable

from auditor.text import tree
from auditor.text.formats import Format, guess, parse


def read_variables(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Name to text over all `files` (name and bytes); a later file wins."""
    variables: dict[str, str] = {}
    for name, data in files:
        format = guess(name)
        if format is None:
            continue
        for document in parse(data, name, format).documents:
            variables.update(_of(document.root, format))
    return variables


def _of(root: tree.Node | None, format: Format) -> dict[str, str]:
    if not isinstance(root, tree.Mapping):
        return {}
    if format in (Format.YAML, Format.JSON):
        kind, data = root.get("kind"), root.get("data")
        is_map = isinstance(kind, tree.Scalar) and kind.text == "ConfigMap"
        if not is_map or not isinstance(data, tree.Mapping):
            return {}
        root = data
    pairs = ((key.text, node) for key, node in root.entries)
    return {key: node.text for key, node in pairs if isinstance(node, tree.Scalar)}
