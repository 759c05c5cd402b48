"""Ways around what stands in front: a host that leads to a hop which another host has behind a CDN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.core.allowlist import AllowedRoute
from auditor.core.link.route import Route


def around(routes: Iterable[Route]) -> Iterator[Route]:
    """`routes`; one without an entry of the allowlist, whose first hop stands further in on a route
    that has one, is held to that entry as a ceiling: what it refuses is nobody's loss."""
    found = list(routes)
    inner: dict[str, set[AllowedRoute]] = {}
    for route in found:
        if route.allowed is not None:
            for name in _behind(route):
                inner.setdefault(name, set()).add(route.allowed)
    for route in found:
        ceilings = inner.get(_first(route), set()) if route.allowed is None else set()
        if len(ceilings) == 1:
            (ceiling,) = ceilings
            yield replace(route, allowed=replace(ceiling, ceiling=True))
        else:
            yield route


def _behind(route: Route) -> Iterator[str]:
    """The hops of `route` that something stands in front of."""
    for path in route.paths:
        for placed in path.actual.hops[1:]:
            yield placed.hop.id


def _first(route: Route) -> str:
    return next((path.actual.hops[0].hop.id for path in route.paths if path.actual.hops), "")
