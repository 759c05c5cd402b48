"""Which decisions differ between two estates: for every origin and request, not for a few.

Both sides are asked about one cut, made of every pattern, literal and request that either of them
names, so each class of origins is treated alike by both; comparing one member compares them all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Final, TypeAlias

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
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.language.cut import DecisionClass
from auditor.core.link.estate import Estate
from auditor.core.link.route import FRESH_METHOD, REST, Route, chain
from auditor.core.link.walk import Way, ways
from auditor.core.origin import origin_of
from auditor.core.path.exchange import HopChain
from auditor.edge.reports.layout import some

NONE: Final = Capability.NONE


class Trend(StrEnum):
    """What became of a decision; UNSURE: on one side it is not known."""

    GAINED = "gained"
    LOST = "lost"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Delta:
    """One class of origins on one route: what it gained or lost, by request (None: reading), or why
    that cannot be told."""

    trend: Trend
    about: DecisionClass
    caps: tuple[tuple[Asked | None, Capability], ...] = ()
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Everything that changed on one route. `documents`: (source, key) of those on its ways."""

    route: Route
    deltas: tuple[Delta, ...]
    documents: frozenset[tuple[str, str]]


_Given: TypeAlias = Mapping[Asked | None, Bounds]


@dataclass(frozen=True, slots=True)
class _Side:
    """The ways of one route on one side; none: nothing there takes its requests."""

    actual: tuple[Way, ...]
    preflight: tuple[Way, ...]

    def chains(self, host: str) -> tuple[tuple[HopChain, HopChain], ...]:
        """Every way, each with a preflight's way, until both are used up."""
        pairs = zip_longest(self.actual, self.preflight)
        last = (self.actual[-1:], self.preflight[-1:])
        return tuple(
            (chain(one or last[0][0], host), chain(other or last[1][0], host))
            for one, other in pairs
        )

    @property
    def documents(self) -> Iterator[tuple[str, str]]:
        for way in (*self.actual, *self.preflight):
            yield from ((placed.hop.source, placed.hop.document) for placed in way.hops)


def moved(before: Estate, after: Estate, routes: Iterable[Route]) -> Iterator[Moved]:
    """Every route among `routes` (the cells of both sides) on which some decision differs."""
    memo: dict[Hashable, tuple[Delta, ...]] = {}
    lost_sight = _unread_only(before, after), _unread_only(after, before)
    for route in _cells(routes):
        then, now = _side(before, route), _side(after, route)
        if then == now:
            continue
        key = (then.chains(route.host), now.chains(route.host), route.methods)
        if key[0] == key[1]:
            continue
        if key not in memo:
            memo[key] = tuple(_deltas(key[0], key[1], route))
        deltas = memo[key]
        hidden = (*(() if then.actual else lost_sight[0]), *(() if now.actual else lost_sight[1]))
        if hidden:
            deltas = tuple(Delta(Trend.UNSURE, one.about, causes=hidden) for one in deltas)
        if deltas:
            yield Moved(route, deltas, frozenset([*then.documents, *now.documents]))


def _cells(routes: Iterable[Route]) -> Iterator[Route]:
    """Each cell once; of two the later, which is that of the side after."""
    cells = {(route.host, route.path, route.methods): route for route in routes}
    yield from (cells[key] for key in sorted(cells))


def _unread_only(one: Estate, other: Estate) -> tuple[str, ...]:
    """Gaps of one side that the other has not: what is missing there may stand in them."""
    known = {gap.scope for gap in other.unread}
    return tuple(f"{gap.scope}: {gap.reason}" for gap in one.unread if gap.scope not in known)


def _side(estate: Estate, route: Route) -> _Side:
    method = route.methods[0]
    found = ways(estate, route.host, route.sample, FRESH_METHOD if method == REST else method)
    if all(not way.hops and isinstance(way.terminal, UnreadEnd) for way in found):
        return _Side((), ())
    return _Side(found, ways(estate, route.host, route.sample, "OPTIONS"))


def _deltas(
    then: tuple[tuple[HopChain, HopChain], ...],
    now: tuple[tuple[HopChain, HopChain], ...],
    route: Route,
) -> Iterator[Delta]:
    about = subject(*(chain for pair in (*then, *now) for chain in pair))
    own = str(origin_of(f"https://{route.host}/"))
    cut = origin_classes(about, (), (), own)
    peers = _peers(about, cut.classes)
    for one in cut.classes:
        if one.alone and one.witness == own:
            continue
        sides = [_given(about, pairs, one, route, peers) for pairs in (then, now)]
        yield from _compare(one, *sides)
    if cut.unfinished and cut.classes:
        yield Delta(Trend.UNSURE, cut.classes[-1], causes=(cut.unfinished,))


def _peers(about: Subject, classes: Iterable[DecisionClass]) -> tuple[str | None, ...]:
    """Origins that a cache on either side may have stored an answer for."""
    if not any(behaviour.cache is not None for behaviour in about.plain):
        return ()
    return (None, *(member for one in classes for member in one.members))


def _given(
    about: Subject,
    pairs: tuple[tuple[HopChain, HopChain], ...],
    one: DecisionClass,
    route: Route,
    peers: tuple[str | None, ...],
) -> tuple[_Given, frozenset[str]]:
    """What one class is given on one side, over all its ways, and the unknowns that it met."""
    asked = request_classes(about, None, None)
    total: dict[Asked | None, Bounds] = {}
    causes: set[str] = set()
    for actual, preflight in pairs:
        ask = Ask(
            about,
            actual,
            preflight,
            actual_methods(about, route.methods),
            present_headers(about),
            asked,
            statuses(about),
            peers,
        )
        seen = see(ask, one)
        causes |= seen.causes | ({seen.undecided} if seen.undecided else set())
        _join(total, None, seen.reads)
        for send in seen.sends:
            _join(total, send.asked, send.bounds)
    return total, frozenset(causes)


def _join(total: dict[Asked | None, Bounds], key: Asked | None, found: Bounds) -> None:
    """Requests are spread over the ways: some get through by either, all only by both."""
    known = total.get(key)
    total[key] = found if known is None else _spread(known, found)


def _spread(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(
        one.meet | other.meet, one.join | other.join, one.sure & other.sure, one.best & other.best
    )


def _compare(
    one: DecisionClass,
    before: tuple[_Given, frozenset[str]],
    after: tuple[_Given, frozenset[str]],
) -> Iterator[Delta]:
    gained: list[tuple[Asked | None, Capability]] = []
    lost: list[tuple[Asked | None, Capability]] = []
    unsure = False
    for key in sorted({*before[0], *after[0]}, key=_order):
        then, now = before[0].get(key, NOTHING), after[0].get(key, NOTHING)
        mask = READ if key is None else SEND
        more = now.meet & ~then.join & mask
        less = (then.meet & ~now.join | then.sure & ~now.best) & ~more & mask
        gained += [(key, more)] if more else []
        lost += [(key, less)] if less else []
        unsure |= not more and not less and (then.meet, then.join) != (now.meet, now.join)
    if gained:
        yield Delta(Trend.GAINED, one, tuple(gained))
    if lost:
        yield Delta(Trend.LOST, one, tuple(lost))
    if unsure and not gained and not lost:
        yield Delta(Trend.UNSURE, one, causes=tuple(sorted(before[1] | after[1])))


def _order(key: Asked | None) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if key is None else (key.method, key.headers)
