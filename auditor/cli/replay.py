"""`cors-audit replay`: a stored run judged again by this version."""

from __future__ import annotations

import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import SafeCommand, progress, screen, show
from auditor.cli.stored import (
    LAST,
    Asked,
    identify,
    is_run_file,
    open_existing,
    plan_of_store,
    read_exported,
)
from auditor.edge.reports.json import dump
from auditor.edge.reports.past import run_name
from auditor.edge.reports.replay import replay_document, replay_text
from auditor.edge.store.record import InputKind, RunRecord
from auditor.run.plan import Plan
from auditor.run.replay import compare_findings, judge_again
from auditor.run.restored import NotKeptError, restore_plan, restore_selection

DIFFERENT = 10


@click.command(cls=SafeCommand, short_help="Judge a kept run again.")
@click.argument("run", default=LAST, metavar="[RUN | FILE]")
@click.option(
    "--as-it-was/--now",
    "as_it_was",
    default=True,
    help="By the files kept with the run (the default), or by today's.",
)
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def replay(run: str, as_it_was: bool, config: Path | None, store: Path | None, form: str) -> None:
    """Judge what a run read once more, by this version, and compare with what it found.

    RUN: its number, by default the last, or the file of an exported one. Nothing is read anew and
    nothing is stored. As it was: by the configuration, allowlist and waivers that were kept with
    the run, as of its day; so what differs is due to this version alone. With --now: by today's
    files and as of today; so it shows what a change to them would do to that night.

    \b
    Examples:
      cors-audit replay                      is this version of one mind with the last run?
      cors-audit replay 212 --now
      cors-audit replay latest.run --format json

    Exit codes: 0 the same findings and verdicts, 10 others, 2 usage, or the files were not kept.
    """
    record = _record(run, config, store)
    plan, today, whose = _as_it_was(record) if as_it_was else _now(record, config)
    try:
        selection = restore_selection(record)
    except NotKeptError as error:
        stop(error.problems)
    with progress() as told:
        judgement = judge_again(plan, record, today, told, selection)
    found = compare_findings(record, judgement)
    how = f"by version {version('cors-audit')} (it was {record.head.version}), {whose}"
    if form == "json":
        show(dump(replay_document(record, found, how)))
    else:
        show(replay_text(record, found, how, screen()))
    sys.exit(0 if found.equal else DIFFERENT)


def _record(run: str, config: Path | None, store: Path | None) -> RunRecord:
    if is_run_file(run):
        return read_exported(Path(run))
    with open_existing(plan_of_store(Asked(run, config, store))) as opened:
        return opened.run(identify(opened, run))


def _as_it_was(record: RunRecord) -> tuple[Plan, date, str]:
    day = record.head.started.date()
    try:
        return restore_plan(record, Path(), day), day, f"with its own files, as of {day:%d %b %Y}"
    except NotKeptError as error:
        stop(error.problems)


def _now(record: RunRecord, config: Path | None) -> tuple[Plan, date, str]:
    if config is None and any(one.kind is InputKind.SOURCES for one in record.inputs):
        what = "it was made of files that were named, without a configuration"
        stop([f"{run_name(record)}: {what}; name the one to judge it by with --config"])
    day = now().date()
    return load_plan((), config, None), day, f"with today's files, as of {day:%d %b %Y}"
