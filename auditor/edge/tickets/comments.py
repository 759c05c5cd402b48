"""What is said on a ticket when something becomes of its finding: short, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from auditor.core.finding import Finding
from auditor.core.waiver.waiver import Waived
from auditor.edge.reports.block import set_at
from auditor.edge.reports.days import day
from auditor.edge.reports.layout import count, some
from auditor.edge.tickets.answers import in_short
from auditor.edge.tickets.prose import Block, Prose, fields, items, text
from auditor.edge.tickets.telling import Changed, RunMark, Telling
from auditor.edge.tickets.text import changes, touch_words, verdict, when

_NOTHING: Final = "nothing"


def comment_changed(telling: Telling, before: Finding | None) -> Prose:
    """Same cause, other evidence. `before`: as it was said last, None where that is not kept."""
    return (
        text(verdict(telling)),
        *_difference(before, telling.finding),
        *_because(telling),
    )


def comment_worse(telling: Telling, before: Finding | None) -> Prose:
    """It had been left closed by hand, and is more severe now."""
    return (
        text(
            "Opened again: this was closed by hand and left so, and it is more severe now. "
            f"{verdict(telling)}"
        ),
        *_difference(before, telling.finding),
        *_because(telling),
    )


def comment_fixed(run: RunMark, changed: tuple[Changed, ...] = ()) -> Prose:
    """It is gone, and everything that it rested on was read. `changed`: what did away with it."""
    touches = dict.fromkeys(touch_words(one.touch) for one in changed if one.touch)
    rows = tuple(("" if index else "When", line) for index, line in enumerate(touches))
    return (
        text(
            f"Fixed. In {run} everything that this rested on was read, its rule ran, and it is not "
            "found any more. Closed; should it come back, this ticket is opened again."
        ),
        *changes(changed),
        *([fields(*rows)] if rows else []),
    )


def comment_superseded(run: RunMark) -> Prose:
    """This version of the auditor does not say it, of what was read before either."""
    return (
        text(
            f"No longer reported: in {run} another version of cors-audit looked, and it does not say "
            "this, of what was read before either. What is deployed did not change. Closed; what it "
            "says instead, if anything, is listed with the backlog."
        ),
    )


def comment_accepted(run: RunMark, waived: Waived) -> Prose:
    """A waiver takes it."""
    return (
        text(f"Accepted until {until(waived)}, found in {run}. Closed until then."),
        fields(
            ("Reason", waived.reason),
            ("Approved by", waived.approved_by),
            ("Written in", waived.where),
        ),
        text("It is opened again when that day has passed, or when it grows beyond this."),
    )


def comment_expired(telling: Telling, waived: Waived | None = None) -> Prose:
    """The waiver that took it has run out, or was removed, and it still stands."""
    was = "" if waived is None else f" by {waived.approved_by} until {until(waived)}"
    return (
        text(
            f"Opened again: this was accepted{was}, and that does not hold any more. "
            f"{verdict(telling)}"
        ),
        *_asks(telling.finding),
    )


def comment_regressed(telling: Telling, fixed: date | None = None) -> Prose:
    """It was fixed and is back."""
    was = "" if fixed is None else f" on {day(fixed)}"
    return (
        text(f"Opened again: this was fixed{was} and is back. {verdict(telling)}"),
        fields(("What", telling.finding.what), *_where(telling.finding)),
        *_because(telling),
    )


def comment_by_hand(telling: Telling) -> Prose:
    """A person closed the ticket, and the finding stands: said once."""
    return (
        text(
            f"This ticket was closed by hand, and {telling.run} still finds what it is about, so it "
            "is opened again, this once. What closes it for good:"
        ),
        *_asks(telling.finding),
        text(
            "If it is closed by hand again it stays closed, and only reports and the weekly digest "
            "go on to name it."
        ),
    )


def comment_escalated(run: RunMark, finding: Finding | None) -> Prose:
    """A person closed it a second time: it is left so. `finding`: None where the ticket is about
    several, or about a review."""
    left = f"Closed by hand a second time, and not done as of {run}. It is left closed."
    if finding is None:
        return (text(f"{left} Reports go on to name what it is about."),)
    return (
        text(
            f"{left} It still counts as open in reports and in its owner's weekly digest: "
            f"cors-audit findings {finding.short}"
        ),
        text("It is opened again only if it becomes more severe."),
    )


def comment_unverified(run: RunMark, reason: str | None) -> Prose:
    """Nobody could look tonight: it stays open."""
    return (
        text(
            f"Not verified: {run} could not tell whether this still stands. Nothing is closed or "
            "changed for that."
        ),
        fields(("Why", reason or "not known")),
        text("See what was not read: cors-audit coverage"),
    )


def comment_verified(telling: Telling) -> Prose:
    """It can be looked at again, and still stands."""
    return (text(f"Verified again: it still stands. {verdict(telling)}"),)


def until(waived: Waived) -> str:
    """The last day of a waiver, for people."""
    try:
        return day(date.fromisoformat(waived.until))
    except ValueError:
        return waived.until


def _difference(before: Finding | None, now: Finding) -> Iterator[Block]:
    """What is said otherwise now, old and new."""
    if before is None:
        yield fields(("What", now.what), *_proof(now), *_where(now))
        return
    rows = tuple(_differing(before, now))
    gone = [route for route in before.routes if route not in now.routes]
    come = [route for route in now.routes if route not in before.routes]
    rows += (("New routes", f"{len(come):,}: {some(come)}"),) if come else ()
    rows += (("Routes gone", f"{len(gone):,}: {some(gone)}"),) if gone else ()
    if rows:
        yield fields(*rows)


def _differing(before: Finding, now: Finding) -> Iterator[tuple[str, str]]:
    pairs = (
        ("Severity", before.severity.word, now.severity.word),
        ("What", before.what, now.what),
        ("Proof", before.witness or _NOTHING, now.witness or _NOTHING),
        ("Certainty", str(before.certainty), str(now.certainty)),
        ("Where", "; ".join(set_at(before)), "; ".join(set_at(now))),
    )
    for label, old, new in pairs:
        if old != new:
            yield label, f"was: {old}"
            yield "", f"now: {new}"


def _because(telling: Telling) -> Iterator[Block]:
    yield from changes(telling.changes)
    yield fields(*(("" if index else "When", line) for index, line in enumerate(when(telling))))


def _proof(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.witness is not None:
        yield "Proof", finding.witness


def _where(finding: Finding) -> Iterator[tuple[str, str]]:
    yield from (("" if index else "Where", line) for index, line in enumerate(set_at(finding)))


def _asks(finding: Finding) -> Iterator[Block]:
    """The answers, each in one line; the lines to paste stand in the ticket."""
    yield items(*in_short(finding))
    routes = count(len(finding.routes), "route")
    yield text(f"It concerns {routes}. To look again now: cors-audit recheck {finding.short}")
