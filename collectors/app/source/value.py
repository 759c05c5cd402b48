"""What an expression in a source file comes to, as far as that is known without running it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from collectors.app.mapping import Split
from collectors.app.placeholder import LONGEST, named

MOST_ITEMS = 10_000
"""Items of one list or mapping; longer ones are not followed."""
_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is made in code or elsewhere: why it is not known. No text of the file is in it."""

    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `open`: it holds placeholders for variables of the environment."""

    text: str
    line: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, true, false or None."""

    value: int | float | bool | None
    line: int


@dataclass(frozen=True, slots=True)
class Switch:
    """True or false by the word that `text` is when the program runs."""

    text: Text

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.text.line


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, tuple or set; `grows`: it is changed in place (a tuple is not)."""

    items: tuple["Value", ...]
    line: int
    grows: bool = True


@dataclass(frozen=True, slots=True)
class Parts:
    """A list made by cutting a text that the environment holds."""

    text: Text
    split: Split
    trim: bool = False
    drop_empty: bool = False

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.text.line


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order written."""

    entries: tuple[tuple["Value", "Value"], ...]
    line: int

    def get(self, key: str) -> "Value | None":
        """The value under a text."""
        found = None
        for name, value in self.entries:
            if isinstance(name, Text) and name.text == key:
                found = value
        return found


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled regular expression without flags."""

    text: Text

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.text.line


@dataclass(frozen=True, slots=True)
class Imported:
    """Something of another module, by its full dotted name; built-in names are `builtins.list`."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Made:
    """What a call of something imported returned; `options` are its keyword arguments."""

    name: str
    line: int
    options: Mapping[str, "Value"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Members:
    """A class of this file, or an instance of one that makes none of its own: its attributes.

    `complete`: every base class stands in the file as well.
    """

    names: Mapping[str, "Value"]
    line: int
    complete: bool = True


Value: TypeAlias = (
    Unknown
    | Text
    | Plain
    | Switch
    | Listing
    | Parts
    | Table
    | Expression
    | Imported
    | Made
    | Members
)


def literal(text: str, line: int) -> Text | Unknown:
    """A text as it stands, unless it looks like a placeholder for something else."""
    if len(text) > LONGEST:
        return Unknown(f"a text of over {LONGEST:,} characters", line)
    if any("\ud800" <= char <= "\udfff" for char in text):
        return Unknown("a text with half a character", line)
    if named(text):
        return Unknown("a text that looks like a placeholder", line)
    return Text(text, line)


def variable(name: str, default: Text | None, line: int, *, for_empty: bool) -> Text | Unknown:
    """What the environment holds under `name`, else `default`; `for_empty`: also where it is empty."""
    if not name or not _NAME.issuperset(name) or name[0].isdigit():
        return Unknown("a variable of the environment with an unusual name", line)
    if default is None:
        return Text(f"${{{name}}}", line, open=True)
    if not default.open and any(char in default.text for char in "{}$"):
        return Unknown(f"the default of the variable {name} is no plain text", line)
    dash = ":-" if for_empty else "-"
    return Text(f"${{{name}{dash}{default.text}}}", line, open=True)


def joined(parts: list[Text], line: int) -> Text | Unknown:
    """Texts one after another."""
    text = "".join(part.text for part in parts)
    if len(text) > LONGEST:
        return Unknown(f"a text of over {LONGEST:,} characters", line)
    is_open = any(part.open for part in parts)
    return Text(text, line, is_open) if is_open else literal(text, line)


def listing(items: tuple[Value, ...], line: int, *, grows: bool) -> Value:
    """A list of `items`, or why it is too long."""
    if len(items) > MOST_ITEMS:
        return Unknown(f"a list of over {MOST_ITEMS:,} items", line)
    return Listing(items, line, grows)


def table(entries: tuple[tuple[Value, Value], ...], line: int) -> Value:
    """A mapping of `entries`, or why it is too long."""
    if len(entries) > MOST_ITEMS:
        return Unknown(f"a mapping of over {MOST_ITEMS:,} items", line)
    return Table(entries, line)


def truth(value: Value) -> bool | None:
    """Whether Python takes `value` for true; None where that is not known."""
    match value:
        case Plain(value=plain):
            return bool(plain)
        case Text(text=text, open=False):
            return bool(text)
        case Listing(items=items):
            return bool(items)
        case Table(entries=entries):
            return bool(entries)
        case Expression() | Members():
            return True
        case _:
            return None


def why(value: Value) -> Unknown:
    """Why `value` cannot be taken for a plain one."""
    match value:
        case Unknown():
            return value
        case Imported(name=name, line=line):
            return Unknown(f"{name} is not in this file", line)
        case Made(name=name, line=line):
            return Unknown(f"what {name}() makes is not followed", line)
        case Plain(line=line):
            return Unknown("a number, true, false or None where a text is asked for", line)
        case _:
            return Unknown("a value of another shape", value.line)
