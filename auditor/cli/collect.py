"""`cors-audit collect`: read what an audit elsewhere cannot reach, into one file."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.operation import Operation, Watch, log_option, operated
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import FAILED, SafeCommand, problem, progress
from auditor.core.reading import Unread
from auditor.edge.reports.layout import count
from auditor.edge.runfile import Collection, RunFileError, write_run_file
from auditor.edge.store.record import SourceRead
from auditor.run.clusters import runs_inside
from auditor.run.collection import read_here
from auditor.run.journal import told
from auditor.run.plan import Plan
from auditor.run.record import accepted
from collectors.collector import Collected

_INCOMPLETE = 3
_SHOWN = 10


@click.command(cls=SafeCommand, short_help="Read without judging, for an audit elsewhere.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.run", help="To write."
)
@click.option(
    "--name",
    metavar="NAME",
    help="What this place, and its one cluster, is called; needed inside a cluster.",
)
@log_option
def collect(
    sources: tuple[str, ...], config: Path | None, out: Path, name: str | None, log: str | None
) -> None:
    """Read what audit would read, judge nothing, and write it into one file.

    For clusters and accounts that the host of the audit cannot reach: run this inside them, carry
    the file over by any means, and name it there under collected: in cors-audit.yaml. No allowlist
    is needed. The file holds what CORS and linking need and no secrets. Only its owner may read it;
    whoever can write it where it is merged says what the audit sees.

    \b
    Examples:
      cors-audit collect --name eks-prod-1 --out /srv/outgoing/eks-prod-1.run
      cors-audit collect --config inner.yaml --out inner.run
    and where the audit runs:
      collected: ["/srv/incoming/*.run", {path: "/srv/weekly/*.run", max_age: 8d}]

    Exit codes: 0 everything was read, 3 something was not (the file is written all the same), 2
    usage or configuration, 1 the auditor failed.
    """
    if not out.parent.is_dir():
        stop([f"--out {out}: its folder does not exist; make it, or name another file"])
    plan = _named(load_plan(sources, config, None, use_allowlist=False), name)
    with operated(Watch(log=log)) as operation:
        collected = _read(plan, operation)
        size = _write(out, collected, _maker(plan, name))
        operation.log.event("collected", bytes=size, documents=len(collected.documents))
    gaps = [gap for gap in collected.unread if not accepted(gap, plan.config.accepted)]
    code = _INCOMPLETE if gaps or not collected.counts else 0
    for line in _lines(gaps):
        problem(line)
    problem(f"{out}: {_summary(collected, gaps)}, {size:,} bytes. exit {code}")
    sys.exit(code)


def _read(plan: Plan, operation: Operation) -> Collected:
    with progress() as shown:
        return read_here(
            plan, os.environ, shown, tell=lambda parts: told(parts, operation.log, now)
        )


def _write(out: Path, collected: Collected, maker: str) -> int:
    """Write the file and return its bytes; ends the program where it cannot be written."""
    counts = tuple(
        SourceRead(c.source, c.kind, c.found, c.read, c.excluded) for c in collected.counts
    )
    try:
        made = Collection(collected.documents, collected.unread, counts, now(), maker)
        return write_run_file(out, made)
    except RunFileError as error:
        problem(str(error))
        sys.exit(FAILED)


def _named(plan: Plan, name: str | None) -> Plan:
    """The plan with its one cluster called `name`; ends the program where it has no name at all."""
    cluster = plan.kubernetes
    if cluster is None or cluster.contexts:
        return plan
    called = name or cluster.name
    if called is None and runs_inside(cluster, os.environ):
        what = "this runs inside a cluster, which has no name there: all would be called alike"
        stop([f"kubernetes: {what}; write --name NAME, or name: under kubernetes:"])
    return replace(plan, kubernetes=replace(cluster, name=called))


def _maker(plan: Plan, name: str | None) -> str:
    """Who made the file: the same every night, and another one in every other place."""
    inner = plan.kubernetes.name if plan.kubernetes is not None else None
    return name or inner or f"{plan.estate} on {platform.node()}"


def _lines(gaps: Iterable[Unread]) -> Iterator[str]:
    listed = list(gaps)
    for gap in listed[:_SHOWN]:
        yield f"{gap.scope}: {gap.reason}; {gap.do}"
    if len(listed) > _SHOWN:
        yield f"and {len(listed) - _SHOWN:,} more; coverage lists them where the file is merged"


def _summary(collected: Collected, gaps: list[Unread]) -> str:
    if not collected.counts:
        return "nothing was named to read"
    sources = {one.source for one in collected.counts}
    told = f"{count(len(collected.documents), 'document')} of {count(len(sources), 'source')}"
    return f"{told}; incomplete ({count(len(gaps), 'gap')})" if gaps else f"{told}; whole"
