"""`cors-audit prune`: forget old runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, show
from auditor.cli.stored import LAST, Asked, open_existing, plan_of_store
from auditor.edge.reports.layout import count
from auditor.edge.store.pruning import Keep, Pruned

_LONGEST_DAYS = 36_500


@click.command(cls=SafeCommand, short_help="Forget old runs.")
@click.option(
    "--keep-days", type=click.IntRange(0, _LONGEST_DAYS), help="Keep runs that are younger."
)
@click.option("--keep-runs", type=click.IntRange(0), help="Keep the newest ones of each scope.")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
@click.option(
    "--vacuum",
    is_flag=True,
    help="Make the file smaller as well: needs as much free space as it has.",
)
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
def prune(
    keep_days: int | None,
    keep_runs: int | None,
    dry_run: bool,
    vacuum: bool,
    config: Path | None,
    store: Path | None,
) -> None:
    """Forget the runs that neither --keep-days nor --keep-runs keeps.

    Always kept: the last run, the last whole and the last complete one of everything audited, the
    last one that saw each open finding, and those that tickets rest on. Findings and tickets
    themselves are never forgotten, so that what comes back is known again. Numbers stay as they are.

    \b
    Examples:
      cors-audit prune --keep-days 90 --dry-run
      cors-audit prune --keep-days 90 --keep-runs 30
    """
    if keep_days is None and keep_runs is None:
        stop(["prune: nothing says what to keep; write --keep-days 90, or --keep-runs 30, or both"])
    if dry_run and vacuum:
        stop(["--dry-run and --vacuum exclude each other; leave one of them out"])
    since = None if keep_days is None else now() - timedelta(days=keep_days)
    with open_existing(plan_of_store(Asked(LAST, config, store))) as opened:
        pruned = opened.prune(Keep(since, keep_runs or 0), dry_run=dry_run)
        show(_said(pruned, dry_run))
        if vacuum:
            show(f"the file has {count(opened.compact(), 'byte')} now")


def _said(pruned: Pruned, dry_run: bool) -> str:
    verb = "would forget" if dry_run else "forgot"
    needed = f", {pruned.needed:,} of them for what rests on them" if pruned.needed else ""
    freed = f"; {count(pruned.freed, 'byte')} to be used again" if pruned.runs else ""
    numbers = f" ({_numbers(pruned.runs)})" if pruned.runs else ""
    gone = f"{verb} {count(len(pruned.runs), 'run')}{numbers}{freed}"
    kept = "would keep" if dry_run else "kept"
    return f"{gone}\n{kept} {count(pruned.kept, 'run')}{needed}"


def _numbers(runs: tuple[int, ...]) -> str:
    """`1 to 180, 190`."""
    spans: list[list[int]] = []
    for run in sorted(runs):
        if spans and spans[-1][-1] == run - 1:
            spans[-1][1:] = [run]
        else:
            spans.append([run])
    shown = [" to ".join(map(str, span)) for span in spans[:10]]
    return ", ".join([*shown, *(["..."] if len(spans) > len(shown) else [])])
