"""`cors-audit findings`: the findings of a run, or one of them in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, screen, show
from auditor.cli.selection import selection_of, selection_options
from auditor.cli.stored import EARLIER, LAST, Asked, load_nights, open_existing, run_options
from auditor.core.drift import Drift, State
from auditor.core.finding import Severity
from auditor.edge.reports.findings import History, finding_text, findings_text
from auditor.edge.reports.json import dump, findings_document
from auditor.edge.reports.narrow import narrow_findings
from auditor.edge.reports.past import Nights
from auditor.run.plan import Plan

_HISTORY = 30
"""Runs that are looked into for the history of one finding."""


@click.command(cls=SafeCommand, short_help="The findings of a run.")
@click.argument("finding", required=False)
@click.option("--run", "which", default=LAST, show_default=True, metavar="ID|last|FILE")
@run_options
@click.option(
    "--severity",
    type=click.Choice([severity.word for severity in Severity]),
    help="This severity and worse.",
)
@click.option("--rule", "rules", multiple=True, help="Only this rule; may be repeated.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([str(state) for state in State]),
    help="Only what became this since the run before; may be repeated.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@selection_options
def findings(
    finding: str | None,
    which: str,
    config: Path | None,
    store: Path | None,
    sources: tuple[str, ...],
    allowlist: Path | None,
    assume: tuple[str, ...],
    form: str,
    **chosen: Any,
) -> None:
    """List the findings of a stored run, worst first; with FINDING, one of them in full.

    FINDING: the id that reports show, or the beginning of it. With --source, files and folders are
    audited now and nothing needs to be stored; with --run FILE, an exported run is looked into.

    \b
    Examples:
      cors-audit findings --severity high --state new
      cors-audit findings 7f3a91c2
      cors-audit findings --source deploy/ --host 'api.*'
      cors-audit findings --run latest.run
    """
    asked = Asked(which, config, store, sources, allowlist, assume)
    plan, nights = load_nights(asked)
    listed = narrow_findings(nights.now, selection_of(chosen).pairs)
    listed = tuple(drift for drift in listed if _kept(drift, chosen))
    if finding is not None:
        one = _one(listed, finding)
        listed = (one,)
        if form == "text" and one.finding is not None:
            history = () if sources or asked.exported else _history(plan, nights, one.fingerprint)
            show(finding_text(one, one.finding, nights, history, screen()))
            return
    if form == "json":
        show(dump(findings_document(nights, listed)))
    else:
        show(findings_text(nights, listed, asked.further, screen()))


def _kept(drift: Drift, chosen: dict[str, Any]) -> bool:
    one = drift.finding
    if chosen["states"] and str(drift.state) not in chosen["states"]:
        return False
    if one is None:
        return not (chosen["severity"] or chosen["rules"])
    least = Severity[chosen["severity"].upper()] if chosen["severity"] else Severity.INFO
    return one.severity >= least and (not chosen["rules"] or one.rule in chosen["rules"])


def _one(listed: tuple[Drift, ...], text: str) -> Drift:
    found = [drift for drift in listed if text and drift.fingerprint.startswith(text.lower())]
    if len(found) != 1:
        what = f"{len(found)} findings begin so" if found else "no finding of this run begins so"
        stop([f"finding {text!r}: {what}; write more of the id, or see cors-audit findings"])
    return found[0]


def _history(plan: Plan, nights: Nights, fingerprint: str) -> History:
    """What became of the finding, run by run, newest first."""
    head = nights.now.head
    told = []
    with open_existing(plan) as store:
        for one in store.runs(EARLIER):
            if one.scope != head.scope or one.id is None or one.id > (head.id or 0):
                continue
            drifts = {drift.fingerprint: drift.state for drift in store.run(one.id).drifts}
            told.append((one.id, one.started, drifts.get(fingerprint)))
            if len(told) == _HISTORY:
                break
    return tuple(told)
