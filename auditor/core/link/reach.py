"""What is reached from a host, by any path: the conditions and methods that tell its requests apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.core.link.condition import PathCondition, seen_from_host
from auditor.core.link.estate import HOST, Estate
from auditor.core.link.walk import DEPTH_CAP, SPREAD_CAP
from auditor.core.reading import ANY_PATH, Alias, PathMatch


@dataclass(frozen=True, slots=True)
class Reachable:
    """The path conditions, as they look from the host, and the methods that some hop names."""

    conditions: frozenset[PathCondition]
    methods: frozenset[str]


def reach_of(estate: Estate, host: str) -> Reachable:
    """Everything that requests to `host` may meet."""
    visit = _Visit(estate)
    visit.name(HOST + host, _Prefixes(), ())
    return Reachable(frozenset(visit.conditions), frozenset(visit.methods))


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """What a path lost at its beginning and got instead on its way from the host."""

    strip: str = ""
    add: str = ""

    def then(self, strip: str, add: str) -> _Prefixes:
        """This change and another one behind it, as one."""
        if not strip:
            return _Prefixes(self.strip, add.rstrip("/") + self.add)
        if self.add.startswith(strip):
            return _Prefixes(self.strip, add.rstrip("/") + self.add[len(strip) :])
        return _Prefixes(self.strip + strip.removeprefix(self.add.rstrip("/")), add)


@dataclass(slots=True)
class _Visit:
    estate: Estate
    conditions: set[PathCondition] = field(default_factory=lambda: {PathCondition(ANY_PATH)})
    methods: set[str] = field(default_factory=set)
    seen: set[tuple[str, _Prefixes]] = field(default_factory=set)

    def name(self, name: str, prefixes: _Prefixes, asked: tuple[str, ...]) -> None:
        """Note what stands behind `name`; `asked`: the names on the way to it."""
        if len(asked) > DEPTH_CAP or (name, prefixes) in self.seen:
            return
        self.seen.add((name, prefixes))
        asked = (*asked, name)
        for alias in self._aliases(name, asked):
            self._note(alias.match, prefixes)
            self.name(alias.to, prefixes.then(alias.strip, alias.add), asked)
        for hop in self.estate.hops(name):
            for case in hop.cases:
                self._note(case.match, prefixes)
                self.methods.update(case.methods or ())
                if isinstance(case.to, tuple):
                    for target in case.to:
                        self.name(target, prefixes.then(case.strip, case.add), asked)

    def _aliases(self, name: str, asked: tuple[str, ...]) -> Iterator[Alias]:
        """The aliases of `name`; those of a load balancer's as far as the host asked for tells."""
        by_match: dict[PathMatch, list[Alias]] = {}
        for alias in self.estate.aliases(name):
            by_match.setdefault(alias.match, []).append(alias)
        for found in by_match.values():
            hosts = [alias for alias in found if alias.to in asked] or found
            yield from hosts if len(hosts) <= SPREAD_CAP else ()

    def _note(self, match: PathMatch, prefixes: _Prefixes) -> None:
        seen = seen_from_host(match, prefixes.strip, prefixes.add)
        if seen is not None:
            self.conditions.add(seen)
