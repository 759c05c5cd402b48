"""A request's way through the estate: from a host, a path and a method to hops and a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import Terminal, UnreadEnd
from auditor.core.link.cell import inward, takes
from auditor.core.link.estate import EVERY_HOST, HOST, Estate
from auditor.core.reading import Alias, Confidence, Hop, HostSent, Layer, PathCase

INNERMOST = (Layer.APP, Layer.STORAGE)
"""Layers that are not reached around the others by the public host alone."""

RUNS_CODE = ("lambda:", "service:", "workload:")
"""Names of what runs an app: behind them stand apps alone."""

BEHIND = "what stands behind "
"""How it is called that a hop leads to, where the hop names nothing."""

DEPTH_CAP = 16
"""Hops and aliases on one path; a longer one is a loop."""

SPREAD_CAP = 8
"""Names that one name may lead to at once; more are told apart by what we do not know."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A hop on a path, and the case of it that takes the request."""

    hop: Hop
    case: PathCase


@dataclass(frozen=True, slots=True)
class Link:
    """How one place of a path leads to the next, and how sure that is. `hop`: the id of the hop that
    it leads to, empty for an alias."""

    text: str
    confidence: Confidence = Confidence.EXACT
    hop: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Way:
    """The hops that one request crosses, outermost first, the terminal, and how it was linked.
    `around`: it leaves out what stands in front of the host, which only some requests can."""

    hops: tuple[Placed, ...]
    terminal: Terminal
    links: tuple[Link, ...] = ()
    around: bool = False

    def behind(self, placed: Placed, link: Link) -> Way:
        """The way with one more hop in front."""
        there = replace(link, hop=placed.hop.id)
        return replace(self, hops=(placed, *self.hops), links=(there, *self.links))

    def with_declared(self, placed: Placed, link: Link) -> Way:
        """The way with a hop that its owner declared, before the first of its layer or further in."""
        depth = placed.hop.layer.depth
        at = next(
            (at for at, one in enumerate(self.hops) if one.hop.layer.depth >= depth), len(self.hops)
        )
        hops = (*self.hops[:at], placed, *self.hops[at:])
        return replace(self, hops=hops, links=(replace(link, hop=placed.hop.id), *self.links))


