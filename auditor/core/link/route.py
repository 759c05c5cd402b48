"""Routes: a host's path universe, cut into cells that every hop on the way treats alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.allowlist import AllowedRoute, Allowlist
from auditor.core.hop.behaviour import Behaviour, Service, UnreadEnd
from auditor.core.hop.guard import ALWAYS
from auditor.core.link.cell import label, outward, representative
from auditor.core.link.estate import HOST, Estate
from auditor.core.link.walk import DEPTH_CAP, Way, ways
from auditor.core.path.exchange import HopChain
from auditor.core.reading import ANY_PATH, PathMatch

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
    match: PathMatch
    sample: str
    environment: str
    allowed: AllowedRoute | None
    actual: tuple[Way, ...]
    preflight: tuple[Way, ...]
    methods: list[str]

    def route(self, host: str) -> Route:
        methods = (REST,) if REST in self.methods else tuple(self.methods)
        paths = tuple(_pairs(self.actual, self.preflight))
        name = label(self.match)
        return Route(self.environment, host, name, self.sample, methods, paths, self.allowed)


def _host(
    estate: Estate, allowlist: Allowlist | None, environment_of: EnvironmentOf, host: str
) -> Iterator[Route]:
    matches, methods = _universe(estate, host)
    if allowlist is not None:
        matches |= set(allowlist.paths(host))
    cells: dict[Hashable, _Cell] = {}
    for match in sorted(matches, key=lambda m: (len(m.text), m.text, m.kind)):
        for method in methods:
            cell = _cell(estate, allowlist, environment_of, host, match, method)
            if cell is None:
                continue
            key = (
                _signature(cell.actual),
                _signature(cell.preflight),
                cell.environment,
                cell.allowed,
            )
            known = cells.setdefault(key, cell)
            if method not in known.methods:
                known.methods.append(method)
    for cell in cells.values():
        yield cell.route(host)


def _cell(
    estate: Estate,
    allowlist: Allowlist | None,
    environment_of: EnvironmentOf,
    host: str,
    match: PathMatch,
    method: str,
) -> _Cell | None:
    sample = representative(match)
    if sample is None:
        return None
    actual = ways(estate, host, sample, FRESH_METHOD if method == REST else method)
    if _nowhere(actual):
        return None
    preflight = ways(estate, host, sample, "OPTIONS")
    environment = environment_of(host, actual)
    allowed = None if allowlist is None else allowlist.route(host, sample, environment)
    if allowed is None and all(_serves_nothing(way) for way in actual):
        return None
    return _Cell(match, sample, environment, allowed, actual, preflight, [method])


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


def _serves_nothing(way: Way) -> bool:
    """The way ends in a certain refusal (a gateway's 404 for paths without a route)."""
    end = way.terminal
    if not isinstance(end, Service) or not isinstance(end.doing, Behaviour):
        return False
    first = end.doing.responds[:1]
    return any(r.when == ALWAYS and r.certain and min(r.statuses) >= 400 for r in first)


def _universe(estate: Estate, host: str) -> tuple[set[PathMatch], tuple[str, ...]]:
    """The path conditions and methods that any hop reachable from `host` names."""
    matches: set[PathMatch] = {ANY_PATH}
    methods: set[str] = set()
    seen: set[tuple[str, str, str]] = set()

    def visit(name: str, strip: str, add: str, depth: int) -> None:
        if depth > DEPTH_CAP or (name, strip, add) in seen:
            return
        seen.add((name, strip, add))
        for alias in estate.aliases(name):
            _note(matches, alias.match, strip, add)
            visit(alias.to, *_through(strip, add, alias.strip, alias.add), depth + 1)
        for hop in estate.hops(name):
            for case in hop.cases:
                _note(matches, case.match, strip, add)
                methods.update(case.methods or ())
                if isinstance(case.to, tuple):
                    for target in case.to:
                        visit(target, *_through(strip, add, case.strip, case.add), depth + 1)

    visit(HOST + host, "", "", 0)
    return matches, (*sorted(methods - {"OPTIONS"}), REST)


def _note(matches: set[PathMatch], match: PathMatch, strip: str, add: str) -> None:
    seen = outward(match, strip, add)
    if seen is not None:
        matches.add(seen)


def _through(strip: str, add: str, then_strip: str, then_add: str) -> tuple[str, str]:
    """Two prefix changes as one: first (strip, add), then (then_strip, then_add)."""
    if not then_strip:
        return strip, then_add.rstrip("/") + add
    if add.startswith(then_strip):
        return strip, then_add.rstrip("/") + add[len(then_strip) :]
    return strip + then_strip.removeprefix(add.rstrip("/")), then_add
