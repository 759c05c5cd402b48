"""Attacks on a cut: members that are no members, and origins in classes that it says are empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from auditor.core.language.cut import Cut
from auditor.core.language.pattern import Pattern
from tests.core.language.dividing import divide
from tests.core.language.pairs import Case
from tests.core.language.panel import Opinion
from tests.core.language.samples import valid
from tests.core.language.tries import members, probes
from tests.engines.engine import Refused


class Judges(Protocol):
    """Second opinions on what patterns take."""

    def opinions(
        self, asked: Mapping[Pattern, Sequence[str]]
    ) -> Mapping[Pattern, Opinion | Refused]:
        """What each pattern says of its texts."""
        ...


@dataclass(slots=True)
class Outcome:
    """`faults` are what must not be; the rest counts what was looked at."""

    cases: int = 0
    unfinished: list[str] = field(default_factory=list)
    members: int = 0
    empty: int = 0
    tried: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.cases} cases ({len(self.unfinished)} unfinished), {self.members:,} members,"
            f" {self.empty:,} empty vectors, {self.tried:,} origins tried on them;"
            f" {len(self.faults)} faults"
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    case: Case
    found: Cut
    tried: tuple[str, ...]
    """Probes and random origins."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that the engines are asked about."""
        inside = (member for one in self.found.classes for member in one.members)
        return tuple(dict.fromkeys((*inside, *self.tried)))


def attack(
    given: Iterable[Case],
    panel: Judges,
    seed: int,
    *,
    probed: int,
    drawn: int,
    dividing: Callable[[Case], Cut] | None = None,
) -> Outcome:
    """Divide each case, and try to refute what the cut says of it."""
    outcome = Outcome()
    for case in given:
        found = divide(case.patterns, case.literals) if dividing is None else dividing(case)
        random = Random(f"attack {seed} {case}")
        known = [member for one in found.classes for member in one.members]
        tried = probes(case, random, probed) if probed else []
        tried += members(case, known, random, drawn)
        asked = _Asked(case, found, tuple(dict.fromkeys(tried)))
        opinions = panel.opinions(dict.fromkeys(case.compared, asked.texts))
        _judge(asked, opinions, outcome)
    return outcome


def _judge(asked: _Asked, given: Mapping[Pattern, Opinion | Refused], outcome: Outcome) -> None:
    opinions: dict[Pattern, Opinion] = {}
    for pattern, opinion in given.items():
        if isinstance(opinion, Refused):
            return  # What is read though refused is the engines' test to find.
        opinions[pattern] = opinion
    outcome.cases += 1
    outcome.faults += [f"OPAQUE {one.pattern}: {one.reason}" for one in asked.found.opaque]
    if asked.found.unfinished is not None:
        outcome.unfinished.append(f"{asked.case}: {asked.found.unfinished}")
    outcome.faults += _member_faults(asked, opinions, outcome)
    if asked.found.unfinished is None:
        outcome.faults += _empty_faults(asked, opinions, outcome)


def _member_faults(
    asked: _Asked, opinions: Mapping[Pattern, Opinion], outcome: Outcome
) -> Iterator[str]:
    for one in asked.found.classes:
        for member in one.members:
            outcome.members += 1
            if not valid(member):
                yield f"INVALID {member!r} in {asked.case}"
            for pattern, opinion in opinions.items():
                if opinion[member] is not None and opinion[member] is not (pattern in one.matches):
                    yield f"WITNESS {member!r}: {pattern} says {opinion[member]}"


def _empty_faults(
    asked: _Asked, opinions: Mapping[Pattern, Opinion], outcome: Outcome
) -> Iterator[str]:
    """Origins in a vector that no class has."""
    shared = {one.matches for one in asked.found.classes if not one.alone}
    alone = {one.witness for one in asked.found.classes if one.alone}
    outcome.empty += 2 ** len(opinions) - len(shared)
    for text in asked.tried:
        says = [opinion[text] for opinion in opinions.values()]
        if text in alone or None in says:
            continue
        outcome.tried += 1
        taken = frozenset(pattern for pattern, opinion in opinions.items() if opinion[text])
        if taken not in shared:
            names = ", ".join(map(str, sorted(taken))) or "nothing"
            yield f"REFUTED {text!r} is taken by {names} alone, in {asked.case}"
