"""Values of JavaScript, PHP and Ruby, and what operators and calls that all know make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from auditor.text.syntax import Node
from collectors.app.mapping import Split
from collectors.app.source import value as shared
from collectors.app.source.value import (
    Expression,
    Listing,
    Parts,
    Plain,
    Text,
    Unknown,
    joined,
    listing,
    variable,
)

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_SPLITS = {",": Split.COMMA, ";": Split.SEMICOLON}


class UnknownError(Exception):
    """What a framework is told is not known: why, and where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class Function:
    """A function of this file."""

    node: Node

    @property
    def line(self) -> int:
        """Where it stands."""
        return self.node.line


@dataclass(frozen=True, slots=True)
class Record:
    """An object, its keys in the order written; of a key that is there twice the last counts."""

    entries: tuple[tuple[str, "Value"], ...]
    line: int

    def get(self, key: str) -> "Value | None":
        """The value under `key`."""
        return next((value for name, value in reversed(self.entries) if name == key), None)


Value: TypeAlias = shared.Value | Function | Record
MOST = 10**12
"""The largest number that is followed."""
V = TypeVar("V", shared.Value, Value)


def unescaped(text: str) -> str | None:
    r"""What an escape sequence of a string stands for: `\n`, `\x41`, `\u0041`, `\u{41}`."""
    inside = text[1:]
    if inside in ("\n", "\r\n"):
        return ""
    if inside[:1] not in ("x", "u"):
        return _ESCAPES.get(inside, inside) if len(inside) == 1 else None
    try:
        found = chr(int(inside[1:].strip("{}"), 16))
    except (ValueError, OverflowError):
        return None
    return None if "\ud800" <= found <= "\udfff" else found


def other(line: int) -> Unknown:
    """An expression of a kind that is not read."""
    return Unknown("an expression that is not followed", line)


def odd(values: Sequence[Value], line: int) -> Unknown:
    """Why one of `values` is not what was asked for."""
    found = next((value for value in values if isinstance(value, Unknown)), None)
    return found or Unknown("a value of another shape", line)


def added(left: Value, right: Value, line: int) -> Value:
    """`left + right` of two texts."""
    if isinstance(left, Text) and isinstance(right, Text):
        return joined([left, right], line)
    return odd([left, right], line)


def multiplied(left: Value, right: Value, line: int) -> shared.Value:
    """The product of two numbers, as of seconds and minutes."""
    match left, right:
        case Plain(value=int() as one), Plain(value=int() as other_one):
            product = one * other_one
            return Plain(product, line) if abs(product) <= MOST else other(line)
        case _:
            return odd((left, right), line)


def defaulted(value: V, default: V, line: int, *, for_empty: bool) -> V | shared.Value:
    """`value || default`, or `value ?? default` where empty texts count as values."""
    match value:
        case Plain(value=None):
            return default
        case Text(text="", open=False) | Plain(value=False | 0):
            return default if for_empty else value
        case Text(open=False) | Plain():
            return value
        case Listing() | Expression() | Function() | Record():
            return value
        case Text(text=text) if isinstance(default, Text):
            return _with_default(text, default, line, for_empty=for_empty)
        case Parts() if isinstance(default, Listing):
            return _parts_or(value, default, line, for_empty=for_empty)
        case _:
            return odd([value, default], line)


def _parts_or(value: Parts, default: Listing, line: int, *, for_empty: bool) -> Parts | Unknown:
    """A cut variable, or a list in its place: as if the variable held that list."""
    split = str(value.split)
    items = [one.text for one in default.items if isinstance(one, Text) and not one.open]
    plain = all(items) and not any(split in item for item in items)
    if value.trim or not plain or len(items) != len(default.items):
        return Unknown("a list with another as its default", line)
    whole = Text(split.join(items), line)
    filled = _with_default(value.text.text, whole, line, for_empty=for_empty)
    if isinstance(filled, Unknown):
        return filled
    return Parts(filled, value.split, drop_empty=value.drop_empty or not items)


def _with_default(text: str, default: Text, line: int, *, for_empty: bool) -> Text | Unknown:
    """One placeholder without a default, `${NAME}`, with one."""
    name = text.removeprefix("${").removesuffix("}")
    if f"${{{name}}}" != text or not name.replace("_", "a").isalnum():
        return Unknown("a default for more than one variable of the environment", line)
    return variable(name, default, line, for_empty=for_empty)


def cut(value: Value, separator: Value, line: int) -> shared.Value:
    """`value.split(separator)`."""
    if not isinstance(separator, Text) or not isinstance(value, Text) or not separator.text:
        return odd([value, separator], line)
    if not value.open:
        parts = value.text.split(separator.text)
        return listing(tuple(Text(part, line) for part in parts), line, grows=True)
    if separator.text not in _SPLITS:
        return Unknown("a text that is cut at something else than a comma or a semicolon", line)
    return Parts(value, _SPLITS[separator.text])


def trimmed(value: Value, line: int) -> shared.Value:
    """`value.map((part) => part.trim())`."""
    match value:
        case Parts(drop_empty=False):
            return Parts(value.text, value.split, trim=True)
        case Listing(items=items) if all(isinstance(one, Text) and not one.open for one in items):
            texts = (Text(one.text.strip(), one.line) for one in items if isinstance(one, Text))
            return Listing(tuple(texts), value.line)
        case _:
            return odd([value], line)


def without_empty(value: Value, line: int) -> shared.Value:
    """`value.filter(Boolean)`; an item that the environment holds is kept."""
    match value:
        case Parts():
            return Parts(value.text, value.split, value.trim, drop_empty=True)
        case Listing(items=items):
            kept = (one for one in items if not isinstance(one, Text) or one.text)
            return Listing(
                tuple(one for one in kept if not isinstance(one, Plain) or one.value), value.line
            )
        case _:
            return odd([value], line)
