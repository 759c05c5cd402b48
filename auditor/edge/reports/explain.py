"""The text of one explained request: inwards, outwards, the browser, what to change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.text.problems import printable


@dataclass(frozen=True, slots=True)
class HopRow:
    """One hop: its layer and title, what it did to the preflight and to the request."""

    layer: str
    title: str
    preflight: str
    actual: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One header line of the deciding answer, the field it came from, and a remark."""

    name: str
    value: str
    field: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ExplainReport:
    """Everything that is said of one request; texts are escaped when they are laid out. `links`: how
    the hops are linked, where that is not sure."""

    verdict: str
    reason: str
    allowlist: str | None
    method: str
    preflighted: bool
    hops: tuple[HopRow, ...]
    answered_by: str
    lines: tuple[LineRow, ...]
    steps: tuple[tuple[str, bool | None], ...]
    change: tuple[str, ...]
    assumed: tuple[str, ...]
    live: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def lay_out(report: ExplainReport) -> str:
    """The report as text for a terminal or a pipe."""
    return "\n".join(printable(line) for line in _lines(report))


def _lines(report: ExplainReport) -> Iterator[str]:
    yield f"{report.verdict}. {report.reason}"
    if report.allowlist:
        yield report.allowlist
    if report.hops:
        yield ""
        yield from _hops(report)
    if report.links:
        yield ""
        yield from _labelled("linked", report.links)
    if report.lines or report.answered_by:
        yield ""
        yield f"<- response of {report.answered_by}"
        yield from _headers(report.lines)
    yield ""
    words = {True: "yes", False: "NO", None: "not known"}
    steps = "   ".join(
        f"{at} {text}: {words[passed]}" for at, (text, passed) in enumerate(report.steps, 1)
    )
    yield f"browser   {steps}"
    yield from _labelled("change", report.change)
    yield from _labelled("live", report.live)
    yield from _labelled("assumed", report.assumed)


def _hops(report: ExplainReport) -> Iterator[str]:
    wide = max(max(len(f"{at} {h.layer}") for at, h in enumerate(report.hops, 1)), 10)
    title = max(len(h.title) for h in report.hops)
    head = "preflight OPTIONS" if report.preflighted else ""
    column = max((len(h.preflight) for h in report.hops), default=0) if report.preflighted else 0
    column = max(column, len(head))
    yield f"{'request ->':{wide + title + 4}}{head:{column + 2}}{report.method}".rstrip()
    for at, hop in enumerate(report.hops, 1):
        name = f"{at} {hop.layer}"
        before = f"{hop.preflight:{column + 2}}" if report.preflighted else ""
        yield f"{name:{wide}}  {hop.title:{title}}  {before}{hop.actual}".rstrip()


def _headers(lines: Iterable[LineRow]) -> Iterator[str]:
    rows = list(lines)
    if not rows:
        yield "  no CORS header"
    wide = min(max((len(f"{r.name}: {r.value}") for r in rows), default=0), 76)
    for row in rows:
        text = f"{row.name}: {row.value}"
        remark = f"   <-- {row.remark}" if row.remark else ""
        yield f"  {text:{wide}}    {row.field}{remark}".rstrip()


def _labelled(label: str, texts: Iterable[str]) -> Iterator[str]:
    for at, text in enumerate(texts):
        yield f"{label if at == 0 else '':9} {text}"
