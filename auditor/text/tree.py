"""What a parser returns: trees of plain values that know where they were written."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file: line and column, both from 1, counted in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read, or not without doubt.

    `where` is "file:line" or "file", `what` the fault, `do` what the reader of it should do.
    """

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: `value` as the format types it, `raw` its text without quotes and escapes.

    `quoted` is true where the style makes it text whatever it looks like (quotes, YAML blocks), so
    that `600` and `"600"` can be told apart. A number of more than 1,000 characters stays text.
    """

    value: str | int | float | bool | None
    raw: str
    mark: Mark
    quoted: bool = False

    @property
    def text(self) -> str:
        """The value if it is text, else what was written: `on` and `0777` as they stand."""
        return self.value if isinstance(self.value, str) else self.raw


@dataclass(frozen=True, slots=True)
class Sequence:
    """An ordered list of nodes."""

    items: tuple["Node", ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and nodes in the order written; a key written twice is here once, with its last node."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    mark: Mark

    def get(self, key: str) -> "Node | None":
        """Return the node under the key whose text this is, or None."""
        found: Node | None = None
        for name, node in self.entries:
            if name.text == key:
                found = node
        return found


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value under a YAML tag that means nothing here (`!Ref`, `!vault`); its content is dropped."""

    tag: str
    mark: Mark


Node: TypeAlias = Scalar | Sequence | Mapping | Opaque


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file.

    `root` is None where the document is empty. `index` counts the documents of the file from 0,
    those that were not wanted or not readable included. `comment_source` is the template that
    helm names in a comment before the document's content.
    """

    root: Node | None
    index: int
    mark: Mark
    comment_source: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """Every document that parses, and a problem for each that does not."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def plain(node: Node | None) -> object:
    """Return dicts, lists and scalars without marks; an Opaque stays what it is."""
    match node:
        case None:
            return None
        case Scalar():
            return node.value
        case Sequence():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.value: plain(item) for key, item in node.entries}
        case Opaque():
            return node
        case _:
            assert_never(node)
