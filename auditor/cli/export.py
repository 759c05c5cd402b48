"""`cors-audit export`: one run as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from auditor.cli.printing import FAILED, SafeCommand, problem, show
from auditor.cli.stored import LAST, Asked, identify, open_existing, plan_of_store
from auditor.edge.reports.layout import count, safe
from auditor.edge.reports.past import run_name
from auditor.edge.runfile import RunFileError, write_run_file


@click.command(cls=SafeCommand, short_help="One run as a file.")
@click.argument("run", default=LAST, metavar="[RUN]")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE.run", help="To write."
)
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
def export(run: str, out: Path, config: Path | None, store: Path | None) -> None:
    """Write one run into a file that explain, findings, coverage, diff and replay read.

    RUN: its number, by default the last. The file holds what was read, every finding, and the
    configuration, allowlist, waivers and CODEOWNERS that the run was judged by; no secrets. Only
    its owner may read it. A file that stands there is replaced, whole or not at all.

    \b
    Examples:
      cors-audit export --out /srv/reports/cors/latest.run
      cors-audit export 213 --out run-213.run
      cors-audit findings 7f3a91c2 --run run-213.run
    """
    with open_existing(plan_of_store(Asked(run, config, store))) as opened:
        record = opened.run(identify(opened, run))
    try:
        size = write_run_file(out, record)
    except RunFileError as error:
        problem(str(error))
        sys.exit(FAILED)
    show(f"{safe(str(out))}: {run_name(record)}, {count(size, 'byte')}")
