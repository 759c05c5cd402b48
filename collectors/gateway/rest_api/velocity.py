"""The part of the Velocity Template Language that mapping templates decide CORS with, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a reference, with its arguments."""

    name: str
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """`$a.b.c("x")`: names and calls, in order."""

    parts: tuple[str | Call, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text without references in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """`left == right`, or `!=` where not `equal`."""

    left: Expression
    right: Expression
    equal: bool


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Two or more conditions, of which one is enough."""

    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """An expression that is not read; `text` is not kept anywhere."""

    text: str


Expression: TypeAlias = Reference | Text | Compared | AnyOf | Unclear


@dataclass(frozen=True, slots=True)
class Set:
    """#set($to = value)."""

    to: Reference
    value: Expression


@dataclass(frozen=True, slots=True)
class Branch:
    """One condition of an #if with what it leads to; None is #else."""

    condition: Expression | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class If:
    """An #if with all its branches, in order."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Plain:
    """Text of the answer's body."""

    text: str


Statement: TypeAlias = Set | If | Plain
