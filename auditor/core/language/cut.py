"""The cut: what a set of patterns and literals divides a universe into, class by class.

One survey walks the universe and every pattern at once. A state in which the universe accepts says
by its other components which patterns match: that vector *is* the class. Its witness is a probe
that fell into it, or a text that the survey came by, or what a search finds. Literals are classes
of their own. Patterns that would make the survey too large are left out of it and divide its
classes one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.machine import Machine, accepts
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Pattern
from auditor.core.language.search import Condition, Found, find
from auditor.core.language.survey import Survey, Vector
from auditor.core.language.universe import Universe
from auditor.core.language.words import Words

_MEMBERS = 2
_TRIES = 40
"""Texts of the survey that are tried as members of one class before a search is made."""
_EASY = 5_000
"""Ways through the universe and one pattern, up to which it may join a survey that got too large."""


@dataclass(frozen=True, slots=True)
class DecisionClass:
    """Texts of the universe that every pattern of the cut treats alike.

    `members`: one or two of them, the most telling first. `matches`: the patterns that take them.
    `alone`: the class is one literal and nothing else.
    """

    members: tuple[str, ...]
    matches: frozenset[Pattern]
    alone: bool

    @property
    def witness(self) -> str:
        """The member that is shown."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Cut:
    """The classes of a universe. `opaque`: patterns that could not be read; what they take is not
    known for any class. `unfinished`: why the search stopped early: then classes may be missing."""

    classes: tuple[DecisionClass, ...]
    opaque: tuple[Opaque, ...] = ()
    unfinished: str | None = None


def cut(
    universe: Universe,
    patterns: Iterable[Pattern],
    literals: Iterable[str],
    *,
    valid: Callable[[str], bool],
    probes: Sequence[str] = (),
) -> Cut:
    """Divide `universe` by `patterns` and `literals`.

    `valid`: the check that automata leave open; a text that fails it is passed over and the search
    goes on. `probes`: telling texts; the first that falls into a class is its witness.
    """
    wanted = tuple(sorted(set(patterns)))
    return _divided(universe, wanted, frozenset(literals), valid, tuple(probes))


@lru_cache(maxsize=256)
def _divided(
    universe: Universe,
    patterns: tuple[Pattern, ...],
    literals: frozenset[str],
    valid: Callable[[str], bool],
    probes: tuple[str, ...],
) -> Cut:
    compiled = {pattern: compile_pattern(pattern) for pattern in patterns}
    opaque = tuple(one for one in compiled.values() if isinstance(one, Opaque))
    machines = {p: one for p, one in compiled.items() if not isinstance(one, Opaque)}
    words = tuple(sorted(filter(valid, literals)))
    try:
        found = _Division(universe, machines, words, valid, opaque).cut(probes)
    finally:
        for machine in machines.values():
            machine.forget()
    return replace(found, opaque=opaque)


class _Division:
    def __init__(
        self,
        universe: Universe,
        machines: Mapping[Pattern, Machine],
        words: tuple[str, ...],
        valid: Callable[[str], bool],
        opaque: tuple[Opaque, ...],
    ) -> None:
        self._tried = tuple(one.pattern for one in opaque)
        self._universe = universe
        self._machines = machines
        self._words = words
        self._literals = frozenset(words)
        self._trie = Words(words)
        self._valid = valid
        self._unfinished: str | None = None
        self._joint, self._apart = tuple(machines), tuple[Pattern, ...]()
        self._survey = Survey(universe, tuple(machines.values()))
        if self._survey.unfinished is not None:
            self._take_apart()

    def cut(self, probes: Iterable[str]) -> Cut:
        """Every class."""
        classes = [self._literal(word) for word in self._words]
        offered = self._offered(probes)
        self._unfinished = self._survey.unfinished
        for vector in sorted(self._survey.ends.keys() | offered.keys()):
            for members, taken in self._divided(vector, offered.get(vector, [])):
                if members:
                    matches = self._matches(vector) | taken
                    classes.append(DecisionClass(members[:_MEMBERS], matches, alone=False))
        return Cut(tuple(classes), unfinished=self._unfinished)

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

    def _literal(self, word: str) -> DecisionClass:
        matches = self._matches(self._survey.vector_of(word)) | self._taken(word)
        matches |= {p for p in self._tried if takes_alone(p, word)}
        return DecisionClass((word,), matches, alone=True)

    def _matches(self, vector: Vector) -> frozenset[Pattern]:
        return frozenset(p for number, p in enumerate(self._joint) if vector >> number & 1)

    def _taken(self, text: str) -> frozenset[Pattern]:
        return frozenset(p for p in self._apart if accepts(self._machines[p], text))

    def _offered(self, probes: Iterable[str]) -> dict[Vector, list[str]]:
        """The probes of each vector."""
        found: dict[Vector, list[str]] = {}
        for probe in dict.fromkeys(probes):
            vector = None if probe in self._literals else self._survey.vector_within(probe)
            if vector is None:
                continue
            enough = not self._apart and len(found.get(vector, ())) == _MEMBERS
            if not enough and self._valid(probe):
                found.setdefault(vector, []).append(probe)
        return found

    def _divided(
        self, vector: Vector, offered: list[str]
    ) -> list[tuple[tuple[str, ...], frozenset[Pattern]]]:
        """The members of `vector`, by which of the patterns apart take them."""
        parts = [(tuple(offered), frozenset[Pattern](), tuple[Condition, ...]())]
        for pattern in self._apart:
            parts = [
                (
                    (*(m for m in members if accepts(condition.machine, m) == condition.wanted),),
                    both,
                    (*conditions, condition),
                )
                for members, taken, conditions in parts
                for condition, both in (
                    (Condition(self._machines[pattern], True), taken | {pattern}),
                    (Condition(self._machines[pattern], False), taken),
                )
            ]
            parts = [
                (self._filled(vector, members, conditions, 1), taken, conditions)
                for members, taken, conditions in parts
            ]
            parts = [part for part in parts if part[0]]
        return [
            (self._filled(vector, members, conditions, _MEMBERS), taken)
            for members, taken, conditions in parts
        ]

    def _filled(
        self,
        vector: Vector,
        members: tuple[str, ...],
        conditions: tuple[Condition, ...],
        most: int,
    ) -> tuple[str, ...]:
        """`members`, or up to `most` of them where there were fewer."""
        if len(members) >= most:
            return members
        found = list(members)
        for text in islice(self._survey.texts(vector), _TRIES):
            fits = text not in self._literals and text not in found and self._valid(text)
            if fits and all(accepts(one.machine, text) == one.wanted for one in conditions):
                found.append(text)
                if len(found) == most:
                    return tuple(found)
        return (*found, *self._searched(vector, found, conditions, most - len(found)).texts)

    def _searched(
        self, vector: Vector, known: list[str], conditions: tuple[Condition, ...], most: int
    ) -> Found:
        for condition in conditions:
            condition.machine.forget()
        exact = [Condition(machine, wanted=True) for machine in self._universe.exact()]
        found = find(
            self._survey,
            vector,
            (*exact, *conditions),
            self._trie,
            self._valid,
            most=most,
            known=known,
        )
        if not known and not found.texts:
            self._unfinished = self._unfinished or found.unfinished
        return found
