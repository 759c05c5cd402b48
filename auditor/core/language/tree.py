"""Languages as trees over characters: what a wildcard or a regular expression says, unread by engines.

A character set is an int with one bit per ASCII character and one (`OTHER`) for everything else.
A tree denotes whole texts: a product that searches inside the text gets `ANYTHING` around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import TypeAlias

OTHER = 128
EVERY_CHARACTER = (1 << (OTHER + 1)) - 1


class Edge(IntEnum):
    """A place between two characters: a bit each, so that several make one condition."""

    BEGIN = 1
    END = 2
    BOUNDARY = 4
    NO_BOUNDARY = 8


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set; out of none, it is the empty language."""

    mask: int


@dataclass(frozen=True, slots=True)
class Cat:
    """One part after the other; none of them is the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several, the first that fits; none of them is the empty language."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`least` to `most` repetitions (None: any number). `lazy`: as few as fit, else as many.
    `leaves`: an iteration that takes no character ends the loop, whatever `least` says."""

    inner: Tree
    least: int
    most: int | None
    lazy: bool = False
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """No character, at a place of one kind."""

    edge: Edge


@dataclass(frozen=True, slots=True)
class Look:
    """No character, where `inner` fits the text ahead (or behind), or where it does not."""

    inner: Tree
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class Atomic:
    """The first way in which `inner` fits, and no other if what follows fails."""

    inner: Tree


@dataclass(frozen=True, slots=True)
class Group:
    """`inner`, whose text is kept under a number."""

    inner: Tree
    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """The text of a group again. `unset_fits`: a group that took no part stands for no text."""

    number: int
    caseless: bool
    unset_fits: bool


Tree: TypeAlias = Chars | Cat | Alt | Repeat | At | Look | Atomic | Group | Back

EMPTY_TEXT = Cat(())
NOTHING = Chars(0)
ANYTHING = Repeat(Chars(EVERY_CHARACTER), 0, None)


def bit(char: str) -> int:
    """The character set of `char` alone (of everything that is not ASCII, when it is not)."""
    return 1 << min(ord(char), OTHER)


def mask_of(text: Iterable[str]) -> int:
    """The character set of those of `text`."""
    return reduce(or_, map(bit, text), 0)


WORD = mask_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
"""The characters between which there is no boundary of a word."""


def bits(positions: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while positions:
        low = positions & -positions
        yield low.bit_length() - 1
        positions ^= low


def chars(text: Iterable[str]) -> Chars:
    """One character out of those of `text`."""
    return Chars(mask_of(text))


def but(text: str) -> Chars:
    """One character that is not in `text`."""
    return Chars(EVERY_CHARACTER & ~mask_of(text))


def literal(text: str, *, caseless: bool = False) -> Tree:
    """Exactly `text`; `caseless` folds ASCII letters only."""
    if caseless:
        return Cat(tuple(chars({char.lower(), char.upper()}) for char in text))
    return Cat(tuple(chars(char) for char in text))


def star(inner: Tree) -> Tree:
    """Any number of repetitions, none included."""
    return Repeat(inner, 0, None)


def plus(inner: Tree) -> Tree:
    """One repetition or more."""
    return Repeat(inner, 1, None)


def maybe(*parts: Tree) -> Tree:
    """The parts, or nothing."""
    return Repeat(Cat(parts), 0, 1)


def searched(inner: Tree) -> Tree:
    """Texts that hold `inner` somewhere."""
    return Cat((ANYTHING, inner, ANYTHING))


def leading(inner: Tree) -> Tree:
    """Texts that begin with `inner`."""
    return Cat((inner, ANYTHING))


def nodes(tree: Tree) -> Iterator[Tree]:
    """`tree` and everything in it."""
    todo = [tree]
    while todo:
        one = todo.pop()
        yield one
        match one:
            case Cat(inside) | Alt(inside):
                todo.extend(inside)
            case Repeat(inner=inner) | Look(inner=inner) | Atomic(inner) | Group(inner=inner):
                todo.append(inner)
            case Chars() | At() | Back():
                pass