@dataclass(frozen=True, slots=True)
class _At:
    """Where a request stands: its path there, the depth of the layer it comes from, and the hosts that
    its Host header may name with the path that it had there, innermost first. `sent`: what becomes of
    that header at the next name."""

    path: str
    above: int = -1
    steps: int = 0
    hosts: tuple[tuple[str, str], ...] = ()
    sent: HostSent = HostSent.UNKNOWN
    crossed: tuple[Hop, ...] = ()

    def through(self, placed: Placed) -> _At:
        """Behind a hop."""
        hop, case = placed.hop, placed.case
        path = inward(self.path, case.strip, case.add)
        named = case.host_name
        return _At(
            path=path,
            above=hop.layer.depth,
            steps=self.steps + 1,
            hosts=((HOST + named, path),) if named else self.hosts,
            sent=HostSent.KEPT if named else case.host,
            crossed=(*self.crossed, hop),
        )

    def along(self, alias: Alias) -> _At:
        """At the end of an alias: a name for the same place, so that a known Host header stays."""
        path = inward(self.path, alias.strip, alias.add)
        known = self.sent is not HostSent.UNKNOWN
        sent = HostSent.KEPT if known else HostSent.UNKNOWN
        return replace(self, path=path, steps=self.steps + 1, sent=sent)

    def sent_to(self, name: str) -> _At:
        """Asked for at `name`."""
        if not name.startswith(HOST):
            return self
        match self.sent:
            case HostSent.UNKNOWN:
                return replace(self, hosts=((name, self.path), *self.hosts))
            case HostSent.TARGET:
                return replace(self, hosts=((name, self.path),))
            case HostSent.KEPT:
                return replace(self, hosts=tuple((host, self.path) for host, _ in self.hosts))

    def may_meet(self, hop: Hop) -> bool:
        """Whether `hop` may come next: not further out, and not one that was crossed already."""
        return hop.layer.depth >= self.above and not any(hop is one for one in self.crossed)

    def asks_for(self, name: str) -> bool:
        """Whether the Host header may name `name`."""
        return any(host == name for host, _ in self.hosts)


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
            if hop.layer not in INNERMOST and EVERY_HOST not in hop.answers:
                link = Link(f"{name}, around what is in front", Confidence.BY_HOST)
                for way in self._hop(hop, _At(path).sent_to(name), link):
                    yield replace(way, around=True)

    def _name(self, name: str, at: _At) -> Iterator[Way]:
        if at.steps > DEPTH_CAP:
            yield Way((), UnreadEnd(f"{name} leads back to itself"))
            return
        at = at.sent_to(name)
        aliases = self._aliases(name, at)
        hops = [hop for hop in self.estate.hops(name) if at.may_meet(hop)]
        if aliases:
            yield from self._alias(name, aliases, at)
        elif hops:
            yield from self._layer(hops, at, Link(name))
        elif any(hop in at.crossed for hop in self.estate.hops(name)):
            yield Way((), UnreadEnd(f"{name} leads back to itself"))
        else:
            yield from self._inner(name, at)

    def _aliases(self, name: str, at: _At) -> list[Alias]:
        """The aliases that the request follows: those with the closest path condition; of them those
        that lead to the outermost layer yet to come, which a load balancer's own name needs."""
        taken = [alias for alias in self.estate.aliases(name) if takes(alias.match, at.path)]
        closest = [alias for alias in taken if alias.match == taken[0].match]
        if len(closest) < 2:
            return closest
        hops = {alias.to: self.estate.hops(alias.to) for alias in closest}
        depths = {
            to: [hop.layer.depth for hop in found if hop.layer.depth > at.above]
            for to, found in hops.items()
        }
        outermost = min((min(found) for found in depths.values() if found), default=None)
        return [
            alias
            for alias in {alias.to: alias for alias in closest}.values()
            if not hops[alias.to] or outermost in depths[alias.to]
        ]

    def _alias(self, name: str, aliases: list[Alias], at: _At) -> Iterator[Way]:
        asked = [alias for alias in aliases if at.asks_for(alias.to)] or aliases
        if len(asked) > SPREAD_CAP:
            cause = (
                f"{name} leads to {len(asked)} hosts, and which of them is asked for is not known"
            )
            yield Way((), UnreadEnd(cause))
            return
        # Another host is asked for than those that are served there: that it gets there is a guess.
        guessed = at.sent is not HostSent.UNKNOWN and asked is aliases
        for alias in asked:
            led = guessed and not alias.entry and alias.to.startswith(HOST)
            sure = Confidence.BY_HOST if led else alias.confidence
            link = Link(f"{alias.name} is {alias.to} ({alias.where})", sure)
            for way in self._name(alias.to, at.along(alias)):
                yield replace(way, links=(link, *way.links))

    def _layer(self, hops: Iterable[Hop], at: _At, link: Link) -> Iterator[Way]:
        """The hops of the outermost layer among `hops`: requests may come to any of them."""
        found = list(hops)
        for hop in found:
            if hop.layer is found[0].layer:
                yield from self._hop(hop, at, link)

    def _inner(self, name: str, at: _At) -> Iterator[Way]:
        """Nothing answers to `name`: the next is a hop further in that answers to a host which the
        request was sent to on its way. A host that nothing answers to is not another host, unless it
        is known that the Host header names that one; what runs code is followed by no proxy."""
        runs = name.startswith(RUNS_CODE)
        own = name.startswith(HOST) and at.sent is HostSent.UNKNOWN
        for host, path in at.hosts[:1] if own else at.hosts:
            inner = [
                hop
                for hop in self.estate.hops(host)
                if hop.layer.depth > at.above
                and (hop.layer in INNERMOST or not runs)
                and self.estate.taken(hop, path, self.method) is not None
            ]
            if inner:
                there = replace(at, path=path, steps=at.steps + 1)
                link = Link(f"{name}, by {host}", Confidence.BY_HOST)
                yield from self._layer(inner, there, link)
                return
        linked = "" if name.startswith(BEHIND) else name
        yield Way((), UnreadEnd(f"nothing that was read answers to {name}", linked))

    def _hop(self, hop: Hop, at: _At, link: Link) -> Iterator[Way]:
        case = self.estate.taken(hop, at.path, self.method)
        if case is None:
            if at.above >= 0:
                yield Way((), UnreadEnd(f"{hop.title} has no case for {self.method} {at.path}"))
            return
        placed = Placed(hop, case)
        for way in self._onward(placed, at.through(placed)):
            yield way.behind(placed, link)

    def _onward(self, placed: Placed, at: _At) -> Iterator[Way]:
        to = placed.case.to
        if not isinstance(to, tuple):
            yield Way((), to)
        elif to:
            for name in to:
                yield from self._name(name, at)
        else:
            yield from self._inner(f"{BEHIND}{placed.hop.title}", at)


def ways(estate: Estate, host: str, path: str, method: str) -> tuple[Way, ...]:
    """Every way that `method` on `host` and `path` may take; more than one when requests are spread
    or a hop can be reached around another."""
    found = tuple(dict.fromkeys(_Walk(estate, method).from_host(HOST + host, path)))
    fronts = [d.hop for d in estate.declared if d.fronts(host)]
    for hop in sorted(fronts, key=lambda hop: hop.layer.depth, reverse=True):
        placed = Placed(hop, hop.cases[0])
        link = Link(f"declared in front of {host}", Confidence.DECLARED)
        found = tuple(way.with_declared(placed, link) for way in found)
    return found
