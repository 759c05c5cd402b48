"""`cors-audit coverage`: what was read, what was not, and how many routes that blinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, screen, show
from auditor.cli.selection import selection_of, selection_options
from auditor.cli.stored import LAST, Asked, load_nights, run_options
from auditor.edge.reports.coverage import Declared, coverage_text
from auditor.edge.reports.json import coverage_document, dump
from auditor.edge.reports.narrow import OF_ROUTES, narrow_routes
from auditor.edge.reports.past import Nights
from auditor.run.plan import Plan
from auditor.run.record import accepted
from auditor.run.selection import Selection


@click.command(cls=SafeCommand, short_help="What was not read, and how many routes that blinds.")
@click.option("--run", "which", default=LAST, show_default=True, metavar="ID|last|FILE")
@run_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@selection_options
def coverage(
    which: str,
    config: Path | None,
    store: Path | None,
    sources: tuple[str, ...],
    allowlist: Path | None,
    assume: tuple[str, ...],
    form: str,
    **chosen: tuple[str, ...],
) -> None:
    """Say what a run read, what it could not read, and how many routes each gap blinds.

    With --source, files and folders are audited now and nothing needs to be stored; with --run
    FILE, an exported run is looked into, with the configuration that it was made by. Gaps that
    cors-audit.yaml accepts are listed apart, with who answers for them and until when. Where a
    path ends at something that nothing read answers to, the line that would link it is printed.

    \b
    Examples:
      cors-audit coverage
      cors-audit coverage --source deploy/ --env prod
      cors-audit coverage --run latest.run
    """
    pairs = selection_of(chosen).pairs
    _refuse(frozenset(option for option, _ in pairs) - OF_ROUTES)
    asked = Asked(which, config, store, sources, allowlist, assume)
    plan, nights = load_nights(asked)
    before = None if nights.before is None else narrow_routes(nights.before, pairs)
    part = Nights(narrow_routes(nights.now, pairs), before)
    known = frozenset(
        blind.unread.scope
        for blind in part.now.unread
        if accepted(blind.unread, plan.config.accepted)
    )
    if form == "json":
        show(dump(coverage_document(part, known)))
    else:
        show(coverage_text(part, known, tuple(_declared(plan)), asked.further, screen()))


def _refuse(options: frozenset[str]) -> None:
    if options:
        names = ", ".join(f"--{one.name}" for one in fields(Selection) if one.name in OF_ROUTES)
        wrong = ", ".join(f"--{option}" for option in sorted(options))
        stop([f"{wrong}: a run does not keep that of what it could not read; use {names}"])


def _declared(plan: Plan) -> Iterator[Declared]:
    for gap in plan.config.accepted:
        by = gap.owner or f"{gap.where}"
        yield Declared(f"{gap.source}  {gap.reason}", by, gap.expires, gap.expired)
    for hop in plan.config.hops:
        what = f"{hop.name}  {hop.acts}, in front of {', '.join(hop.in_front_of)}"
        yield Declared(what, hop.declared_by, hop.expires, hop.expired)
