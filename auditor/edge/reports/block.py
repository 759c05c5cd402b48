"""One finding as people see it: what, proof, who let it in, what changed, what to do, whose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from auditor.core.drift import Drift, State
from auditor.core.finding import Certainty, Finding, Severity
from auditor.edge.reports.days import last_day
from auditor.edge.reports.layout import (
    Screen,
    Tone,
    cells,
    fold,
    labelled,
    pad,
    safe,
    some,
)
from auditor.edge.reports.past import INCOMPLETENESS, Nights, cause_lines

NO_OWNER = "no owner found"
TONES = {
    Severity.CRITICAL: Tone.CRITICAL,
    Severity.HIGH: Tone.HIGH,
    Severity.MEDIUM: Tone.MEDIUM,
    Severity.LOW: Tone.LOW,
    Severity.INFO: Tone.FAINT,
}
_GIVEN = 2


def block(
    drift: Drift, finding: Finding, nights: Nights, screen: Screen, twins: Sequence[Finding] = ()
) -> Iterator[str]:
    """The block of one finding of a run; `twins`: findings of the same setting on other hosts."""
    yield from heading(drift, finding, nights, screen)
    yield from fold(safe(finding.what), screen.width, "  ", "  ")
    yield from labelled(_proof_label(finding), _proof(finding), screen)
    yield from labelled(_grantor_label(finding), set_at(finding), screen)
    yield from labelled("why", filter(None, [finding.why]), screen)
    yield from labelled("changed", cause_lines(drift, nights), screen)
    yield from labelled("routes", _routes(finding), screen)
    yield from labelled("also on", _twins(twins), screen)
    yield from labelled("given", finding.because[:_GIVEN], screen)
    yield from labelled("do", filter(None, [finding.do]), screen)
    yield from labelled("waived", _waived(drift), screen)


def heading(drift: Drift, finding: Finding, nights: Nights, screen: Screen) -> Iterator[str]:
    """Severity, rule, short fingerprint, state and environment; at the right, whose it is."""
    word = finding.severity.word.upper()
    parts = [safe(finding.rule), finding.short, *state_words(drift, nights)]
    if len({route.environment for route in nights.now.routes}) > 1:
        parts.append(safe(finding.environment, 40))
    text = f"{pad(word, 8)}  {'  '.join(parts)}"
    ticket = nights.tickets.get(finding.fingerprint)
    owner = safe(finding.owner or NO_OWNER, 60) + (f", {safe(ticket, 60)}" if ticket else "")
    first, *more = fold(text, screen.width, "", " " * 10)
    painted = screen.paint(word, TONES[finding.severity]) + first[len(word) :]
    space = screen.width - cells(first) - cells(owner)
    if space >= 2 and not more:
        yield painted + " " * space + owner
    else:
        yield painted
        yield from more
        yield pad("", max(2, screen.width - cells(owner))) + owner


def state_words(drift: Drift, nights: Nights) -> Iterator[str]:
    """What became of it since the run before, where that is not plain."""
    if drift.waived is not None:
        yield f"waived until {last_day(drift.waived.until, nights.now.head.started.year)}"
    if nights.before is None:
        return
    match drift.state:
        case State.NEW:
            yield "new in a source first read now" if drift.backlog else "new"
        case State.REGRESSED:
            yield "back again"
        case State.STANDING:
            yield "backlog" if drift.backlog else "standing"
        case State.CHANGED | State.RESOLVED | State.UNVERIFIABLE:
            yield str(drift.state)
        case _:
            assert_never(drift.state)


def _proof_label(finding: Finding) -> str:
    return "example" if finding.rule == INCOMPLETENESS else "proof"


def _proof(finding: Finding) -> Iterator[str]:
    if finding.witness is None:
        return
    if finding.rule == INCOMPLETENESS:
        yield finding.witness
        return
    yield f"{finding.witness}    {_certainty(finding.certainty)}"


def _certainty(certainty: Certainty) -> str:
    match certainty:
        case Certainty.CERTAIN:
            return "predicted"
        case Certainty.CONDITIONAL:
            return "predicted, if what was not read passes answers on as they are"
        case Certainty.SAMPLED:
            return "predicted by sampling: a pattern on the path is not regular"
        case _:
            assert_never(certainty)


def _grantor_label(finding: Finding) -> str:
    lets_in = finding.capabilities and finding.rule != INCOMPLETENESS
    return "let in by" if lets_in and not finding.rule.startswith("narrowed") else "set at"


def set_at(finding: Finding) -> Iterator[str]:
    """The setting to look up: what it is, where it stands, what manages it."""
    grantor = finding.grantor
    if grantor is None:
        yield "no setting that was read"
        return
    yield f"{grantor.title}: {grantor.setting}" if grantor.field else grantor.title
    if grantor.where is not None and str(grantor.where) not in grantor.title:
        yield str(grantor.where)
    if finding.managed_by:
        yield f"managed by {finding.managed_by}"


def _routes(finding: Finding) -> Iterator[str]:
    if len(finding.routes) > 1:
        yield f"{len(finding.routes)} with this cause: {some(finding.routes)}"


def _waived(drift: Drift) -> Iterator[str]:
    if (one := drift.waived) is not None:
        yield f"by {one.approved_by} until {last_day(one.until)} ({one.where}): {one.reason}"


def _twins(twins: Sequence[Finding]) -> Iterator[str]:
    if twins:
        yield some((f"{one.host} ({one.short})" for one in twins), 5)
