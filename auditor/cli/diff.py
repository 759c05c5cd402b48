"""`cors-audit diff`: what changed between two runs, or what a change to files would change."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan, read_allowlist, stop
from auditor.cli.printing import SafeCommand, problem, progress, screen, show
from auditor.cli.stored import (
    LAST,
    Asked,
    identify,
    is_run_file,
    open_existing,
    plan_of_exported,
    plan_of_store,
    read_exported,
    run_before,
)
from auditor.cli.user_files import CONFIG_NAME, usual_allowlist
from auditor.edge.reports.comparison import Difference
from auditor.edge.reports.decisions import moved
from auditor.edge.reports.diff import diff_text
from auditor.edge.reports.json import dump
from auditor.edge.reports.json_diff import diff_document
from auditor.edge.reports.markdown import diff_markdown
from auditor.edge.reports.past import Nights
from auditor.edge.reports.wording import rows
from auditor.edge.store.record import RunRecord
from auditor.run.audit import audit
from auditor.run.judge import Judgement
from auditor.run.plan import Plan, parse_assumptions, plan_for
from auditor.run.replay import judge_again

CHANGED, UNKNOWN = 10, 3
_FORMS = ["text", "json", "markdown"]


@click.command(cls=SafeCommand, short_help="What changed between two runs or two folders.")
@click.argument("sides", nargs=-1, metavar="[RUN] [RUN] | FOLDER FOLDER")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
@click.option("--allowlist", type=click.Path(path_type=Path), help="For folders: trusted origins.")
@click.option("--assume", multiple=True, metavar="P=V[,K=V]", help="For folders.")
@click.option("--format", "form", type=click.Choice(_FORMS), default="text")
@click.option("--all", "everything", is_flag=True, help="List documents that changed no decision.")
@click.option(
    "--exit-code", is_flag=True, help="10 when decisions changed, 3 when that is not known."
)
def diff(
    sides: tuple[str, ...],
    config: Path | None,
    store: Path | None,
    allowlist: Path | None,
    assume: tuple[str, ...],
    form: str,
    everything: bool,
    exit_code: bool,
) -> None:
    """Compare two runs, decisions first: which origins can do more or less, where, and why.

    Without RUN: the last run and the one before it; with one, that run and the last. RUN is a
    number, last, or the file of an exported run. With two folders, both are read now, nothing is stored, and --format markdown prints only the decisions
    that the change alters: nothing where it alters none. A cors-audit.yaml inside a folder is
    used, but accounts and clusters are not read.

    Decisions of both sides are computed by this version, so an upgrade is never the cause.

    \b
    Examples:
      cors-audit diff
      cors-audit diff 212 213
      cors-audit diff before.run after.run
      cors-audit diff base/ head/ --format markdown
    """
    if len(sides) > 2:
        stop([f"{len(sides)} sides: diff compares two; name two runs or two folders"])
    if any(_is_run(side) for side in sides) or not sides:
        found = _of_runs(sides, Asked(LAST, config, store))
    else:
        found = _of_folders(sides, allowlist, assume)
    if form == "json":
        show(dump(diff_document(found)))
    elif form == "text":
        show(diff_text(found, screen(), everything=everything))
    elif text := diff_markdown(found):
        show(text)
    problem(_summary(found))
    if exit_code:
        sys.exit((CHANGED if found.changed else 0) + (UNKNOWN if found.unsure else 0))


def _is_run(side: str) -> bool:
    return side == LAST or side.isdigit() or is_run_file(side)


def _summary(found: Difference) -> str:
    changed = len({(row.environment, row.route) for row in found.changed})
    unsure = len({(row.environment, row.route) for row in found.unsure})
    text = f"decisions changed on {changed:,} of {found.routes:,} routes"
    return f"{text}; {unsure:,} cannot be compared" if unsure else text


# -- two runs --------------------------------------------------------------------------------------


def _of_runs(sides: tuple[str, ...], asked: Asked) -> Difference:
    if len(sides) == 2 and all(map(is_run_file, sides)):
        before, after = (read_exported(Path(side)) for side in sides)
        plan = _plan_of_files(after, asked)
    else:
        plan, before, after = _of_store(sides, asked)
    if before.head == after.head:
        stop([f"run {after.head.id}: both sides are the same run; name two"])
    with progress() as told:
        judged = [judge_again(plan, record, _day(), told) for record in (before, after)]
    return _difference((before, after), judged, (_called(before), _called(after)))


def _plan_of_files(after: RunRecord, asked: Asked) -> Plan:
    """The plan by which two exported runs are judged: today's where there is one, else the newer's."""
    usual = Path(CONFIG_NAME)
    return plan_of_exported(after, asked.config or (usual if usual.is_file() else None))


def _of_store(sides: tuple[str, ...], asked: Asked) -> tuple[Plan, RunRecord, RunRecord]:
    plan = plan_of_store(asked)
    with open_existing(plan) as store:
        records = [
            read_exported(Path(side)) if is_run_file(side) else store.run(identify(store, side))
            for side in sides
        ]
        after = records[1] if len(records) == 2 else store.run(identify(store, LAST))
        before = records[0] if records else run_before(store, after.head)
    if before is None:
        stop([f"run {after.head.id}: there is no run before it; name two runs or two folders"])
    return plan, before, after


def _called(record: RunRecord) -> str:
    return f"run {record.head.id} ({record.head.started:%d %b %H:%M})"


# -- two folders -----------------------------------------------------------------------------------


def _of_folders(
    sides: tuple[str, ...], allowlist: Path | None, assume: tuple[str, ...]
) -> Difference:
    wrong = [
        f"{side}: no folder, and no run; name two of one kind"
        for side in sides
        if not Path(side).is_dir()
    ]
    if len(sides) != 2 and not wrong:
        wrong = [f"{sides[0]}: one folder; name the one to compare it with as well"]
    if wrong:
        stop(wrong)
    plans = [_folder_plan(Path(side), allowlist, assume) for side in sides]
    with progress() as told:
        outcomes = [audit(plan, now, os.environ, told) for plan in plans]
    records = (outcomes[0].record, outcomes[1].record)
    return _difference(records, [one.judgement for one in outcomes], (sides[0], sides[1]))


def _folder_plan(folder: Path, allowlist: Path | None, assume: tuple[str, ...]) -> Plan:
    """The plan of one folder, its paths relative to it, so that both sides call things alike."""
    config = folder / CONFIG_NAME
    if config.is_file():
        plan = load_plan((), config, allowlist, assume)
        if plan.aws is not None or plan.kubernetes is not None:
            problem(f"{config}: accounts and clusters are not read; only files are compared")
        return replace(plan, aws=None, kubernetes=None, store=None)
    try:
        assumed = parse_assumptions(assume)
    except ValueError as error:
        stop([str(error)])
    named = allowlist or usual_allowlist(folder)
    return plan_for((".",), folder, None if named is None else read_allowlist(named), assumed)


# -- both ------------------------------------------------------------------------------------------


def _difference(
    records: tuple[RunRecord, RunRecord], judged: list[Judgement], names: tuple[str, str]
) -> Difference:
    before, after = judged
    routes = [one.route for one in (*before.routes, *after.routes)]
    found = tuple(moved(before.estate, after.estate, routes))
    return Difference(
        Nights(records[1], records[0]),
        names,
        rows(found, _day()),
        frozenset(pair for one in found for pair in one.documents),
        len({(route.environment, route.text) for route in routes}),
    )


def _day() -> date:
    return now().date()
