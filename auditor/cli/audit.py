"""`cors-audit audit`: the nightly job, and the first ten minutes with nothing but files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from auditor.cli.clock import now
from auditor.cli.operation import Watch, operated, operation_options, watch_of
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import SafeCommand, problem, progress, screen, show
from auditor.cli.resuming import run_to_resume
from auditor.cli.selection import routes_of, selection_of, selection_options
from auditor.cli.stored import options, warn_of_clock
from auditor.cli.world import open_world
from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Act
from auditor.edge.config.delivery import Mode
from auditor.edge.config.model import FailOn
from auditor.edge.metrics import Standing
from auditor.edge.reports.audit import audit_text, unwaived
from auditor.edge.reports.commands import Next
from auditor.edge.reports.errand import Backlog, TicketAct, tickets_text
from auditor.edge.reports.json import dump, run_document
from auditor.edge.reports.past import Nights
from auditor.edge.reports.summary import summary
from auditor.edge.store.record import RunRecord
from auditor.edge.store.store import open_store
from auditor.edge.store.tickets import Message, names_of
from auditor.edge.trackers.tracker import NewTicket
from auditor.run.audit import Outcome
from auditor.run.audit import audit as run_audit
from auditor.run.plan import Plan
from auditor.run.selection import Selection
from auditor.run.tally import tally

_ONLY_NEW = "new:"


class FailOnType(click.ParamType[FailOn]):
    """`high`, or `new:high` for what is new or back again alone."""

    name = "severity"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> FailOn:
        """Read the option's text."""
        if isinstance(value, FailOn):
            return value
        text = str(value).lower()
        states = (State.NEW, State.REGRESSED) if text.startswith(_ONLY_NEW) else ()
        word = text.removeprefix(_ONLY_NEW)
        found = [severity for severity in Severity if severity.word == word]
        if not found:
            words = ", ".join(severity.word for severity in Severity)
            self.fail(f"{value!r} is no severity; write one of {words}, or new:high", param, ctx)
        return FailOn(found[0], states)


@click.command(cls=SafeCommand, short_help="Collect, judge, store and report.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option(
    "--allowlist", type=click.Path(path_type=Path), help="Trusted origins: a file or folder."
)
@click.option("--store", type=click.Path(path_type=Path), help="Keep the run in this file.")
@click.option("--assume", multiple=True, metavar="P=V[,K=V]", help="As ingress-nginx=1.15.1.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--fail-on",
    type=FailOnType(),
    metavar="[new:]SEVERITY",
    help="Exit code 10 from this severity on (default medium); new: only what is new or back.",
)
@click.option("--exit-zero", is_flag=True, help="End with 0 instead of 3, 10 and 13.")
@click.option(
    "--finding", "findings", multiple=True, metavar="ID", help="Only the routes of this finding."
)
@click.option("--unread", is_flag=True, help="Only the routes that the last run could not judge.")
@click.option(
    "--resume",
    metavar="RUN|last",
    help="With --unread: read again what that run could not read, and judge the whole.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say which tickets would be opened, changed and closed; keep and send nothing.",
)
@operation_options
@selection_options
def audit(
    sources: tuple[str, ...],
    config: Path | None,
    allowlist: Path | None,
    store: Path | None,
    assume: tuple[str, ...],
    form: str,
    fail_on: FailOn | None,
    exit_zero: bool,
    findings: tuple[str, ...],
    unread: bool,
    resume: str | None,
    dry_run: bool,
    log: str | None,
    wait_seconds: float,
    **selected: tuple[str, ...],
) -> None:
    """Read every layer, judge every route for every possible origin, and report what deviates.

    SOURCE: files and folders; no configuration and no account is needed, and nothing is kept but
    with --store. Without SOURCE: what cors-audit.yaml says, compared with the run before.

    \b
    Examples:
      cors-audit audit deploy/
      cors-audit audit --config cors-audit.yaml --fail-on new:high
      cors-audit audit deploy/ --host 'api.*' --format json
      cors-audit audit --resume last --unread
      cors-audit audit --dry-run

    Exit codes: 0 clean, 10 findings at or above --fail-on, 3 something could not be read or
    decided, 13 both, 2 usage or configuration, 1 the auditor failed.
    """
    plan = load_plan(sources, config, allowlist, assume, store)
    plan = plan if fail_on is None else replace(plan, fail_on=fail_on)
    selection = selection_of(selected)
    partial = bool(findings or selection.pairs)
    record = run_to_resume(plan, resume, now(), unread=unread, partial=partial)
    if record is None and (findings or unread):
        selection = replace(selection, route=routes_of(plan.store, findings, unread))
    watch = watch_of(plan, log, wait_seconds, nightly=not (selection.pairs or dry_run))
    outcome, nights = _run(plan, watch, selection, record, dry_run=dry_run)
    code = 0 if exit_zero else outcome.exit_code
    typed = options(config, store, allowlist, assume)
    _print(nights, Next((*typed, *_of(outcome.record)), sources, kept=plan.store is not None), form)
    if form == "text" and (tickets := _tickets(plan, outcome, nights, dry_run=dry_run)):
        show(tickets)
    problem(summary(outcome.record, plan.fail_on, nights.before is not None, code))
    sys.exit(code)


