"""The documents of an application's file, the embedded one and the active profile's among them."""

from dataclasses import dataclass

from auditor.core.reading import Gap
from auditor.text import tree
from auditor.text.formats import Format, guess, parse
from auditor.text.select import select
from collectors.app.mapping import AppMapping

TEXT_ONLY = frozenset({Format.DOTENV, Format.PROPERTIES, Format.INI})
"""Formats in which every value is a text."""
_PROFILE_KEYS = ("spring.config.activate.on-profile", "spring.profiles")
_EXPRESSION = frozenset("!&|()")


class RefusedError(Exception):
    """A file cannot be read for a mapping: the gap, the line if known, what is wrong, what to do."""

    def __init__(self, gap: Gap, line: int | None, what: str, do: str) -> None:
        super().__init__(what)
        self.gap, self.line, self.what, self.do = gap, line, what, do


@dataclass(frozen=True, slots=True)
class Root:
    """One document of the file, and what to add to its lines (an embedded one starts later)."""

    node: tree.Node
    offset: int = 0

    def line(self, node: tree.Node) -> int:
        """The line of `node` in the file."""
        return self.offset + node.mark.line


@dataclass(frozen=True, slots=True)
class Content:
    """What the file holds: its documents, and a sentence on what in it could not be read.

    `format` is that of the documents, the embedded one's where there is one.
    """

    roots: tuple[Root, ...]
    format: Format
    broken: str | None = None


def read_content(mapping: AppMapping, name: str, data: bytes) -> Content:
    """Return the documents that count for `mapping`. Raises RefusedError when none can be read."""
    outer = _parsed(name, data, _format(mapping, name))
    if mapping.embedded is None:
        return _active(outer, mapping.profile)
    key = mapping.embedded.configmap_key
    held = [node for root in outer.roots if (node := _configmap(root.node, key)) is not None]
    if len(held) != 1:
        what = f"{len(held)} ConfigMaps hold {key!r} in their data"
        do = "name a file and a configmap_key that one ConfigMap has"
        raise RefusedError(Gap.INVALID if held else Gap.ABSENT, None, what, do)
    text = held[0]
    # The text of a block starts on the line after its `|`; other texts start where they stand.
    offset = text.mark.line - 1 + (1 if text.quoted and "\n" in text.text else 0)
    inner = _parsed(name, text.text.encode(), mapping.embedded.format)
    roots = tuple(Root(root.node, offset) for root in inner.roots)
    return _active(Content(roots, inner.format, inner.broken), mapping.profile)


def profiles_of(root: Root) -> tuple[str, ...] | None:
    """The Spring profiles under which a document counts, None for always."""
    for key in _PROFILE_KEYS:
        for found in select(root.node, key):
            if isinstance(found, tree.Scalar):
                return tuple(text.strip() for text in found.text.split(","))
            if isinstance(found, tree.Sequence):
                return tuple(item.text for item in found.items if isinstance(item, tree.Scalar))
    return None


def _format(mapping: AppMapping, name: str) -> Format:
    format = mapping.format or guess(name)
    if format is not None:
        return format
    if mapping.embedded is not None:
        return Format.YAML
    what = "the file's name does not tell its format"
    raise RefusedError(Gap.UNSUPPORTED, None, what, "write format: in the mapping")


def _parsed(name: str, data: bytes, format: Format) -> Content:
    parsed = parse(data, name, format)
    roots = tuple(Root(doc.root) for doc in parsed.documents if doc.root is not None)
    if not parsed.problems:
        return Content(roots, format)
    first = parsed.problems[0]
    _, _, line = first.where.rpartition(":")
    at = f"line {line}" if line.isdigit() else "the file"
    more = f", and {len(parsed.problems) - 1} more" if len(parsed.problems) > 1 else ""
    # What a broken dotenv line holds may be the rest of a secret: it is not repeated.
    what = "unreadable as written" if format in TEXT_ONLY else first.what
    broken = f"{at}: {what}{more}"
    if not roots:
        raise RefusedError(Gap.INVALID, int(line) if line.isdigit() else None, broken, first.do)
    return Content(roots, format, broken)


def _configmap(node: tree.Node, key: str) -> tree.Scalar | None:
    if not isinstance(node, tree.Mapping):
        return None
    kind, data = node.get("kind"), node.get("data")
    if not isinstance(kind, tree.Scalar) or kind.text != "ConfigMap":
        return None
    held = data.get(key) if isinstance(data, tree.Mapping) else None
    return held if isinstance(held, tree.Scalar) else None


def _active(content: Content, profile: str | None) -> Content:
    """The documents that count under a profile; without one all of them, to be told apart later."""
    if profile is None:
        return content
    roots = tuple(root for root in content.roots if counts(root, profile))
    return Content(roots, content.format, content.broken)


def counts(root: Root, profile: str) -> bool:
    """Whether a document counts under `profile`. Raises RefusedError where that is not known."""
    profiles = profiles_of(root)
    if profiles is None:
        return True
    for text in profiles:
        if not _EXPRESSION.isdisjoint(text):
            do = "split the file by profile, or give the values in the mapping"
            what = f"the profile expression {text!r} is not read"
            raise RefusedError(Gap.UNSUPPORTED, root.line(root.node), what, do)
    return profile in profiles
