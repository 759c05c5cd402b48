"""`cors-audit history`: the runs that a store holds, and whether it is whole."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.printing import FAILED, SafeCommand, screen, show
from auditor.cli.stored import LAST, Asked, open_existing, plan_of_store
from auditor.edge.reports.history import (
    faults_document,
    faults_text,
    history_document,
    history_text,
)
from auditor.edge.reports.json import dump
from auditor.edge.store.store import Store

_EVERY = 1_000_000


@click.command(
    cls=SafeCommand, short_help="The runs that are kept, and whether the store is whole."
)
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, help="Runs shown.")
@click.option("--check", is_flag=True, help="Look whether the store is whole, instead of listing.")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def history(limit: int, check: bool, config: Path | None, store: Path | None, form: str) -> None:
    """List the runs of a store, newest first: when, of what, how it ended, what became of findings.

    --check reads all of it: the file itself, each content by its hash, from when until when each
    row holds, what is still to be said to trackers. It changes nothing and takes seconds to minutes.

    \b
    Examples:
      cors-audit history
      cors-audit history --limit 365 --format json
      cors-audit history --check

    Exit codes: 0 (with --check: the store is whole), 1 it is not, or cannot be read, 2 usage.
    """
    plan = plan_of_store(Asked(LAST, config, store))
    with open_existing(plan) as opened:
        if check:
            sys.exit(_check(opened, str(plan.store), form))
        past = opened.history(limit)
    if form == "json":
        show(dump(history_document(past)))
    else:
        show(history_text(past, screen()) if past else "no run is kept yet; run cors-audit audit")


def _check(store: Store, where: str, form: str) -> int:
    faults = store.faults()
    runs = 0 if faults else len(store.runs(_EVERY))
    if form == "json":
        show(dump(faults_document(where, faults, runs)))
    else:
        show(faults_text(where, faults, runs))
    return FAILED if faults else 0
