"""A judged run against what the store knows: drift, waivers, who changed it, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial

from auditor.core.drift import Drift, Known, Snapshot, State, compare, document_name, told_apart
from auditor.core.finding import Finding
from auditor.core.reading import Document, Touch
from auditor.core.waiver.acceptance import Footprint
from auditor.core.waiver.waiver import Waived
from auditor.edge.config.delivery import Mode, Tickets
from auditor.edge.config.model import FailOn
from auditor.edge.reports.past import INCOMPLETENESS, Nights
from auditor.edge.store.nights import Check, Decided
from auditor.edge.store.record import RunRecord
from auditor.edge.store.snapshot import take_snapshot, version_text
from auditor.edge.store.store import Store
from auditor.run.attribution import attribute
from auditor.run.confirm import Confirmation, confirm
from auditor.run.deliver import observe
from auditor.run.judge import Judgement
from auditor.run.ownership import owner_known_by
from auditor.run.plan import Plan
from auditor.run.telling import Witnesses
from auditor.run.tickets import Desk, Errand, decide, week_of
from auditor.run.upgrade import said_before
from auditor.run.waive import Weighed, weigh
from auditor.run.world import World

Progress = Callable[[str], None]


@dataclass(frozen=True)
class JudgedRun:
    """A run that was judged and is not compared yet."""

    plan: Plan
    record: RunRecord
    judgement: Judgement
    environ: Mapping[str, str]
    world: World
    clock: Callable[[], datetime]
    progress: Progress

    @cached_property
    def snapshot(self) -> Snapshot:
        """What the run knows; of its rules, those that the record names."""
        return take_snapshot(self.record)


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A run with its drifts. `again`: what this version says of what was read before, None where the
    version is the same."""

    record: RunRecord
    weighed: Weighed
    known: Mapping[str, Known] = field(default_factory=dict)
    again: tuple[Finding, ...] | None = None


@dataclass(frozen=True, slots=True)
class SettledRun:
    """A run that is ready to be kept: its record, the run before it, what is to be said of it."""

    record: RunRecord
    weighed: Weighed
    before: RunRecord | None = None
    errand: Errand = field(default_factory=Errand)
    decided: Decided = field(default_factory=Decided)


