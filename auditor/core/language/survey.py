"""The survey: a universe and patterns walked at once, and what can be read off that walk.

Every state of the product is met once, the cheapest text to it first, so that an end tells both
which patterns match there and a plain text that does it. Components that cannot change any more
are made alike, which keeps the product small.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from auditor.core.language.joint import sides
from auditor.core.language.machine import Arc, Exhausted, Machine, accepts
from auditor.core.language.price import cheapest, choices
from auditor.core.language.tree import bit
from auditor.core.language.universe import Universe

ARC_CAP = 60_000
"""Ways between states that one survey looks at."""
_ENDS_TRIED = 6
_NO_DETOUR: Final = (0, 0)

State: TypeAlias = tuple[int, ...]
"""The universe's component, then one for each side."""
Vector: TypeAlias = int
"""The set of machines that take a text, a bit each."""


class Survey:
    """The product of a universe and machines; states are numbered as they are met, from 0."""

    def __init__(self, universe: Universe, machines: Sequence[Machine], cap: int = ARC_CAP) -> None:
        self._cap = cap
        self._universe = universe.machine
        self._detours = universe.detours
        self._machines = tuple(machines)
        self._sides = sides(machines)
        self._numbers: dict[State, int] = {}
        self._states: list[State] = []
        self._settled: list[bool] = []
        self._ways: list[tuple[Arc, ...] | None] = []
        self._rows: list[dict[str, int]] = []
        self._come: list[tuple[int, int]] = []
        self._before: list[list[tuple[int, int]]] | None = None
        self._work = 0
        self.ends: dict[Vector, list[int]] = {}
        self._number((self._universe.start, *(side.start for side in self._sides)))
        self.unfinished: str | None = None
        try:
            self._walk()
        except Exhausted as spent:
            self.unfinished = str(spent)

    def vector_of(self, text: str) -> Vector:
        """The machines that take `text`."""
        at, rows, settled = 0, self._rows, self._settled
        for char in text:
            if settled[at]:
                break
            following = rows[at].get(char)
            if following is None:
                following = self._row(at, char)
            if following < 0:
                return self._asked(text)
            at = following
        return self.vector(at)

    def inside(self, text: str) -> bool:
        """Whether the universe holds `text`."""
        return accepts(self._universe, text)

    def accepting(self, at: int) -> bool:
        """Whether the universe holds the text so far."""
        return self._universe.accepting(self._states[at][0])

    def settled(self, at: int) -> bool:
        """Whether what follows stays within one vector."""
        return self._settled[at]

    def vector(self, at: int) -> Vector:
        """The machines that take the text so far."""
        found = 0
        for side, component in zip(self._sides, self._states[at][1:], strict=True):
            found |= side.vector(component)
        return found

    def ways(self, at: int) -> tuple[Arc, ...]:
        """The ways on, by disjoint character sets, as far as the universe goes."""
        found = self._ways[at]
        if found is None:
            parts = self._expanded(self._states[at])
            found = tuple((mask, self._number(state)) for state, mask in parts.items())
            self._ways[at] = found
        return found

    def detour(self, at: int, mask: int) -> int:
        """What a way costs on top, because it leads to origins that fewer people know."""
        known, more = self._detours.get(self._states[at][0], _NO_DETOUR)
        return 0 if mask & known else more

    def texts(self, vector: Vector) -> Iterator[str]:
        """Texts of `vector`, plain ones first; not all that there are."""
        ways = [self._way_to(at) for at in self.ends.get(vector, ())[:_ENDS_TRIED]]
        for way in ways:
            yield "".join(cheapest(mask)[1] for mask in way)
        for way in ways:
            yield from _varied(way)

    def distances(self, vector: Vector) -> dict[int, int]:
        """The states that lead to `vector`, with the price of the way there at least."""
        queue = [(0, at) for at in self.ends.get(vector, ())]
        before = self._backward()
        found: dict[int, int] = {}
        while queue:
            distance, at = heapq.heappop(queue)
            if at not in found:
                found[at] = distance
                for price, earlier in before[at]:
                    if earlier not in found:
                        heapq.heappush(queue, (distance + price, earlier))
        return found

    def _number(self, state: State) -> int:
        found = self._numbers.get(state)
        if found is None:
            found = self._numbers[state] = len(self._states)
            self._states.append(state)
            sides_settled = (
                side.settled(one) for side, one in zip(self._sides, state[1:], strict=True)
            )
            self._settled.append(all(sides_settled))
            self._ways.append(None)
            self._rows.append({})
            self._come.append((-1, 0))
        return found

    def _walk(self) -> None:
        """Visit every state whose vector is still open; raises `Exhausted`."""
        queue, best = [(0, 0)], {0: 0}
        while queue:
            cost, at = heapq.heappop(queue)
            if cost > best[at]:
                continue
            settled = self._settled[at]
            if settled or self.accepting(at):
                self.ends.setdefault(self.vector(at), []).append(at)
            if settled:
                continue
            known, more = self._detours.get(self._states[at][0], _NO_DETOUR)
            for mask, following in self._paid(at):
                after = cost + cheapest(mask)[0] + (0 if mask & known else more)
                if after < best.get(following, after + 1):
                    best[following] = after
                    self._come[following] = (at, mask)
                    heapq.heappush(queue, (after, following))

    def _paid(self, at: int) -> tuple[Arc, ...]:
        """The ways on, counted; raises `Exhausted`."""
        ways = self.ways(at)
        self._work += len(ways)
        if self._work > self._cap:
            raise Exhausted(f"more than {self._cap} ways through the patterns")
        return ways

    def _expanded(self, state: State) -> dict[State, int]:
        """The states after `state`, each with the characters that lead there."""
        parts: list[tuple[int, State]] = [
            (mask, (to,)) for mask, to in self._universe.arcs(state[0])
        ]
        for side, component in zip(self._sides, state[1:], strict=True):
            if side.settled(component):
                parts = [(mask, (*reached, component)) for mask, reached in parts]
            else:
                parts = _split(parts, side.arcs(component))
        return _joined(parts)

    def _row(self, at: int, char: str) -> int:
        """The state after `char`, -1 outside of the universe or of what one walk may cost."""
        wanted = bit(char)
        try:
            ways = self.ways(at)
        except Exhausted:
            return -1
        found = self._rows[at][char] = next((to for mask, to in ways if mask & wanted), -1)
        return found

    def _asked(self, text: str) -> Vector:
        taken = (accepts(machine, text) for machine in self._machines)
        return sum(1 << number for number, one in enumerate(taken) if one)

    def _way_to(self, at: int) -> list[int]:
        """The character sets of a text that comes by `at` and is in the universe."""
        ending = _completion(self._universe, self._states[at][0]) if self.settled(at) else ()
        masks = []
        while at:
            at, mask = self._come[at]
            masks.append(mask)
        return [*masks[::-1], *ending]

    def _backward(self) -> list[list[tuple[int, int]]]:
        if self._before is None or len(self._before) < len(self._states):
            self._before = [[] for _ in self._states]
            for at, ways in enumerate(self._ways):
                for mask, following in ways or ():
                    self._before[following].append((cheapest(mask)[0], at))
        return self._before


