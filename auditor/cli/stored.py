"""Which run a command looks at: one out of the store, or one made now out of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import problem, progress
from auditor.cli.user_files import CONFIG_NAME
from auditor.edge.config.model import STORE
from auditor.edge.reports.commands import Next
from auditor.edge.reports.history import clock_warning
from auditor.edge.reports.past import Nights
from auditor.edge.runfile import SUFFIX, Collection, RunFileError, read_run_file
from auditor.edge.store.history import started_early
from auditor.edge.store.record import RunHead, RunRecord
from auditor.edge.store.store import Store, open_store
from auditor.run.audit import audit
from auditor.run.plan import Plan, plan_for
from auditor.run.restored import NotKeptError, restore_plan

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

EARLIER = 400
"""Runs that are looked through for the one before: a year of nights."""
LAST = "last"
_EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The options that say where a run is: `which`: its id, `last`, or the file of an exported one;
    `sources`: files and folders to audit now instead."""

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
        of_file = ("--run", self.which) if self.exported else ()
        return Next((*typed, *of_file), self.sources, kept=not self.sources)

    @property
    def exported(self) -> bool:
        """Whether the run is in a file of its own."""
        return not self.sources and is_run_file(self.which)


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


def is_run_file(which: str) -> bool:
    """Whether a run is called by the file that it was exported to, not by its number."""
    return (
        which != LAST and not which.isdigit() and (which.endswith(SUFFIX) or Path(which).is_file())
    )


def read_exported(path: Path) -> RunRecord:
    """The run in the file at `path`; ends the program with exit code 2 where it holds none."""
    try:
        content = read_run_file(path)
    except RunFileError as error:
        stop([str(error)])
    if isinstance(content, Collection):
        what = "it holds what was collected, and no run"
        stop([f"{path}: {what}; name it under collected: in {CONFIG_NAME}, and run audit"])
    return content


def plan_of_exported(record: RunRecord, config: Path | None) -> Plan:
    """The plan of an exported run: a configuration that is named, else what was kept with the run."""
    if config is not None:
        return load_plan((), config, None)
    try:
        return restore_plan(record, Path(), now().date())
    except NotKeptError as error:
        problem(f"{error.problems[0]}")
        return replace(plan_for((), Path(), None, {}), estate=record.head.scope.estate)


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
    if asked.exported:
        record = read_exported(Path(asked.which))
        return plan_of_exported(record, asked.config), Nights(record)
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
        return _last(known) or ids[0]
    if which.isascii() and which.isdigit() and int(which[:18]) not in ids:
        ids = [head.id for head in store.runs(_EVERY) if head.id is not None]
    if not which.isascii() or not which.isdigit() or int(which[:18]) not in ids:
        held = f"{ids[-1]} to {ids[0]}" if len(ids) > 1 else str(ids[0])
        stop(
            [
                f"run {which!r}: the store does not hold it; it holds {held}, or write {LAST}, or the file of one"
            ]
        )
    return int(which)


def _last(known: Sequence[RunHead]) -> int | None:
    """The last whole run made here: after a recheck of one finding, people ask about the estate. Where
    there is none the last partial one, and only then what was brought in from elsewhere."""
    here = [one for one in known if not one.scope.imported]
    found = next((one for one in here if one.scope.whole), None)
    return found.id if found else here[0].id if here else None


def run_before(store: Store, head: RunHead) -> RunRecord | None:
    """The last whole run of the same estate before the run of `head`; of one that was brought in from
    elsewhere, the one that started before it and came from there as well."""
    if head.id is None:
        return None
    same = [
        one
        for one in store.runs(EARLIER)
        if one.id is not None
        and one.scope.estate == head.scope.estate
        and one.scope.imported == head.scope.imported
        and not one.scope.selection
    ]
    if head.scope.imported:
        earlier = [one for one in same if one.started < head.started]
        earlier.sort(key=lambda one: one.started, reverse=True)
    else:
        earlier = [one for one in same if (one.id or 0) < head.id]
    return None if not earlier else store.run(earlier[0].id or 0)


def warn_of_clock(store: Store, head: RunHead) -> None:
    """Say on stderr that the run of `head` started before the one stored before it had ended."""
    if head.id is None:
        return
    before = next((one for one in store.runs(EARLIER) if (one.id or 0) < (head.id or 0)), None)
    if before is not None and started_early(head, before):
        problem(clock_warning(head, before))
