"""What two ways of answering let every class of origins do differently.

Both are asked about one cut, made of every pattern, literal and request that either of them names,
so each class of origins is treated alike by both; comparing one member compares them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.core.capability import READ, SEND, Capability
from auditor.core.decision.bounds import NOTHING, Bounds
from auditor.core.decision.classes import (
    Asked,
    Subject,
    actual_methods,
    origin_classes,
    present_headers,
    request_classes,
    statuses,
    subject,
)
from auditor.core.decision.judged import Ask, see
from auditor.core.language.cut import DecisionClass
from auditor.core.origin import OPAQUE
from auditor.core.path.exchange import HopChain

_Caps: TypeAlias = tuple[tuple[Asked | None, Capability], ...]


class Trend(StrEnum):
    """What became of a decision; UNSURE: on one side it is not known."""

    GAINED = "gained"
    LOST = "lost"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Delta:
    """One class of origins on one route: what it gained or lost, by request (None: reading), or why
    that cannot be told. `if_passed_on`: so if what was not read, the same on both sides, passes
    answers on as they are."""

    trend: Trend
    about: DecisionClass
    caps: _Caps = ()
    if_passed_on: bool = False
    causes: tuple[str, ...] = ()


_Given: TypeAlias = Mapping[Asked | None, Bounds]
Chains: TypeAlias = tuple[tuple[HopChain, HopChain], ...]
"""The request's way and the preflight's, for each way that requests may take."""


def deltas(then: Chains, now: Chains, methods: tuple[str, ...]) -> Iterator[Delta]:
    """What changed from `then` to `now` for requests of `methods`, class by class."""
    about = subject(*(chain for pair in (*then, *now) for chain in pair))
    # A route's own origin is no literal of the cut: where nobody lists it, it fares as others do.
    cut = origin_classes(about, (), (), str(OPAQUE))
    question = _Question(about, methods, _peers(about, cut.classes))
    for one in cut.classes:
        yield from _compare(question, one, then, now)
    if cut.unfinished and cut.classes:
        yield Delta(Trend.UNSURE, cut.classes[-1], causes=(cut.unfinished,))


def _peers(about: Subject, classes: Iterable[DecisionClass]) -> tuple[str | None, ...]:
    """Origins that a cache on either side may have stored an answer for."""
    if not any(behaviour.cache is not None for behaviour in about.plain):
        return ()
    return (None, *(member for one in classes for member in one.members))


@dataclass(frozen=True, slots=True)
class _Question:
    """What both sides are asked on one route."""

    about: Subject
    methods: tuple[str, ...]
    peers: tuple[str | None, ...]

    def put(
        self, pairs: Chains, one: DecisionClass, *, transparent: bool = False
    ) -> tuple[_Given, frozenset[str]]:
        """What `one` is given on one side, over all its ways, and the unknowns that it met.

        `transparent`: as if everything that was not read passed answers on as they are.
        """
        total: dict[Asked | None, Bounds] = {}
        causes: set[str] = set()
        for actual, preflight in pairs:
            seen = see(self._ask(actual, preflight, transparent), one)
            causes |= seen.causes | ({seen.undecided} if seen.undecided else set())
            _join(total, None, seen.reads)
            for send in seen.sends:
                _join(total, send.asked, send.bounds)
        return total, frozenset(causes)

    def _ask(self, actual: HopChain, preflight: HopChain, transparent: bool) -> Ask:
        about = self.about
        return Ask(
            about,
            actual,
            preflight,
            actual_methods(about, self.methods),
            present_headers(about),
            request_classes(about, None, None),
            statuses(about),
            peers=self.peers,
            transparent=transparent,
        )


def _join(total: dict[Asked | None, Bounds], key: Asked | None, found: Bounds) -> None:
    """Requests are spread over the ways: some get through by either, all only by both."""
    known = total.get(key)
    total[key] = found if known is None else _spread(known, found)


def _spread(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(
        one.meet | other.meet, one.join | other.join, one.sure & other.sure, one.best & other.best
    )


def _compare(question: _Question, one: DecisionClass, then: Chains, now: Chains) -> Iterator[Delta]:
    """What certainly changed for one class; then what did if the unknowns are out of the way."""
    (before, unknown), (after, unknown_now) = question.put(then, one), question.put(now, one)
    gained, lost, open_ = _changes(before, after)
    yield from _both(one, gained, lost, if_passed_on=False)
    if not open_:
        return
    gained, lost = (), ()
    if unknown == unknown_now:
        bare = [question.put(pairs, one, transparent=True)[0] for pairs in (then, now)]
        gained, lost, _ = _changes(
            *({key: side.get(key, NOTHING) for key in open_} for side in bare)
        )
        yield from _both(one, gained, lost, if_passed_on=True)
    if not gained and not lost:
        yield Delta(Trend.UNSURE, one, causes=tuple(sorted(unknown ^ unknown_now or unknown)))


def _both(one: DecisionClass, gained: _Caps, lost: _Caps, *, if_passed_on: bool) -> Iterator[Delta]:
    if gained:
        yield Delta(Trend.GAINED, one, gained, if_passed_on)
    if lost:
        yield Delta(Trend.LOST, one, lost, if_passed_on)


def _changes(before: _Given, after: _Given) -> tuple[_Caps, _Caps, tuple[Asked | None, ...]]:
    """What was gained and lost, by request; and the requests of which that is not known."""
    gained: list[tuple[Asked | None, Capability]] = []
    lost: list[tuple[Asked | None, Capability]] = []
    unsure: list[Asked | None] = []
    for key in sorted({*before, *after}, key=_order):
        then, now = before.get(key, NOTHING), after.get(key, NOTHING)
        mask = READ if key is None else SEND
        more = now.meet & ~then.join & mask
        less = (then.meet & ~now.join | then.sure & ~now.best) & ~more & mask
        gained += [(key, more)] if more else []
        lost += [(key, less)] if less else []
        if not more and not less and (then.meet, then.join) != (now.meet, now.join):
            unsure.append(key)
    return tuple(gained), tuple(lost), tuple(unsure)


def _order(key: Asked | None) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if key is None else (key.method, key.headers)
