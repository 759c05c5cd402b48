"""A universe divided: the survey's classes, the patterns that were too large for it, and their members."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from auditor.core.language.machine import Machine, accepts
from auditor.core.language.search import Condition, find
from auditor.core.language.survey import Survey, Vector
from auditor.core.language.universe import Universe
from auditor.core.language.words import Words

SEARCH_BUDGET = 15_000
"""Steps that all searches of one division may take together."""
_MEMBERS = 2
_TRIES = 40
"""Texts of the survey that are tried as members of one class before a search is made."""
_EASY = 5_000
"""Ways through the universe and one pattern, up to which it may join a survey that got too large."""


K = TypeVar("K", bound=Hashable)
"""What a machine is called: the pattern that it was made of."""


class Part(NamedTuple, Generic[K]):
    """`members`: one or two texts; `matches`: the patterns that take them; `alone`: one literal."""

    members: tuple[str, ...]
    matches: frozenset[K]
    alone: bool


class _Piece(NamedTuple, Generic[K]):
    """A part in the making: what is known of it, and what its texts have to meet."""

    members: tuple[str, ...]
    taken: frozenset[K]
    conditions: tuple[Condition, ...]


class Division(Generic[K]):
    """`words`: literals, all of them valid; `tried`: which patterns without a machine take one."""

    def __init__(
        self,
        universe: Universe,
        machines: Mapping[K, Machine],
        words: tuple[str, ...],
        valid: Callable[[str], bool],
        tried: Callable[[str], Iterable[K]] = lambda _word: (),
    ) -> None:
        self._universe = universe
        self._machines = machines
        self._words = words
        self._literals = frozenset(words)
        self._valid = valid
        self._tried = tried
        self._budget = SEARCH_BUDGET
        self._by_vector: dict[Vector, frozenset[K]] = {}
        self._joint, self._apart = tuple(machines), tuple[K, ...]()
        self._survey = Survey(universe, tuple(machines.values()))
        if self._survey.unfinished is not None:
            self._take_apart()
        self.unfinished = self._survey.unfinished
        """Why parts may be missing; known once `parts` has ended."""
        self.lone: str | None = None
        """Why a part with one member may have another."""

    def parts(self, probes: Iterable[str]) -> Iterator[Part[K]]:
        """Every part that is not empty."""
        for word in self._words:
            matches = self._matches(self._survey.vector_of(word)) | self._taken(word)
            yield Part((word,), matches.union(self._tried(word)), alone=True)
        offered = self._offered(probes)
        for vector in sorted(self._survey.ends.keys() | offered.keys()):
            for piece in self._pieces(vector, offered.get(vector, [])):
                members = self._filled(vector, piece, _MEMBERS)[:_MEMBERS]
                yield Part(members, self._matches(vector) | piece.taken, alone=False)

    def _take_apart(self) -> None:
        """Survey the patterns that stay small alone; the others divide its classes afterwards."""
        for machine in self._machines.values():
            machine.forget()
        alone = {p: Survey(self._universe, (one,), _EASY) for p, one in self._machines.items()}
        self._joint = tuple(p for p, survey in alone.items() if survey.unfinished is None)
        self._apart = tuple(p for p, survey in alone.items() if survey.unfinished is not None)
        if self._apart:
            joint = tuple(self._machines[pattern] for pattern in self._joint)
            self._survey = Survey(self._universe, joint)

    def _matches(self, vector: Vector) -> frozenset[K]:
        found = self._by_vector.get(vector)
        if found is None:
            taking = (p for number, p in enumerate(self._joint) if vector >> number & 1)
            found = self._by_vector[vector] = frozenset(taking)
        return found

    @cached_property
    def _trie(self) -> Words:
        return Words(self._words)

    def _taken(self, text: str) -> frozenset[K]:
        return frozenset(p for p in self._apart if accepts(self._machines[p], text))

    def _offered(self, probes: Iterable[str]) -> dict[Vector, list[str]]:
        """The probes of each vector."""
        found: dict[Vector, list[str]] = {}
        for probe in dict.fromkeys(probes):
            if probe in self._literals:
                continue
            vector = self._survey.vector_of(probe)
            wanted = self._apart or len(found.get(vector, ())) < _MEMBERS
            if wanted and self._survey.inside(probe) and self._valid(probe):
                found.setdefault(vector, []).append(probe)
        return found

    def _pieces(self, vector: Vector, offered: list[str]) -> list[_Piece[K]]:
        """What there is of `vector`, by which of the patterns apart take it."""
        whole: _Piece[K] = _Piece(tuple(offered), frozenset(), ())
        pieces = [whole._replace(members=self._filled(vector, whole, 1))]
        for pattern in self._apart:
            halves = [half for piece in pieces for half in self._halves(piece, pattern)]
            pieces = [one._replace(members=self._filled(vector, one, 1)) for one in halves]
            pieces = [one for one in pieces if one.members]
        return [one for one in pieces if one.members]

    def _halves(self, piece: _Piece[K], pattern: K) -> Iterator[_Piece[K]]:
        machine = self._machines[pattern]
        for wanted in (True, False):
            members = tuple(m for m in piece.members if accepts(machine, m) == wanted)
            taken = piece.taken | {pattern} if wanted else piece.taken
            yield _Piece(members, taken, (*piece.conditions, Condition(machine, wanted)))

    def _filled(self, vector: Vector, piece: _Piece[K], most: int) -> tuple[str, ...]:
        """The members of `piece`, or up to `most` of them where there were fewer."""
        if len(piece.members) >= most:
            return piece.members
        found = list(piece.members)
        for text in islice(self._survey.texts(vector), _TRIES):
            fits = text not in self._literals and text not in found and self._valid(text)
            if fits and all(accepts(one.machine, text) == one.wanted for one in piece.conditions):
                found.append(text)
                if len(found) == most:
                    return tuple(found)
        return (*found, *self._searched(vector, piece.conditions, found, most - len(found)))

    def _searched(
        self, vector: Vector, conditions: tuple[Condition, ...], known: list[str], most: int
    ) -> tuple[str, ...]:
        if self._budget <= 0:
            self._note(f"more than {SEARCH_BUDGET} steps of searches", known)
            return ()
        for condition in conditions:
            condition.machine.forget()
        exact = tuple(Condition(machine, wanted=True) for machine in self._universe.exact())
        found = find(
            self._survey,
            vector,
            (*exact, *conditions),
            self._trie,
            self._valid,
            most=most,
            known=known,
            cap=self._budget,
        )
        self._budget -= found.steps
        self._note(found.unfinished, known)
        return found.texts

    def _note(self, reason: str | None, known: list[str]) -> None:
        if known:
            self.lone = self.lone or reason
        else:
            self.unfinished = self.unfinished or reason
