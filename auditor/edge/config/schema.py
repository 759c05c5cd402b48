"""What a value of a user's file may be, said once: read from there, and rendered for editors.

A `Kind` reads a node of `auditor.text` into a value of one Python type, and says the same as JSON
Schema (draft 7, which editors know best). Reading notes every fault and goes on; it never raises.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar, assert_never

from auditor.core.reading import Json, Where
from auditor.edge.config.ledger import Ledger
from auditor.text.problems import shown
from auditor.text.tree import Mapping as MappingNode
from auditor.text.tree import Node, Opaque, Scalar, Sequence

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)
Schema: TypeAlias = dict[str, Json]

LONGEST_TEXT = 2_048
"""Characters of one value; nothing that a person writes here is longer."""
_LONGEST_KEY = 64
_REMOVE = "give it a value or remove the key"


class Fault(NamedTuple):
    """What is wrong with a value, worded to follow its key, and what to do about it."""

    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Here:
    """The place that is being read: its path of keys (empty: the whole file), and where to note."""

    ledger: Ledger
    path: str = ""

    def under(self, key: str) -> "Here":
        """Return the place of a key below this one."""
        return Here(self.ledger, f"{self.path}.{key}" if self.path else key)

    def item(self, number: int) -> "Here":
        """Return the place of an item, counted from 0."""
        return Here(self.ledger, f"{self.path}[{number}]")

    def refuse(self, node: Node, fault: Fault) -> None:
        """Note what is wrong with the value at this place."""
        subject = shown(self.path) if self.path else "the file"
        self.ledger.add(node.mark.line, f"{subject} {fault.what}", fault.do)

    def where(self, node: Node) -> Where:
        """Return the file and line of a node."""
        return Where(self.ledger.name, node.mark.line)


class Kind(Protocol[T_co]):
    """What one value may be."""

    def read(self, node: Node, here: Here) -> T_co | None:
        """Return the value, or None after noting why there is none."""
        ...

    def schema(self) -> Schema:
        """Return the same as JSON Schema."""
        ...


@dataclass(frozen=True, slots=True)
class TextAs(Generic[T]):
    """A text that `convert` turns into a value; `form`: its JSON Schema beside the type."""

    convert: Callable[[str], T | Fault]
    form: Mapping[str, Json] = field(default_factory=dict)

    def read(self, node: Node, here: Here) -> T | None:
        """Read a text; one that YAML turned into another type is refused."""
        fault = _text_fault(node)
        if fault is None and isinstance(node, Scalar):
            value = self.convert(node.text)
            if not isinstance(value, Fault):
                return value
            fault = value
        here.refuse(node, fault or unlike(node, "a text"))
        return None

    def schema(self) -> Schema:
        """Return `type: string` and the form."""
        return {"type": "string", "minLength": 1, **self.form}


@dataclass(frozen=True, slots=True)
class Named:
    """A text and where it stands."""

    text: str
    where: Where


@dataclass(frozen=True, slots=True)
class Located:
    """A text that remembers where it stands."""

    inner: TextAs[str]

    def read(self, node: Node, here: Here) -> Named | None:
        """Read the text."""
        text = self.inner.read(node, here)
        return None if text is None else Named(text, here.where(node))

    def schema(self) -> Schema:
        """Return the schema of the text."""
        return self.inner.schema()


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def read(self, node: Node, here: Here) -> bool | None:
        """Read a boolean as YAML 1.1 types it."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        here.refuse(node, unlike(node, "true or false"))
        return None

    def schema(self) -> Schema:
        """Return `type: boolean`."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, node: Node, here: Here) -> int | None:
        """Read a number; text and booleans are refused."""
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, int) or isinstance(value, bool):
            here.refuse(node, unlike(node, "a whole number"))
        elif not self.least <= value <= self.most:
            what = f"is not between {self.least} and {self.most}"
            here.refuse(node, Fault(what, "write a number in that range"))
        else:
            return value
        return None

    def schema(self) -> Schema:
        """Return `type: integer` with its range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


def choice(options: type[E], *, only: Iterable[E] | None = None) -> TextAs[E]:
    """Return the kind of a closed set of words."""
    words = {option.value: option for option in only or options}

    def convert(text: str) -> E | Fault:
        if text in words:
            return words[text]
        return Fault(f"is none of {', '.join(words)}", f"write {nearest(text, words) or 'one'}")

    return TextAs(convert, {"enum": list(words)})


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like the text, None if none is; long texts have none."""
    if len(text) > _LONGEST_KEY:
        return None
    return next(iter(get_close_matches(text, list(known), n=1)), None)


def _text_fault(node: Node) -> Fault | None:
    """Return why a node is no text to go on with. Values are not shown: they may be secrets."""
    if not isinstance(node, Scalar) or node.value is None:
        return unlike(node, "a text")
    if isinstance(node.value, bool):
        return Fault("is read by YAML as true or false, not as a text", "put it in quotes")
    if not isinstance(node.value, str):
        return Fault("is read by YAML as a number, not as a text", "put it in quotes")
    if not node.text or node.text != node.text.strip():
        return Fault("is empty or has blanks around it", "write the value alone")
    if len(node.text) > LONGEST_TEXT:
        return Fault(f"is longer than {LONGEST_TEXT} characters", "shorten it")
    if not node.text.isprintable():
        return Fault("holds a line break or a control character", "write it in one line")
    return None


def unlike(node: Node, wanted: str) -> Fault:
    """Return the fault of a node that is written as something else than what is `wanted`."""
    match node:
        case Opaque():
            return Fault("has a YAML tag, and tags mean nothing here", f"write {wanted}")
        case Scalar(value=None):
            return Fault("is empty", _REMOVE)
        case Scalar(value=bool()):
            found = "true or false"
        case Scalar(value=str()):
            found = "a text"
        case Scalar():
            found = "a number"
        case Sequence():
            found = "a list"
        case MappingNode():
            found = "a mapping"
        case _:
            assert_never(node)
    return Fault(f"is {found}", f"write {wanted}")
