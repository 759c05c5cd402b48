"""Which decisions differ between two estates: for every origin and request, not for a few."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from auditor.core.hop.behaviour import Service, UnreadEnd, patterns
from auditor.core.language.pattern import Dialect
from auditor.core.link.estate import Estate
from auditor.core.link.route import FRESH_METHOD, REST, Route, chain
from auditor.core.link.walk import Way, ways
from auditor.core.origin import origin_of
from auditor.edge.reports.deltas import Chains, Delta, Trend, deltas


@dataclass(frozen=True, slots=True)
class Moved:
    """Everything that changed on one route. `documents`: (source, key) of those on its ways."""

    route: Route
    deltas: tuple[Delta, ...]
    documents: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Side:
    """The ways of one route on one side; none: nothing there takes its requests."""

    actual: tuple[Way, ...]
    preflight: tuple[Way, ...]

    def chains(self, host: str) -> Chains:
        """Every way, each with a preflight's way, until both are used up."""
        if not self.actual:
            return ()
        preflight = self.preflight or (Way((), UnreadEnd("nothing that was read takes OPTIONS")),)
        pairs = zip_longest(self.actual, preflight)
        return tuple(
            (chain(one or self.actual[-1], host), chain(other or preflight[-1], host))
            for one, other in pairs
        )

    @property
    def documents(self) -> Iterator[tuple[str, str]]:
        for way in (*self.actual, *self.preflight):
            yield from ((placed.hop.source, placed.hop.document) for placed in way.hops)

    @property
    def names_host(self) -> bool:
        """Whether anything on it compares origins with the route's own host."""
        crossed = (*self.actual, *self.preflight)
        doings = [placed.case.doing for way in crossed for placed in way.hops]
        doings += [way.terminal.doing for way in crossed if isinstance(way.terminal, Service)]
        return any(one.dialect is Dialect.SAME_HOST for doing in doings for one in patterns(doing))


def moved(before: Estate, after: Estate, routes: Iterable[Route]) -> Iterator[Moved]:
    """Every route among `routes` (the cells of both sides) on which some decision differs."""
    memo: dict[Hashable, tuple[Delta, ...]] = {}
    hidden = _unread_only(before, after), _unread_only(after, before)
    for route in _cells(routes):
        then, now = _side(before, route), _side(after, route)
        # Hosts whose layers behave alike are compared once, unless a list speaks of the host itself.
        host = route.host if then.names_host or now.names_host else ""
        sides = then.chains(host), now.chains(host)
        if sides[0] == sides[1]:
            continue
        key = (*sides, route.methods)
        if key not in memo:
            memo[key] = tuple(deltas(*sides, route.methods))
        own = str(origin_of(f"https://{route.host}/"))
        found = [one for one in memo[key] if not (one.about.alone and one.about.witness == own)]
        causes = (*(() if then.actual else hidden[0]), *(() if now.actual else hidden[1]))
        if causes:
            found = [Delta(Trend.UNSURE, one.about, causes=causes) for one in found]
        if found:
            yield Moved(route, tuple(found), frozenset([*then.documents, *now.documents]))


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
