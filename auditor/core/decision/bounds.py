"""Bounds on capabilities over everything that is not known and everything that varies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from auditor.core.capability import EVERYTHING, Capability
from auditor.core.path.choice import World
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


def bounds(
    worlds: Iterable[World[Response]], judged: Callable[[Response], Capability], ceiling: Capability
) -> Bounds:
    """The bounds of what `judged` says over all `worlds`; `ceiling`: all that it can say."""
    meet, join, sure, best = ceiling, NONE, ceiling, NONE
    for world in worlds:
        possible, always, usual = NONE, ceiling, False
        for response in world.results:
            caps = judged(response)
            possible |= caps
            if response.usual:
                usual = True
                always &= caps
        always = always if usual else NONE
        meet, join = meet & possible, join | possible
        sure, best = sure & always, best | always
    return Bounds(meet & EVERYTHING, join, sure & EVERYTHING, best)
