"""The findings of a run, two lines each; and one of them in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from auditor.core.drift import Drift, State
from auditor.core.finding import Finding
from auditor.edge.reports.audit import ranked
from auditor.edge.reports.block import block, heading
from auditor.edge.reports.commands import Next
from auditor.edge.reports.layout import Screen, count, flow, fold, labelled, safe
from auditor.edge.reports.past import Nights, run_name, title

History = tuple[tuple[int, datetime, State | None], ...]
"""(run, its start, what became of the finding in it), newest first; None: the run had it not."""


def findings_text(nights: Nights, drifts: Iterable[Drift], further: Next, screen: Screen) -> str:
    """A list of findings, worst first; those that are gone by their fingerprints at the end."""
    return "\n".join(_list(nights, tuple(drifts), further, screen))


def _list(
    nights: Nights, drifts: tuple[Drift, ...], further: Next, screen: Screen
) -> Iterator[str]:
    held = ranked((drift, drift.finding) for drift in drifts if drift.finding is not None)
    head = nights.now.head
    began = f"{head.started:%d %b %Y %H:%M} {head.started.tzname() or ''}".strip()
    waived = sum(drift.waived is not None for drift, _ in held)
    told = f"{count(len(held), 'finding')}{f' ({waived:,} waived)' if waived else ''}"
    items = [run_name(nights.now), began, f"{told}, worst first"]
    yield from flow(items, "  ", "", "    ", screen.width)
    for drift, finding in held:
        yield ""
        yield from heading(drift, finding, nights, screen)
        yield from fold(safe(finding.what), screen.width, "  ", "  ")
    gone = [drift for drift in drifts if drift.finding is None]
    if gone:
        yield ""
        yield from _gone(gone, nights, screen)
    if held:
        yield ""
        yield f"One in full: {further.inspect('findings', held[0][1].short)}"


def _gone(gone: list[Drift], nights: Nights, screen: Screen) -> Iterator[str]:
    earlier = () if nights.before is None else nights.before.drifts
    known = {one.fingerprint: one.finding for one in earlier if one.finding is not None}
    yield f"Not in this run: {len(gone):,}"
    for drift in sorted(gone, key=lambda one: (str(one.state), one.fingerprint)):
        finding = known.get(drift.fingerprint)
        what = "" if finding is None else safe(finding.what)
        reason = f"({safe(drift.reason)})" if drift.reason else ""
        parts = [drift.fingerprint[:8], str(drift.state), reason, what]
        yield from fold("  ".join(filter(None, parts)), screen.width, "  ", "      ")


def finding_text(
    drift: Drift, finding: Finding, nights: Nights, history: History, screen: Screen
) -> str:
    """One finding with everything that is known of it."""
    return "\n".join(_full(drift, finding, nights, history, screen))


def _full(
    drift: Drift, finding: Finding, nights: Nights, history: History, screen: Screen
) -> Iterator[str]:
    yield from block(drift, finding, nights, screen)
    yield ""
    yield from labelled("host", [f"{finding.host}, environment {finding.environment}"], screen)
    yield from labelled("subject", [finding.subject], screen)
    yield from labelled("routes", finding.routes, screen)
    yield from labelled("rests on", _documents(finding, nights), screen)
    yield from labelled("because", finding.because, screen)
    yield from labelled("full id", [finding.fingerprint], screen)
    yield from labelled("history", _history(history), screen)


def _documents(finding: Finding, nights: Nights) -> Iterator[str]:
    for name in finding.documents:
        _, held = nights.pair(name)
        yield name if held is None else title(held)


def _history(history: History) -> Iterator[str]:
    for run, started, state in history:
        yield f"run {run}  {started:%d %b %Y %H:%M}  {state or 'not there'}"
