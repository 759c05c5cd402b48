"""From a file's bytes to one document: the selected keys and nothing beside them.

Dotenv files and ConfigMaps hold secrets next to CORS settings; only the values under the mapping's
keys, and the variables that those values name, leave this module.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.core.reading import Document, Gap, Json, Layer, Unread, Where
from auditor.text import tree
from auditor.text.formats import Format, guess, parse
from auditor.text.select import select
from collectors.app.mapping import AppMapping, FromKey, Given, Split, parse_served
from collectors.app.placeholder import needed
from collectors.app.selection import KIND, Picked, select_from, to_body
from collectors.app.semantics.preset import Input

_TEXT_ONLY = frozenset({Format.DOTENV, Format.PROPERTIES, Format.INI})
_PROFILE_KEYS = ("spring.config.activate.on-profile", "spring.profiles")


class _RefusedError(Exception):
    """This file cannot be read for this mapping."""

    def __init__(self, gap: Gap, line: int | None, what: str, do: str) -> None:
        super().__init__(what)
        self.gap, self.line, self.what, self.do = gap, line, what, do


@dataclass(frozen=True, slots=True)
class _Root:
    """One document of the file, and what to add to its lines (an embedded one starts later)."""

    node: tree.Node
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    value: Json
    lines: Mapping[str, int]


def project(
    mapping: AppMapping, name: str, data: bytes, source: str, variables: Mapping[str, str]
) -> Document | Unread:
    """Return the document that `mapping` selects from the file `name`, or why there is none.

    `variables`: what the sources that the mapping names for its placeholders hold (name to text);
    only those that a selected value asks for are kept.
    """
    try:
        return _project(mapping, name, data, source, variables)
    except _RefusedError as refused:
        where = Where(name, refused.line)
        return unread(mapping, where, source, refused.gap, refused.what, refused.do)


def unread(
    mapping: AppMapping, where: Where, source: str, gap: Gap, reason: str, do: str
) -> Unread:
    """The gap that a mapping leaves: it blinds the hosts that the application serves."""
    names = dict.fromkeys(f"host:{parse_served(text).host}" for text in mapping.serves)
    scope = f"app {mapping.name}"
    return Unread(scope, source, gap, reason, do, where, Layer.APP, tuple(names))


def _project(
    mapping: AppMapping, name: str, data: bytes, source: str, variables: Mapping[str, str]
) -> Document:
    format = _format(mapping, name)
    roots = _roots(mapping, name, data, format)
    last = mapping.embedded.format if mapping.embedded else format
    picked: dict[Input, Picked] = {}
    lines: dict[str, int] = {}
    for key, choice in mapping.inputs.items():
        if isinstance(choice, Given):
            picked[key] = Picked(f"{key} (given)", choice.value)
            continue
        found = _found(roots, choice, mapping, last)
        picked[key] = _pick(choice, found)
        if found is not None:
            lines |= {f"/inputs/{key}/value{at}": line for at, line in found.lines.items()}
    texts = (text for value in picked.values() for text in _texts(value.value))
    split = mapping.split or (Split.COMMA if last in _TEXT_ONLY else Split.NONE)
    selection = select_from(mapping, split, picked, needed(texts, variables))
    where = Where(name, min(lines.values(), default=None))
    return Document(source, KIND, f"{mapping.name} {name}", to_body(selection), where, lines)


def _pick(choice: FromKey, found: _Found | None) -> Picked:
    if found is not None:
        return Picked(choice.key, found.value)
    if choice.default is not None:
        return Picked(f"{choice.key} (default)", choice.default)
    return Picked(choice.key, missing=True)


def _format(mapping: AppMapping, name: str) -> Format:
    format = mapping.format or guess(name)
    if format is None and mapping.embedded is not None:
        format = Format.YAML
    if format is None:
        what = "the file's name does not tell its format"
        raise _RefusedError(Gap.UNSUPPORTED, None, what, "write format: in the mapping")
    return format


# -- the file's documents --------------------------------------------------------------------------


def _roots(mapping: AppMapping, name: str, data: bytes, format: Format) -> list[_Root]:
    roots = _parsed(name, data, format)
    if mapping.embedded is None:
        return _active(roots, mapping.profile)
    key = mapping.embedded.configmap_key
    held = [node for root in roots if (node := _configmap(root.node, key)) is not None]
    if len(held) != 1:
        what = f"{len(held)} ConfigMaps hold {key!r} in their data"
        do = "name a file and configmap_key that one ConfigMap has"
        raise _RefusedError(Gap.ABSENT if not held else Gap.INVALID, None, what, do)
    # A block scalar starts on the line after its `|`.
    offset = held[0].mark.line if held[0].quoted else held[0].mark.line - 1
    inner = _parsed(f"{name}#{key}", held[0].text.encode(), mapping.embedded.format)
    return _active([_Root(root.node, offset) for root in inner], mapping.profile)


def _parsed(name: str, data: bytes, format: Format) -> list[_Root]:
    parsed = parse(data, name, format)
    if parsed.problems:
        first = parsed.problems[0]
        _, _, line = first.where.rpartition(":")
        more = len(parsed.problems) - 1
        what = f"{first.what}{f' (and {more} more problems)' if more else ''}"
        raise _RefusedError(Gap.INVALID, int(line) if line.isdigit() else None, what, first.do)
    return [_Root(document.root) for document in parsed.documents if document.root is not None]


def _configmap(node: tree.Node, key: str) -> tree.Scalar | None:
    if not isinstance(node, tree.Mapping):
        return None
    kind, data = node.get("kind"), node.get("data")
    if not isinstance(kind, tree.Scalar) or kind.text != "ConfigMap":
        return None
    held = data.get(key) if isinstance(data, tree.Mapping) else None
    return held if isinstance(held, tree.Scalar) else None


def _active(roots: list[_Root], profile: str | None) -> list[_Root]:
    """The documents that count: without `on-profile`, or for the active profile."""
    return [
        root for root in roots if _profiles(root.node) in ((), (profile,)) or _lists(root, profile)
    ]


def _lists(root: _Root, profile: str | None) -> bool:
    return profile in _profiles(root.node)


def _profiles(node: tree.Node) -> tuple[str, ...]:
    for key in _PROFILE_KEYS:
        for found in select(node, key):
            if isinstance(found, tree.Scalar):
                return tuple(text.strip() for text in found.text.split(","))
            if isinstance(found, tree.Sequence):
                return tuple(item.text for item in found.items if isinstance(item, tree.Scalar))
    return ()


# -- values ----------------------------------------------------------------------------------------


def _found(
    roots: list[_Root], choice: FromKey, mapping: AppMapping, format: Format
) -> _Found | None:
    hits = [(root, nodes) for root in roots if (nodes := _nodes(root.node, choice.key))]
    if not hits:
        return None
    if len(hits) > 1 and mapping.profile is None:
        at = " and ".join(str(root.offset + nodes[0].mark.line) for root, nodes in hits)
        what = f"{choice.key} stands in {len(hits)} documents of the file, on lines {at}"
        raise _RefusedError(Gap.INVALID, None, what, "split the file, or name the active profile")
    # Under a profile the last document that is active wins, as Spring reads them.
    root, nodes = hits[-1]
    return _value(root, nodes, choice.key)


def _nodes(node: tree.Node, key: str) -> tuple[tree.Node, ...]:
    """What stands under `key`; in flat files also under `key[0]`, `key[1]`, ..."""
    found = select(node, key)
    if found or not isinstance(node, tree.Mapping):
        return found
    indexed = [item for name, item in node.entries if _index(name.text, key) is not None]
    return (tree.Sequence(tuple(indexed), indexed[0].mark),) if indexed else ()


def _index(text: str, key: str) -> int | None:
    inside = text.removeprefix(key)
    if inside == text or not (inside.startswith("[") and inside.endswith("]")):
        return None
    return int(inside[1:-1]) if inside[1:-1].isdecimal() else None


def _value(root: _Root, nodes: tuple[tree.Node, ...], key: str) -> _Found:
    if len(nodes) > 1:
        return _value(root, (tree.Sequence(nodes, nodes[0].mark),), key)
    node = nodes[0]
    if isinstance(node, tree.Sequence):
        items = [_scalar(root, item, key) for item in node.items]
        lines = {f"/{at}": root.offset + item.mark.line for at, item in enumerate(node.items)}
        return _Found(items, {"": root.offset + node.mark.line, **lines})
    return _Found(_scalar(root, node, key), {"": root.offset + node.mark.line})


def _scalar(root: _Root, node: tree.Node, key: str) -> Json:
    line = root.offset + node.mark.line
    match node:
        case tree.Scalar():
            return node.value if isinstance(node.value, bool) or node.value is None else node.text
        case tree.Opaque(tag=tag):
            what = f"{key} is the tag {tag}, whose value is not in the file"
            raise _RefusedError(Gap.UNRESOLVED, line, what, "give the value in the mapping")
        case tree.Mapping() | tree.Sequence():
            what = f"{key} holds more than a text or a list of texts"
            raise _RefusedError(Gap.INVALID, line, what, "name the key of the list itself")


def _texts(value: Json) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case _:
            return
