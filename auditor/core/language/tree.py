"""Languages as trees over characters, and the automata that run them.

A character set is an int with one bit per ASCII character and one (`OTHER`) for everything else.
A tree denotes whole texts: a product that searches inside the text gets `ANYTHING` around it.
`Automaton` is the position automaton of a tree, determinised only where it is walked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Protocol, TypeAlias

OTHER = 128
EVERY_CHARACTER = (1 << (OTHER + 1)) - 1


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set."""

    mask: int


@dataclass(frozen=True, slots=True)
class Cat:
    """One part after the other; none of them is the empty text."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of several; none of them is the empty language."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Star:
    """Any number of repetitions, none included."""

    inner: Tree


Tree: TypeAlias = Chars | Cat | Alt | Star
Edge: TypeAlias = tuple[int, int]
"""A character set and the state that every character of it leads to."""

EMPTY_TEXT = Cat(())
ANYTHING = Star(Chars(EVERY_CHARACTER))


def chars(text: Iterable[str]) -> Chars:
    """One character out of those of `text`."""
    return Chars(reduce(or_, (1 << _bit(char) for char in text), 0))


def but(text: str) -> Chars:
    """One character that is not in `text`."""
    return Chars(EVERY_CHARACTER & ~chars(text).mask)


def literal(text: str, *, caseless: bool = False) -> Tree:
    """Exactly `text`; `caseless` folds ASCII letters only."""
    if caseless:
        return Cat(tuple(chars({char.lower(), char.upper()}) for char in text))
    return Cat(tuple(chars(char) for char in text))


def plus(inner: Tree) -> Tree:
    """One repetition or more."""
    return Cat((inner, Star(inner)))


def maybe(*parts: Tree) -> Tree:
    """The parts, or nothing."""
    return Alt((EMPTY_TEXT, Cat(parts)))


def _bit(char: str) -> int:
    code = ord(char)
    return code if code < OTHER else OTHER


class Machine(Protocol):
    """What the product search walks: integer states, 0 is dead."""

    start: int

    def __hash__(self) -> int:
        """By identity: machines are memoised."""
        ...

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        ...

    def accepting(self, state: int) -> bool:
        """Whether the text so far is in the language."""
        ...

    def edges(self, state: int) -> tuple[Edge, ...]:
        """The ways on from `state`, by disjoint character sets; every other character is the end."""
        ...

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead, or taking everything."""
        ...


def accepts(machine: Machine, text: str) -> bool:
    """Whether `text`, whole, is in the language of `machine`."""
    state = machine.start
    for char in text:
        state = machine.step(state, char)
        if not state:
            return False
    return machine.accepting(state)


