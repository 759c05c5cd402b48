"""The canonical allowlist: who may call which route, with or without credentials.

Origins are denied unless they are listed; methods and headers that a route leaves out are not
compared. A *proposed* entry is neither clean nor widened: what it covers counts as unreviewed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.core.language.membership import takes_all_alike
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import ANY_PATH, PathKind, PathMatch, Where


@dataclass(frozen=True, slots=True)
class OriginEntry:
    """One trusted origin, exact or a declared pattern, with the people who answer for it. `waived`: it
    is no entry of the allowlist; someone accepted that much of it until `expires`."""

    pattern: Pattern
    owner: str
    where: Where
    proposed: bool = False
    purpose: str | None = None
    party: str | None = None
    ticket: str | None = None
    reason: str | None = None
    review_by: date | None = None
    expires: date | None = None
    waived: Capability | None = None

    @property
    def text(self) -> str:
        """The origin or pattern as the allowlist writes it."""
        return self.pattern.text

    def active(self, today: date) -> bool:
        """Whether the entry still counts: its expiry has not passed."""
        return self.expires is None or today <= self.expires

    def takes(self, origin: str) -> bool:
        """Whether `origin` is the entry's, or within its pattern."""
        return takes_all_alike(self.pattern, origin) is True


@dataclass(frozen=True, slots=True)
class RouteMatch:
    """`api.example.com/v1/*`: a host (`*.example.com`: one label or more) and a path condition."""

    host: str
    path: PathMatch = ANY_PATH

    def __str__(self) -> str:
        return self.host + (
            self.path.text.rstrip("/") + "/*"
            if self.path.kind is PathKind.PREFIX
            else self.path.text
        )

    def takes_host(self, host: str) -> bool:
        """Whether the route speaks of `host` (no port)."""
        if self.host.startswith("*."):
            return host.endswith(self.host[1:]) and host != self.host[2:]
        return self.host == host

    def takes(self, host: str, path: str) -> bool:
        """Whether the route speaks of `host` and a concrete `path`."""
        return self.takes_host(host) and self._takes_path(path)

    def _takes_path(self, path: str) -> bool:
        if self.path.kind is PathKind.EXACT:
            return path == self.path.text
        prefix = self.path.text.rstrip("/")
        return path == prefix or path.startswith(prefix + "/")

    def covers(self, other: RouteMatch) -> bool:
        """Whether it speaks of everything that `other` does."""
        if not self.takes_host(other.host):
            return False
        if other.path.kind is not PathKind.EXACT and self.path.kind is PathKind.EXACT:
            return False
        return self._takes_path(other.path.text)

    def within(self, other: RouteMatch) -> RouteMatch | None:
        """The part of it that `other` speaks of as well; None where there is none."""
        if not (self.takes_host(other.host) or other.takes_host(self.host)):
            return None
        host = other.host if self.takes_host(other.host) else self.host
        mine, others = RouteMatch(host, self.path), RouteMatch(host, other.path)
        if mine.covers(others):
            return others
        return mine if others.covers(mine) else None

    @property
    def specificity(self) -> tuple[bool, int, bool, int]:
        """Larger is more specific: exact host, longer host, exact path, longer path."""
        wild = self.host.startswith("*.")
        return (not wild, len(self.host), self.path.kind is PathKind.EXACT, len(self.path.text))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the allowlist wants for one origin. `caps`: approved; `unreviewed`: only proposed, or
    `waived`."""

    caps: Capability
    unreviewed: Capability = Capability.NONE
    waived: Capability = Capability.NONE


@dataclass(frozen=True, slots=True)
class AllowedRoute:
    """One route of the allowlist. `methods`, `headers`, `expose` None: not compared. `ceiling`: of a
    way around what the route names; only what goes beyond the entry counts there."""

    match: RouteMatch
    entries: tuple[OriginEntry, ...]
    credentials: bool
    where: Where
    environment: str | None = None
    public: bool = False
    proposed: bool = False
    methods: frozenset[str] | None = None
    headers: frozenset[str] | None = None
    expose: frozenset[str] | None = None
    authority: str | None = None
    owner: str | None = None
    ceiling: bool = False

    @property
    def terms(self) -> Hashable:
        """Everything that a judgement rests on: equal for routes that want the same."""
        entries = tuple((e.pattern, e.proposed, e.expires, e.waived) for e in self.entries)
        rest = (self.credentials, self.public, self.proposed, self.methods, self.headers)
        return (entries, *rest, self.ceiling)

    @property
    def granted(self) -> Capability:
        """What an entry may do here."""
        return EVERYTHING if self.credentials else ANONYMOUS

    def wanted(self, origin: str, today: date) -> Wanted:
        """What `origin` should be able to do here on `today`."""
        caps = ANONYMOUS if self.public and not self.proposed else Capability.NONE
        maybe = ANONYMOUS if self.public and self.proposed else Capability.NONE
        waived = Capability.NONE
        for entry in self.entries:
            if entry.active(today) and entry.takes(origin):
                if entry.waived is not None:
                    waived |= entry.waived
                elif entry.proposed or self.proposed:
                    maybe |= self.granted
                else:
                    caps |= self.granted
        return Wanted(caps, (maybe | waived) & ~caps, waived & ~caps)

    def patterns(self) -> Iterator[Pattern]:
        """The entries' wildcards: they belong in the cut."""
        return (e.pattern for e in self.entries if e.pattern.dialect is not Dialect.EXACT)

    def literals(self) -> Iterator[str]:
        """The entries' exact origins: they belong in the cut."""
        return (e.text for e in self.entries if e.pattern.dialect is Dialect.EXACT)


@dataclass(frozen=True)
class Allowlist:
    """Every route and origin entry, and a digest of the files that they came from."""

    routes: tuple[AllowedRoute, ...]
    origins: tuple[OriginEntry, ...] = ()
    digest: str = ""

    @cached_property
    def _by_host(self) -> dict[str, tuple[AllowedRoute, ...]]:
        hosts: dict[str, list[AllowedRoute]] = {}
        for route in self.routes:
            hosts.setdefault(route.match.host, []).append(route)
        return {
            host: tuple(sorted(found, key=lambda r: r.match.specificity, reverse=True))
            for host, found in hosts.items()
        }

    def route(self, host: str, path: str, environment: str | None) -> AllowedRoute | None:
        """The most specific route for a concrete `host` and `path`, if any speaks of it."""
        for candidate in _host_keys(host):
            for route in self._by_host.get(candidate, ()):
                here = route.environment in (None, environment)
                if here and route.match.takes(host, path):
                    return route
        return None

    def paths(self, host: str) -> Iterator[PathMatch]:
        """The path conditions that speak of `host`: they cut its path universe."""
        for candidate in _host_keys(host):
            for route in self._by_host.get(candidate, ()):
                yield route.match.path


def ties(routes: Iterable[AllowedRoute]) -> Iterator[tuple[AllowedRoute, AllowedRoute]]:
    """Pairs of routes that say the same match twice for one environment."""
    seen: dict[tuple[RouteMatch, str | None], AllowedRoute] = {}
    for route in routes:
        key = (route.match, route.environment)
        if key in seen:
            yield seen[key], route
        else:
            seen[key] = route


def _host_keys(host: str) -> Iterator[str]:
    yield host
    rest = host
    while "." in rest:
        rest = rest.partition(".")[2]
        yield "*." + rest
