"""What a waiver would take that nobody has written yet, and the line to paste."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.drift import Drift
from auditor.core.finding import Finding, Severity
from auditor.core.reading import Json
from auditor.core.waiver.waiver import OfOrigins, Waiver
from auditor.edge.reports.json import FORMAT, run, texts
from auditor.edge.reports.layout import Screen, Tone, count, fold, pad, safe
from auditor.edge.reports.past import run_name
from auditor.edge.reports.waivers import by_severity
from auditor.edge.store.record import RunRecord

_WORST = 10
_ROUTES = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """What `waiver` would do to the run of `record`. `taken`: the findings that it would accept, worst
    first, those accepted already among them; `partly`: those that would stay, with less in them; `of`:
    how many findings the run has; `line`: as the file writes it."""

    record: RunRecord
    waiver: Waiver
    line: str
    of: int
    taken: tuple[Drift, ...] = ()
    partly: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What would be accepted."""
        return tuple(one.finding for one in self.taken if one.finding is not None)


def proposal_text(found: Proposal, screen: Screen) -> str:
    """The whole report, without a last line end."""
    return "\n".join(_lines(found, screen))


def _lines(found: Proposal, screen: Screen) -> Iterator[str]:
    head, taken = found.record.head, found.findings
    verb = "permit" if isinstance(found.waiver.of, OfOrigins) else "take"
    what = f"A waiver for {safe(found.waiver.about)} would {verb} {by_severity(taken)}"
    of = f" of {found.of:,} in {run_name(found.record)} ({head.started:%d %b %Y %H:%M})."
    yield from fold(what + of, screen.width, "", "  ")
    already = sum(one.waived is not None for one in found.taken)
    if already:
        yield f"{already:,} of them waived already."
    if taken:
        yield ""
        yield screen.paint("WORST", Tone.STRONG)
        for one in taken[:_WORST]:
            yield from _finding(one, screen)
        yield from _more(len(taken) - _WORST)
        yield from _by_route(taken, screen)
    if found.partly:
        yield ""
        yield screen.paint("REPORTED STILL, for another origin, route or cookies", Tone.STRONG)
        for one in found.partly[:_WORST]:
            yield from _finding(one, screen)
        yield from _more(len(found.partly) - _WORST)
    yield ""
    yield from fold(_bounds(found.waiver), screen.width)
    yield "To have it accepted, add to waivers.yaml under waivers:"
    yield found.line


def _bounds(waiver: Waiver) -> str:
    if isinstance(waiver.of, OfOrigins):
        cookies = "with cookies too" if waiver.of.credentials else "without cookies"
        return f"It is the allowlist until then: that origin, on those routes, {cookies}; no more."
    return (
        "What the first whole run finds of it is accepted, and no more: what is worse by then, reaches "
        "further or comes later is reported."
    )


def _finding(one: Finding, screen: Screen) -> Iterator[str]:
    head = f"  {pad(one.severity.word.upper(), 8)}  "
    text = f"{safe(one.rule)} {one.short}  {safe(one.what)}"
    yield from fold(text, screen.width, head, " " * len(head))


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"  and {number:,} more"


def _by_route(taken: tuple[Finding, ...], screen: Screen) -> Iterator[str]:
    numbers = Counter(route for one in taken for route in one.routes)
    if not numbers:
        return
    yield ""
    yield screen.paint(f"ON {count(len(numbers), 'route')}", Tone.STRONG)
    ranked = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    for route, number in ranked[:_ROUTES]:
        yield from fold(safe(route), screen.width, f"  {count(number, 'finding'):>12}  ", " " * 16)
    yield from _more(len(ranked) - _ROUTES)


def proposal_document(found: Proposal) -> dict[str, Json]:
    """The same for programs."""
    numbers = Counter(one.severity for one in found.findings)
    return {
        "document": "waiver",
        "format": FORMAT,
        "run": run(found.record.head),
        "about": found.waiver.about,
        "line": found.line.strip(),
        "findings": found.of,
        "by_severity": {one.word: numbers[one] for one in Severity},
        "taken": texts(one.fingerprint for one in found.findings),
        "already": texts(one.fingerprint for one in found.taken if one.waived is not None),
        "partly": texts(one.fingerprint for one in found.partly),
    }
