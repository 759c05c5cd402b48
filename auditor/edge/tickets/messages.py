"""Messages beside tickets: a notice after a run, and a digest for each owner once a week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from auditor.core.finding import Severity
from auditor.core.waiver.waiver import Waiver
from auditor.edge.reports.days import day
from auditor.edge.reports.layout import count, safe
from auditor.edge.tickets.prose import Block, Prose, heading, items, table, text
from auditor.edge.tickets.telling import RunMark
from auditor.edge.tickets.title import PREFIX

NAMED: Final = 10
"""Findings, sources or tickets that a message names; it says how many more there are."""
WAIVERS_AHEAD: Final = timedelta(days=14)
_AGES: Final = (("under a week", 7), ("under a month", 30), ("under 3 months", 90))
_OLDEST: Final = "older"


@dataclass(frozen=True, slots=True)
class Line:
    """A finding in a message. `title`: of its ticket, or what it says; `since`: when it was first
    found; `ticket` and `url`: None where it has none yet."""

    severity: Severity
    short: str
    title: str
    owner: str | None = None
    since: date | None = None
    ticket: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A source that was not read: what, why, what to do, and how many routes that blinds."""

    source: str
    reason: str
    do: str
    routes: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What a run has to say at once. `failed`: what could not be delivered, in words."""

    run: RunMark
    new: tuple[Line, ...] = ()
    unread: tuple[UnreadLine, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What was there when its sources were first read: how much a week ago, now, and how many tickets
    of it were given out since."""

    before: int = 0
    now: int = 0
    released: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """An owner's week. `left`: closed by hand, and still found; `reviews`: origin and day by which to
    look at it again, those due; `waivers`: that hold."""

    owner: str
    run: RunMark
    new: tuple[Line, ...] = ()
    standing: tuple[Line, ...] = ()
    backlog: Backlog = Backlog()
    waivers: tuple[Waiver, ...] = ()
    reviews: tuple[tuple[str, date], ...] = ()
    left: tuple[Line, ...] = ()


def notice(found: Notice) -> Prose:
    """The notice; nothing where there is nothing to say."""
    if not (found.new or found.unread or found.failed):
        return ()
    return (
        text(f"cors-audit, {found.run}: {_counted(found)}."),
        *_lines("New", found.new),
        *_listed("Not read", map(_unread, _most_blinding(found.unread)), "cors-audit coverage"),
        *_listed("Not delivered, tried again in the next run", found.failed),
    )


def digest(found: Digest) -> Prose:
    """The week of one owner; nothing where nothing concerns them."""
    parts = (
        *_lines("New this week", found.new),
        *_standing(found.standing, found.run.at.date()),
        *_backlog(found.backlog),
        *_lines("Closed by hand, and still found", found.left),
        *_waivers(found.waivers, found.run.at.date()),
        *_listed("Due for review", map(_review, sorted(found.reviews, key=lambda one: one[1]))),
    )
    if not parts:
        return ()
    return (text(f"cors-audit, the week of {found.owner}, as of {found.run}."), *parts)


def links(found: Notice | Digest) -> Mapping[str, str]:
    """The tickets that a message names, and their URLs."""
    lines = found.new if isinstance(found, Notice) else (*found.new, *found.standing, *found.left)
    return {one.ticket: one.url for one in lines if one.ticket and one.url}


def _counted(found: Notice) -> str:
    parts = [count(len(found.new), "new finding")] if found.new else []
    parts += [f"{count(len(found.unread), 'source')} not read"] if found.unread else []
    parts += (
        [f"{count(len(found.failed), 'delivery', 'deliveries')} failed"] if found.failed else []
    )
    return ", ".join(parts)


def _lines(title: str, lines: Sequence[Line]) -> Iterator[Block]:
    worst = sorted(lines, key=lambda one: (-one.severity, one.short))
    yield from _listed(title, map(_line, worst), "cors-audit findings")


def _line(line: Line) -> str:
    ticket = f" {line.ticket}" if line.ticket else ""
    owner = f"; {safe(line.owner, 60)}" if line.owner else ""
    title = safe(line.title.removeprefix(PREFIX).strip(), 160)
    return f"{line.severity.word.upper()} {line.short}{ticket}: {title}{owner}"


def _most_blinding(lines: Iterable[UnreadLine]) -> list[UnreadLine]:
    return sorted(lines, key=lambda one: (-one.routes, one.source))


def _unread(line: UnreadLine) -> str:
    source, reason = safe(line.source, 80), safe(line.reason, 80)
    return f"{source}, {count(line.routes, 'route')} blind: {reason}. Do: {safe(line.do, 80)}"


def _standing(lines: Sequence[Line], today: date) -> Iterator[Block]:
    """How many stand, by severity and age; then the oldest of the worst."""
    if not lines:
        return
    ages = (*(name for name, _ in _AGES), _OLDEST)
    yield heading("Standing")
    rows = []
    for severity in reversed(Severity):
        found = [_age(one, today) for one in lines if one.severity is severity]
        if found:
            rows.append((severity.word, *(str(found.count(age)) for age in ages)))
    yield table(("severity", *ages), *rows)
    oldest = sorted(lines, key=lambda one: (-one.severity, one.since or today, one.short))
    yield from _listed("The worst of them, oldest first", map(_line, oldest), "cors-audit findings")


def _age(line: Line, today: date) -> str:
    days = 0 if line.since is None else (today - line.since).days
    return next((name for name, under in _AGES if days < under), _OLDEST)


def _backlog(backlog: Backlog) -> Iterator[Block]:
    if not (backlog.before or backlog.now):
        return
    change = backlog.now - backlog.before
    trend = f"{abs(change):,} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
    given = f"; {count(backlog.released, 'ticket')} given out" if backlog.released else ""
    yield heading("Backlog")
    yield text(f"{backlog.now:,} that were there from the beginning, {trend} a week ago{given}.")


def _waivers(waivers: Iterable[Waiver], today: date) -> Iterator[Block]:
    ending = [one for one in waivers if one.active(today) and one.expires - today <= WAIVERS_AHEAD]
    ending.sort(key=lambda one: (one.expires, one.about))
    yield from _listed("Waivers that end within 14 days", map(_waiver, ending))


def _waiver(waiver: Waiver) -> str:
    by = safe(waiver.approved_by, 60)
    return f"{day(waiver.expires)}: {safe(waiver.about, 100)}, approved by {by} ({waiver.where})"


def _review(due: tuple[str, date]) -> str:
    return f"{day(due[1])}: {safe(due[0], 160)}"


def _listed(title: str, lines: Iterable[str], further: str = "") -> Iterator[Block]:
    found = list(lines)
    if not found:
        return
    left = len(found) - NAMED
    see = f": {further}" if further else ""
    more = [f"and {left:,} more{see}"] if left > 0 else []
    yield heading(title)
    yield items(*found[:NAMED], *more)
