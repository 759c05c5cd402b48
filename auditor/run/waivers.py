"""What a kept run says of each line of `waivers.yaml`, and of one that nobody has written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from auditor.core.drift import Drift
from auditor.core.finding import Finding
from auditor.core.language.membership import takes_all_alike
from auditor.core.waiver.acceptance import means
from auditor.core.waiver.waiver import OfOrigins, Waiver, Waivers
from auditor.edge.reports.proposal import Proposal
from auditor.edge.reports.waivers import Line, Listed, Standing, Window, in_order
from auditor.edge.store.record import InputKind, RunRecord
from auditor.edge.waivers import load_waivers
from auditor.run.plan import Plan
from auditor.run.replay import ABOUT_WAIVERS, judge_again
from auditor.run.rollout import rolls_out
from auditor.run.selection import Selection
from auditor.run.waive import used_origins
from rules.outgrown_waiver import NAME as OUTGROWN
from rules.unused_waiver import NAME as UNUSED

Progress = Callable[[str], None]


def list_waivers(waivers: Waivers, record: RunRecord, today: date) -> Listed:
    """Every line of the file as it is now, by what the run of `record` made of it."""
    met = _met(record)
    lines = (_line(one, record, met, today) for one in waivers.waivers)
    windows = sorted(waivers.rollouts, key=lambda one: (one.until < today, one.until))
    return Listed(
        record,
        in_order(lines),
        tuple(
            Window(
                one,
                today <= one.until,
                tuple(found for found in _found(record) if rolls_out(one, found)),
            )
            for one in windows
        ),
    )


def _met(record: RunRecord) -> frozenset[str]:
    """The keys of the waivers that the run was told."""
    files = (one for one in record.inputs if one.kind is InputKind.WAIVERS)
    day = record.head.started.date()
    read = [load_waivers((one.text or "").encode(), one.name, day) for one in files]
    told = (one.key for found in read if isinstance(found, Waivers) for one in found.waivers)
    return frozenset(told) | {one.waived.key for one in record.drifts if one.waived is not None}


def _found(record: RunRecord) -> Iterator[Finding]:
    """What the run found that a waiver can be for."""
    return (one.finding for one in _drifts(record) if one.finding is not None)


def _drifts(record: RunRecord) -> Iterator[Drift]:
    return (
        one
        for one in record.drifts
        if one.finding is not None and one.finding.rule not in ABOUT_WAIVERS
    )


def _line(waiver: Waiver, record: RunRecord, met: frozenset[str], today: date) -> Line:
    if not waiver.active(today):
        return Line(waiver, Standing.RAN_OUT)
    if waiver.key not in met:
        return Line(waiver, Standing.UNMET, tuple(_meant(waiver, record)))
    said = {
        one.finding.rule: one.finding.why
        for one in record.drifts
        if one.finding is not None
        and one.finding.grantor is not None
        and one.finding.grantor.role == waiver.key
    }
    taken = tuple(
        one.finding
        for one in _drifts(record)
        if one.finding is not None and one.waived is not None and one.waived.key == waiver.key
    )
    if OUTGROWN in said:
        return Line(waiver, Standing.OUTGROWN, taken, said[OUTGROWN])
    if UNUSED in said:
        return Line(waiver, Standing.UNUSED)
    if not taken and not record.head.complete:
        return Line(waiver, Standing.UNKNOWN)
    return Line(waiver, Standing.HOLDS, taken)


def _meant(waiver: Waiver, record: RunRecord) -> Iterator[Finding]:
    """What a waiver for findings is about; nothing where that takes judging again."""
    return (one for one in _found(record) if means(waiver, one))


def propose(
    waiver: Waiver, line: str, plan: Plan, record: RunRecord, progress: Progress
) -> Proposal:
    """What `waiver` would take of the run of `record`; `line`: as it is written. One for an origin is
    tried: what the run read on its hosts is judged twice, without and with it."""
    every = tuple(_drifts(record))
    if isinstance(waiver.of, OfOrigins):
        taken, partly = _permitted(waiver, waiver.of, plan, record, progress)
    else:
        meant = (one for one in every if one.finding is not None and means(waiver, one.finding))
        taken, partly = tuple(meant), ()
    return Proposal(record, waiver, line, len(every), tuple(sorted(taken, key=_worst)), partly)


def _permitted(
    waiver: Waiver, of: OfOrigins, plan: Plan, record: RunRecord, progress: Progress
) -> tuple[tuple[Drift, ...], tuple[Finding, ...]]:
    """The findings that go with the waiver, and those that stay with less in them."""
    day = record.head.started.date()
    within = Selection(host=(of.match.host,))
    more = replace(plan.waivers, waivers=(*plan.waivers.waivers, waiver))
    without = judge_again(plan, record, day, progress, within).findings
    tried = judge_again(replace(plan, waivers=more), record, day, progress, within)
    used = waiver.key in used_origins((waiver,), tried.routes)
    left = {one.fingerprint: one for one in tried.findings}
    kept = {one.fingerprint: one for one in _drifts(record)}
    gone: list[Drift] = []
    partly: list[Finding] = []
    for one in without:
        drift = kept.get(one.fingerprint)
        if drift is None or drift.finding is None:
            continue
        elsewhere = set(drift.finding.routes) - set(one.routes)
        if one.fingerprint not in left and not elsewhere:
            gone.append(drift)
        elif one.fingerprint not in left or (used and _concerns(of, one, left[one.fingerprint])):
            partly.append(drift.finding)
    return tuple(gone), tuple(partly)


def _concerns(of: OfOrigins, one: Finding, other: Finding) -> bool:
    """Whether a finding that stays has lost something, or is about the same on more than is waived."""
    lost = one.capabilities != other.capabilities or set(other.routes) < set(one.routes)
    same = one.witness is not None and takes_all_alike(of.pattern, one.witness) is True
    return lost or one.witness != other.witness or (same and bool(one.capabilities))


def _worst(one: Drift) -> tuple[int, str, str]:
    severity = 0 if one.finding is None else one.finding.severity
    return -severity, "" if one.finding is None else one.finding.rule, one.fingerprint
