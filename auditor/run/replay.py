"""A stored run judged again: the same documents, by this version, under given files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import date

from auditor.core.finding import Finding
from auditor.edge.reports.replay import Difference, Replayed, Turned
from auditor.edge.store.record import RouteRecord, RunRecord
from auditor.run.examination import examine
from auditor.run.judge import Judgement
from auditor.run.plan import Plan
from auditor.run.record import route_records
from auditor.run.selection import EVERYTHING, Selection
from collectors.collector import Collected
from rules import RULES
from rules.rule import Rule

_WEIGHS_NOTHING = next(one.default for one in fields(Rule) if one.name == "weigh")
ABOUT_WAIVERS = frozenset(rule.name for rule in RULES if rule.weigh is not _WEIGHS_NOTHING)
"""The rules that look at lines of `waivers.yaml`, not at what runs."""


def judge_again(
    plan: Plan,
    record: RunRecord,
    today: date,
    progress: Callable[[str], None],
    selection: Selection = EVERYTHING,
) -> Judgement:
    """What the run of `record` read, judged by this version as `plan` says."""
    judgement, _ = examine(plan, collected_by(record), today, progress, selection)
    return judgement


def collected_by(record: RunRecord) -> Collected:
    """What collecting gave the run of `record`: gaps that reading and judging add come again."""
    unread = tuple(blind.unread for blind in record.unread if not blind.said)
    return Collected(record.documents, unread)


def compare_findings(record: RunRecord, judgement: Judgement) -> Replayed:
    """What a run found, and what judging it again does. Findings about waivers are left out: what was
    met when a waiver was new is no part of the run."""
    then = {one.fingerprint: one for one in _found(record)}
    now = {one.fingerprint: one for one in judgement.findings}
    return Replayed(
        same=sum(_equal(then[key], now[key]) for key in then.keys() & now.keys()),
        differences=tuple(sorted(_differences(then, now), key=_rank)),
        turned=tuple(_turned(record.routes, route_records(judgement))),
    )


def _turned(then: Iterable[RouteRecord], now: Iterable[RouteRecord]) -> Iterator[Turned]:
    old, new = _verdicts(then), _verdicts(now)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield Turned(*key, old.get(key), new.get(key))


def _verdicts(routes: Iterable[RouteRecord]) -> dict[tuple[str, str], str]:
    """By environment and name: routes of other methods may bear the same."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in routes:
        found.setdefault((one.environment, one.name), []).append(one.verdict)
    return {key: ", ".join(sorted(verdicts)) for key, verdicts in found.items()}


def _found(record: RunRecord) -> Iterator[Finding]:
    found = (one.finding for one in record.drifts if one.finding is not None)
    return (one for one in found if one.rule not in ABOUT_WAIVERS)


def _differences(then: dict[str, Finding], now: dict[str, Finding]) -> Iterable[Difference]:
    for key in then.keys() | now.keys():
        old, new = then.get(key), now.get(key)
        if old is None or new is None or not _equal(old, new):
            yield Difference(old, new)


def _equal(then: Finding, now: Finding) -> bool:
    return then.evidence == now.evidence


def _rank(one: Difference) -> tuple[int, str, str]:
    return -one.severity, one.any.rule, one.any.fingerprint
