"""Routes: a host's path universe, cut into cells that every hop on the way treats alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.allowlist import AllowedRoute, Allowlist
from auditor.core.hop.behaviour import Behaviour, Service, UnreadEnd
from auditor.core.hop.guard import ALWAYS
from auditor.core.link.condition import PathCell, PathCondition, path_cells
from auditor.core.link.estate import Estate
from auditor.core.link.reach import reach_of
from auditor.core.link.walk import Way, ways
from auditor.core.path.exchange import HopChain

EnvironmentOf: TypeAlias = Callable[[str, tuple[Way, ...]], str]
"""The environment of a host, given the ways that requests to it take."""

REST = "*"
"""Stands for every method that no hop names."""

FRESH_METHOD = "PURGE"


@dataclass(frozen=True, slots=True)
class RequestPath:
    """What requests of one route cross: the way of the request itself, and of its preflight."""

    actual: Way
    preflight: Way


@dataclass(frozen=True, slots=True)
class Route:
    """One cell: environment, host, path label, methods (`*` for all that are not named elsewhere), the
    paths that its requests may take, and what the allowlist says of it (None: no entry)."""

    environment: str
    host: str
    path: str
    sample: str
    methods: tuple[str, ...]
    paths: tuple[RequestPath, ...]
    allowed: AllowedRoute | None

    @property
    def text(self) -> str:
        """`api.example.com/v1/orders/*`, with its methods where they matter."""
        methods = "" if self.methods == ("*",) else ",".join(self.methods) + " "
        return f"{methods}{self.host}{self.path}"

    @property
    def url(self) -> str:
        """A URL inside the cell."""
        return f"https://{self.host}{self.sample}"


def chain(way: Way, host: str) -> HopChain:
    """`way` as the evaluator takes it."""
    return HopChain(tuple(placed.case.doing for placed in way.hops), way.terminal, host)


def routes(
    estate: Estate,
    allowlist: Allowlist | None,
    environment_of: EnvironmentOf,
) -> Iterator[Route]:
    """Every route of the estate, by host and path."""
    for host in estate.hosts():
        yield from _host(estate, allowlist, environment_of, host)


@dataclass(slots=True)
class _Cell:
    path: PathCell
    environment: str
    allowed: AllowedRoute | None
    actual: tuple[Way, ...]
    preflight: tuple[Way, ...]
    methods: list[str]

    @property
    def serves(self) -> bool:
        """Whether some way does not end in a certain refusal."""
        return not all(map(_serves_nothing, self.actual))

    def route(self, host: str) -> Route:
        methods = (REST,) if REST in self.methods else tuple(self.methods)
        paths = tuple(_pairs(self.actual, self.preflight))
        name, sample = self.path.name, self.path.sample
        return Route(self.environment, host, name, sample, methods, paths, self.allowed)


def _host(
    estate: Estate, allowlist: Allowlist | None, environment_of: EnvironmentOf, host: str
) -> Iterator[Route]:
    reach = reach_of(estate, host)
    named = () if allowlist is None else map(PathCondition, allowlist.paths(host))
    divided = path_cells(reach.conditions.union(named))
    cells: dict[Hashable, _Cell] = {}
    environments: dict[Hashable, str] = {}
    for path in divided.cells:
        for method, actual, preflight in _walked(estate, host, path.sample, reach.methods):
            way = _signature(actual)
            if way not in environments:
                environments[way] = environment_of(host, actual)
            environment = environments[way]
            allowed = allowlist.route(host, path.sample, environment) if allowlist else None
            key = (way, way if preflight is actual else _signature(preflight), id(allowed))
            if key not in cells:
                cells[key] = _Cell(path, environment, allowed, actual, preflight, [])
            if method not in cells[key].methods:
                cells[key].methods.append(method)
    yield from (cell.route(host) for cell in _spoken_of(cells.values()))
    if divided.unfinished is not None:
        yield _undivided(host, environment_of(host, ()), divided.unfinished)


def _spoken_of(cells: Collection[_Cell]) -> Iterator[_Cell]:
    """The cells that are served; an entry of the allowlist keeps one that nothing serves if that is all
    it speaks of."""
    served = {id(cell.allowed) for cell in cells if cell.serves}
    return (
        cell
        for cell in cells
        if cell.serves or (cell.allowed is not None and id(cell.allowed) not in served)
    )


def _undivided(host: str, environment: str, cause: str) -> Route:
    """What stands for the paths of `host` that may have been missed."""
    lost = Way((), UnreadEnd(f"the paths of {host} could not all be told apart: {cause}"))
    return Route(
        environment, host, "/* (not told apart)", "/", (REST,), (RequestPath(lost, lost),), None
    )


def _walked(
    estate: Estate, host: str, path: str, methods: frozenset[str]
) -> Iterator[tuple[str, tuple[Way, ...], tuple[Way, ...]]]:
    """For each method, and `*` for the rest, the ways that it takes and those of its preflight; none
    where nothing on the host takes the request. `methods`: those that some hop names."""
    rest = ways(estate, host, path, FRESH_METHOD)
    preflight = ways(estate, host, path, "OPTIONS") if methods else rest
    named = sorted(methods - {"OPTIONS"})
    found = [(method, ways(estate, host, path, method)) for method in named]
    for method, actual in (*found, (REST, rest)):
        if not _nowhere(actual):
            yield method, _serving(actual), preflight


def _signature(found: tuple[Way, ...]) -> Hashable:
    """What tells two sets of ways apart, cheap to hash: hops by id, cases by what they take."""
    return tuple(
        (tuple((p.hop.id, p.case.match, p.case.methods) for p in way.hops), way.terminal)
        for way in found
    )


def _pairs(actual: tuple[Way, ...], preflight: tuple[Way, ...]) -> Iterator[RequestPath]:
    """Each way with the preflight's way through the same first hop, or every preflight's way."""
    for way in actual:
        first = way.hops[0].hop.id if way.hops else None
        same = [p for p in preflight if (p.hops[0].hop.id if p.hops else None) == first]
        for other in same or preflight or (_NOT_TAKEN,):
            yield RequestPath(way, other)


_NOT_TAKEN = Way((), UnreadEnd("nothing that was read takes OPTIONS here"))


def _nowhere(found: Iterable[Way]) -> bool:
    """Nothing on the host takes the request. A name that leads to something unread is a way."""
    return all(not way.hops and not way.links for way in found)


def _serving(found: tuple[Way, ...]) -> tuple[Way, ...]:
    """The ways that do not end in a certain refusal, such as that of an ingress which is reached around
    the CDN and serves other paths of the host; all where that is all there is."""
    return tuple(way for way in found if not _serves_nothing(way)) or found


def _serves_nothing(way: Way) -> bool:
    """The way ends in a certain refusal (a gateway's 404 for paths without a route)."""
    end = way.terminal
    if not isinstance(end, Service) or not isinstance(end.doing, Behaviour):
        return False
    first = end.doing.responds[:1]
    return any(r.when == ALWAYS and r.certain and min(r.statuses) >= 400 for r in first)
