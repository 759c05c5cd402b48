"""`cors-audit waivers`: what is waived, until when, and what a waiver would take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.planning import stop
from auditor.cli.printing import SafeCommand, progress, screen, show
from auditor.cli.stored import (
    EARLIER,
    LAST,
    Asked,
    identify,
    open_existing,
    plan_of_exported,
    plan_of_store,
    read_exported,
)
from auditor.cli.user_files import CONFIG_NAME
from auditor.core.waiver.waiver import OfFinding, OfOrigins, Waiver
from auditor.edge.reports.json import dump
from auditor.edge.reports.past import run_name
from auditor.edge.reports.proposal import Proposal, proposal_document, proposal_text
from auditor.edge.reports.waivers import Listed, waivers_document, waivers_text
from auditor.edge.store.record import RunRecord
from auditor.edge.waiver_text import read_line, write_line
from auditor.run.plan import Plan
from auditor.run.waivers import list_waivers, propose
from auditor.text.tree import Problem

_OPTIONS = {
    "finding": "--finding",
    "origin": "--origin",
    "pattern": "--origin",
    "match": "--match",
    "allow_credentials": "--credentials",
    "rule": "--rule",
    "host": "--host",
    "environment": "--environment",
    "owner": "--owner",
}
"""The option that says each key of the file."""


@click.command(cls=SafeCommand, short_help="What is waived, and what a waiver would take.")
@click.option("--finding", metavar="ID", help="Try a waiver for this finding.")
@click.option("--rule", metavar="GLOB", help="Try one for findings of these rules.")
@click.option("--host", metavar="GLOB", help="Try one for findings on these hosts.")
@click.option("--environment", metavar="GLOB", help="Try one for findings in these environments.")
@click.option("--owner", metavar="GLOB", help="Try one for findings of these owners.")
@click.option("--origin", help="Try one for this origin, or pattern as https://*.example.com.")
@click.option("--match", metavar="HOST/PATH", help="With --origin: where it is accepted.")
@click.option("--credentials", is_flag=True, help="With --origin: with cookies too.")
@click.option("--run", "which", default=LAST, show_default=True, metavar="ID|last|FILE")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--store", type=click.Path(path_type=Path), help="The store of the runs.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def waivers(
    which: str,
    config: Path | None,
    store: Path | None,
    form: str,
    match: str | None,
    credentials: bool,
    **chosen: str | None,
) -> None:
    """List the waivers and what each accepts now, the next that ends first.

    A waiver is a line of waivers.yaml: what someone accepted until a day. One for findings takes what
    the first whole run met, and no more; one for an origin is the allowlist until its last day. What
    grows beyond is reported again, and so is a line that ran out or accepts nothing.

    With --finding, with globs, or with --origin and --match, such a waiver is tried on the last whole
    run: what it would take, and the line to paste. Nothing is written.

    \b
    Examples:
      cors-audit waivers
      cors-audit waivers --finding 7f3a91c2
      cors-audit waivers --rule 'widened-*' --host '*.stg.example.com'
      cors-audit waivers --origin https://shop.partner.example --match 'api.example.com/v1/*'
    """
    said = {key: value for key, value in chosen.items() if value is not None}
    said |= {"finding": said["finding"].lower()} if "finding" in said else {}
    if (match or credentials) and "origin" not in said:
        option = "--match" if match else "--credentials"
        stop([f"{option}: it belongs to an origin; add --origin"])
    if match is not None:
        said["match"] = match
    # Everything typed is looked at before the store is.
    tried = _typed(said, credentials=credentials) if said else None
    plan, record = _run(Asked(which, config, store))
    if tried is None:
        _list(plan, record, form)
    else:
        _try(*tried, plan, record, form)


def _typed(said: dict[str, str], *, credentials: bool) -> tuple[Waiver, str]:
    """The waiver that the options make, and its line; ends the program with all that is wrong."""
    keys: dict[str, str | bool] = {**said}
    if "*" in said.get("origin", "") and "://" in said["origin"]:
        keys = {"pattern" if key == "origin" else key: value for key, value in keys.items()}
    if credentials:
        keys["allow_credentials"] = True
    today = now().date()
    line = write_line(keys, today)
    waiver = read_line(line, today)
    if isinstance(waiver, tuple):
        stop(_problem(one) for one in waiver)
    return waiver, line


def _problem(problem: Problem) -> str:
    """A problem of the line as one of the option that said it."""
    named = problem.what.removeprefix("'waivers[0].").partition("' ")
    option = _OPTIONS.get(named[0])
    what = named[2] if option is not None else problem.what
    return f"{option or 'the waiver'}: {what}; {problem.do}"


def _run(asked: Asked) -> tuple[Plan, RunRecord]:
    """The run that is looked at, by default the last whole one, and the files to go by."""
    if asked.exported:
        record = read_exported(Path(asked.which))
        return plan_of_exported(record, asked.config), record
    plan = plan_of_store(asked)
    with open_existing(plan) as store:
        heads = (one for one in store.runs(EARLIER) if one.scope.whole and not one.scope.imported)
        whole = next((one.id for one in heads if one.id is not None), None)
        last = asked.which == LAST and whole is not None
        record = store.run(whole if last and whole is not None else identify(store, asked.which))
    unnamed = asked.config is None and not Path(CONFIG_NAME).exists()
    return (plan_of_exported(record, None) if unnamed else plan), record


def _list(plan: Plan, record: RunRecord, form: str) -> None:
    listed = list_waivers(plan.waivers, record, now().date())
    if form == "json":
        show(dump(waivers_document(listed)))
    elif listed.lines or listed.windows:
        show(waivers_text(listed, screen()))
    else:
        show("\n".join(_none(plan, listed)))


def _none(plan: Plan, listed: Listed) -> Iterator[str]:
    if plan.config.waivers is None:
        yield f"Nothing is waived: {plan.estate} names no file of waivers (waivers: waivers.yaml)."
    else:
        yield f"Nothing is waived: {plan.config.waivers} has no line."
    found = next((one.finding for one in listed.record.drifts if one.finding is not None), None)
    if found is not None:
        yield f"What a waiver would take: cors-audit waivers --finding {found.short}"


def _try(waiver: Waiver, line: str, plan: Plan, record: RunRecord, form: str) -> None:
    if isinstance(waiver.of, OfOrigins) and plan.allowlist is None:
        what = "there is no allowlist, which such a waiver is a part of until a day"
        stop([f"--origin: {what}; write one with cors-audit allowlist draft"])
    with progress() as told:
        found = propose(waiver, line, plan, record, told)
    if isinstance(waiver.of, OfFinding):
        _require_one(waiver.of, found)
    show(dump(proposal_document(found)) if form == "json" else proposal_text(found, screen()))


def _require_one(of: OfFinding, found: Proposal) -> None:
    name, number = run_name(found.record), len(found.taken)
    if number > 1:
        stop([f"--finding {of.fingerprint}: {number} of {name} begin so; write more of the id"])
    if number == 0:
        stop([f"--finding {of.fingerprint}: none of {name} begins so; see cors-audit findings"])
