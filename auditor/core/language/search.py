"""A search for texts of one class, where the survey's own texts are not enough.

It walks the part of the survey that leads to the class, with further machines beside it: the exact
universe, or patterns too large for the survey. Found nothing, with nothing turned down, the class
is empty.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from auditor.core.language.machine import Exhausted, Machine
from auditor.core.language.price import choices
from auditor.core.language.survey import Survey, Vector
from auditor.core.language.words import Words

SEARCH_CAP = 8_000
"""Steps of one search."""
NONE_VALID = "texts that no browser sends for a reason that no automaton holds"
_VISITS = 6
_STEP = 10
"""The price of the cheapest character."""

_Beside: TypeAlias = tuple[int, ...]


class Condition(NamedTuple):
    """A machine that a text must be taken by, or must not."""

    machine: Machine
    wanted: bool


class Found(NamedTuple):
    """`texts` of the class; `unfinished`: why there may be more (or any, if there are none); `steps`
    that it took."""

    texts: tuple[str, ...]
    unfinished: str | None
    steps: int


def find(
    survey: Survey,
    vector: Vector,
    conditions: Sequence[Condition],
    words: Words,
    valid: Callable[[str], bool],
    *,
    most: int,
    known: Sequence[str] = (),
    cap: int = SEARCH_CAP,
) -> Found:
    """Up to `most` texts of `vector` that meet `conditions`, are none of `words` or `known`; at the price
    of `cap` steps, and of `SEARCH_CAP`."""
    search = _Search(survey, vector, tuple(conditions), words, min(cap, SEARCH_CAP))
    found: dict[str, None] = {}
    turned_down = False
    try:
        for text in search.texts():
            if not valid(text):
                turned_down = True
            elif text not in known:
                found[text] = None
                if len(found) == most:
                    break
    except Exhausted as spent:
        return Found(tuple(found), str(spent), search.steps)
    if turned_down and not found and not known:
        return Found((), NONE_VALID, search.steps)
    return Found(tuple(found), None, search.steps)


class _Search:
    def __init__(
        self,
        survey: Survey,
        vector: Vector,
        conditions: tuple[Condition, ...],
        words: Words,
        cap: int,
    ) -> None:
        self._cap = cap
        self._survey = survey
        self._vector = vector
        self._conditions = conditions
        self._words = words
        self.steps = 0

    def texts(self) -> Iterator[str]:
        """Texts of the class, cheap ones first, some of them twice; raises `Exhausted`. Where coming by
        each state once shows none, there are none."""
        empty = True
        for text in self._walked(1):
            empty = False
            yield text
        if not empty:
            yield from self._walked(_VISITS)

    def _walked(self, often: int) -> Iterator[str]:
        """Texts on ways that come by each state `often` times at most."""
        distances = self._survey.distances(self._vector)
        beside = tuple(one.machine.start for one in self._conditions)
        queue = [(distances.get(0, 0), 0, "", 0, beside, self._words.start)] if distances else []
        visits: dict[tuple[int, _Beside, int], int] = {}
        while queue:
            _, depth, text, at, beside, node = heapq.heappop(queue)
            cost = -depth
            key = (at, beside, node)
            seen = visits.get(key, 0)
            if seen >= often:
                continue
            visits[key] = seen + 1
            self.steps += 1
            if self.steps > self._cap:
                raise Exhausted("more steps of searches than one question is worth")
            if self._ends(at, beside) and not self._words.accepting(node):
                yield text
            for mask, following, left, after in self._onward(at, beside, distances):
                detour = self._survey.detour(at, mask)
                for char, price in choices(mask, self._words.named(node)):
                    total = cost + price + detour
                    word = self._words.step(node, char)
                    entry = (total + left, -total, text + char, following, after, word)
                    heapq.heappush(queue, entry)

    def _ends(self, at: int, beside: _Beside) -> bool:
        return (
            self._survey.accepting(at)
            and self._survey.vector(at) == self._vector
            and all(
                (bool(state) and one.machine.accepting(state)) == one.wanted
                for one, state in zip(self._conditions, beside, strict=True)
            )
        )

    def _onward(
        self, at: int, beside: _Beside, distances: Mapping[int, int]
    ) -> Iterator[tuple[int, int, int, _Beside]]:
        """(characters, state, price of what is left at least, states of the conditions) of each way
        towards the class."""
        settled = self._survey.settled(at)
        for mask, following in self._survey.ways(at):
            left = 0 if settled else distances.get(following)
            if left is None:
                continue
            parts: list[tuple[int, _Beside]] = [(mask, ())]
            for condition, state in zip(self._conditions, beside, strict=True):
                parts = [way for part in parts for way in _split(part, condition, state)]
            for characters, after in parts:
                yield characters, following, max(left, self._still(after)), after

    def _still(self, beside: _Beside) -> int:
        """The price of what the conditions that are wanted still need, at least."""
        needs = (
            one.machine.remaining(state)
            for one, state in zip(self._conditions, beside, strict=True)
            if one.wanted
        )
        return _STEP * max(needs, default=0)


def _split(
    part: tuple[int, _Beside], condition: Condition, state: int
) -> Iterator[tuple[int, _Beside]]:
    """`part` by one more machine, as far as its condition can still be met."""
    left, reached = part
    machine, wanted = condition
    for taken, following in machine.arcs(state) if state else ():
        both = left & taken
        if both:
            left ^= both
            if wanted or not machine.settled(following):
                yield both, (*reached, following)
    if left and not wanted:
        yield left, (*reached, 0)
