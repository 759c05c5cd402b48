"""`cors-audit check-access`: one row for each account and cluster, before the first night."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from auditor.cli.planning import load_plan, stop
from auditor.cli.printing import SafeCommand, problem, progress, screen, show
from auditor.core.reading import Json
from auditor.edge.reports.json import FORMAT, dump
from auditor.edge.reports.layout import Screen, cells, count, fold, pad, safe
from auditor.run.access import Access, Refused
from auditor.run.access import check_access as check

_INCOMPLETE = 3
_SHOWN = 6


@click.command("check-access", cls=SafeCommand, short_help="What may be read, row by row.")
@click.option("--config", type=click.Path(path_type=Path), help="By default cors-audit.yaml here.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check_access(config: Path | None, form: str) -> None:
    """Say who we are in every account and cluster of the configuration, and what may be read there.

    One cheap call for each permission that the audit needs, nothing is stored or changed; within a
    minute for hundreds of accounts. What needs a resource to be asked of, as the routes of an API,
    is asked of the first one there is. `cors-audit policy` prints what is missing.

    \b
    Examples:
      cors-audit check-access
      cors-audit check-access --config cors-audit.yaml --format json

    Exit codes: 0 everything may be read, 3 something may not, 2 usage or configuration, 1 the
    auditor failed.
    """
    plan = load_plan((), config, None, use_allowlist=False)
    if plan.aws is None and plan.kubernetes is None:
        stop([f"{plan.estate}: it names no accounts and clusters; add aws: or kubernetes:"])
    with progress() as told:
        rows = check(plan, os.environ, told)
    code = 0 if all(row.readable for row in rows) else _INCOMPLETE
    show(dump(_document(rows)) if form == "json" else "\n".join(_lines(rows, screen())))
    problem(f"{_summary(rows)}. exit {code}")
    sys.exit(code)


def _summary(rows: Iterable[Access]) -> str:
    asked = [row for row in rows if not row.excluded]
    lacking = sum(not row.readable for row in asked)
    told = f"{count(len(asked), 'account or cluster', 'accounts and clusters')}"
    return f"{told}, {f'{lacking:,} not fully readable' if lacking else 'all readable'}"


def _lines(rows: Iterable[Access], shown: Screen) -> Iterator[str]:
    listed = list(rows)
    first = max((cells(safe(row.source)) for row in listed), default=0)
    second = max((cells(safe(row.who)) for row in listed), default=0)
    for row in listed:
        head = f"{pad(safe(row.source), first)}  {pad(safe(row.who) or '-', second)}  "
        yield from fold(_state(row), shown.width, head, " " * 4)
        yield from _problems(row, shown)


def _state(row: Access) -> str:
    if row.excluded:
        return "excluded, or closed in its organization"
    refused = [one for one in row.refused if not one.optional]
    if refused and not row.granted:
        return "NOT READABLE"
    told = f"{count(len(row.granted), 'read')} granted"
    told += f", {len(refused):,} NOT" if refused else ""
    return told + (f", {len(row.untried):,} with nothing there to try" if row.untried else "")


def _problems(row: Access, shown: Screen) -> Iterator[str]:
    for one in row.refused[:_SHOWN]:
        where = f"{one.where} " if one.where else ""
        minor = " (only owners and authors depend on it)" if one.optional else ""
        text = f"{where}{one.what}: {one.trouble.gap}, {one.trouble.reason}{minor}"
        yield from fold(safe(text), shown.width, "    ", " " * 6)
    if len(row.refused) > _SHOWN:
        yield f"    and {len(row.refused) - _SHOWN:,} more; --format json has all"
    for do in dict.fromkeys(one.trouble.do for one in row.refused[:_SHOWN]):
        yield from fold(safe(do), shown.width, "    do: ", " " * 8)


def _document(rows: Iterable[Access]) -> dict[str, Json]:
    return {"document": "access", "format": FORMAT, "sources": [_row(row) for row in rows]}


def _row(row: Access) -> Json:
    return {
        "source": row.source,
        "who": row.who or None,
        "readable": None if row.excluded else row.readable,
        "excluded": row.excluded,
        "granted": [*row.granted],
        "refused": [_refused(one) for one in row.refused],
        "untried": [*row.untried],
    }


def _refused(one: Refused) -> Json:
    return {
        "what": one.what,
        "region": one.where or None,
        "gap": str(one.trouble.gap),
        "reason": one.trouble.reason,
        "do": one.trouble.do,
        "optional": one.optional,
    }
