"""A run as one static page: no scripts, nothing loaded, every text escaped. The one door to jinja2."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Final

from auditor.core.drift import State
from auditor.core.finding import Finding
from auditor.edge.reports.audit import Judged, by_cause, news, present, ranked, sources, unwaived
from auditor.edge.reports.block import NO_OWNER, set_at, state_words
from auditor.edge.reports.days import last_day
from auditor.edge.reports.layout import count, safe, some
from auditor.edge.reports.past import Nights, cause_lines, run_name
from auditor.edge.reports.summary import REMINDER
from auditor.edge.store.record import RunRecord

CARDS: Final = 50
ROWS: Final = 200
LONGEST: Final = 600
_ENDINGS: Final = {
    0: ("Clean: all was read, and nothing deviates", "good"),
    3: ("Incomplete: something was not read or decided", "warn"),
    10: ("Findings", "bad"),
    13: ("Findings, and something was not read or decided", "bad"),
}
"""Headline and tone by the exit code of the run, as DESIGN section 5 has them."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number; `tone`: a class of the style sheet, or empty."""

    number: str
    name: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card: a label, and texts one below the other."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One cause among the news."""

    severity: str
    what: str
    rule: str
    short: str
    states: tuple[str, ...]
    environment: str
    owner: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `more`: what it leaves out, in words, or empty."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What the template shows, in its order."""

    name: str
    ending: str
    tone: str
    facts: tuple[str, ...]
    tiles: tuple[Tile, ...]
    news_title: str
    cards: tuple[Card, ...]
    more_cards: str
    no_news: str
    tables: tuple[Table, ...]
    version: str
    reminder: str = REMINDER


def run_page(nights: Nights) -> str:
    """The whole page, as text that encodes to UTF-8."""
    import jinja2

    folder = files("auditor.edge.reports")
    style = folder.joinpath("page.css").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        keep_trailing_newline=True,
    )
    template = environment.from_string(folder.joinpath("page.html").read_text("utf-8"))
    from markupsafe import Markup

    digest = b64encode(sha256(style.encode()).digest()).decode()
    own = Markup(style)  # noqa: S704 - our own file
    return template.render(page=_page(nights), style=own, style_hash=f"sha256-{digest}")


def _shown(value: object) -> object:
    """What stands in the page for `value`: on one line, and nothing that hides or reorders text.
    Escaping comes after; our own style sheet passes."""
    return safe(value, LONGEST) if type(value) is str else value


def _page(nights: Nights) -> Page:
    record = nights.now
    shown = by_cause(news(nights))
    ending, tone = _ENDINGS.get(record.head.exit_code, ("The run failed", "bad"))
    more = sum(map(len, shown[CARDS:]))
    first = nights.before is None
    return Page(
        name=run_name(record),
        ending=ending,
        tone=tone,
        facts=tuple(_facts(record)),
        tiles=tuple(_tiles(nights)),
        news_title="Findings" if first else f"New since {nights.since}",
        cards=tuple(_card(group, nights) for group in shown[:CARDS]),
        more_cards=f"and {more:,} more; cors-audit findings lists them" if more else "",
        no_news="None." if first else "Nothing new.",
        tables=tuple(table for table in _tables(nights) if table.rows),
        version=record.head.version,
    )


def _facts(record: RunRecord) -> Iterator[str]:
    head = record.head
    yield run_name(record)
    zone = head.started.tzname() or ""
    yield f"{head.started:%d %b %Y %H:%M}-{head.finished:%H:%M} {zone}".strip()
    yield from (f"only {key} {value}" for key, value in head.scope.selection)
    yield from sources(record)
    yield count(len(record.routes), "route")


def _tiles(nights: Nights) -> Iterator[Tile]:
    record = nights.now
    states = Counter(drift.state for drift in record.drifts)
    fresh = {drift.fingerprint for drift, _ in news(nights)}
    rest = [drift for drift, _ in present(record) if drift.fingerprint not in fresh]
    waived = sum(drift.waived is not None for drift in rest)
    backlog = sum(drift.backlog and drift.waived is None for drift in rest)
    yield Tile(f"{len(fresh):,}", "to look at", "critical" if fresh else "")
    yield Tile(f"{len(rest) - backlog - waived:,}", "standing")
    yield Tile(f"{backlog:,}", "backlog")
    yield Tile(f"{waived:,}", "waived")
    yield Tile(f"{states[State.RESOLVED]:,}", "fixed")
    yield Tile(f"{states[State.UNVERIFIABLE]:,}", "not looked at again")
    blind = sum(route.blinded for route in record.routes)
    yield Tile(f"{blind:,}", "routes not judged", "critical" if blind else "")


def _card(group: list[Judged], nights: Nights) -> Card:
    (drift, finding), *twins = group
    changed = tuple(cause_lines(drift, nights))
    rows = (
        Row("proof", tuple(filter(None, [finding.witness]))),
        Row("set at", tuple(set_at(finding))),
        Row("why", tuple(filter(None, [finding.why]))),
        Row("changed", changed),
        Row("routes", _routes(finding)),
        Row("also on", tuple(_twins(one for _, one in twins))),
        Row("given", finding.because),
        Row("do", tuple(filter(None, [finding.do]))),
    )
    return Card(
        severity=finding.severity.word,
        what=finding.what,
        rule=finding.rule,
        short=finding.short,
        states=tuple(state_words(drift, nights)),
        environment=finding.environment,
        owner=finding.owner or NO_OWNER,
        rows=tuple(row for row in rows if row.texts),
    )


def _routes(finding: Finding) -> tuple[str, ...]:
    number = len(finding.routes)
    return (f"{number} with this cause: {some(finding.routes)}",) if number > 1 else ()


def _twins(twins: Iterable[Finding]) -> Iterator[str]:
    hosts = [f"{one.host} ({one.short})" for one in twins]
    if hosts:
        yield some(hosts, 5)


def _tables(nights: Nights) -> Iterator[Table]:
    record = nights.now
    if nights.before is not None:
        yield _standing(nights)
    yield _waived(record)
    blind = sorted(record.unread, key=lambda one: (-len(one.routes), one.unread.scope))
    yield _table(
        "Not read",
        ("what", "why", "do", "routes"),
        [
            (one.unread.scope, one.unread.reason, one.unread.do, f"{len(one.routes):,}")
            for one in blind
        ],
    )
    verdicts = Counter((route.environment, route.verdict) for route in record.routes)
    rows = [
        (place, verdict, f"{number:,}") for (place, verdict), number in sorted(verdicts.items())
    ]
    yield _table("Routes", ("environment", "verdict", "routes"), rows)


def _standing(nights: Nights) -> Table:
    fresh = {drift.fingerprint for drift, _ in news(nights)}
    rows = [
        (
            finding.severity.word,
            finding.what,
            finding.short,
            finding.owner or NO_OWNER,
            "backlog" if drift.backlog else str(drift.state),
        )
        for drift, finding in ranked(unwaived(nights.now))
        if drift.fingerprint not in fresh
    ]
    return _table("Still there", ("severity", "what", "finding", "owner", "state"), rows)


def _waived(record: RunRecord) -> Table:
    rows = [
        (finding.what, last_day(one.until), one.reason, one.approved_by, one.where)
        for drift, finding in ranked(present(record))
        if (one := drift.waived) is not None
    ]
    return _table("Waived", ("what", "until", "why", "approved by", "where"), rows)


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    more = f"and {len(rows) - ROWS:,} more" if len(rows) > ROWS else ""
    return Table(title, head, tuple(rows[:ROWS]), more)
