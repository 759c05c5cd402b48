"""Ways around what stands in front, and other names of it: the same hops, from a host without an entry."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from auditor.core.allowlist import AllowedRoute
from auditor.core.link.route import Route
from auditor.core.link.walk import Placed


def around(routes: Iterable[Route]) -> Iterator[Route]:
    """`routes`; one without an entry of the allowlist, whose requests begin at what a route with one
    crosses (a gateway behind a CDN, the CDN's own name), is held to that entry as a ceiling, in that
    route's environment: what the other host refuses is nobody's loss."""
    found = list(routes)
    crossed: dict[Hashable, dict[int, Route]] = {}
    for route in found:
        if route.allowed is not None:
            for path in route.paths:
                for placed in path.actual.hops:
                    crossed.setdefault(_place(placed), {})[id(route.allowed)] = route
    ceilings: dict[int, AllowedRoute] = {}
    for route in found:
        named = {} if route.allowed is not None else crossed.get(_first(route), {})
        if len(named) == 1:
            (other,) = named.values()
            yield _under(route, other, ceilings)
        else:
            yield route


def _under(route: Route, other: Route, ceilings: dict[int, AllowedRoute]) -> Route:
    """`route` held to the entry of `other`; `ceilings`: one object for each entry, by its identity."""
    entry = other.allowed
    if entry is None:
        return route
    if id(entry) not in ceilings:
        # Which methods and headers a trusted origin sends there is compared on the route itself.
        ceilings[id(entry)] = replace(entry, ceiling=True, methods=None, headers=None)
    return replace(route, allowed=ceilings[id(entry)], environment=other.environment)


def _place(placed: Placed) -> Hashable:
    """A case of a hop, as far as it is one object: cases of one hop are read once."""
    return (placed.hop.id, id(placed.case))


def _first(route: Route) -> Hashable:
    firsts = {_place(path.actual.hops[0]) for path in route.paths if path.actual.hops}
    return firsts.pop() if len(firsts) == 1 else None