def _run(
    plan: Plan, watch: Watch, selection: Selection, record: RunRecord | None, *, dry_run: bool
) -> tuple[Outcome, Nights]:
    """The run, watched over; `record`: the one whose holes it fills."""
    with operated(watch) as operation:
        opened = open_world(plan, os.environ, operation.log, record, dry_run=dry_run)
        with opened as (world, problems), progress() as told:
            outcome = run_audit(plan, now, os.environ, told, selection, world)
        _require_routes(selection, outcome)
        operation.note(*problems, *outcome.problems)
        nights, numbers = _nights(plan, outcome)
        if not dry_run:
            operation.finish(nights, numbers, outcome.exit_code)
    return outcome, nights


def _of(record: RunRecord) -> tuple[str, ...]:
    """What leads to a partial run that is kept: `last` is the last whole one."""
    head = record.head
    return ("--run", str(head.id)) if head.id is not None and head.scope.selection else ()


def _require_routes(selection: Selection, outcome: Outcome) -> None:
    if selection.pairs and not outcome.record.routes:
        flags = " ".join(f"--{name} {value}" for name, value in selection.pairs)
        stop([f"{flags}: no route is selected; see cors-audit coverage for what was read"])


def _nights(plan: Plan, outcome: Outcome) -> tuple[Nights, Standing]:
    head = outcome.record.head
    today = head.started.date()
    if plan.store is None:
        return Nights(outcome.record), tally(None, plan.waivers, today)
    with open_store(plan.store) as store:
        warn_of_clock(store, head)
        outbox = store.outbox(head.scope)
        names = names_of(outbox.tickets())
        before = outcome.settled.before
        return Nights(outcome.record, before, names), tally(outbox, plan.waivers, today)


def _tickets(plan: Plan, outcome: Outcome, nights: Nights, *, dry_run: bool) -> str:
    """What was done with the tickets, or in a dry run would be."""
    tickets = plan.config.tickets
    if tickets is None or tickets.mode is Mode.OFF or plan.store is None:
        return ""
    dry = dry_run or tickets.mode is Mode.DRY_RUN
    decided = outcome.settled.errand.decided
    names = {one.held.key: one.name for one in decided.tickets if one.name is not None}
    acts = [TicketAct(Act(one.act), _about(one, names), _at(one)) for one in decided.messages]
    released = sum(one.act is Act.RELEASE for one in acts)
    left = _untold(nights, tickets.min_severity) - released
    backlog = Backlog(left, tickets.backlog_per_week)
    return tickets_text(acts, outcome.delivered.waiting, screen(), dry=dry, backlog=backlog)


def _untold(nights: Nights, least: Severity) -> int:
    """How much of the backlog has no ticket although it is bad enough for one."""
    if not nights.now.head.scope.whole:
        return 0
    return sum(
        drift.backlog and finding.severity >= least and drift.fingerprint not in nights.tickets
        for drift, finding in unwaived(nights.now)
    )


def _about(message: Message, names: Mapping[str, str]) -> str:
    body = message.body
    return body.title if isinstance(body, NewTicket) else names.get(message.key, message.key[:8])


def _at(message: Message) -> str:
    """Whose ticket it is beside where it goes: the backlog is given out by owner."""
    owner = message.body.owner if isinstance(message.body, NewTicket) else None
    return f"{owner}, {message.tracker}" if owner else message.tracker


def _print(nights: Nights, further: Next, form: str) -> None:
    if form == "json":
        show(dump(run_document(nights)))
    else:
        show(audit_text(nights, further, screen()))
