"""`cors-audit import`: an exported run into a store."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, show
from auditor.cli.stored import LAST, Asked, plan_of_store, read_exported
from auditor.edge.config.model import STORE
from auditor.edge.reports.layout import safe
from auditor.edge.reports.past import run_name
from auditor.edge.store.store import open_store


@click.command("import", cls=SafeCommand, short_help="An exported run into a store.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store; made where it is not.")
def importing(file: Path, config: Path | None, store: Path | None) -> None:
    """Put a run that export wrote into a store, under a number of its own there.

    To look into it beside other runs. Nothing here is ever compared with it: it is no baseline, it
    opens and closes no finding and no ticket, and `last` still means the last run that was made
    here. A run that the store holds already is refused. To move a store, copy its file instead.

    \b
    Examples:
      cors-audit import run-213.run
      cors-audit import run-213.run --store /tmp/look.db
    """
    record = read_exported(file)
    path = plan_of_store(Asked(LAST, config, store)).store or Path(STORE)
    with open_store(path) as opened:
        there = opened.same_as(record.head)
        if there is not None:
            stop([f"{file}: {path} holds this run already; it is run {there} there"])
        scope = replace(record.head.scope, imported=True)
        number = opened.save(replace(record, head=replace(record.head, scope=scope, id=None)))
    began = f"{record.head.started:%d %b %Y %H:%M}"
    of = f"{run_name(record)} of {record.head.scope.estate}, {began}"
    show(f"{safe(str(path))}: run {number} is {safe(of)}")
