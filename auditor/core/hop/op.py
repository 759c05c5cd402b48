"""Operations on header lines, and the values that they write.

Header names are lower-case; a header is a list of lines, never a dictionary.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.core.hop.header import ANY_HEADER, HeaderNames


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant text."""

    text: str


@dataclass(frozen=True, slots=True)
class TheOrigin:
    """The request's Origin as this hop sees it; no line is written when there is none."""


@dataclass(frozen=True, slots=True)
class RequestedMethod:
    """The value of Access-Control-Request-Method."""


@dataclass(frozen=True, slots=True)
class RequestedHeaders:
    """The names of Access-Control-Request-Headers that are `within`, in order or sorted."""

    within: HeaderNames = ANY_HEADER
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """The value of a request header (lower-case name); `origin` is the Origin."""

    name: str


@dataclass(frozen=True, slots=True)
class InnerHeader:
    """The value of a header of the response that came from within (its lines joined)."""

    name: str


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value that cannot be known, one variable for each `cause`."""

    cause: str


Value: TypeAlias = (
    Literal
    | TheOrigin
    | RequestedMethod
    | RequestedHeaders
    | RequestHeader
    | InnerHeader
    | UnknownValue
)


class Act(StrEnum):
    """What an operation does to the lines of the names that it touches."""

    SET = "set"
    SET_IF_ABSENT = "set_if_absent"
    ADD_LINE = "add_line"
    JOIN = "join"
    REMOVE = "remove"
    ADD_TOKEN = "add_token"  # noqa: S105 - a list item of a header


@dataclass(frozen=True, slots=True)
class Op:
    """One operation on the lines of `names`; `value` is None for REMOVE only.

    `field` names the setting that it came from, as its owner would look it up
    (`CorsConfiguration.AllowOrigins[3]`, `cors-allow-origin`).
    """

    act: Act
    names: tuple[str, ...]
    value: Value | None = None
    field: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.act is Act.REMOVE):
            raise ValueError(f"{self.act} takes {'no' if self.value else 'a'} value")
        if not self.names or any(name != name.lower() for name in self.names):
            raise ValueError("an operation names one or more headers, in lower case")


def set_(name: str, value: Value | str, field: str = "") -> Op:
    """Replace every line of `name` by one."""
    return Op(Act.SET, (name,), _value(value), field)


def add_line(name: str, value: Value | str, field: str = "") -> Op:
    """Add a line beside those that are there."""
    return Op(Act.ADD_LINE, (name,), _value(value), field)


def set_if_absent(name: str, value: Value | str, field: str = "") -> Op:
    """Write a line only when there is none."""
    return Op(Act.SET_IF_ABSENT, (name,), _value(value), field)


def remove(*names: str, field: str = "") -> Op:
    """Drop every line of `names`."""
    return Op(Act.REMOVE, names, None, field)


def _value(value: Value | str) -> Value:
    return Literal(value) if isinstance(value, str) else value
