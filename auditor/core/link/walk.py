"""A request's way through the estate: from a host, a path and a method to hops and a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import Terminal, UnreadBehaviour, UnreadEnd
from auditor.core.link.cell import inward, takes
from auditor.core.link.estate import HOST, Estate
from auditor.core.reading import Alias, Hop, PathCase, PathKind

DEPTH_CAP = 12
"""Hops and aliases on one path; a longer one is a loop."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A hop on a path, and the case of it that takes the request."""

    hop: Hop
    case: PathCase


@dataclass(frozen=True, slots=True)
class Way:
    """The hops that one request crosses, outermost first, the terminal, and how it was linked."""

    hops: tuple[Placed, ...]
    terminal: Terminal
    links: tuple[str, ...] = ()

    def behind(self, placed: Placed, link: str) -> Way:
        """The way with one more hop in front."""
        return Way((placed, *self.hops), self.terminal, (link, *self.links))


@dataclass(frozen=True, slots=True)
class _Walk:
    estate: Estate
    host: str
    path: str
    method: str

    def from_host(self) -> Iterator[Way]:
        name = HOST + self.host
        ways = list(self._name(name, self.path, -1, 0))
        yield from ways
        reached = {placed.hop.id for way in ways for placed in way.hops}
        for hop in self.estate.hops(name):
            if hop.id not in reached:
                yield from self._hop(hop, self.path, 0, f"{hop.title} answers to {self.host}")

    def _name(self, name: str, path: str, above: int, depth: int) -> Iterator[Way]:
        """The ways from `name`; `above`: depth of the layer that the request comes from."""
        if depth > DEPTH_CAP:
            yield Way((), UnreadEnd(f"{name} leads back to itself"))
            return
        aliases = [a for a in self.estate.aliases(name) if takes(a.match, path)]
        hops = [hop for hop in self.estate.hops(name) if hop.layer.depth >= above]
        if aliases:
            yield from self._alias(aliases[0], path, above, depth)
        elif hops:
            first = hops[0].layer
            for hop in (hop for hop in hops if hop.layer is first):
                yield from self._hop(hop, path, depth, name)
        else:
            yield from self._inner(name, above, depth)

    def _alias(self, alias: Alias, path: str, above: int, depth: int) -> Iterator[Way]:
        onward = inward(path, alias.strip, alias.add)
        for way in self._name(alias.to, onward, above, depth + 1):
            yield replace(way, links=(f"{alias.name} is {alias.to} ({alias.where})", *way.links))

    def _inner(self, name: str, above: int, depth: int) -> Iterator[Way]:
        """Nothing answers to `name`: a hop further in that answers to the public host is the next."""
        public = HOST + self.host
        inner = [hop for hop in self.estate.hops(public) if hop.layer.depth > above]
        taking = [hop for hop in inner if _taken(hop, self.path, self.method) is not None]
        if not taking:
            yield Way((), UnreadEnd(f"nothing that was read answers to {name}"))
            return
        first = taking[0].layer
        for hop in (hop for hop in taking if hop.layer is first):
            yield from self._hop(hop, self.path, depth, f"{name}, by the public host {self.host}")

    def _hop(self, hop: Hop, path: str, depth: int, link: str) -> Iterator[Way]:
        case = _taken(hop, path, self.method)
        if case is None:
            yield Way((), UnreadEnd(f"{hop.title} has no case for {self.method} {path}"), (link,))
            return
        placed = Placed(hop, case)
        onward = inward(path, case.strip, case.add)
        for way in self._onward(hop, case, onward, depth):
            yield way.behind(placed, link)

    def _onward(self, hop: Hop, case: PathCase, path: str, depth: int) -> Iterator[Way]:
        if not isinstance(case.to, tuple):
            yield Way((), case.to)
        elif case.to:
            for name in case.to:
                yield from self._name(name, path, hop.layer.depth, depth + 1)
        else:
            yield from self._inner(f"what stands behind {hop.title}", hop.layer.depth, depth + 1)


def ways(estate: Estate, host: str, path: str, method: str) -> tuple[Way, ...]:
    """Every way that `method` on `host` and `path` may take; more than one when requests are spread
    or a hop can be reached around another."""
    found = tuple(dict.fromkeys(_Walk(estate, host, path, method).from_host()))
    fronts = [d.hop for d in estate.declared if d.fronts(host)]
    for hop in sorted(fronts, key=lambda hop: hop.layer.depth, reverse=True):
        placed = Placed(hop, hop.cases[0])
        found = tuple(way.behind(placed, f"declared in front of {host}") for way in found)
    return found


def _taken(hop: Hop, path: str, method: str) -> PathCase | None:
    for case in hop.cases:
        if case.methods is not None and method not in case.methods:
            continue
        if takes(case.match, path):
            return _unreadable(case) if case.match.kind is PathKind.OPAQUE else case
    return None


def _unreadable(case: PathCase) -> PathCase:
    cause = f"whether the path pattern {case.match.text} takes a request is not read"
    return replace(case, doing=UnreadBehaviour(cause))
