"""Spring's properties, from YAML and .properties alike: flat names, compared as Spring compares them.

Source: Spring Boot, "Externalized Configuration" (relaxed binding, binding maps, profile-specific
documents); spring-boot 3.x. Names are compared without dashes, underscores and case. Keys of maps stand
in brackets, `[/api/**]`; without them Spring drops everything but letters, digits, dashes and dots.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Gap
from auditor.text import tree
from auditor.text.formats import Format, parse
from collectors.app.content import RefusedError, Root, counts, profiles_of
from collectors.app.source.block import SourceError

Name: TypeAlias = tuple[str, ...]
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its name as written, and its text or list of texts with their lines.

    `is_list`: written item by item; a single text may still be cut at commas.
    """

    written: Name
    texts: tuple[tuple[str, int], ...]
    is_list: bool
    profiled: bool = False

    @property
    def text(self) -> str:
        """The text, or the items with commas between them."""
        return ",".join(text for text, _ in self.texts)

    @property
    def line(self) -> int:
        """Where it stands, first."""
        return self.texts[0][1] if self.texts else 1

    @property
    def full(self) -> str:
        """Its name as its owner looks it up."""
        return "".join(
            part if part.startswith("[") or not at else f".{part}"
            for at, part in enumerate(self.written)
        )


def read_properties(data: bytes, format: Format, profile: str | None) -> dict[Name, Property]:
    """The properties of a file by their uniform names, in the order written; of several documents the
    last that counts wins, list by list. Raises SourceError where the file cannot be read."""
    parsed = parse(data, "the file", format)
    if parsed.problems:
        problem = parsed.problems[0]
        _, _, line = problem.where.rpartition(":")
        what = "it cannot be read as written" if format is Format.PROPERTIES else problem.what
        raise SourceError(int(line) if line.isdigit() else None, what, problem.do)
    if format is Format.PROPERTIES and b"\n#---" in data:
        raise SourceError(None, "it holds several documents", "split it, one file for each profile")
    found: dict[Name, Property] = {}
    for document in parsed.documents:
        if document.root is None or not _counts(document.root, profile):
            continue
        own = _flat(document.root, profiled=profiles_of(Root(document.root)) is not None)
        lists = {name[: name.index("[0]")] for name in own if "[0]" in name}
        found = {name: one for name, one in found.items() if not _begins(name, lists)} | own
    return found


def uniform(part: str) -> str:
    """A part of a name as Spring compares it."""
    return part if part.startswith("[") else part.replace("-", "").replace("_", "").lower()


def elements(text: str) -> Name:
    """`a.b[/x.y/**].c[0]` as its parts; brackets are parts of their own, dots in them included."""
    parts: list[str] = []
    start = at = 0
    while at < len(text):
        end = text.find("]", at) if text[at] == "[" else -1
        if end >= 0:
            parts += [text[start:at]] if start < at else []
            parts.append(text[at : end + 1])
            start = at = end + 1
        elif text[at] == ".":
            parts += [text[start:at]] if start < at else []
            start = at = at + 1
        else:
            at += 1
    return (*parts, *([text[start:]] if start < len(text) else []))


def _counts(root: tree.Node, profile: str | None) -> bool:
    try:
        return profile is None or counts(Root(root), profile)
    except RefusedError as refused:
        if refused.gap is Gap.UNSUPPORTED:
            raise SourceError(refused.line, refused.what, refused.do) from None
        raise


def _begins(name: Name, lists: set[Name]) -> bool:
    return any(name[: len(one)] == one for one in lists)


def _flat(root: tree.Node, *, profiled: bool) -> dict[Name, Property]:
    """Leaves by uniform name; items of a list are one property."""
    found: dict[Name, Property] = {}
    for written, node in _leaves(root, (), 0):
        listed = written[-1].startswith("[") and written[-1][1:-1].isdigit()
        name = written[:-1] if listed else written
        key = tuple(map(uniform, name))
        before = found[key].texts if listed and key in found and found[key].is_list else ()
        found[key] = Property(name, (*before, (node.text, node.mark.line)), listed, profiled)
    return found


def _leaves(node: tree.Node, name: Name, depth: int) -> Iterator[tuple[Name, tree.Scalar]]:
    if depth > _DEEPEST:
        raise SourceError(node.mark.line, f"over {_DEEPEST} keys inside each other", "simplify it")
    match node:
        case tree.Scalar() if name and node.value is not None:
            yield name, node
        case tree.Mapping(entries=entries):
            for key, value in entries:
                yield from _leaves(value, (*name, *elements(key.text)), depth + 1)
        case tree.Sequence(items=items):
            for at, item in enumerate(items):
                yield from _leaves(item, (*name, f"[{at}]"), depth + 1)
        case _:
            return
