"""Which decisions differ between two estates: for every origin and request, not for a few.

Both sides are asked about one cut, made of every pattern, literal and request that either of them
names, so each class of origins is treated alike by both; comparing one member compares them all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
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
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.language.cut import DecisionClass
from auditor.core.link.estate import Estate
from auditor.core.link.route import FRESH_METHOD, REST, Route, chain
from auditor.core.link.walk import Way, ways
from auditor.core.origin import origin_of
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


@dataclass(frozen=True, slots=True)
class Moved:
    """Everything that changed on one route. `documents`: (source, key) of those on its ways."""

    route: Route
    deltas: tuple[Delta, ...]
    documents: frozenset[tuple[str, str]]


_Given: TypeAlias = Mapping[Asked | None, Bounds]
_Chains: TypeAlias = tuple[tuple[HopChain, HopChain], ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """The ways of one route on one side; none: nothing there takes its requests."""

    actual: tuple[Way, ...]
    preflight: tuple[Way, ...]

    def chains(self, host: str) -> _Chains:
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


def _deltas(then: _Chains, now: _Chains, route: Route) -> Iterator[Delta]:
    about = subject(*(chain for pair in (*then, *now) for chain in pair))
    own = str(origin_of(f"https://{route.host}/"))
    cut = origin_classes(about, (), (), own)
    question = _Question(about, route.methods, _peers(about, cut.classes))
    for one in cut.classes:
        if not (one.alone and one.witness == own):
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
        self, pairs: _Chains, one: DecisionClass, *, transparent: bool = False
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
            self.peers,
            transparent,
        )


def _join(total: dict[Asked | None, Bounds], key: Asked | None, found: Bounds) -> None:
    """Requests are spread over the ways: some get through by either, all only by both."""
    known = total.get(key)
    total[key] = found if known is None else _spread(known, found)


def _spread(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(
        one.meet | other.meet, one.join | other.join, one.sure & other.sure, one.best & other.best
    )


def _compare(
    question: _Question, one: DecisionClass, then: _Chains, now: _Chains
) -> Iterator[Delta]:
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
