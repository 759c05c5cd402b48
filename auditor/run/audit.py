"""The pipeline on one page: collect, judge, compare with what was known, decide, keep, deliver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version

from auditor.core.reading import Reading, Unread
from auditor.core.waiver.extension import extended
from auditor.edge.config.delivery import Mode
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.store import Store, open_store
from auditor.edge.tickets.messages import Digest, Notice, digest, links, notice
from auditor.edge.tickets.notices import NotSent, send_notice
from auditor.run.collection import NOTHING, collect
from auditor.run.deliver import Delivered, deliver
from auditor.run.examination import examine
from auditor.run.journal import told
from auditor.run.judge import Judgement
from auditor.run.missing import missing_sources
from auditor.run.night import JudgedRun, SettledRun, first_night, look_ahead, settle
from auditor.run.notices import desk_of, digests, is_digest_day, notice_of
from auditor.run.plan import Plan
from auditor.run.record import accepted, blinds, counts, route_records, source_reads, unlinked
from auditor.run.resume import keep, marks
from auditor.run.selection import EVERYTHING, Selection
from auditor.run.world import World
from collectors.collector import Collected
from rules import RULES

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished run: its record (with drift and exit code), everything that was judged, what was
    decided about it, and what was delivered. `problems`: what went wrong beside the run, in words."""

    record: RunRecord
    judgement: Judgement
    readings: tuple[Reading, ...]
    settled: SettledRun
    delivered: Delivered = field(default_factory=Delivered)
    problems: tuple[str, ...] = ()

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
    world: World | None = None,
) -> Outcome:
    """One run, from sources to a stored record and delivered messages. Raises `StoreError` when the
    store fails; nothing else that the world does is an exception."""
    world, started = world or World(), clock()
    scope = Scope(plan.estate, selection.pairs)
    with _opened(plan) as store:
        collected = _collect(plan, environ, progress, clock, world)
        before = None if store is None else store.night_before(scope, collected.documents)
        if before is not None and plan.whole:
            collected += Collected(unread=missing_sources(before, collected, plan))
        judgement, said = examine(plan, collected, started.date(), progress, selection)
        record = _record(plan, collected, judgement, said, started, clock(), selection, world)
        night = JudgedRun(plan, record, judgement, environ, world, clock, progress)
        nothing = bool(selection.pairs) and not record.routes and world.again is None
        if store is None or nothing:
            # A run of nothing is not kept: it would be the last of its selection.
            settled = first_night(night)
            return Outcome(settled.record, judgement, said, settled)
        return _keep(night, store, before, said)


def _keep(
    night: JudgedRun, store: Store, before: RunRecord | None, said: tuple[Reading, ...]
) -> Outcome:
    """Keep a run with all that it means for its tickets, then deliver."""
    asked, ahead = look_ahead(night, store, before)
    with store.begin():
        settled = settle(night, store, before, asked, ahead)
        if night.world.dry_run:
            head = replace(settled.record.head, id=None)
            settled = replace(settled, record=replace(settled.record, head=head))
        else:
            night.progress("storing")
            store.save(settled.record, settled.decided)
    delivered = _deliver(night, store)
    problems = (*asked.problems, *delivered.problems, *_unrouted(settled))
    problems = (*problems, *_tell(night, store, settled, problems))
    return Outcome(settled.record, night.judgement, said, settled, delivered, problems)


def _deliver(night: JudgedRun, store: Store) -> Delivered:
    tickets, world = night.plan.config.tickets, night.world
    if tickets is None or tickets.mode is not Mode.ON or world.dry_run:
        return Delivered()
    outbox = store.outbox(night.record.head.scope)
    return deliver(outbox, world.trackers, night.clock, world.sleep, night.progress)


def _unrouted(settled: SettledRun) -> Iterator[str]:
    for owner in settled.errand.unrouted:
        name = owner or "nobody"
        yield f'tickets: no route takes the owner {name}; add one, or owner: "*" as the last'


def _tell(
    night: JudgedRun, store: Store, settled: SettledRun, failed: tuple[str, ...]
) -> Iterator[str]:
    """Send the messages of the run; what could not be sent, in words."""
    slack, channel = night.plan.config.notify.slack, night.world.channel
    if slack is None or channel is None or night.world.dry_run:
        return
    desk = desk_of(settled.record, store)
    found: list[Notice | Digest] = [notice_of(desk, slack.on, failed)]
    if is_digest_day(slack, settled.record, settled.before):
        found += digests(desk, night.plan)
    for one in found:
        prose = notice(one) if isinstance(one, Notice) else digest(one)
        sent = send_notice(channel, prose, links(one), night.world.sleep) if prose else None
        if isinstance(sent, NotSent):
            yield sent.problem


@contextmanager
def _opened(plan: Plan) -> Iterator[Store | None]:
    if plan.store is None:
        yield None
    else:
        with open_store(plan.store) as store:
            yield store


def _collect(
    plan: Plan,
    environ: Mapping[str, str],
    progress: Progress,
    clock: Callable[[], datetime],
    world: World,
) -> Collected:
    """Everything that there is to judge."""
    kept = NOTHING if world.resume is None else keep(world.resume, plan, world.again)
    tell = partial(told, log=world.log, clock=clock)
    return collect(plan, environ, progress, clock(), kept, tell)


def _record(
    plan: Plan,
    collected: Collected,
    judgement: Judgement,
    said: Iterable[Reading],
    started: datetime,
    finished: datetime,
    selection: Selection,
    world: World,
) -> RunRecord:
    unread = tuple(reading for reading in said if isinstance(reading, Unread))
    gaps = [gap for gap in unread if not accepted(gap, plan.config.accepted)]
    routes = route_records(judgement)
    trusted = extended(plan.allowlist, plan.waivers, started.date())
    resumed = {} if world.resume is None else marks(world.resume)
    head = RunHead(
        scope=Scope(plan.estate, selection.pairs),
        started=started,
        finished=finished,
        version=version("cors-audit"),
        rules=tuple(rule.name for rule in RULES),
        rules_digest=_digest(rule.name + rule.summary for rule in RULES),
        allowlist="" if trusted is None else trusted.digest,
        complete=bool(routes) and not gaps and not any(route.blinded for route in routes),
        exit_code=0,
        exclusions=_digest(
            [repr(plan.aws and plan.aws.exclude), repr(plan.kubernetes and plan.kubernetes.exclude)]
        ),
        counts={**counts(judgement.routes, judgement.findings), **resumed},
    )
    return RunRecord(
        head=head,
        documents=collected.documents,
        sources=source_reads(collected, unread),
        unread=blinds(unread, judgement.routes, collected.unread),
        routes=routes,
        unlinked=unlinked(judgement, whole=not selection.pairs),
        inputs=plan.inputs,
    )


def _digest(texts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(texts)).encode()).hexdigest()
