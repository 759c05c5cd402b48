"""Putting team files together: defaults, groups, and the origins that routes name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.core.allowlist import AllowedRoute, OriginEntry, ties
from auditor.core.reading import Where
from auditor.edge.allowlist.model import OriginLine, TeamFile
from auditor.edge.config.origins import is_origin_like
from auditor.edge.config.schema import Named, nearest
from auditor.text.problems import shown
from auditor.text.tree import Problem

LIMIT = 1_000
"""Problems between entries that are listed; putting together ends there."""

Entries = tuple[OriginEntry, ...]


@dataclass(frozen=True, slots=True)
class Assembled:
    """Routes, origins, and what is wrong between the lines of all files."""

    routes: tuple[AllowedRoute, ...]
    origins: Entries
    problems: tuple[Problem, ...]


def assemble(teams: Iterable[TeamFile]) -> Assembled:
    """Put files together. A name is looked up in its own file first, then in all of them."""
    faults = _Faults()
    files = [_File(team, _Names()) for team in teams]
    everywhere = _Names()
    for file in files:
        file.declare(everywhere, faults)
    for file in files:
        file.fill_groups(everywhere, faults)
    routes = [route for file in files for route in file.routes(everywhere, faults)]
    for first, second in ties(routes):
        scope = f"environment {second.environment}" if second.environment else "all environments"
        what = f"{shown(str(second.match))} is here twice for {scope}, first at {first.where}"
        faults.add(second.where, what, "join the two routes")
    origins = tuple(e for file in files for found in file.names.entries.values() for e in found)
    return Assembled(tuple(routes), origins, faults.listed())


@dataclass(slots=True)
class _Faults:
    found: list[Problem] = field(default_factory=list)

    def add(self, where: Where, what: str, do: str) -> None:
        if len(self.found) <= LIMIT:
            self.found.append(Problem(str(where), what, do))

    @property
    def full(self) -> bool:
        return len(self.found) > LIMIT

    def listed(self) -> tuple[Problem, ...]:
        if not self.full:
            return tuple(self.found)
        what = f"more than {LIMIT} problems between its lines"
        return (*self.found[:LIMIT], Problem("allowlist", what, "correct the ones above first"))


@dataclass(frozen=True, slots=True)
class _Names:
    """Entries by text, and the entries of groups by name; several where files share a name."""

    entries: dict[str, Entries] = field(default_factory=dict)
    groups: dict[str, tuple[Entries, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    """One file while it is put together with the others."""

    team: TeamFile
    names: _Names

    def declare(self, everywhere: _Names, faults: _Faults) -> None:
        """Make its origin entries known to itself and to all."""
        for line in self.team.origins:
            entry = self._entry(line, faults)
            if entry is None:
                continue
            if (first := self.names.entries.get(entry.text)) is not None:
                what = f"{shown(entry.text)} is here twice, first on line {first[0].where.line}"
                faults.add(line.where, what, "join the two entries")
                continue
            self.names.entries[entry.text] = (entry,)
            shared = everywhere.entries.get(entry.text, ())
            everywhere.entries[entry.text] = (*shared, entry)

    def _entry(self, line: OriginLine, faults: _Faults) -> OriginEntry | None:
        pattern = line.origin or line.pattern
        owner = line.owner or self.team.defaults.owner
        if pattern is None:
            return None
        if owner is None:
            do = "add owner here, or under defaults"
            faults.add(line.where, f"{shown(pattern.text)} has no owner", do)
            return None
        return OriginEntry(
            pattern,
            owner,
            line.where,
            proposed=(line.status or self.team.status) is not None,
            purpose=line.purpose,
            party=line.party,
            ticket=line.ticket,
            reason=line.reason,
            review_by=line.review_by or self.team.defaults.review_by,
            expires=line.expires,
        )

    def fill_groups(self, everywhere: _Names, faults: _Faults) -> None:
        """Look up the members of its groups."""
        for group in self.team.groups:
            found = [self._entries(member, everywhere, faults) for member in group.members]
            entries = _united(found)
            self.names.groups[group.name.text] = (entries,)
            shared = everywhere.groups.get(group.name.text, ())
            everywhere.groups[group.name.text] = (*shared, entries)

    def routes(self, everywhere: _Names, faults: _Faults) -> Iterator[AllowedRoute]:
        """Yield its routes."""
        for line in self.team.routes:
            names = line.allow_origins or ()
            entries = _united(self._allowed(name, everywhere, faults) for name in names)
            yield AllowedRoute(
                line.match,
                entries,
                line.allow_credentials,
                line.where,
                environment=line.environment or self.team.defaults.environment,
                public=line.public is True,
                proposed=(line.status or self.team.status) is not None,
                methods=_set(line.allow_methods),
                headers=_set(line.allow_headers),
                expose=_set(line.expose_headers),
                authority=line.authority,
                owner=line.owner or self.team.defaults.owner,
            )

    def _allowed(self, named: Named, everywhere: _Names, faults: _Faults) -> Entries:
        """Return what one item of `allow_origins` stands for: a group, an origin or a pattern."""
        if is_origin_like(named.text):
            return self._entries(named, everywhere, faults)
        groups = self.names.groups.get(named.text) or everywhere.groups.get(named.text, ())
        if len(groups) == 1:
            return groups[0]
        if groups:
            what = f"{shown(named.text)} is a group of several other files"
            faults.add(named.where, what, "declare the group in this file")
            return ()
        meant = nearest(named.text, everywhere.groups) if not faults.full else None
        do = f"write {meant}" if meant else "declare it under groups, or write an origin"
        faults.add(named.where, f"{shown(named.text)} is no group", do)
        return ()

    def _entries(self, named: Named, everywhere: _Names, faults: _Faults) -> Entries:
        """Return the entries of one origin or pattern."""
        found = self.names.entries.get(named.text) or everywhere.entries.get(named.text)
        if found is None:
            meant = None if faults.full else nearest(named.text, everywhere.entries)
            do = "declare it under origins, with its owner"
            do += f"; or is it {meant}?" if meant else ""
            faults.add(named.where, f"{shown(named.text)} is not declared", do)
        return found or ()


def _united(found: Iterable[Entries]) -> Entries:
    return tuple(dict.fromkeys(entry for entries in found for entry in entries))


def _set(names: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
