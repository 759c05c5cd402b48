"""`cors-audit recheck`: does one finding still stand? Only what it rests on is read again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.operation import operated, operation_options, watch_of
from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import SafeCommand, progress, screen, show
from auditor.cli.world import open_world
from auditor.core.drift import Drift, Known, State
from auditor.edge.reports.block import block
from auditor.edge.reports.layout import fold, safe
from auditor.edge.reports.past import Nights, run_name
from auditor.edge.store.record import RunRecord, Scope
from auditor.edge.store.store import open_store
from auditor.run.audit import Outcome
from auditor.run.audit import audit as run_audit
from auditor.run.plan import Plan
from auditor.run.selection import Selection

GONE, STANDS, UNKNOWN = 0, 10, 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """The finding, and the last whole run."""

    known: Known
    last: RunRecord


@click.command(cls=SafeCommand, short_help="Look again at what one finding concerns, now.")
@click.argument("finding")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
@operation_options
def recheck(
    finding: str, config: Path | None, store: Path | None, log: str | None, wait_seconds: float
) -> None:
    """Read again what FINDING rests on, and say whether it still stands.

    FINDING: the id that reports and tickets show, or the beginning of it. Only the accounts,
    clusters and files behind its routes are read; everything else is as the last run had it. The
    result is kept as a partial run: it closes the ticket where the finding is gone, and touches no
    other.

    \b
    Examples:
      cors-audit recheck 7f3a91c2
      cors-audit recheck 7f3a91c2 --config /etc/cors-audit/cors-audit.yaml

    Exit codes: 0 gone, 10 it stands, 3 it could not be told, 2 usage or configuration, 1 the
    auditor failed.
    """
    plan = load_plan((), config, None, (), store)
    asked = _asked(plan, finding)
    selection = Selection(route=asked.known.routes)
    with operated(watch_of(plan, log, wait_seconds, nightly=False)) as operation:
        opened = open_world(plan, os.environ, operation.log, asked.last, again=asked.known.sources)
        with opened as (world, problems), progress() as told:
            outcome = run_audit(plan, now, os.environ, told, selection, world)
        operation.note(*problems, *outcome.problems)
    for line in _told(asked, outcome):
        show(line)
    sys.exit(_code(asked, _drift(asked, outcome)))


def _asked(plan: Plan, text: str) -> _Asked:
    """The finding that `text` begins; ends the program where there is not exactly one."""
    if plan.store is None or not plan.store.is_file():
        stop([f"recheck {text}: there is no store yet; run cors-audit audit first"])
    scope = Scope(plan.estate)
    with open_store(plan.store) as store:
        last = store.before_run(scope)
        found = [
            one for key, one in store.known(scope).items() if text and key.startswith(text.lower())
        ]
    if last is None:
        stop([f"recheck {text}: no whole run of {plan.estate} is kept; audit the whole first"])
    if len(found) != 1:
        what = f"{len(found)} findings begin so" if found else "no finding begins so"
        stop([f"recheck {text}: {what}; see cors-audit findings"])
    if not found[0].routes:
        stop([f"recheck {text}: it is about no route; run cors-audit audit"])
    return _Asked(found[0], last)


def _drift(asked: _Asked, outcome: Outcome) -> Drift | None:
    drifts = outcome.record.drifts
    return next((one for one in drifts if one.fingerprint == asked.known.fingerprint), None)


def _code(asked: _Asked, drift: Drift | None) -> int:
    if drift is None:
        return UNKNOWN if asked.known.open else GONE
    if drift.state is State.UNVERIFIABLE:
        return UNKNOWN
    return GONE if drift.finding is None else STANDS


def _told(asked: _Asked, outcome: Outcome) -> Iterator[str]:
    drift, short = _drift(asked, outcome), asked.known.fingerprint[:8]
    again = ", ".join(sorted(asked.known.sources)) or "nothing"
    name, width = run_name(outcome.record), screen().width
    yield from fold(f"{name}: read again {safe(again)}", width, "", "    ")
    if drift is None:
        # Resolved before, and not back: a run says nothing of it.
        gone = not asked.known.open
        yield f"{short} {'is gone' if gone else 'could not be looked at'}"
    elif drift.state is State.UNVERIFIABLE:
        yield from fold(f"{short} cannot be told: {safe(drift.reason or '')}", width, "", "    ")
    elif drift.finding is None:
        yield f"{short} is gone: everything that it rested on was read, and its rule ran"
    else:
        yield f"{short} stands"
        yield ""
        yield from block(drift, drift.finding, Nights(outcome.record, asked.last), screen())
