"""The life of tickets, row by row: what becomes of each kind of ticket in each kind of night."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.lifecycle.plan import plan
from auditor.core.lifecycle.ticket import (
    Act,
    Case,
    Held,
    Kind,
    Night,
    Policy,
    Seen,
    Status,
    Step,
)
from auditor.core.waiver.waiver import Waived

TODAY = date(2026, 11, 22)
KEY = "a" * 64
WAIVED = Waived("w", "2026-12-22", "why", "who", "waivers.yaml:3")
STANDS = Case(KEY, State.STANDING, Severity.HIGH, "e1", "team-a")
NEW = replace(STANDS, state=State.NEW)
FIXED = Case(KEY, State.RESOLVED)
BLIND = Case(KEY, State.UNVERIFIABLE, reason="not read by this run: aws:1")
TICKET = Held(KEY, KEY, Kind.FINDING, Status.OPEN, Severity.HIGH, "e1", TODAY, "team-a")
CLOSED = replace(TICKET, status=Status.FIXED, closed=TODAY - timedelta(10))


def night(
    *cases: Case, held: tuple[Held, ...] = (), seen: Seen = Seen.OPEN, **policy: object
) -> tuple[Step, ...]:
    tickets = {one.key: one for one in held}
    looked = dict.fromkeys(tickets, seen)
    return plan(Night(cases, tickets, looked, Policy(**policy), TODAY))  # type: ignore[arg-type]


def acts(steps: tuple[Step, ...]) -> list[tuple[Act, Status]]:
    return [(step.act, step.held.status) for step in steps]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (NEW, [(Act.OPEN, Status.OPEN)]),
        (STANDS, [(Act.OPEN, Status.OPEN)]),
        (replace(NEW, severity=Severity.LOW), []),
        (replace(NEW, waived=WAIVED), []),
        (replace(NEW, backlog=True), []),
        (replace(STANDS, backlog=True), []),
        (replace(STANDS, backlog=True, worse=True), [(Act.OPEN, Status.OPEN)]),
        (FIXED, []),
        (BLIND, []),
        (replace(STANDS, kind=Kind.REVIEW, severity=Severity.LOW), [(Act.OPEN, Status.OPEN)]),
    ],
)
def test_what_has_no_ticket(case: Case, expected: list[tuple[Act, Status]]) -> None:
    assert acts(night(case)) == expected


@pytest.mark.parametrize(
    ("case", "held", "seen", "expected"),
    [
        (STANDS, TICKET, Seen.OPEN, []),
        (STANDS, TICKET, Seen.UNKNOWN, []),
        (replace(STANDS, evidence="e2"), TICKET, Seen.OPEN, [(Act.CHANGED, Status.OPEN)]),
        (FIXED, TICKET, Seen.OPEN, [(Act.FIXED, Status.FIXED)]),
        (FIXED, TICKET, Seen.CLOSED, [(Act.FIXED, Status.FIXED)]),
        (replace(FIXED, waived=WAIVED), TICKET, Seen.OPEN, [(Act.ACCEPTED, Status.ACCEPTED)]),
        (replace(STANDS, waived=WAIVED), TICKET, Seen.OPEN, [(Act.ACCEPTED, Status.ACCEPTED)]),
        (BLIND, TICKET, Seen.OPEN, [(Act.UNVERIFIED, Status.OPEN)]),
        (BLIND, TICKET, Seen.CLOSED, []),
        (BLIND, replace(TICKET, unverified=True), Seen.OPEN, []),
        (STANDS, replace(TICKET, unverified=True), Seen.OPEN, [(Act.VERIFIED, Status.OPEN)]),
        (STANDS, TICKET, Seen.CLOSED, [(Act.BY_HAND, Status.OPEN)]),
        (STANDS, replace(TICKET, reopened=1), Seen.CLOSED, [(Act.ESCALATED, Status.LEFT)]),
        (STANDS, TICKET, Seen.GONE, [(Act.OPEN, Status.OPEN)]),
        (STANDS, replace(TICKET, reopened=1), Seen.GONE, [(Act.ESCALATED, Status.LEFT)]),
    ],
)
def test_an_open_ticket(
    case: Case, held: Held, seen: Seen, expected: list[tuple[Act, Status]]
) -> None:
    assert acts(night(case, held=(held,), seen=seen)) == expected


@pytest.mark.parametrize(
    ("case", "held", "expected"),
    [
        (STANDS, CLOSED, [(Act.REGRESSED, Status.OPEN)]),
        (STANDS, replace(CLOSED, closed=TODAY - timedelta(180)), [(Act.REGRESSED, Status.OPEN)]),
        (STANDS, replace(CLOSED, closed=TODAY - timedelta(181)), [(Act.OPEN, Status.OPEN)]),
        (replace(STANDS, waived=WAIVED), CLOSED, []),
        (BLIND, CLOSED, []),
        (FIXED, CLOSED, []),
        (STANDS, replace(CLOSED, status=Status.ACCEPTED), [(Act.EXPIRED, Status.OPEN)]),
        (
            replace(STANDS, waived=WAIVED),
            replace(CLOSED, status=Status.ACCEPTED),
            [],
        ),
        (FIXED, replace(CLOSED, status=Status.ACCEPTED), [(Act.FIXED, Status.FIXED)]),
        (STANDS, replace(CLOSED, status=Status.LEFT), []),
        (FIXED, replace(CLOSED, status=Status.LEFT), [(Act.FIXED, Status.FIXED)]),
        (BLIND, replace(CLOSED, status=Status.LEFT), []),
        (
            replace(STANDS, severity=Severity.CRITICAL),
            replace(CLOSED, status=Status.LEFT),
            [(Act.WORSE, Status.OPEN)],
        ),
    ],
)
def test_a_closed_ticket(case: Case, held: Held, expected: list[tuple[Act, Status]]) -> None:
    assert acts(night(case, held=(held,), seen=Seen.CLOSED)) == expected


def test_a_second_ticket_has_a_mark_of_its_own() -> None:
    old = replace(CLOSED, closed=TODAY - timedelta(400))
    (step,) = night(STANDS, held=(old,))
    assert step.held.key == KEY
    assert step.held.mark != old.mark
    (again,) = night(STANDS, held=(replace(old, mark=step.held.mark),))
    assert again.held.mark not in (old.mark, step.held.mark)


def many(number: int, **other: object) -> tuple[Case, ...]:
    return tuple(replace(NEW, key=f"{at:064}", **other) for at in range(number))  # type: ignore[arg-type]


def test_more_new_ones_than_a_person_reads_become_one() -> None:
    assert len(night(*many(15), max_new=15)) == 15
    first, *members = night(*many(16), max_new=15)
    assert (first.act, first.held.kind, len(first.members)) == (Act.UMBRELLA, Kind.UMBRELLA, 16)
    assert {one.held.umbrella for one in members} == {first.held.key}


def test_an_umbrella_is_done_when_none_of_its_members_stands() -> None:
    first, *members = night(*many(3), max_new=2)
    held = (first.held, *(one.held for one in members))
    stand = many(3, state=State.STANDING)
    assert night(*stand, held=held) == ()
    gone = Case(stand[0].key, State.RESOLVED)
    *_, some = night(gone, *stand[1:], held=held)
    assert (some.act, some.held.key, len(some.members), some.ended) == (
        Act.CHANGED,
        first.held.key,
        2,
        1,
    )
    *_, last = night(*(Case(one.key, State.RESOLVED) for one in stand), held=held)
    assert (last.act, last.held.key, last.held.status) == (Act.FIXED, first.held.key, Status.FIXED)


def test_a_member_that_becomes_worse_gets_a_ticket() -> None:
    first, *members = night(*many(3), max_new=2)
    held = (first.held, *(one.held for one in members))
    worse = replace(many(1)[0], state=State.CHANGED, worse=True, severity=Severity.CRITICAL)
    step, umbrella = night(worse, *many(3, state=State.STANDING)[1:], held=held)
    assert (step.act, step.held.umbrella) == (Act.OPEN, None)
    assert (umbrella.act, len(umbrella.members)) == (Act.CHANGED, 2)


def test_the_backlog_is_given_out_worst_first_and_never_on_the_first_night() -> None:
    cases = tuple(
        replace(STANDS, key=f"{at:064}", backlog=True, severity=severity, owner=owner)
        for at, (severity, owner) in enumerate(
            [
                (Severity.MEDIUM, "a"),
                (Severity.CRITICAL, "a"),
                (Severity.HIGH, "a"),
                (Severity.HIGH, "b"),
                (Severity.LOW, "b"),
            ]
        )
    )
    first = tuple(replace(case, state=State.NEW) for case in cases)
    assert night(*first, backlog_per_week=2) == ()
    steps = night(*cases, backlog_per_week=2)
    assert [(one.act, one.held.severity, one.held.owner) for one in steps] == [
        (Act.RELEASE, Severity.CRITICAL, "a"),
        (Act.RELEASE, Severity.HIGH, "a"),
        (Act.RELEASE, Severity.HIGH, "b"),
    ]
    assert [one.held.owner for one in night(*cases, backlog_per_week=2, released={"a": 2})] == ["b"]
    assert night(*cases) == ()


def test_nothing_is_closed_that_was_not_looked_at() -> None:
    """Whatever stands, only RESOLVED and a waiver close: planted, `BLIND` as a reason would show."""
    for status in Status:
        for seen in Seen:
            for case in (BLIND, STANDS, NEW):
                held = replace(
                    TICKET, status=status, umbrella="u" if status is Status.MEMBER else None
                )
                for step in night(case, held=(held,), seen=seen):
                    assert step.held.status not in (Status.FIXED, Status.ACCEPTED)
