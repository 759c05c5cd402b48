"""What in a valid allowlist needs a person: what has run out, what is due, what is odd."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry
from auditor.core.decision.classes import valid
from auditor.core.language.algebra import includes, of
from auditor.core.language.answer import Empty
from auditor.core.language.dialect import singleton
from auditor.core.language.pattern import Dialect
from auditor.core.language.schemes import schemes_of
from auditor.core.language.universe import origins
from auditor.core.origin import Origin, is_loopback, is_secure, parse_entry
from auditor.core.reading import Where
from auditor.edge.allowlist.team_text import UNOWNED
from auditor.edge.config.ledger import place_of
from auditor.text.problems import shown
from auditor.text.tree import Problem


@dataclass(frozen=True, slots=True)
class Note:
    """Something that may be right; the parts and the text are those of a Problem."""

    where: str
    what: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.do}"


def check(
    allowlist: Allowlist,
    today: date,
    non_production: Set[str] = frozenset(),
    review_every: Mapping[Where, int] | None = None,
) -> tuple[Problem | Note, ...]:
    """Return what is due on `today` as problems and what is odd as notes, by file and line.

    `non_production`: the environments where plain http and localhost are at home. `review_every`:
    how many days a review holds, by the place of an origin entry.
    """
    used = {entry.where for route in allowlist.routes for entry in route.entries}
    live = {
        entry.where
        for route in allowlist.routes
        for entry in route.entries
        if route.environment not in non_production
    }
    intervals = review_every or {}
    found: list[Problem | Note] = []
    for entry in allowlist.origins:
        found += _due(entry, today)
        found += _unscheduled(entry, today, intervals.get(entry.where))
        if entry.where not in used:
            do = "name it in a route, or remove it"
            found.append(Note(str(entry.where), f"{shown(entry.text)} is used by no route", do))
        elif entry.where in live:
            found += _insecure(entry)
    found += _odd_routes(allowlist)
    found += dict.fromkeys(note for route in allowlist.routes for note in _overshadowed(route))
    return tuple(sorted(found, key=lambda one: place_of(one.where)))


def _due(entry: OriginEntry, today: date) -> Iterator[Problem]:
    where, name = str(entry.where), shown(entry.text)
    if not entry.active(today):
        do = "renew expires after a review, or remove the entry"
        yield Problem(where, f"{name} expired on {entry.expires} and is denied", do)
    elif entry.review_by is not None and entry.review_by < today:
        if entry.proposed:
            do = "decide: remove status: proposed, or the entry"
            yield Problem(where, f"{name} is proposed and stale since {entry.review_by}", do)
        else:
            do = "look at it again and write the next review_by"
            yield Problem(where, f"{name} was to be reviewed by {entry.review_by}", do)
    if entry.owner == UNOWNED:
        do = "find who answers for it, or remove it"
        yield Problem(where, f"{name} has no owner but '{UNOWNED}'", do)


def _unscheduled(entry: OriginEntry, today: date, days: int | None) -> Iterator[Note]:
    if days is None:
        return
    latest = today + timedelta(days)
    where, name = str(entry.where), shown(entry.text)
    if entry.review_by is None:
        yield Note(where, f"{name} has no review_by", f"write review_by: {latest}")
    elif entry.review_by > latest:
        what = f"{name} has a review_by more than {days} days away"
        yield Note(where, what, f"write review_by: {latest} or earlier")


def _insecure(entry: OriginEntry) -> Iterator[Note]:
    text = entry.text
    if entry.pattern.dialect is Dialect.ALLOWLIST:
        text = text.replace("*", "x", 1)
    origin = parse_entry(text)
    where, name = str(entry.where), shown(entry.text)
    if not isinstance(origin, Origin):
        return
    if is_loopback(origin):
        do = "keep it to an environment that is non_production"
        yield Note(where, f"{name} is the user's own machine, in production", do)
    elif not is_secure(origin):
        do = "serve it by https and list that"
        yield Note(where, f"{name} is plain http: anybody on the network can speak as it", do)


def _overshadowed(route: AllowedRoute) -> Iterator[Note]:
    """Entries of one route that a wildcard beside them lets in whatever becomes of them."""
    wide = [entry for entry in route.entries if singleton(entry.pattern) is None]
    for entry in route.entries:
        by = next((one for one in wide if one is not entry and _overshadows(one, entry)), None)
        if by is not None:
            where, name, other = str(entry.where), shown(entry.text), shown(by.text)
            what = f"{name} is let in by {other} ({by.where}) too"
            yield Note(
                where, what, "remove it, or narrow the other: its dates and owner do nothing"
            )


def _overshadows(wide: OriginEntry, entry: OriginEntry) -> bool:
    """Whether `wide` lets in all that `entry` does."""
    whole, part = of((wide.pattern,)), of((entry.pattern,))
    universe = origins(schemes_of((wide.pattern, entry.pattern), (), valid))
    return isinstance(includes(whole, part, universe, valid), Empty)


def _odd_routes(allowlist: Allowlist) -> Iterator[Note]:
    for route in allowlist.routes:
        where, name = str(route.where), shown(str(route.match))
        if route.owner is None:
            yield Note(where, f"the route {name} has no owner", "add owner here, or under defaults")
        if route.proposed and route.public:
            do = "confirm that it is public, and remove status: proposed"
            yield Note(where, f"the route {name} is proposed as public", do)