def _split(parts: Iterable[tuple[int, State]], arcs: Sequence[Arc]) -> list[tuple[int, State]]:
    """`parts` by one more machine: the characters of each by the ways on of that machine, or to its
    end."""
    found = []
    for left, state in parts:
        mask = left
        for taken, component in arcs:
            both = mask & taken
            if both:
                found.append((both, (*state, component)))
                mask ^= both
                if not mask:
                    break
        else:
            found.append((mask, (*state, 0)))
    return found


def _joined(parts: Iterable[tuple[int, State]]) -> dict[State, int]:
    """Each state once, with all the characters that lead there."""
    found: dict[State, int] = {}
    for mask, state in parts:
        found[state] = found.get(state, 0) | mask
    return found


def _varied(masks: Sequence[int]) -> Iterator[str]:
    """Texts along a way that differ from the plainest in one character."""
    text = [cheapest(mask)[1] for mask in masks]
    for at in range(len(masks) - 1, -1, -1):
        for char, _ in choices(masks[at], 0)[1:3]:
            yield "".join((*text[:at], char, *text[at + 1 :]))


@lru_cache(maxsize=1_024)
def _completion(universe: Machine, state: int) -> tuple[int, ...]:
    """The character sets of a cheapest way from `state` to a text of the universe."""
    queue: list[tuple[int, int, int, tuple[int, ...]]] = [(0, 0, state, ())]
    seen: set[int] = set()
    pushed = 0
    while queue:
        cost, _, at, masks = heapq.heappop(queue)
        if universe.accepting(at):
            return masks
        if at not in seen:
            seen.add(at)
            for mask, to in universe.arcs(at):
                pushed += 1
                heapq.heappush(queue, (cost + cheapest(mask)[0], pushed, to, (*masks, mask)))
    return ()
