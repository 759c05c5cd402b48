"""Which run a command looks at: one out of the store, or one made now out of files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import progress
from auditor.cli.user_files import CONFIG_NAME
from auditor.edge.config.model import STORE
from auditor.edge.reports.commands import Next
from auditor.edge.reports.past import Nights
from auditor.edge.store.record import RunHead, RunRecord
from auditor.edge.store.store import Store, open_store
from auditor.run.audit import audit
from auditor.run.plan import Plan, plan_for

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

EARLIER = 400
"""Runs that are looked through for the one before: a year of nights."""
LAST = "last"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that say where a run is: `which`: its id, or `last`; `sources`: files and folders
    to audit now instead."""

    which: str
    config: Path | None
    store: Path | None
    sources: tuple[str, ...] = ()
    allowlist: Path | None = None
    assume: tuple[str, ...] = ()

    @property
    def further(self) -> Next:
        """How to ask the next question about the same run."""
        typed = options(self.config, self.store, self.allowlist, self.assume)
        return Next(typed, self.sources, kept=not self.sources)


def options(
    config: Path | None,
    store: Path | None,
    allowlist: Path | None = None,
    assume: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Options as they were typed, pairs of name and value."""
    paths = (("--config", config), ("--store", store), ("--allowlist", allowlist))
    named = [word for name, path in paths if path is not None for word in (name, str(path))]
    return (*named, *(word for text in assume for word in ("--assume", text)))


def run_options(command: Decorated) -> Decorated:
    """Add the options of `Asked`, all but `--run`."""
    for option in (
        click.option("--assume", multiple=True, metavar="P=V[,K=V]", help="With --source."),
        click.option("--allowlist", type=click.Path(path_type=Path), help="With --source."),
        click.option(
            "--source",
            "sources",
            multiple=True,
            metavar="PATH",
            help="Audit these files and folders now, instead of a stored run; may be repeated.",
        ),
        click.option("--store", type=click.Path(path_type=Path), help="The store of the runs."),
        click.option(
            "--config",
            type=click.Path(path_type=Path),
            help=f"The configuration that names the store; by default {CONFIG_NAME} here.",
        ),
    ):
        command = option(command)
    return command


def plan_of_store(asked: Asked) -> Plan:
    """The plan whose store is looked into; a store that was named needs no configuration."""
    if asked.store is not None and asked.config is None and not Path(CONFIG_NAME).exists():
        return replace(plan_for((), Path(), None, {}), store=asked.store)
    return load_plan((), asked.config, None, (), asked.store)


def open_existing(plan: Plan) -> Store:
    """The store of `plan`; ends the program with exit code 2 where there is none yet."""
    path = plan.store or Path(STORE)
    if not path.is_file():
        stop([f"{path}: there is no store; run cors-audit audit first, or name it with --store"])
    return open_store(path)


def load_nights(asked: Asked) -> tuple[Plan, Nights]:
    """The run that is asked about and the one before it; made now where files are named."""
    if asked.sources:
        plan = load_plan(asked.sources, asked.config, asked.allowlist, asked.assume)
        with progress() as told:
            return plan, Nights(audit(plan, now, os.environ, told).record)
    plan = plan_of_store(asked)
    with open_existing(plan) as store:
        record = store.run(identify(store, asked.which))
        return plan, Nights(record, run_before(store, record.head))


def identify(store: Store, which: str) -> int:
    """The id of the run called `which`; ends the program with exit code 2 where there is none."""
    known = store.runs(EARLIER)
    ids = [head.id for head in known if head.id is not None]
    if not ids:
        stop(["the store holds no run; run cors-audit audit first"])
    if which == LAST:
        return ids[0]
    if not which.isascii() or not which.isdigit() or int(which[:18]) not in ids:
        held = f"{ids[-1]} to {ids[0]}" if len(ids) > 1 else str(ids[0])
        stop([f"run {which!r}: the store does not hold it; it holds {held}, or write {LAST}"])
    return int(which)


def run_before(store: Store, head: RunHead) -> RunRecord | None:
    """The last whole run of the same estate before the run of `head`."""
    if head.id is None:
        return None
    earlier = (
        one.id
        for one in store.runs(EARLIER)
        if one.id is not None
        and one.id < (head.id or 0)
        and one.scope.whole
        and one.scope.estate == head.scope.estate
    )
    found = next(earlier, None)
    return None if found is None else store.run(found)
