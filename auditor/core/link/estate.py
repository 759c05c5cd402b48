"""All readings of a run, found by the names that they answer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.link.cases import Cases
from auditor.core.reading import ANY_PATH, Alias, Hop, Layer, PathCase, Reading, Remedy, Unread

HOST = "host:"
EVERY_HOST = f"{HOST}*"
"""What a server answers to that takes whatever nobody else does."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A hop that nothing here reads, described by its owner: it stands before every matching host."""

    hop: Hop
    in_front_of: tuple[str, ...]

    def fronts(self, host: str) -> bool:
        """Whether it stands before `host`; `*.x` is every host below x, `*` every host."""
        return any(_glob(pattern, host) for pattern in self.in_front_of)


class Estate:
    """Readings, indexed. Names are plain texts; `host:*.x` and `host:*` answer for what they cover."""

    def __init__(self, readings: Iterable[Reading], declared: Iterable[Declared] = ()) -> None:
        self.declared = tuple(declared)
        self.unread: list[Unread] = []
        self._hops: dict[str, list[Hop]] = {}
        self._aliases: dict[str, list[Alias]] = {}
        self._sorted_hops: dict[str, tuple[Hop, ...]] = {}
        self._sorted_aliases: dict[str, tuple[Alias, ...]] = {}
        self._cases: dict[int, Cases] = {}
        for reading in readings:
            self._add(reading)

    def _add(self, reading: Reading) -> None:
        match reading:
            case Hop():
                for name in reading.answers:
                    self._hops.setdefault(name, []).append(reading)
            case Alias():
                self._aliases.setdefault(reading.name, []).append(reading)
            case Unread():
                self.unread.append(reading)
                for name in reading.names:
                    self._hops.setdefault(name, []).append(_unread_hop(reading))

    def hosts(self) -> tuple[str, ...]:
        """Every host (no wildcards) that something read answers to, sorted."""
        called = {name for name, found in self._aliases.items() if any(a.entry for a in found)}
        names = {*self._hops, *called}
        hosts = {name.removeprefix(HOST) for name in names if name.startswith(HOST)}
        return tuple(sorted(host for host in hosts if "*" not in host))

    def every_hop(self) -> tuple[Hop, ...]:
        """Every hop that was read or stands for something unread, once, by id."""
        hops = {hop.id: hop for found in self._hops.values() for hop in found}
        return tuple(hops[name] for name in sorted(hops))

    def wild_hosts(self) -> tuple[str, ...]:
        """A host under each wildcard that something answers to (`*`: any name)."""
        names = (name.removeprefix(HOST) for name in self._hops if name.startswith(HOST))
        return tuple(sorted(name.replace("*", "any") for name in names if "*" in name))

    def hops(self, name: str) -> tuple[Hop, ...]:
        """The hops that answer to `name`, outermost layer first; for hosts the closest match in each
        layer, since a wildcard of the CDN may stand before a host that the ingress names in full."""
        known = self._sorted_hops.get(name)
        if known is None:
            closest: dict[Layer, list[Hop]] = {}
            for candidate in _candidates(name):
                if candidate == EVERY_HOST and closest:
                    break
                found: dict[Layer, list[Hop]] = {}
                for hop in self._hops.get(candidate, ()):
                    found.setdefault(hop.layer, []).append(hop)
                closest = found | closest
            hops = (hop for found in closest.values() for hop in found)
            known = tuple(sorted(hops, key=lambda hop: (hop.layer.depth, hop.id)))
            self._sorted_hops[name] = known
        return known

    def aliases(self, name: str) -> tuple[Alias, ...]:
        """The aliases of `name`, longest path condition first; for hosts the closest match."""
        known = self._sorted_aliases.get(name)
        if known is None:
            found: Iterable[Alias] = ()
            for candidate in _candidates(name):
                found = self._aliases.get(candidate, ())
                if found or candidate in self._hops:
                    break
            known = tuple(sorted(dict.fromkeys(found), key=lambda a: (-len(a.match.text), a.to)))
            self._sorted_aliases[name] = known
        return known

    def taken(self, hop: Hop, path: str, method: str) -> PathCase | None:
        """The case of `hop` that takes `method` on `path`."""
        cases = self._cases.get(id(hop))
        if cases is None:
            cases = self._cases[id(hop)] = Cases(hop.cases)
        return cases.taken(path, method)

    def known(self, name: str) -> bool:
        """Whether anything answers to `name`."""
        return bool(self.hops(name) or self._aliases.get(name))


def unread_id(unread: Unread) -> str:
    """The id of the hop that stands for something unread."""
    return f"unread {unread.scope}"


def _unread_hop(unread: Unread) -> Hop:
    cause = f"{unread.scope}: {unread.reason}"
    return Hop(
        id=unread_id(unread),
        layer=unread.layer or Layer.APP,
        product="unread",
        title=unread.scope,
        where=unread.where,
        answers=unread.names,
        cases=(PathCase(ANY_PATH, UnreadBehaviour(cause), ()),),
        source=unread.source,
        document="",
        role=unread.scope,
        remedies=(Remedy("", unread.do),) if unread.do else (),
    )


def _candidates(name: str) -> Iterator[str]:
    yield name
    if name.startswith(HOST):
        rest = name.removeprefix(HOST)
        while "." in rest:
            rest = rest.partition(".")[2]
            yield f"{HOST}*.{rest}"
        yield EVERY_HOST


def _glob(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern in ("*", host)
