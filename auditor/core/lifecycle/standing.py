"""A ticket that is there: what becomes of it when its case stands, changes, ends or comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from auditor.core.drift import State
from auditor.core.lifecycle.ticket import (
    Act,
    Case,
    Held,
    Seen,
    Status,
    Step,
    closed,
    fresh,
    next_mark,
)

REOPEN_WITHIN = timedelta(days=180)
"""What comes back later than this after it was fixed gets a ticket of its own."""


def next_step(case: Case, held: Held, seen: Seen, today: date) -> Step | None:
    """What is to be done with the ticket `held` tonight, if anything."""
    match held.status:
        case Status.OPEN:
            return _open_ticket(case, held, seen, today)
        case Status.MEMBER:
            return _member(case, held, today)
        case Status.FIXED | Status.ACCEPTED | Status.LEFT:
            return _closed_ticket(case, held, today)


def _open_ticket(case: Case, held: Held, seen: Seen, today: date) -> Step | None:
    if case.state is State.RESOLVED:
        return _close(case, held, today)
    if case.present and case.waived is not None:
        return Step(Act.ACCEPTED, closed(held, Status.ACCEPTED, today), case)
    if seen in (Seen.CLOSED, Seen.GONE):
        return _closed_by_hand(case, held, seen, today)
    if case.state is State.UNVERIFIABLE:
        if held.unverified:
            return None
        return Step(Act.UNVERIFIED, replace(held, unverified=True), case)
    if case.evidence != held.evidence:
        return Step(Act.CHANGED, _said(held, case), case)
    if held.unverified:
        return Step(Act.VERIFIED, replace(held, unverified=False), case)
    return None


def _close(case: Case, held: Held, today: date) -> Step:
    """Closed for good: fixed, or no longer found because someone accepted it."""
    accepted = case.waived is not None
    act, status = (Act.ACCEPTED, Status.ACCEPTED) if accepted else (Act.FIXED, Status.FIXED)
    return Step(act, closed(held, status, today), case)


def _closed_by_hand(case: Case, held: Held, seen: Seen, today: date) -> Step | None:
    if not case.present:
        # Nobody could look tonight: whoever closed it may know more. It is asked again when it shows.
        return None
    if held.reopened:
        return Step(Act.ESCALATED, closed(held, Status.LEFT, today), case)
    again = replace(_said(held, case), reopened=held.reopened + 1)
    if seen is Seen.GONE:
        return Step(Act.OPEN, replace(again, mark=next_mark(held), opened=today), case)
    return Step(Act.BY_HAND, again, case)


def _closed_ticket(case: Case, held: Held, today: date) -> Step | None:
    """A closed ticket: it comes back when what it is about does."""
    left = held.status in (Status.ACCEPTED, Status.LEFT)
    if case.state is State.RESOLVED and left and case.waived is None:
        return Step(Act.FIXED, replace(held, status=Status.FIXED, closed=today), case)
    if not case.present or case.waived is not None:
        return None
    back = replace(_said(held, case), status=Status.OPEN, closed=None, unverified=False)
    match held.status:
        case Status.ACCEPTED:
            return Step(Act.EXPIRED, back, case)
        case Status.LEFT:
            worse = case.severity > held.severity
            return Step(Act.WORSE, replace(back, reopened=0), case) if worse else None
        case _:
            return _returned(case, held, back, today)


def _returned(case: Case, held: Held, back: Held, today: date) -> Step:
    recent = held.closed is None or today - held.closed <= REOPEN_WITHIN
    if recent and held.umbrella is None:
        return Step(Act.REGRESSED, replace(back, reopened=0), case)
    mark = held.key if held.umbrella is not None else next_mark(held)
    fresh = replace(back, mark=mark, opened=today, reopened=0, umbrella=None)
    return Step(Act.OPEN, fresh, case)


def _member(case: Case, held: Held, today: date) -> Step | None:
    """A finding in an umbrella's ticket: its end is noted there when the umbrella is done."""
    if case.state is State.RESOLVED:
        return Step(Act.FIXED, closed(held, Status.FIXED, today), case)
    if case.present and case.waived is not None:
        return Step(Act.ACCEPTED, closed(held, Status.ACCEPTED, today), case)
    if case.present and case.worse:
        return Step(Act.OPEN, fresh(case, today), case)
    return None


def _said(held: Held, case: Case) -> Held:
    return replace(
        held,
        severity=max(held.severity, case.severity),
        evidence=case.evidence,
        owner=case.owner,
        unverified=False,
    )
