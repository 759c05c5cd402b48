"""The pipeline on one page: collect, read, link, judge, compare with the last run, keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import chain

from auditor.core.drift import Drift, compare, document_name
from auditor.core.finding import Finding
from auditor.core.reading import Document, Reading, Unread
from auditor.edge.config.model import FailOn
from auditor.edge.reports.past import INCOMPLETENESS
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.snapshot import take_snapshot
from auditor.edge.store.store import Store, open_store
from auditor.run.declared import declared
from auditor.run.estate import environment_of
from auditor.run.files import from_apps
from auditor.run.folders import from_folders
from auditor.run.judge import Judgement, Setting, judge
from auditor.run.live import from_aws, from_clusters
from auditor.run.ownership import owner_of
from auditor.run.plan import Plan
from auditor.run.readings import readings
from auditor.run.record import (
    accepted,
    blinds,
    counts,
    route_records,
    source_reads,
    unanswered,
    unlinked,
)
from auditor.run.selection import EVERYTHING, Selection
from collectors import COLLECTORS
from collectors.collector import Collected
from collectors.kubernetes.apps import unmatched
from rules import RULES

Progress = Callable[[str], None]


SETTINGS = frozenset(kind for collector in COLLECTORS for kind in collector.settings)
"""Kinds of documents that say something of every hop of their source."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: its record (with drift and exit code), and everything that was judged."""

    record: RunRecord
    judgement: Judgement
    readings: tuple[Reading, ...]

    @property
    def exit_code(self) -> int:
        """0 clean, 10 findings, 3 incomplete, 13 both."""
        return self.record.head.exit_code


def audit(
    plan: Plan,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Progress,
    selection: Selection = EVERYTHING,
) -> Outcome:
    """One run, from sources to a stored record. Raises `StoreError` when the store fails; nothing
    else that the world does is an exception."""
    started = clock()
    collected = collect(plan, environ, progress)
    judgement, said = examine(plan, collected, started.date(), progress, selection)
    record = _record(plan, collected, judgement, said, started, clock(), selection)
    if plan.store is None:
        return Outcome(
            _finish(record, plan.fail_on, _first_night(record, judgement)), judgement, said
        )
    with open_store(plan.store) as store, store.begin():
        drifts = _compare(store, record, judgement, selection)
        finished = _finish(record, plan.fail_on, drifts)
        progress("storing")
        number = store.save(finished)
    head = replace(finished.head, id=number)
    return Outcome(replace(finished, head=head), judgement, said)


def collect(plan: Plan, environ: Mapping[str, str], progress: Progress) -> Collected:
    """Everything that the sources of `plan` give."""
    total = Collected()
    mapped: frozenset[str] = frozenset()
    for part, names in from_apps(plan.apps, plan.base):
        total += part
        mapped |= names
    mappings = [app.mapping for app in plan.apps]
    parts = [from_folders(plan.files, plan.base, mapped, mappings)]
    if plan.kubernetes is not None:
        parts.append(from_clusters(plan.kubernetes, environ, progress, mappings))
    if plan.aws is not None:
        parts.append(from_aws(plan.aws, environ, progress))
    for part in chain.from_iterable(parts):
        total += part
    sources = {count.source for count in total.counts}
    return total + Collected(unread=unmatched(mappings, sources))


def examine(
    plan: Plan,
    collected: Collected,
    today: date,
    progress: Progress,
    selection: Selection = EVERYTHING,
) -> tuple[Judgement, tuple[Reading, ...]]:
    """Judge what was collected."""
    said = readings(collected, plan.assume, plan.config.links)
    setting = Setting(
        allowlist=plan.allowlist,
        declared=tuple(declared(hop) for hop in plan.config.hops),
        environment_of=environment_of(plan),
        non_production=plan.config.environments.non_production,
        owner_of=lambda placed: owner_of(placed, plan.config.owners, plan.code_owners),
        names=_document_names(collected.documents),
        today=today,
        selection=selection,
    )
    judgement = judge(said, setting, lambda done, of: progress(f"judging route {done} of {of}"))
    missing = unanswered(plan.allowlist, judgement.estate) if plan.whole else ()
    return judgement, (*said, *missing)


def _document_names(documents: Iterable[Document]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The names of the documents behind (source, key), as findings bear them; those that say something
    of every hop of a source under (source, "")."""
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for document in documents:
        key = (document.source, "" if document.kind in SETTINGS else document.key)
        names[key] = (*names.get(key, ()), document_name(document))
    return names


def _record(
    plan: Plan,
    collected: Collected,
    judgement: Judgement,
    said: Iterable[Reading],
    started: datetime,
    finished: datetime,
    selection: Selection,
) -> RunRecord:
    unread = tuple(reading for reading in said if isinstance(reading, Unread))
    gaps = [gap for gap in unread if not accepted(gap, plan.config.accepted)]
    routes = route_records(judgement)
    head = RunHead(
        scope=Scope(plan.estate, selection.pairs),
        started=started,
        finished=finished,
        version=version("cors-audit"),
        rules=tuple(rule.name for rule in RULES),
        rules_digest=_digest(rule.name + rule.summary for rule in RULES),
        allowlist="" if plan.allowlist is None else plan.allowlist.digest,
        complete=bool(routes) and not gaps and not any(route.blinded for route in routes),
        exit_code=0,
        exclusions=_digest(
            [repr(plan.aws and plan.aws.exclude), repr(plan.kubernetes and plan.kubernetes.exclude)]
        ),
        counts=counts(judgement.routes, judgement.findings),
    )
    return RunRecord(
        head=head,
        documents=collected.documents,
        sources=source_reads(collected, unread),
        unread=blinds(unread, judgement.routes),
        routes=routes,
        unlinked=unlinked(judgement),
    )


def _compare(
    store: Store, record: RunRecord, judgement: Judgement, selection: Selection
) -> tuple[Drift, ...]:
    scope = record.head.scope
    within = frozenset(route.name for route in record.routes) if selection.pairs else None
    now = take_snapshot(record)
    return compare(store.before(scope), now, store.known(scope), judgement.findings, within)


def _first_night(record: RunRecord, judgement: Judgement) -> tuple[Drift, ...]:
    return compare(None, take_snapshot(record), {}, judgement.findings)


def _finish(record: RunRecord, fail_on: FailOn, drifts: tuple[Drift, ...]) -> RunRecord:
    code = 10 if any(_fails(drift, fail_on) for drift in drifts) else 0
    code += 0 if record.head.complete else 3
    return replace(record, head=replace(record.head, exit_code=code), drifts=drifts)


def _fails(drift: Drift, fail_on: FailOn) -> bool:
    """Whether a drift makes the exit code 10: still there, severe enough, in a state asked for."""
    finding: Finding | None = drift.finding
    if finding is None:
        return False
    asked = not fail_on.drift or (drift.state in fail_on.drift and not drift.backlog)
    return asked and finding.severity >= fail_on.severity and finding.rule != INCOMPLETENESS


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(texts)).encode()).hexdigest()
