"""The report of the nightly run: what is new first, then what stands, then what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TypeAlias

from auditor.core.decision.verdict import Verdict
from auditor.core.drift import Drift, State
from auditor.core.finding import Finding, Severity
from auditor.edge.reports.block import block
from auditor.edge.reports.commands import Next
from auditor.edge.reports.days import last_day
from auditor.edge.reports.layout import Screen, cells, count, flow, fold, safe, some
from auditor.edge.reports.past import INCOMPLETENESS, Nights
from auditor.edge.reports.unlinked import headline as unlinked
from auditor.edge.reports.unlinked import unreached
from auditor.edge.store.record import RunRecord

BLOCKS: Final = 10
FRESH = (State.REGRESSED, State.NEW, State.CHANGED)
"""The states that are news, the most pressing first."""
_ENVIRONMENTS = 4

Judged: TypeAlias = tuple[Drift, Finding]


def audit_text(nights: Nights, further: Next, screen: Screen) -> str:
    """The whole report, without a last line end. Worst and newest first, ten blocks at most."""
    return "\n".join(_lines(nights, further, screen))


def _lines(nights: Nights, further: Next, screen: Screen) -> Iterator[str]:
    yield from headline(nights.now, screen)
    shown = news(nights)
    yield ""
    yield from flow([_news_line(nights, shown)], "", "", "", screen.width)
    causes = by_cause(shown)
    for (drift, finding), *twins in causes[:BLOCKS]:
        yield ""
        yield from block(drift, finding, nights, screen, [one for _, one in twins])
    more = sum(map(len, causes[BLOCKS:]))
    if more:
        yield ""
        yield f"and {more:,} more: {further.inspect('findings')}"
    rest = list(_rest(nights, further, screen))
    yield from ["", *rest] if rest else []


def headline(record: RunRecord, screen: Screen) -> Iterator[str]:
    """Run, time, environments, sources and routes in one line, more where it is narrow."""
    head = record.head
    name = "run (not kept)" if head.id is None else f"run {head.id}"
    zone = head.started.tzname() or ""
    time = f"{head.started:%d %b %Y %H:%M}-{head.finished:%H:%M} {zone}".strip()
    environments = sorted({route.environment for route in record.routes})
    routes, paths = len(record.routes), head.counts.get("paths", 0)
    part = [f"only {safe(key, 60)} {safe(value, 60)}" for key, value in head.scope.selection]
    items = [name, time, *_environments(environments), *part, *sources(record)]
    items.append(f"{count(routes, 'route')} on {count(paths, 'path')}" if routes else "no routes")
    yield from flow(items, "  ", "", "    ", screen.width)


def _environments(names: list[str]) -> Iterator[str]:
    if len(names) > 1:
        shown = "+".join(safe(name, 40) for name in names[:_ENVIRONMENTS])
        more = len(names) - _ENVIRONMENTS
        yield f"{shown} and {more} more" if more > 0 else shown


def sources(record: RunRecord) -> Iterator[str]:
    """`298/300 accounts`: how many scopes of each kind were read without a gap, of how many."""
    gaps = {_scope(blind.unread.source) for blind in record.unread}
    kinds = {"aws": "account", "kube": "cluster", "app": "app"}
    for system, noun in kinds.items():
        scopes = {_scope(one.source) for one in record.sources if _system(one.source) == system}
        if scopes:
            whole, total = len(scopes - gaps), len(scopes)
            yield f"{whole:,}/{count(total, noun)}"
    files = [one for one in record.sources if _system(one.source) == "file"]
    if files:
        read, found = (
            sum(one.read for one in files),
            sum(one.found - one.excluded for one in files),
        )
        yield f"{read:,}/{count(found, 'file')}"


def _system(source: str) -> str:
    return source.partition(":")[0]


def _scope(source: str) -> str:
    """An account rather than each of its regions; any other source as it is."""
    return source.partition("/")[0] if source.startswith("aws:") else source


def present(record: RunRecord) -> list[Judged]:
    """The findings that the run has, but for those that say what was not read."""
    found = [(drift, drift.finding) for drift in record.drifts if drift.finding is not None]
    return [pair for pair in found if pair[1].rule != INCOMPLETENESS]


def unwaived(record: RunRecord) -> list[Judged]:
    """Those of them that nobody accepted."""
    return [pair for pair in present(record) if pair[0].waived is None]


def ranked(found: Iterable[Judged]) -> list[Judged]:
    """Worst first, of those the newest, then by rule and host."""
    order = [*FRESH, State.STANDING, State.UNVERIFIABLE, State.RESOLVED]
    return sorted(
        found,
        key=lambda pair: (
            -pair[1].severity,
            order.index(pair[0].state),
            pair[1].rule,
            pair[1].host,
            pair[1].fingerprint,
        ),
    )


def by_cause(found: list[Judged]) -> list[list[Judged]]:
    """`found` in its order, those together that one setting causes on several hosts."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for drift, one in found:
        at = one.grantor
        role = one.host if at is None else (at.layer, at.role, at.field)
        key = (one.rule, one.severity, one.environment, one.subject, drift.state, role)
        groups.setdefault(key, []).append((drift, one))
    return list(groups.values())


