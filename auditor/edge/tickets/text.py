"""The body of a ticket: everything that the one who gets it acts on, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from auditor.core.drift import Cause, State
from auditor.core.finding import Certainty, Finding
from auditor.core.reading import Touch
from auditor.edge.reports.block import set_at
from auditor.edge.reports.days import day
from auditor.edge.reports.past import INCOMPLETENESS, cause_words, touch_text
from auditor.edge.tickets.answers import answers
from auditor.edge.tickets.prose import Block, Prose, code, fields, heading, items, text
from auditor.edge.tickets.telling import Changed, Telling
from auditor.edge.tickets.title import WAIVER_RULES
from auditor.edge.tickets.trial import trial

NO_OWNER: Final = "no owner found"
_RELEASED: Final = (
    "This is no news: it was there when its source was first read, and is one of a few that are given "
    "out each week, worst first."
)
_GIVEN: Final = 3
_ROUTES: Final = 20
_DOCUMENTS: Final = 5
_LINES: Final = 12
_Row = tuple[str, str]


def ticket_body(telling: Telling) -> Prose:
    """The whole text of a new ticket."""
    return (
        text(verdict(telling)),
        *([text(_RELEASED)] if telling.released else []),
        fields(*_facts(telling)),
        *changes(telling.changes),
        *answers(telling),
        *trial(telling),
        *_routes(telling.finding),
        heading("About this ticket"),
        fields(*_end(telling)),
    )


def verdict(telling: Telling) -> str:
    """`HIGH, new in run 213 (...). Confirmed live 03:06. Due 27 Nov 2026.`"""
    parts = [f"{telling.finding.severity.word.upper()}, {_state(telling)}"]
    if telling.confirmed is not None:
        parts.append(telling.confirmed[:1].upper() + telling.confirmed[1:])
    elif telling.finding.rule != INCOMPLETENESS and telling.finding.capabilities:
        parts.append(_certainty(telling.finding.certainty))
    if telling.due is not None:
        parts.append(f"Due {day(telling.due)}")
    return " ".join(f"{part.rstrip('.')}." for part in parts)


def changes(changed: tuple[Changed, ...]) -> Iterator[Block]:
    """What is not as it was, one change a line."""
    shown = [one for one in changed if one.lines]
    if not shown:
        return
    yield heading("What changed")
    lines = [line for one in shown[:_DOCUMENTS] for line in _changed(one)]
    left = len(shown) - _DOCUMENTS
    yield code("\n".join([*lines, *([f"and {left} more documents"] if left > 0 else [])]))


def when(telling: Telling) -> Iterator[str]:
    """Who changed it and when, or that nobody can say."""
    touches = dict.fromkeys(one.touch for one in telling.changes if one.touch)
    yield from map(touch_words, touches)
    causes = (telling.drift.cause, *telling.drift.also)
    if not touches and telling.drift.backlog:
        yield "not known: it was there when its source was first read"
    elif not touches and telling.drift.cause in (None, Cause.CONFIGURATION):
        yield "not known"
    for cause in causes:
        if cause not in (None, Cause.CONFIGURATION):
            yield f"{'' if cause is telling.drift.cause else 'or: '}{cause_words(cause)}"


def touch_words(touch: Touch | str) -> str:
    """`22 Nov 2026 02:41 UTC, UpdateApi by role deploy-ci (CloudTrail)`."""
    if isinstance(touch, str):
        return f"not known: {touch}"
    return touch_text(touch)


def _state(telling: Telling) -> str:
    if telling.released:
        return f"from the backlog, given out in {telling.run}"
    match telling.drift.state:
        case State.NEW:
            return f"new in {telling.run}"
        case State.REGRESSED:
            return f"back again in {telling.run}"
        case State.CHANGED:
            return f"changed in {telling.run}"
        case State.STANDING | State.RESOLVED | State.UNVERIFIABLE:
            return f"standing in {telling.run}"
        case _:
            assert_never(telling.drift.state)


def _certainty(certainty: Certainty) -> str:
    match certainty:
        case Certainty.CERTAIN:
            return "Predicted from what was read, not tried live"
        case Certainty.CONDITIONAL:
            return "Predicted, if what was not read passes answers on as they are; not tried live"
        case Certainty.SAMPLED:
            return "Predicted by sampling, for a pattern on the path is not regular; not tried live"
        case _:
            assert_never(certainty)


def _facts(telling: Telling) -> Iterator[_Row]:
    finding = telling.finding
    known = f" ({telling.owner_from})" if telling.owner_from else ""
    yield "Owner", f"{finding.owner or NO_OWNER}{known}"
    if telling.service_owner:
        yield "Service owner", telling.service_owner
    yield "What", finding.what
    if finding.witness is not None:
        yield "Example" if finding.rule == INCOMPLETENESS else "Proof", finding.witness
    if finding.grantor is not None or finding.rule != INCOMPLETENESS:
        yield from _rows("Where", set_at(finding))
    yield from _rows("Why", filter(None, [finding.why]))
    yield from _rows("Given", finding.because[:_GIVEN])
    if finding.rule not in WAIVER_RULES:
        yield from _rows("When", when(telling))


def _rows(label: str, values: Iterator[str] | tuple[str, ...] | filter[str]) -> Iterator[_Row]:
    for index, value in enumerate(values):
        yield "" if index else label, value


def _changed(one: Changed) -> Iterator[str]:
    yield one.title
    yield from (f"  {line}" for line in one.lines[:_LINES])
    if len(one.lines) > _LINES:
        yield f"  and {len(one.lines) - _LINES} more changes"


def _routes(finding: Finding) -> Iterator[Block]:
    others = finding.routes[1:]
    if not others:
        return
    yield heading("Other routes with the same cause")
    left = len(others) - _ROUTES
    more = [f"and {left:,} more: cors-audit findings {finding.short}"] if left > 0 else []
    yield items(*others[:_ROUTES], *more)


def _end(telling: Telling) -> Iterator[_Row]:
    finding = telling.finding
    yield "Recheck", f"cors-audit recheck {finding.short}"
    yield "Closes", "by itself, after a complete run without it"
    yield from _rows("Read", _read(telling))
    yield from _rows("Rule", (finding.rule, *telling.references))
    yield "Finding", finding.fingerprint
    if telling.version:
        yield "Written by", f"cors-audit {telling.version}"


def _read(telling: Telling) -> Iterator[str]:
    count = len(telling.read) + len(telling.unread)
    if count:
        names = ", ".join(telling.read) or "nothing"
        yield f"{names}: {len(telling.read)} of {count} on the path"
    if telling.unread:
        yield f"not read: {', '.join(telling.unread)}"
