"""The positions of a tree: each character set in it, and which may follow which.

After Glushkov (The abstract theory of automata, 1961), with conditions: between two positions stand
the zero-width parts that a way from one to the other passes. Edges of the text and of words are
known as soon as both positions are, and are settled here; look-arounds are left on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from auditor.core.language.atom import NotRegular, before_anything, without_atom
from auditor.core.language.tree import (
    WORD,
    Alt,
    At,
    Atomic,
    Back,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    bits,
    nodes,
)

POSITION_CAP = 6_000
REPEAT_CAP = 512
"""Repetitions that are told apart; more than this many characters no origin of a browser has."""
_LOOK_CAP = 12
_EDGES = int(Edge.BEGIN | Edge.END | Edge.BOUNDARY | Edge.NO_BOUNDARY)
_FIRST_LOOK = _EDGES + 1
_NEVER = int(Edge.BOUNDARY | Edge.NO_BOUNDARY)

Conditioned: TypeAlias = dict[int, int]
"""Condition (a set of `Edge` and look bits) -> the positions that are reached under it."""


class Beside(IntEnum):
    """What stands on the other side of the place where a language begins or ends."""

    NOTHING = 0
    WORD = 1
    OTHER = 2


_BESIDE = tuple(Beside)


@dataclass(frozen=True, slots=True)
class Positions:
    """`masks`: character sets by position; the first three are starts, one for each `Beside`.
    `follow`: by position, what comes next under which looks. `ends`: for each `Beside`, the
    positions that may be the last under which looks. `looks`: what the look bits stand for."""

    masks: tuple[int, ...]
    follow: tuple[Conditioned, ...]
    ends: tuple[Conditioned, ...]
    looks: tuple[Look, ...]

    def looks_in(self, condition: int) -> Iterator[int]:
        """The numbers of the looks that `condition` asks for."""
        return bits(condition // _FIRST_LOOK)


def positions_of(tree: Tree) -> Positions:
    """The positions of `tree`; raises `NotRegular`."""
    return _Builder(splits=_has_boundary(tree)).finished(tree)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a tree: the conditions under which it is empty, its first and last positions."""

    empty: tuple[int, ...]
    first: Conditioned
    last: Conditioned