@dataclass(frozen=True, slots=True)
class Consulted:
    """What was asked of the world before the store is locked: who changed documents, live answers, what
    the trackers say, and every problem in words."""

    touches: Mapping[str, Touch | str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    live: Mapping[str, str] = field(default_factory=dict)
    desk: Desk = field(default_factory=Desk)
    problems: tuple[str, ...] = ()


def first_night(night: JudgedRun) -> SettledRun:
    """A run that nothing is known before, and that is not kept."""
    compared = _compare(night, None, {}, {}, None)
    return SettledRun(_finished(compared.record, night.plan.fail_on), compared.weighed)


def look_ahead(
    night: JudgedRun, store: Store, before: RunRecord | None
) -> tuple[Consulted, ComparedRun]:
    """Compare without a lock, to ask the world about what is new and what changed."""
    compared = compare_with(night, store, before, None)
    record = compared.record
    touches = attribute(
        night.plan,
        tuple(_changed(record, before)),
        night.environ,
        sleep=night.world.sleep,
        since=None if before is None else before.head.started,
    )
    desk, problems = _desk(night, store)
    confirmed = _confirmed(night, record)
    checks = tuple(Check(key, one.at, one.agrees, one.said) for key, one in confirmed.items())
    live = {key: one.words for key, one in confirmed.items()}
    return Consulted(touches, checks, live, desk, problems), compared


def compare_with(
    night: JudgedRun,
    store: Store,
    before: RunRecord | None,
    again: tuple[Finding, ...] | None,
) -> ComparedRun:
    """The run of `night` against what `store` knows now."""
    scope = night.record.head.scope
    known, earlier = store.known(scope), store.before(scope)
    footprints = store.footprints(scope, [one.key for one in night.plan.waivers.waivers])
    if again is None and before is not None and _upgraded(earlier, night.record):
        night.progress("judging what was read before by this version")
        again = said_before(night.plan, before, night.progress)
    return _compare(night, earlier, known, footprints, again)


def settle(
    night: JudgedRun, store: Store, before: RunRecord | None, asked: Consulted, again: ComparedRun
) -> SettledRun:
    """Everything that is to be kept of a run, decided while no other run can write."""
    compared = compare_with(night, store, before, again.again)
    touched = tuple(_touched(one, asked.touches) for one in compared.record.documents)
    record = replace(
        _finished(compared.record, night.plan.fail_on),
        documents=touched,
    )
    record = replace(record, head=replace(record.head, id=store.next_run()))
    errand = _errand(night, record, before, compared, asked)
    footprints = compared.weighed.accepted.footprints
    told = errand.decided if _mode(night.plan) is Mode.ON else Decided()
    decided = replace(told, footprints=footprints, checks=asked.checks)
    return SettledRun(record, compared.weighed, before, errand, decided)


# -- comparing -------------------------------------------------------------------------------------


def _compare(
    night: JudgedRun,
    earlier: Snapshot | None,
    known: Mapping[str, Known],
    footprints: Mapping[str, Footprint],
    again: tuple[Finding, ...] | None,
) -> ComparedRun:
    record, head = night.record, night.record.head
    whole = head.scope.whole
    weighed = weigh(
        night.plan.waivers,
        night.judgement,
        footprints,
        head.started.date(),
        whole=whole,
        complete=head.complete,
    )
    record = replace(record, head=replace(head, rules=weighed.rules))
    within = None if whole else _looked_at(record)
    now = replace(night.snapshot, rules=frozenset(weighed.rules))
    drifts = compare(earlier, now, known, weighed.findings, within)
    if again is not None:
        drifts = told_apart(drifts, again)
    waived = weighed.accepted.waived
    marked = tuple(_marked(drift, waived) for drift in drifts)
    return ComparedRun(replace(record, drifts=marked), weighed, known, again)


def _looked_at(record: RunRecord) -> frozenset[str]:
    """The routes that a partial run looked at: those that it found, and those that it was asked for by
    name, which may be gone."""
    chosen = record.head.scope.selection
    named = [value for key, value in chosen if key == "route"]
    asked = named if len(named) == len(chosen) else []
    return frozenset(route.name for route in record.routes).union(asked)


def _marked(drift: Drift, waived: Mapping[str, Waived]) -> Drift:
    if drift.finding is None or drift.fingerprint not in waived:
        return drift
    return replace(drift, waived=waived[drift.fingerprint])


def _upgraded(earlier: Snapshot | None, record: RunRecord) -> bool:
    return earlier is not None and earlier.version != version_text(record.head)


def _finished(record: RunRecord, fail_on: FailOn) -> RunRecord:
    code = 10 if any(_fails(drift, fail_on) for drift in record.drifts) else 0
    code += 0 if record.head.complete else 3
    return replace(record, head=replace(record.head, exit_code=code))


def _fails(drift: Drift, fail_on: FailOn) -> bool:
    """Whether a drift makes the exit code 10: there, not accepted, severe enough, in a state asked for."""
    finding = drift.finding
    if finding is None or drift.waived is not None:
        return False
    asked = not fail_on.drift or (drift.state in fail_on.drift and not drift.backlog)
    return asked and finding.severity >= fail_on.severity and finding.rule != INCOMPLETENESS


# -- who changed it --------------------------------------------------------------------------------


def _changed(record: RunRecord, before: RunRecord | None) -> Iterator[Document]:
    """The documents that are not what they were and that a finding rests on."""
    names = {name for drift in record.drifts for name in drift.changed}
    if before is None or not names:
        return
    nights = Nights(record, before)
    for name in sorted(names):
        then, now = nights.pair(name)
        found = now or then
        if found is not None:
            yield found


def _touched(document: Document, touches: Mapping[str, Touch | str]) -> Document:
    touch = touches.get(document_name(document))
    return replace(document, touched=touch) if isinstance(touch, Touch) else document


# -- live ------------------------------------------------------------------------------------------


def _confirmed(night: JudgedRun, record: RunRecord) -> Mapping[str, Confirmation]:
    """What live requests say of findings that are new, where the configuration asks for it."""
    verify, send = night.plan.config.verify, night.world.send
    if verify is None or send is None or night.world.dry_run:
        return {}
    fresh = [
        drift.finding
        for drift in record.drifts
        if drift.state in (State.NEW, State.REGRESSED)
        and drift.finding is not None
        and drift.waived is None
        and not drift.backlog
    ]
    if fresh:
        night.progress(f"asking live about {len(fresh)} new findings")
    return confirm(fresh, verify, send, night.world.sleep, night.clock)


# -- tickets ---------------------------------------------------------------------------------------


def _desk(night: JudgedRun, store: Store) -> tuple[Desk, tuple[str, ...]]:
    """The tickets as they stand, and what the trackers say of them."""
    tickets = _tickets(night.plan)
    if tickets is None:
        return Desk(), ()
    scope, outbox = night.record.head.scope, store.outbox(night.record.head.scope)
    stored, pending = outbox.tickets(), outbox.pending()
    seen, problems = observe(stored.values(), pending, night.world.trackers)
    released = store.released(scope, week_of(night.record.head.started.date()))
    desk = Desk(stored, seen, frozenset(one.key for one in pending), released)
    return desk, tuple(problems)


def _mode(plan: Plan) -> Mode:
    return Mode.OFF if plan.config.tickets is None else plan.config.tickets.mode


def _tickets(plan: Plan) -> Tickets | None:
    tickets = plan.config.tickets
    return None if tickets is None or tickets.mode is Mode.OFF else tickets


def _errand(
    night: JudgedRun,
    record: RunRecord,
    before: RunRecord | None,
    compared: ComparedRun,
    asked: Consulted,
) -> Errand:
    tickets = _tickets(night.plan)
    if tickets is None:
        return Errand()
    witnesses = Witnesses(
        Nights(record, before),
        night.judgement,
        compared.known,
        asked.touches,
        asked.live,
        partial(owner_known_by, rules=night.plan.config.owners, files=night.plan.code_owners),
    )
    uses = compared.weighed.accepted.uses
    used = tuple(one.waiver for one in uses if one.used)
    return decide(witnesses, asked.desk, tickets, night.plan.allowlist, used, night.clock())
