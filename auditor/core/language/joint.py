"""Automata side by side: what each of them takes, as a vector with a bit for each.

The positions of plain automata stand in one bit set, so that what tells characters apart is looked at
once for all of them, not once for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from auditor.core.language.machine import Arc, Machine
from auditor.core.language.plain import PlainAutomaton, refined
from auditor.core.language.positions import Beside
from auditor.core.language.tree import EVERY_CHARACTER, bits

_TAKES_ALL: Final = -1


class Side(Protocol):
    """What a survey walks beside its universe; state 0 takes nothing any more."""

    start: int

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on, by disjoint character sets; every other character leads to 0."""
        ...

    def settled(self, state: int) -> bool:
        """Whether no vector but this can follow."""
        ...

    def vector(self, state: int) -> int:
        """The machines that take the text so far, a bit each."""
        ...


def sides(machines: Iterable[Machine]) -> tuple[Side, ...]:
    """`machines`, bits by their order, in as few sides as they fit into."""
    numbered = [(1 << number, machine) for number, machine in enumerate(machines)]
    plain = [(bit, one) for bit, one in numbered if isinstance(one, PlainAutomaton)]
    others = [Single(bit, one) for bit, one in numbered if not isinstance(one, PlainAutomaton)]
    return (Joint(plain), *others) if plain else tuple(others)


class Single:
    """One machine whose bit in a vector is `bit`; settled states are alike."""

    def __init__(self, bit: int, machine: Machine) -> None:
        self._bit = bit
        self._machine = machine
        self._arcs: dict[int, tuple[Arc, ...]] = {}
        self.start = self._met(machine.start)

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on, by disjoint character sets; every other character leads to 0."""
        found = self._arcs.get(state)
        if found is None:
            arcs = self._machine.arcs(state)
            found = self._arcs[state] = tuple((mask, self._met(to)) for mask, to in arcs)
        return found

    def settled(self, state: int) -> bool:
        """Whether no vector but this can follow."""
        return state <= 0

    def vector(self, state: int) -> int:
        """The bit, where the machine takes the text so far."""
        taken = state < 0 or (state and self._machine.accepting(state))
        return self._bit if taken else 0

    def _met(self, state: int) -> int:
        return _TAKES_ALL if state and self._machine.settled(state) else state


class Joint:
    """Plain automata as one. A state is the bit set of the positions of all of them; where one of them
    cannot change any more, a single bit stands for it, so that states that differ in nothing else
    are one."""

    def __init__(self, machines: Iterable[tuple[int, PlainAutomaton]]) -> None:
        self._follow: list[int] = []
        self._owner: list[int] = []
        self._bits: list[int] = []
        self._own: list[int] = []
        self._after_waiting: dict[int, int] = {}
        self._arcs: dict[int, tuple[Arc, ...]] = {}
        self._ends = self._sinks = self._done = self._waiting = start = 0
        by_mask: dict[int, int] = {}
        for bit, machine in machines:
            start |= self._add(bit, machine, by_mask)
        self._alike = tuple(by_mask.items())
        self.start = self._met(start)

    def vector(self, state: int) -> int:
        """The machines that take the text so far."""
        found = 0
        for at in bits(state & self._ends):
            found |= self._bits[self._owner[at]]
        return found

    def settled(self, state: int) -> bool:
        """Whether no vector but this can follow."""
        return not state & ~self._done

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on, by disjoint character sets; every other character leads to what is done."""
        found = self._arcs.get(state)
        if found is None:
            found = self._arcs[state] = self._split(state)
        return found

    def _split(self, state: int) -> tuple[Arc, ...]:
        done = state & self._done
        reached = self._after(state ^ done)
        parts: dict[int, int] = {EVERY_CHARACTER: 0} if done else {}
        for mask, members in self._alike:
            taking = members & reached
            if taking:
                parts = refined(parts, mask, taking)
        return tuple((mask, self._met(positions) | done) for mask, positions in parts.items())

    def _after(self, state: int) -> int:
        """The positions that may come next. Those that wait for a match to begin are on in nearly every
        state together: what follows them is looked up."""
        waiting = state & self._waiting
        found = self._after_waiting.get(waiting)
        if found is None:
            found = self._after_waiting[waiting] = self._joined(waiting)
        return found | self._joined(state ^ waiting)

    def _joined(self, state: int) -> int:
        found = 0
        for at in bits(state):
            found |= self._follow[at]
        return found

    def _add(self, bit: int, machine: PlainAutomaton, by_mask: dict[int, int]) -> int:
        """Put a machine behind the others; where it starts."""
        here, number = len(self._follow), len(self._own)
        self._bits.append(bit)
        positions = machine.positions
        for at, following in enumerate(positions.follow):
            reached = following.get(0, 0)
            self._follow.append(reached << here)
            if reached >> at & 1 and positions.masks[at] == EVERY_CHARACTER:
                self._waiting |= 1 << (here + at)
        size = len(positions.masks)
        self._owner += [number] * size
        for mask, members in machine.alike:
            by_mask[mask] = by_mask.get(mask, 0) | members << here
        self._own.append(((1 << size) - 1) << here)
        # A start beside other characters is never reached: it stands for "takes everything".
        self._done |= 1 << (here + Beside.OTHER)
        self._ends |= positions.ends[Beside.NOTHING].get(0, 0) << here | 1 << (here + Beside.OTHER)
        self._sinks |= machine.sink << here
        return 1 << (here + Beside.NOTHING)

    def _met(self, positions: int) -> int:
        """`positions`, with one bit for each machine that takes everything from here."""
        sunk = positions & self._sinks
        while sunk:
            number = self._owner[(sunk & -sunk).bit_length() - 1]
            own = self._own[number]
            positions = positions & ~own | (own & self._done)
            sunk &= ~own
        return positions