class _Builder:
    def __init__(self, *, splits: bool) -> None:
        self._splits = splits
        self._masks: list[int] = [0] * len(_BESIDE)
        self._follow: list[Conditioned] = [{} for _ in _BESIDE]
        self._looks: dict[Look, int] = {}

    def finished(self, tree: Tree) -> Positions:
        """Build `tree` and settle what its edges mean."""
        whole = self._build(tree)
        words = self._words()
        follow = [self._settled(at, following, words) for at, following in enumerate(self._follow)]
        for beside in _BESIDE:
            follow[beside] = self._started(whole.first, beside, words)
        ends = tuple(self._ended(whole, beside, words) for beside in _BESIDE)
        _trim(follow, ends)
        return Positions(tuple(self._masks), tuple(follow), ends, tuple(self._looks))

    def _build(self, tree: Tree) -> _Part:  # noqa: C901 - one arm for each node
        match tree:
            case Chars(mask):
                return self._chars(mask)
            case Cat(parts):
                return self._cat(self._build(part) for part in before_anything(parts))
            case Alt(options):
                return self._alt([self._build(option) for option in options])
            case Repeat():
                return self._repeat(tree)
            case At(edge):
                return _Part((int(edge),), {}, {})
            case Look():
                return _Part((self._look(tree),), {}, {})
            case Group(inner):
                return self._build(inner)
            case Atomic(inner):
                return self._build(without_atom(inner))
            case Back():
                raise NotRegular("back-references")

    def _chars(self, mask: int) -> _Part:
        masks = (mask & WORD, mask & ~WORD) if self._splits else (mask,)
        found = 0
        for one in masks:
            if one:
                found |= 1 << len(self._masks)
                self._masks.append(one)
                self._follow.append({})
        if len(self._masks) > POSITION_CAP:
            raise NotRegular(f"more than {POSITION_CAP} positions")
        return _Part((), {0: found}, {0: found}) if found else _Part((), {}, {})

    def _cat(self, parts: Iterable[_Part]) -> _Part:
        built = list(parts)
        first: Conditioned = {}
        for part in reversed(built):
            self._link(part.last, first)
            following: Conditioned = dict(part.first)
            _add(following, part.empty, first)
            first = following
        empty: tuple[int, ...] = (0,)
        last: Conditioned = {}
        for part in built:
            ending: Conditioned = dict(part.last)
            _add(ending, part.empty, last)
            last = ending
            empty = _minimal(one | other for one in empty for other in part.empty)
        return _Part(empty, first, last)

    def _alt(self, options: list[_Part]) -> _Part:
        first: Conditioned = {}
        last: Conditioned = {}
        for option in options:
            _add(first, (0,), option.first)
            _add(last, (0,), option.last)
        return _Part(_minimal(e for option in options for e in option.empty), first, last)

    def _repeat(self, tree: Repeat) -> _Part:
        one = self._build(tree.inner)
        least = 0 if 0 in one.empty else tree.least
        most = None if tree.most is None or tree.most > REPEAT_CAP else tree.most
        if most == 0:
            return _Part((0,), {}, {})
        if least > REPEAT_CAP:
            return self._too_often(one)
        if tree.leaves or not one.empty or least == 0:
            return self._loop(tree.inner, one, least, most)
        parts = [one, *(self._build(tree.inner) for _ in range(least - 1))]
        if most is None or most > least:
            further = None if most is None else most - least
            parts.append(self._loop(tree.inner, self._build(tree.inner), 0, further))
        return self._cat(parts)

    def _too_often(self, one: _Part) -> _Part:
        """No text is long enough, but for iterations that take no character."""
        return _Part(one.empty, {}, {})

    def _loop(self, inner: Tree, one: _Part, least: int, most: int | None) -> _Part:
        """Iterations that take a character each; an empty one only ends the loop."""
        first = dict(one.first)
        last: Conditioned = {}
        for done in range(1, (most or max(least, 1)) + 1):
            _add(last, (0,) if done >= least else one.empty, one.last)
            if done == most:
                break
            following = one if done >= max(least, 1) and most is None else self._build(inner)
            self._link(one.last, following.first)
            one = following
        return _Part((0,) if least == 0 else one.empty, first, last)

    def _look(self, look: Look) -> int:
        number = self._looks.setdefault(look, len(self._looks))
        if number >= _LOOK_CAP:
            raise NotRegular(f"more than {_LOOK_CAP} look-arounds")
        return _FIRST_LOOK << number

    def _link(self, last: Conditioned, first: Conditioned) -> None:
        for before, ending in last.items():
            for after, beginning in first.items():
                condition = before | after
                if condition & _NEVER != _NEVER:
                    for at in bits(ending):
                        following = self._follow[at]
                        following[condition] = following.get(condition, 0) | beginning

    def _words(self) -> int:
        """The positions whose characters are word characters; only told apart where it matters."""
        if not self._splits:
            return 0
        return sum(1 << at for at, mask in enumerate(self._masks) if mask & WORD)

    def _settled(self, at: int, following: Conditioned, words: int) -> Conditioned:
        beside = Beside.WORD if words >> at & 1 else Beside.OTHER
        return self._allowed(following, beside, words, begins=False)

    def _started(self, first: Conditioned, beside: Beside, words: int) -> Conditioned:
        return self._allowed(first, beside, words, begins=beside is Beside.NOTHING)

    def _allowed(
        self, following: Conditioned, beside: Beside, words: int, *, begins: bool
    ) -> Conditioned:
        """What of `following` its edges allow after a place with `beside` on its left."""
        found: Conditioned = {}
        for condition, reached in following.items():
            if condition & Edge.END or (condition & Edge.BEGIN and not begins):
                continue
            if condition & _NEVER:
                word_first = (beside is Beside.WORD) == bool(condition & Edge.NO_BOUNDARY)
                reached &= words if word_first else ~words  #
            if reached:
                left = condition & ~_EDGES
                found[left] = found.get(left, 0) | reached
        return found

    def _ended(self, whole: _Part, beside: Beside, words: int) -> Conditioned:
        """The positions that may be the last with `beside` on their right, starts included."""
        last = dict(whole.last)
        found: Conditioned = {}
        for condition, reached in last.items():
            self._end(found, condition, reached, beside, words)
        for condition in whole.empty:
            for start in _BESIDE:
                if not condition & Edge.BEGIN or start is Beside.NOTHING:
                    told = words | 1 << Beside.WORD
                    self._end(found, condition & ~Edge.BEGIN, 1 << start, beside, told)
        return found

    def _end(
        self, found: Conditioned, condition: int, reached: int, beside: Beside, words: int
    ) -> None:
        if condition & Edge.BEGIN or (condition & Edge.END and beside is not Beside.NOTHING):
            return
        if condition & _NEVER:
            word_last = (beside is Beside.WORD) == bool(condition & Edge.NO_BOUNDARY)
            reached &= words if word_last else ~words
        if reached:
            left = condition & ~_EDGES
            found[left] = found.get(left, 0) | reached


def _add(into: Conditioned, conditions: Iterable[int], part: Conditioned) -> None:
    """Add to `into` what `part` reaches, under each of `conditions` too."""
    for condition in conditions:
        for further, reached in part.items():
            both = condition | further
            if both & _NEVER != _NEVER:
                into[both] = into.get(both, 0) | reached


def _minimal(conditions: Iterable[int]) -> tuple[int, ...]:
    """Those of `conditions` that can hold and that no weaker one makes needless."""
    found: list[int] = []
    for one in sorted(set(conditions), key=int.bit_count):
        if one & _NEVER != _NEVER and not any(one & weaker == weaker for weaker in found):
            found.append(one)
    return tuple(found)


def _trim(follow: list[Conditioned], ends: tuple[Conditioned, ...]) -> None:
    """Forget ways to positions from which no end can be reached."""
    alive = 0
    for ending in ends:
        for reached in ending.values():
            alive |= reached
    grown = True
    while grown:
        grown = False
        for at in range(len(follow) - 1, -1, -1):
            if not alive >> at & 1 and any(reached & alive for reached in follow[at].values()):
                alive |= 1 << at
                grown = True
    for at, following in enumerate(follow):
        if any(reached & ~alive for reached in following.values()):
            kept = {condition: reached & alive for condition, reached in following.items()}
            follow[at] = {condition: reached for condition, reached in kept.items() if reached}


def _has_boundary(tree: Tree) -> bool:
    return any(isinstance(one, At) and one.edge & _NEVER for one in nodes(tree))
