"""A request's way through the estate: from a host, a path and a method to hops and a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import Terminal, UnreadBehaviour, UnreadEnd
from auditor.core.link.cell import inward, takes
from auditor.core.link.estate import HOST, Estate
from auditor.core.reading import Alias, Hop, Layer, PathCase, PathKind

INNERMOST = (Layer.APP, Layer.STORAGE)
"""Layers that are not reached around the others by the public host alone."""

RUNS_CODE = ("lambda:", "service:")
"""Names of what runs an app: behind them stand apps alone."""

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
class _At:
    """Where a request stands: its path there, the depth of the layer it comes from, and the hosts that
    it was sent to so far with the path that it had there, innermost first."""

    path: str
    above: int = -1
    steps: int = 0
    hosts: tuple[tuple[str, str], ...] = ()

    def onward(self, path: str, above: int) -> _At:
        return replace(self, path=path, above=above, steps=self.steps + 1)

    def sent_to(self, name: str) -> _At:
        if not name.startswith(HOST):
            return self
        return replace(self, hosts=((name, self.path), *self.hosts))


@dataclass(frozen=True, slots=True)
class _Walk:
    estate: Estate
    method: str

    def from_host(self, name: str, path: str) -> Iterator[Way]:
        found = list(self._name(name, _At(path)))
        yield from found
        reached = {placed.hop.id for way in found for placed in way.hops}
        around = [hop for hop in self.estate.hops(name) if hop.id not in reached]
        for hop in around:
            if hop.layer not in INNERMOST:
                yield from self._hop(
                    hop, _At(path).sent_to(name), f"{name}, around what is in front"
                )

    def _name(self, name: str, at: _At) -> Iterator[Way]:
        if at.steps > DEPTH_CAP:
            yield Way((), UnreadEnd(f"{name} leads back to itself"))
            return
        at = at.sent_to(name)
        aliases = [a for a in self.estate.aliases(name) if takes(a.match, at.path)]
        hops = [hop for hop in self.estate.hops(name) if hop.layer.depth >= at.above]
        if aliases:
            yield from self._alias(aliases[0], at)
        elif hops:
            yield from self._layer(hops, at, name)
        else:
            yield from self._inner(name, at)

    def _alias(self, alias: Alias, at: _At) -> Iterator[Way]:
        onward = at.onward(inward(at.path, alias.strip, alias.add), at.above)
        for way in self._name(alias.to, onward):
            yield replace(way, links=(f"{alias.name} is {alias.to} ({alias.where})", *way.links))

    def _layer(self, hops: list[Hop], at: _At, link: str) -> Iterator[Way]:
        """The hops of the outermost layer among `hops`: requests may come to any of them."""
        for hop in hops:
            if hop.layer is hops[0].layer:
                yield from self._hop(hop, at, link)

    def _inner(self, name: str, at: _At) -> Iterator[Way]:
        """Nothing answers to `name`: the next is a hop further in that answers to a host which the
        request was sent to on its way. A host that nothing answers to is not another host, and what
        runs code is followed by no proxy."""
        runs = name.startswith(RUNS_CODE)
        for host, path in at.hosts[:1] if name.startswith(HOST) else at.hosts:
            inner = [
                hop
                for hop in self.estate.hops(host)
                if hop.layer.depth > at.above
                and (hop.layer in INNERMOST or not runs)
                and _taken(hop, path, self.method) is not None
            ]
            if inner:
                there = replace(at, path=path, steps=at.steps + 1)
                yield from self._layer(inner, there, f"{name}, by {host}")
                return
        yield Way((), UnreadEnd(f"nothing that was read answers to {name}"))

    def _hop(self, hop: Hop, at: _At, link: str) -> Iterator[Way]:
        case = _taken(hop, at.path, self.method)
        if case is None:
            if at.above >= 0:
                yield Way((), UnreadEnd(f"{hop.title} has no case for {self.method} {at.path}"))
            return
        placed = Placed(hop, case)
        onward = at.onward(inward(at.path, case.strip, case.add), hop.layer.depth)
        for way in self._onward(hop, case, onward):
            yield way.behind(placed, link)

    def _onward(self, hop: Hop, case: PathCase, at: _At) -> Iterator[Way]:
        if not isinstance(case.to, tuple):
            yield Way((), case.to)
        elif case.to:
            for name in case.to:
                yield from self._name(name, at)
        else:
            yield from self._inner(f"what stands behind {hop.title}", at)


def ways(estate: Estate, host: str, path: str, method: str) -> tuple[Way, ...]:
    """Every way that `method` on `host` and `path` may take; more than one when requests are spread
    or a hop can be reached around another."""
    found = tuple(dict.fromkeys(_Walk(estate, method).from_host(HOST + host, path)))
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
