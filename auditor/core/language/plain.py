"""Automata of trees without look-arounds: a bit set of positions is a state."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.core.language.machine import Arc, Exhausted
from auditor.core.language.positions import Beside, Conditioned, Positions
from auditor.core.language.tree import EVERY_CHARACTER, bit, bits

WORK_CAP = 4_000_000
"""Positions looked at in one walk, over all states: a bound on time and, by that, on memory."""


class PlainAutomaton:
    """The position automaton of a tree, determinised only where it is walked."""

    def __init__(self, positions: Positions) -> None:
        self._masks = positions.masks
        self._follow = tuple(following.get(0, 0) for following in positions.follow)
        self._ends = tuple(ending.get(0, 0) for ending in positions.ends)
        self.sink = sink(positions)
        self.positions = positions
        self._ranks: tuple[int, ...] | None = None
        self.alike = alike(positions.masks)
        self._by_char: dict[str, int] = {}
        self.start = 1 << Beside.NOTHING
        self.forget()

    def begun(self, left: Beside) -> int:
        """The state at the beginning, where `left` stands before it."""
        return 1 << left

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        key = (state, char)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._next(state) & self._takers(char)
        return found

    def accepting(self, state: int, right: Beside = Beside.NOTHING) -> bool:
        """Whether the text so far is in the language, where `right` follows it."""
        return bool(state & self._ends[right])

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on from `state`, by disjoint character sets; every other character is the end."""
        found = self._arcs.get(state)
        if found is None:
            found = self._arcs[state] = self._split(self._next(state))
        return found

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead, or taking everything."""
        return not state or bool(state & self.sink)

    def remaining(self, state: int) -> int:
        """Characters that a text in the language still needs after `state`, at least."""
        if self._ranks is None:
            self._ranks = ranks(self.positions)
        return nearest(self._ranks, state)

    @property
    def weight(self) -> int:
        """Bytes of the positions: a bit set and its dict for each."""
        return weigh(self.positions)

    @property
    def held(self) -> int:
        """How much is remembered, in steps."""
        return len(self._memo)

    def forget(self) -> None:
        """Give back the memory of a long walk."""
        self._arcs: dict[int, tuple[Arc, ...]] = {}
        self._memo: dict[tuple[int, str], int] = {}
        self._work = 0

    def _split(self, positions: int) -> tuple[Arc, ...]:
        """Disjoint character sets, each with those of `positions` that take it."""
        parts: dict[int, int] = {}
        for left, reached in self._taking(positions):
            self._work += 1 + len(parts)
            parts = refined(parts, left, reached)
        if self._work > WORK_CAP:
            raise Exhausted(f"more than {WORK_CAP} steps")
        return tuple(parts.items())

    def _taking(self, positions: int) -> Iterable[tuple[int, int]]:
        """`positions` by the characters that they take."""
        if positions.bit_count() <= len(self.alike):
            return ((self._masks[at], 1 << at) for at in bits(positions))
        groups = ((mask, members & positions) for mask, members in self.alike)
        return ((mask, members) for mask, members in groups if members)

    def _next(self, state: int) -> int:
        self._work += state.bit_count()
        found = 0
        for at in bits(state):
            found |= self._follow[at]
        return found

    def _takers(self, char: str) -> int:
        found = self._by_char.get(char)
        if found is None:
            found = self._by_char[char] = taking(self.alike, char)
        return found


def refined(parts: dict[int, int], left: int, reached: int) -> dict[int, int]:
    """`parts` (disjoint character sets with what takes them), cut by one more character set that leads to `reached`."""
    split: dict[int, int] = {}
    for mask, others in parts.items():
        both = mask & left
        if both:
            split[both] = others | reached
            left ^= both
            mask ^= both  #  - what is left of it
        if mask:
            split[mask] = others
    if left:
        split[left] = reached
    return split


def alike(masks: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Positions by their character set, for each set that occurs."""
    found: dict[int, int] = {}
    for at, mask in enumerate(masks):
        if mask:
            found[mask] = found.get(mask, 0) | 1 << at
    return tuple(found.items())


def taking(groups: tuple[tuple[int, int], ...], char: str) -> int:
    """The positions that take `char`."""
    wanted = bit(char)
    found = 0
    for mask, members in groups:
        if mask & wanted:
            found |= members
    return found


def sink(positions: Positions) -> int:
    """The positions from which every text is taken, whatever else is true."""
    found = positions.ends[Beside.NOTHING].get(0, 0)
    shrunk = True
    while shrunk:
        shrunk = False
        for at in bits(found):
            if not _takes_all(positions, positions.follow[at], found):
                found ^= 1 << at
                shrunk = True
    return found


def _takes_all(positions: Positions, following: Conditioned, within: int) -> bool:
    taken = 0
    for at in bits(following.get(0, 0) & within):
        taken |= positions.masks[at]
    return taken == EVERY_CHARACTER


def weigh(positions: Positions) -> int:
    """Bytes that `positions` take, roughly."""
    count = len(positions.masks)
    return count * (count // 8 + 300)


def ranks(positions: Positions) -> tuple[int, ...]:
    """Sets of positions by how many characters they are from an end at least, nearest first."""
    layer = 0
    for reached in positions.ends[Beside.NOTHING].values():
        layer |= reached
    found, seen = [], 0
    while layer:
        found.append(layer)
        seen |= layer
        layer = sum(
            1 << at
            for at, following in enumerate(positions.follow)
            if not seen >> at & 1 and any(reached & layer for reached in following.values())
        )
    return tuple(found)


def nearest(ranked: tuple[int, ...], *states: int) -> int:
    """The rank of the nearest of the positions in `states`."""
    together = 0
    for state in states:
        together |= state
    return next((rank for rank, layer in enumerate(ranked) if layer & together), 0)
