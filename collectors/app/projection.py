"""From a file's bytes to one document: the selected keys and nothing beside them.

Dotenv files and ConfigMaps hold secrets next to CORS settings; only the values under the mapping's
keys, and the variables that those values name, leave this module.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.core.reading import Document, Gap, Json, Unread, Where
from auditor.text import tree
from auditor.text.formats import Format
from auditor.text.select import select
from collectors.app.content import TEXT_ONLY, Content, RefusedError, Root, profiles_of, read_content
from collectors.app.fault import Fault
from collectors.app.mapping import AppMapping, FromKey, Given, Split
from collectors.app.placeholder import needed
from collectors.app.selection import KIND, Picked, select_from, to_body
from collectors.app.semantics.preset import Input


@dataclass(frozen=True, slots=True)
class _Value:
    """A selected value; `lines` by JSON pointer into it."""

    plain: Json
    lines: Mapping[str, int]


def project(
    mapping: AppMapping, name: str, data: bytes, source: str, variables: Mapping[str, str]
) -> Document | Unread:
    """Return the document that `mapping` selects from the file `name`, or why there is none.

    `variables`: what the sources that the mapping names for its placeholders hold (name to text);
    only those that a selected value asks for are kept.
    """
    try:
        content = read_content(mapping, name, data)
        values = dict(_values(mapping, content))
    except RefusedError as refused:
        fault = Fault(Where(name, refused.line), refused.gap, refused.what, refused.do)
        return fault.unread(mapping.name, mapping.names, source)
    lines = {
        f"/inputs/{key}/value{at}": line
        for key, value in values.items()
        for at, line in value.lines.items()
    }
    body = _body(mapping, content, values, variables)
    first = min(lines.values(), default=None)
    where = Where(name, lines.get(f"/inputs/{Input.ORIGINS}/value", first))
    return Document(source, KIND, f"{mapping.name} {name}", body, where, lines)


def project_values(
    mapping: AppMapping, values: Mapping[str, str], where: Where, source: str
) -> Document | Unread:
    """Return the document that `mapping` selects from an environment (name to text), or why not.

    `where`: the workload, as its source names it. `source`: the scope that it was read in. Values
    count as those of a dotenv file do, and placeholders in them are filled from the environment.
    Variables that must not be read (from Secrets) are left out of `values`: a key among them is
    the caller's to report.
    """
    content = Content((Root(_flat(values)),), Format.DOTENV)
    try:
        picked = dict(_values(mapping, content))
    except RefusedError as refused:
        fault = Fault(where, refused.gap, refused.what, refused.do)
        return fault.unread(mapping.name, mapping.names, source)
    body = _body(mapping, content, picked, values)
    return Document(source, KIND, f"{mapping.name} {where.place}", body, where)


def _flat(values: Mapping[str, str]) -> tree.Mapping:
    nowhere = tree.Mark(0, 0)
    entries = (
        (tree.Scalar(name, name, nowhere), tree.Scalar(text, text, nowhere))
        for name, text in values.items()
    )
    return tree.Mapping(tuple(entries), nowhere)


def _body(
    mapping: AppMapping,
    content: Content,
    values: Mapping[Input, _Value],
    variables: Mapping[str, str],
) -> dict[str, Json]:
    picked = {
        key: _pick(key, choice, values.get(key)) for key, choice in sorted(mapping.inputs.items())
    }
    texts = (text for pick in picked.values() for text in _texts(pick.value))
    default = Split.COMMA if content.format in TEXT_ONLY else Split.NONE
    split = mapping.split or default
    asked = needed(texts, variables)
    return to_body(select_from(mapping, split, picked, asked, content.broken))


def _pick(key: Input, choice: FromKey | Given, value: _Value | None) -> Picked:
    if isinstance(choice, Given):
        return Picked(f"{key} (given)", choice.value)
    if value is not None:
        return Picked(choice.key, value.plain)
    if choice.default is not None:
        return Picked(f"{choice.key} (default)", choice.default)
    return Picked(choice.key, missing=True)


def _values(mapping: AppMapping, content: Content) -> Iterator[tuple[Input, _Value]]:
    for key, choice in sorted(mapping.inputs.items()):
        if isinstance(choice, Given):
            continue
        hits = [(root, nodes) for root in content.roots if (nodes := _nodes(root, choice.key))]
        if hits:
            if mapping.profile is None:
                _refuse_doubt(hits, choice.key)
            # Under a profile the last document that counts wins, as Spring reads them.
            yield key, _value(*hits[-1], choice.key)
        elif content.broken is not None:
            what = f"{choice.key} is not in what could be read ({content.broken})"
            raise RefusedError(Gap.INVALID, None, what, "correct the file")


def _refuse_doubt(hits: Sequence[tuple[Root, tuple[tree.Node, ...]]], key: str) -> None:
    """Raise where it is not known which of several documents counts, or whether one does."""
    lines = [root.line(nodes[0]) for root, nodes in hits]
    if len(hits) > 1:
        at = " and ".join(map(str, lines))
        what = f"{key} stands in {len(hits)} documents of the file, on lines {at}"
        raise RefusedError(Gap.INVALID, lines[0], what, "split the file, or write profile:")
    if profiles_of(hits[0][0]) is not None:
        what = f"{key} stands under a profile, and the mapping does not say which is active"
        raise RefusedError(Gap.UNRESOLVED, lines[0], what, "write profile: in the mapping")


def _nodes(root: Root, key: str) -> tuple[tree.Node, ...]:
    """What stands under `key`; in flat files also under `key[0]`, `key[1]`, ..."""
    found = select(root.node, key)
    if found or not isinstance(root.node, tree.Mapping):
        return found
    indexed = sorted(
        (index, at, node)
        for at, (name, node) in enumerate(root.node.entries)
        if (index := _index(name.text, key)) is not None
    )
    nodes = tuple(node for _, _, node in indexed)
    return (tree.Sequence(nodes, nodes[0].mark),) if nodes else ()


def _index(text: str, key: str) -> int | None:
    inside = text.removeprefix(key)
    if inside == text or not (inside.startswith("[") and inside.endswith("]")):
        return None
    number = inside[1:-1]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None


def _value(root: Root, nodes: tuple[tree.Node, ...], key: str) -> _Value:
    if len(nodes) > 1:
        return _value(root, (tree.Sequence(nodes, nodes[0].mark),), key)
    node = nodes[0]
    if isinstance(node, tree.Sequence):
        items = [_scalar(root, item, key) for item in node.items]
        lines = {f"/{at}": root.line(item) for at, item in enumerate(node.items)}
        return _Value(items, {"": root.line(node), **lines})
    return _Value(_scalar(root, node, key), {"": root.line(node)})


def _scalar(root: Root, node: tree.Node, key: str) -> Json:
    match node:
        case tree.Scalar():
            return node.value if isinstance(node.value, bool) or node.value is None else node.text
        case tree.Opaque(tag=tag):
            what = f"{key} is the tag {tag}, whose value is not in the file"
            do = "give the value in the mapping"
            raise RefusedError(Gap.UNRESOLVED, root.line(node), what, do)
        case tree.Mapping() | tree.Sequence():
            what = f"{key} holds more than a text or a list of texts"
            raise RefusedError(Gap.INVALID, root.line(node), what, "name the key of the list")


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case _:
            return