def news(nights: Nights) -> list[Judged]:
    """The findings to show: everything on the first night, later on what is not as it was."""
    found = ranked(unwaived(nights.now))
    if nights.before is None:
        return found
    return [(d, f) for d, f in found if d.state in FRESH and not _old(d)]


def _old(drift: Drift) -> bool:
    """Whether a finding came with a source that was read for the first time: backlog, no news."""
    return drift.backlog and drift.state is State.NEW


def _news_line(nights: Nights, shown: list[Judged]) -> str:
    if not nights.now.routes:
        apps = len(unreached(nights.now))
        told = f" {count(apps, 'app')} that no host leads to: see coverage." if apps else ""
        return f"Nothing to judge: no route was found in what was read.{told}"
    if nights.before is None:
        found = count(len(shown), "finding")
        first = (
            "; the first run over this: later ones show what is new" if nights.now.head.id else ""
        )
        return f"{found if shown else 'No findings'}{first}"
    states = Counter(drift.state for drift, _ in shown)
    words = {State.NEW: "new", State.REGRESSED: "back again", State.CHANGED: "changed"}
    parts = [f"{states[state]} {word}" for state, word in words.items() if states[state]]
    return f"{', '.join(parts) or 'Nothing new'} since {nights.since}"


def _rest(nights: Nights, further: Next, screen: Screen) -> Iterator[str]:
    items = list(_counts(nights))
    if items:
        yield from flow(items, "   ", "", "", screen.width)
    now = nights.now
    parts = (_not_read(now, further), _not_linked(now, further), _not_compared(now, further))
    for text, command in chain.from_iterable(parts):
        line = f"{text}   {command}"
        if cells(line) <= screen.width:
            yield line
        else:
            yield from fold(text, screen.width, "", "  ")
            yield f"  {command}"


def _counts(nights: Nights) -> Iterator[str]:
    record = nights.now
    states = Counter(drift.state for drift in record.drifts)
    if nights.before is not None:
        held = [
            pair for pair in unwaived(record) if pair[0].state is State.STANDING or _old(pair[0])
        ]
        standing = [finding for drift, finding in held if not drift.backlog]
        backlog = [finding for drift, finding in held if drift.backlog]
        for name, found in (("Standing", standing), ("Backlog", backlog)):
            if found:
                yield f"{name} {len(found):,}{_worst(found)}"
        yield from _burnt_down(nights)
        if states[State.RESOLVED]:
            yield f"Fixed {states[State.RESOLVED]:,}"
    yield from _waived(record)
    if states[State.UNVERIFIABLE]:
        yield f"Still open, not looked at again {states[State.UNVERIFIABLE]:,}"


def _burnt_down(nights: Nights) -> Iterator[str]:
    """How much of the backlog went since the run before; a partial run cannot say."""
    if nights.now.head.scope.selection:
        return
    then = 0 if nights.before is None else sum(one.backlog for one, _ in present(nights.before))
    fewer = then - sum(one.backlog for one, _ in present(nights.now))
    if fewer > 0:
        yield f"Backlog {fewer:,} fewer than in {nights.since}"


def _waived(record: RunRecord) -> Iterator[str]:
    ends = sorted(one.waived.until for one, _ in present(record) if one.waived is not None)
    if ends:
        next_one = last_day(ends[0], record.head.started.year)
        yield f"Waived {len(ends):,} (next expiry {next_one})"


def _worst(findings: list[Finding]) -> str:
    if not findings:
        return ""
    worst = max(finding.severity for finding in findings)
    number = sum(finding.severity is worst for finding in findings)
    return f" ({number:,} {Severity(worst).word})"


def _not_read(record: RunRecord, further: Next) -> Iterator[tuple[str, str]]:
    blind = {(route.environment, route.name) for route in record.routes if route.blinded}
    scopes = [one.unread.scope for one in record.unread]
    if not scopes and not blind:
        return
    if not record.routes:
        first = record.unread[0].unread
        more = f", and {len(scopes) - 1:,} more" if len(scopes) > 1 else ""
        reason = safe(first.reason).rstrip(".")
        text = f"Not read {safe(first.scope)}: {reason}{more}"
        yield text, further.inspect("coverage")
        return
    told = f"{count(len(blind), 'route')} cannot be judged"
    text = f"Not read {some(scopes, 2)}" if scopes else "Not decided"
    yield (
        f"{text}: {told}" if blind else f"{text}: no route rests on it",
        further.inspect("coverage"),
    )


def _not_linked(record: RunRecord, further: Next) -> Iterator[tuple[str, str]]:
    told = unlinked(record)
    if told is not None:
        yield f"Not linked {told}", further.inspect("coverage")


def _not_compared(record: RunRecord, further: Next) -> Iterator[tuple[str, str]]:
    number = sum(route.verdict == Verdict.NOT_COMPARED for route in record.routes)
    if number and not record.head.allowlist:
        routes = count(number, "route")
        yield f"Not compared {routes}: there is no allowlist yet", further.draft()
    elif number:
        text = f"Not compared {count(number, 'route')} without an allowlist entry"
        yield text, further.draft()
