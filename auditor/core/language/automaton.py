"""Automata of trees: the plain one where a tree has no look-arounds, else one that keeps them in mind.

A look ahead that was asked for and is still open is an obligation: the state of its own automaton,
carried beside the positions that asked. A look behind is answered by an automaton that has run
along since the beginning of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from auditor.core.language.atom import NotRegular
from auditor.core.language.machine import Arc, Exhausted, Machine
from auditor.core.language.plain import PlainAutomaton, alike, nearest, ranks, sink, taking, weigh
from auditor.core.language.positions import Beside, Positions, positions_of
from auditor.core.language.tree import (
    ANYTHING,
    EVERY_CHARACTER,
    WORD,
    Cat,
    Look,
    Tree,
    bit,
    bits,
    nodes,
)

STATE_CAP = 6_000
"""States of one automaton with look-arounds; each is many times as dear as one without."""


def machine_of(tree: Tree) -> Machine:
    """The automaton of `tree`; raises `NotRegular`."""
    return _automaton(tree)


def _automaton(tree: Tree, shared: _Shared | None = None) -> PlainAutomaton | LookingAutomaton:
    positions = positions_of(tree)
    if not positions.looks:
        return PlainAutomaton(positions)
    return LookingAutomaton(positions, {} if shared is None else shared)


_Obligation: TypeAlias = tuple[int, int]
"""The number of a look ahead and the state of its automaton."""
_Thread: TypeAlias = tuple[frozenset[_Obligation], int]
"""What is still to be shown, and the positions reached under it."""


class _State(NamedTuple):
    threads: frozenset[_Thread]
    trackers: tuple[int, ...]
    left: Beside


class _Asked(NamedTuple):
    """`tracker`: which of the automata that run along answers a look behind, None for one ahead.
    `inherits`: those that `body` needs for looks behind within a look ahead."""

    look: Look
    body: PlainAutomaton | LookingAutomaton
    tracker: int | None
    inherits: tuple[int, ...] = ()


_Shared: TypeAlias = "dict[Look, PlainAutomaton | LookingAutomaton]"
"""The automata of looks behind: one for each, in however deep a look ahead it stands."""


class LookingAutomaton:
    """The automaton of a tree with look-arounds; states are numbered as they are met."""

    def __init__(self, positions: Positions, shared: _Shared) -> None:
        self._positions = positions
        self._alike = alike(positions.masks)
        self._sink = sink(positions)
        self._ranks = ranks(positions)
        bodies = [(look, _body(look, shared)) for look in positions.looks]
        self.tracked = tuple(_tracked(bodies))
        self._asked = tuple(self._ask(look, body) for look, body in bodies)
        self._trackers = tuple(shared[look] for look in self.tracked)
        self._begin()

    def _ask(self, look: Look, body: PlainAutomaton | LookingAutomaton) -> _Asked:
        if not look.ahead:
            return _Asked(look, body, self.tracked.index(look))
        inside = body.tracked if isinstance(body, LookingAutomaton) else ()
        return _Asked(look, body, None, tuple(map(self.tracked.index, inside)))

    @property
    def weight(self) -> int:
        """Bytes of the positions, its own and those of its look-arounds."""
        return weigh(self._positions) + sum(one.body.weight for one in self._asked)

    @property
    def held(self) -> int:
        """How much is remembered, in steps."""
        return len(self._memo) + sum(tracker.held for tracker in self._trackers)

    def forget(self) -> None:
        """Give back the memory of a long walk; states handed out before are void."""
        for body in (*(one.body for one in self._asked if one.look.ahead), *self._trackers):
            body.forget()
        self._begin()

    def _begin(self) -> None:
        self._states: list[_State | None] = [None]
        self._numbers: dict[_State, int] = {}
        self._arcs: dict[int, tuple[Arc, ...]] = {}
        self._memo: dict[tuple[int, str], int] = {}
        self.start = self.begun(Beside.NOTHING)

    def begun(self, left: Beside, trackers: tuple[int, ...] | None = None) -> int:
        """The state at the beginning, where `left` stands before it and `trackers` have run."""
        threads = frozenset({(frozenset[_Obligation](), 1 << left)})
        if trackers is None:
            trackers = tuple(tracker.start for tracker in self._trackers)
        return self._number(_State(threads, trackers, left))

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        key = (state, char)
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._number(self._after(self._state(state), char))
        return found

    def accepting(self, state: int, right: Beside = Beside.NOTHING) -> bool:
        """Whether the text so far is in the language, where `right` follows it."""
        if not state:
            return False
        now = self._state(state)
        ends = self._positions.ends[right]
        return any(
            positions & reached and self._met(condition, now, right)
            for obligations, positions in now.threads
            if all(self._shown(one) for one in obligations)
            for condition, reached in ends.items()
        )

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on from `state`, by disjoint character sets; every other character is the end."""
        found = self._arcs.get(state)
        if found is None:
            if len(self._states) > STATE_CAP:
                raise Exhausted(f"more than {STATE_CAP} states of look-arounds")
            by_target: dict[int, int] = {}
            for part in self._parts(self._state(state)):
                target = self.step(state, chr((part & -part).bit_length() - 1))
                if target:
                    by_target[target] = by_target.get(target, 0) | part
            found = self._arcs[state] = tuple((mask, to) for to, mask in by_target.items())
        return found

    def remaining(self, state: int) -> int:
        """Characters that a text in the language still needs after `state`, at least."""
        return 0 if not state else nearest(self._ranks, *(p for _, p in self._state(state).threads))

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead, or taking everything."""
        if not state:
            return True
        free = frozenset[_Obligation]()
        return any(o == free and p & self._sink for o, p in self._state(state).threads)

    def _state(self, number: int) -> _State:
        found = self._states[number]
        assert found is not None  # noqa: S101 - the dead state is never walked from
        return found

    def _number(self, state: _State) -> int:
        if not state.threads:
            return 0
        found = self._numbers.get(state)
        if found is None:
            found = self._numbers[state] = len(self._states)
            self._states.append(state)
        return found

    def _after(self, now: _State, char: str) -> _State:
        right = Beside.WORD if bit(char) & WORD else Beside.OTHER
        takers = taking(self._alike, char)
        found: dict[frozenset[_Obligation], int] = {}
        for obligations, positions in now.threads:
            kept = self._advanced(obligations, char)
            if kept is None:
                continue
            for condition, reached in self._ways(positions).items():
                if not reached & takers:
                    continue
                begun = self._begun(condition, now, right)
                moved = None if begun is None else self._advanced(begun, char)
                if moved is not None:
                    both = kept | moved
                    found[both] = found.get(both, 0) | reached & takers
        trackers = tuple(
            tracker.step(state, char) if state else 0
            for tracker, state in zip(self._trackers, now.trackers, strict=True)
        )
        return _State(frozenset(_leanest(found)), trackers, right)

    def _ways(self, positions: int) -> dict[int, int]:
        found: dict[int, int] = {}
        for at in bits(positions):
            for condition, reached in self._positions.follow[at].items():
                found[condition] = found.get(condition, 0) | reached
        return found

    def _begun(self, condition: int, now: _State, right: Beside) -> frozenset[_Obligation] | None:
        """The obligations that begin here, None where a look fails already."""
        found = set()
        for number in self._positions.looks_in(condition):
            asked = self._asked[number]
            look, body = asked.look, asked.body
            if asked.tracker is not None:
                state = now.trackers[asked.tracker]
                if (bool(state) and body.accepting(state, right)) != look.wanted:
                    return None
                continue
            start = _started(asked, now)
            if body.settled(start):
                if not look.wanted:
                    return None
                continue
            found.add((number, start))
        return frozenset(found)

    def _advanced(
        self, obligations: Iterable[_Obligation], char: str
    ) -> frozenset[_Obligation] | None:
        """The obligations after `char`, less those that are met; None where one has failed."""
        found = set()
        for number, state in obligations:
            look, body = self._asked[number][:2]
            after = body.step(state, char)
            if not after or body.settled(after):
                if bool(after) != look.wanted:
                    return None
                continue
            found.add((number, after))
        return frozenset(found)

    def _shown(self, obligation: _Obligation) -> bool:
        look, body = self._asked[obligation[0]][:2]
        return body.accepting(obligation[1]) == look.wanted

    def _met(self, condition: int, now: _State, right: Beside) -> bool:
        """Whether the looks of `condition` hold at the end of the text."""
        for number in self._positions.looks_in(condition):
            asked = self._asked[number]
            state = _started(asked, now) if asked.tracker is None else now.trackers[asked.tracker]
            if (bool(state) and asked.body.accepting(state, right)) != asked.look.wanted:
                return False
        return True

    def _parts(self, now: _State) -> Iterable[int]:
        """Character sets, disjoint, that `now` treats alike throughout."""
        masks = {WORD, *(mask for mask, _ in self._alike)}
        for obligations, _ in now.threads:
            for number, state in obligations:
                masks.update(mask for mask, _ in self._asked[number].body.arcs(state))
        for one in self._asked:
            if one.tracker is None:
                masks.update(mask for mask, _ in one.body.arcs(_started(one, now)))
        for tracker, state in zip(self._trackers, now.trackers, strict=True):
            if state:
                masks.update(mask for mask, _ in tracker.arcs(state))
        return _partition(frozenset(masks))


def _body(look: Look, shared: _Shared) -> PlainAutomaton | LookingAutomaton:
    if look.ahead:
        return _automaton(Cat((look.inner, ANYTHING)), shared)
    if any(isinstance(one, Look) and one.ahead for one in nodes(look.inner)):
        raise NotRegular("a look ahead inside a look behind")
    found = shared.get(look)
    if found is None:
        found = shared[look] = _automaton(Cat((ANYTHING, look.inner)))
    return found


def _tracked(
    bodies: Iterable[tuple[Look, PlainAutomaton | LookingAutomaton]],
) -> Iterable[Look]:
    """The looks behind that `bodies` are or need, each once."""
    found: dict[Look, None] = {}
    for look, body in bodies:
        if not look.ahead:
            found[look] = None
        elif isinstance(body, LookingAutomaton):
            found.update(dict.fromkeys(body.tracked))
    return found


def _started(asked: _Asked, now: _State) -> int:
    """The state in which the body of a look ahead begins here."""
    if isinstance(asked.body, LookingAutomaton):
        return asked.body.begun(now.left, tuple(now.trackers[at] for at in asked.inherits))
    return asked.body.begun(now.left)


def _leanest(found: dict[frozenset[_Obligation], int]) -> Iterable[_Thread]:
    """Threads without those positions that another reaches under fewer obligations."""
    for obligations, positions in found.items():
        left = positions
        for others, reached in found.items():
            if others < obligations:
                left &= ~reached
        if left:
            yield obligations, left


@lru_cache(maxsize=4_096)
def _partition(masks: frozenset[int]) -> tuple[int, ...]:
    parts = [EVERY_CHARACTER]
    for mask in masks:
        parts = [one for part in parts for one in (part & mask, part & ~mask) if one]
    return tuple(parts)
