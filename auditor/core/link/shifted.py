"""An automaton over paths as a hop sees them, asked with paths as they are further out."""

from __future__ import annotations

from functools import reduce

from auditor.core.language.machine import Arc, Machine
from auditor.core.language.tree import bit


class Shifted:
    """Takes a path where `machine` takes it with `strip` removed from its beginning and `add` put there.

    States are those of `machine` moved up; below them one for each character of `strip`.
    """

    def __init__(self, machine: Machine, strip: str, add: str) -> None:
        self._machine = machine
        self._strip = strip.rstrip("/")
        self._base = len(self._strip) + 1
        self._begun = reduce(machine.step, add.rstrip("/"), machine.start)
        self._slashed = machine.step(self._begun, "/")
        # A path of nothing but the prefix is `add`, or the root.
        self._bare = self._begun if add.rstrip("/") else self._slashed
        self._goes_on = strip.endswith("/")
        self.start = 1 if self._strip else self._up(self._begun)
        self.weight = machine.weight

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        if state > self._base:
            return self._up(self._machine.step(state - self._base, char))
        if 0 < state < self._base:
            return state + 1 if char == self._strip[state - 1] else 0
        if state != self._base:
            return 0
        # What is left of a path always begins with a slash.
        if char == "/":
            return self._up(self._slashed)
        return 0 if self._goes_on else self._up(self._machine.step(self._slashed, char))

    def accepting(self, state: int) -> bool:
        """Whether the path so far is taken."""
        if state == self._base:
            return not self._goes_on and self._machine.accepting(self._bare)
        return state > self._base and self._machine.accepting(state - self._base)

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on from `state`, by disjoint character sets."""
        if state > self._base:
            return tuple(
                (mask, self._up(to)) for mask, to in self._machine.arcs(state - self._base)
            )
        if 0 < state < self._base:
            return ((bit(self._strip[state - 1]), state + 1),)
        if state != self._base:
            return ()
        slash = bit("/")
        follows = () if self._goes_on else self._machine.arcs(self._slashed)
        others = tuple((mask & ~slash, self._up(to)) for mask, to in follows if mask & ~slash)
        return ((slash, self._up(self._slashed)), *others) if self._slashed else others

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer."""
        if state > self._base:
            return self._machine.settled(state - self._base)
        return not state

    def remaining(self, state: int) -> int:
        """Characters that are still needed, at least."""
        if state > self._base:
            return self._machine.remaining(state - self._base)
        return max(self._base - state, 0)

    @property
    def held(self) -> int:
        """How much is remembered, in steps."""
        return self._machine.held

    def forget(self) -> None:
        """Give back the memory of a long walk; states handed out before are void."""
        self._machine.forget()

    def _up(self, state: int) -> int:
        return state + self._base if state else 0
