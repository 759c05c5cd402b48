"""Bounds on capabilities over everything that is not known and everything that varies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from auditor.core.capability import EVERYTHING, Capability
from auditor.core.decision.cover import Met, covers, met, restrict
from auditor.core.path.choice import Course
from auditor.core.path.exchange import Response

NONE = Capability.NONE


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an origin can do.

    `meet`: in every world, by some course of events; `join`: in some world, by some course. `sure`:
    in every world, on every usual answer; `best`: in some world, on every usual answer.
    Widening is judged by the first two, narrowing by the last two.
    """

    meet: Capability
    join: Capability
    sure: Capability
    best: Capability

    def __or__(self, other: Bounds) -> Bounds:
        """Either of two requests succeeds (each bound by itself)."""
        return Bounds(
            self.meet | other.meet,
            self.join | other.join,
            self.sure | other.sure,
            self.best | other.best,
        )


NOTHING = Bounds(NONE, NONE, NONE, NONE)


UNDECIDED = Bounds(NONE, EVERYTHING, NONE, EVERYTHING)
"""Nothing is certain and everything possible: too much to run through."""


def bounds(
    courses: Iterable[Course[Response]],
    judged: Callable[[Response], Capability],
    ceiling: Capability,
) -> Bounds:
    """The bounds of what `judged` says over all `courses`; `ceiling`: all that it can say."""
    caps: dict[Response, Capability] = {}
    found: dict[tuple[Capability, bool], set[Met]] = {}
    for course in courses:
        response = course.result
        if response not in caps:
            caps[response] = judged(response)
        found.setdefault((caps[response], response.usual), set()).add(met(course.met))
    total = NOTHING
    for one in Capability:
        if one & ceiling:
            total |= _bounds_of(one, found)
    return total


def _bounds_of(one: Capability, found: Mapping[tuple[Capability, bool], set[Met]]) -> Bounds:
    possible = {m for (caps, _), group in found.items() if caps & one for m in group}
    good = {m for (caps, usual), group in found.items() if usual and caps & one for m in group}
    bad = {m for (caps, usual), group in found.items() if usual and not caps & one for m in group}
    return Bounds(
        meet=one if covers(possible) else NONE,
        join=one if possible else NONE,
        sure=one if not bad and covers(good) else NONE,
        best=one if any(not covers(restrict(bad, m)) for m in good) else NONE,
    )