class Automaton:
    """The position automaton of a tree; a state is a bit set of positions, bit 0 the start."""

    def __init__(self, tree: Tree) -> None:
        self._masks: list[int] = [0]
        self._follow: list[int] = [0]
        nullable, first, last = self._build(tree)
        self._follow[0] = first
        self._accepting = last | (1 if nullable else 0)
        self._sink = sum(1 << at for at in range(1, len(self._masks)) if self._takes_all(at))
        self._edges: dict[int, tuple[Edge, ...]] = {}
        self._by_char: dict[str, int] = {}
        self._memo: dict[tuple[int, str], int] = {}
        self.start = 1

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        key = (state, char)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._next(state) & self._positions(char)
        return found

    def accepting(self, state: int) -> bool:
        """Whether the text so far is in the language."""
        return bool(state & self._accepting)

    def edges(self, state: int) -> tuple[Edge, ...]:
        """The ways on from `state`, by disjoint character sets; every other character is the end."""
        found = self._edges.get(state)
        if found is None:
            found = self._edges[state] = self._split(self._next(state))
        return found

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead, or taking everything."""
        return not state or bool(state & self._sink)

    def _takes_all(self, at: int) -> bool:
        """Whether position `at` accepts, and stays through every further text."""
        here = 1 << at
        again = self._follow[at] & here and self._masks[at] == EVERY_CHARACTER
        return bool(again and self._accepting & here)

    def _split(self, positions: int) -> tuple[Edge, ...]:
        """Disjoint character sets, each with those of `positions` that take it."""
        parts: dict[int, int] = {}
        for at in _bits(positions):
            left, split = self._masks[at], dict[int, int]()
            for mask, reached in parts.items():
                if mask & left:
                    split[mask & left] = reached | 1 << at
                if mask & ~left:
                    split[mask & ~left] = reached
                left &= ~mask
            if left:
                split[left] = 1 << at
            parts = split
        return tuple(parts.items())

    def _next(self, state: int) -> int:
        return _join(self._follow[at] for at in _bits(state))

    def _positions(self, char: str) -> int:
        found = self._by_char.get(char)
        if found is None:
            bit = 1 << _bit(char)
            found = sum(1 << at for at, mask in enumerate(self._masks) if mask & bit)
            self._by_char[char] = found
        return found

    def _build(self, tree: Tree) -> tuple[bool, int, int]:
        """(whether it holds the empty text, its first positions, its last positions)."""
        match tree:
            case Chars(mask):
                self._masks.append(mask)
                self._follow.append(0)
                position = 1 << (len(self._masks) - 1)
                return False, position, position
            case Cat(parts):
                return self._cat(parts)
            case Alt(options):
                built = [self._build(option) for option in options]
                nullable = any(empty for empty, _, _ in built)
                return nullable, _join(f for _, f, _ in built), _join(last for _, _, last in built)
            case Star(inner):
                _, first, last = self._build(inner)
                self._link(last, first)
                return True, first, last

    def _cat(self, parts: tuple[Tree, ...]) -> tuple[bool, int, int]:
        nullable, first, last = True, 0, 0
        for part in parts:
            empty, part_first, part_last = self._build(part)
            self._link(last, part_first)
            first |= part_first if nullable else 0
            last = part_last | (last if empty else 0)
            nullable = nullable and empty
        return nullable, first, last

    def _link(self, last: int, first: int) -> None:
        for at in _bits(last):
            self._follow[at] |= first


class Words:
    """A finite set of texts as a trie; a state is a node, numbered from 1."""

    def __init__(self, words: Iterable[str]) -> None:
        self.start = 1
        self._children: list[dict[str, int]] = [{}, {}]
        self._ends: set[int] = set()
        for word in words:
            self._add(word)

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        return self._children[state].get(char, 0)

    def accepting(self, state: int) -> bool:
        """Whether the text so far is one of the words."""
        return state in self._ends

    def named(self, state: int) -> int:
        """The set of characters that lead on from `state`."""
        return sum(1 << _bit(char) for char in self._children[state])

    def _add(self, word: str) -> None:
        node = 1
        for char in word:
            following = self._children[node].get(char)
            if following is None:
                following = self._children[node][char] = len(self._children)
                self._children.append({})
            node = following
        self._ends.add(node)


class Substrings:
    """Every substring of one text, the empty one included; a state is a bit set of end positions."""

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        for position, char in enumerate(text):
            self._at[char] = self._at.get(char, 0) | (2 << position)
        self.start = (1 << (len(text) + 1)) - 1

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        return (state << 1) & self._at.get(char, 0)

    def accepting(self, state: int) -> bool:
        """Every state that is not dead is a substring."""
        return bool(state)

    def edges(self, state: int) -> tuple[Edge, ...]:
        """The ways on from `state`: one character each."""
        steps = ((1 << _bit(char), self.step(state, char)) for char in self._at)
        return tuple((mask, following) for mask, following in steps if following)

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead."""
        return not state


def _bits(positions: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while positions:
        low = positions & -positions
        yield low.bit_length() - 1
        positions ^= low


def _join(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)
