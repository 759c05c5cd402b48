"""From a run to the outbox: which tickets to open, change and close, and what to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from auditor.core.allowlist import Allowlist
from auditor.core.drift import Drift, State
from auditor.core.finding import Severity
from auditor.core.glob import takes
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
    case_of,
)
from auditor.core.review import Review, due_reviews
from auditor.core.waiver.extension import permitting
from auditor.core.waiver.waiver import Waived, Waiver
from auditor.edge.config.delivery import Target, Tickets
from auditor.edge.reports.past import INCOMPLETENESS
from auditor.edge.store.nights import Decided
from auditor.edge.store.tickets import Message, Stored
from auditor.run.saying import Speaker
from auditor.run.telling import Witnesses

NOBODY: Final = ""
"""What a route's glob is held against where a finding has no owner."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known of tickets before a run is told: those that stand, by key, what the trackers say of
    them, the keys of those with messages under way, and what each owner's week had of the backlog."""

    stored: Mapping[str, Stored] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    moving: frozenset[str] = frozenset()
    released: Mapping[str, int] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, Held]:
        """The tickets that the lifecycle goes by: one that no tracker ever had is none."""
        return {
            key: one.held
            for key, one in self.stored.items()
            if one.ref is not None or key in self.moving or one.held.umbrella is not None
        }


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done with the tickets, and for which owners no tracker is named."""

    steps: tuple[Step, ...] = ()
    decided: Decided = field(default_factory=Decided)
    unrouted: tuple[str, ...] = ()


def week_of(day: date) -> str:
    """`2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def decide(
    witnesses: Witnesses,
    desk: Desk,
    tickets: Tickets,
    allowlist: Allowlist | None,
    waivers: tuple[Waiver, ...],
    made: datetime,
) -> Errand:
    """What the run of `witnesses` means for its tickets. `waivers`: those that accept something."""
    record, today = witnesses.nights.now, witnesses.run.at.date()
    reviews = _reviews(allowlist, today) if record.head.scope.whole else None
    held = desk.held
    cases = (
        *_cases(record.drifts, witnesses, waivers, today),
        *_review_cases(reviews, held),
    )
    # The worst of the backlog is known to a whole run alone.
    a_week = tickets.backlog_per_week if record.head.scope.whole else 0
    policy = Policy(tickets.min_severity, tickets.max_new_per_run, a_week, desk.released)
    steps = plan(Night(cases, held, desk.seen, policy, today))
    speaker = Speaker(witnesses, reviews or {}, tickets.max_new_per_run)
    return _write(steps, desk, tickets, speaker, made)


def _cases(
    drifts: Iterable[Drift], witnesses: Witnesses, waivers: tuple[Waiver, ...], today: date
) -> Iterator[Case]:
    for drift in drifts:
        known = witnesses.known.get(drift.fingerprint)
        finding = witnesses.finding(drift.fingerprint)
        if finding is not None and finding.rule == INCOMPLETENESS:
            continue
        permitted: Waived | None = None
        if drift.state is State.RESOLVED and finding is not None:
            permitted = permitting(waivers, finding, today)
        yield case_of(drift, None if known is None else known.severity, permitted)


def _reviews(allowlist: Allowlist | None, today: date) -> dict[str, Review] | None:
    if allowlist is None:
        return None
    return {one.key: one for one in due_reviews(allowlist, today)}


def _review_cases(reviews: Mapping[str, Review] | None, held: Mapping[str, Held]) -> Iterator[Case]:
    """Reviews that are due; and those that were, with a ticket. None of them where nobody looked."""
    if reviews is None:
        return
    for key, one in reviews.items():
        yield Case(key, State.STANDING, Severity.LOW, one.evidence, one.owner, kind=Kind.REVIEW)
    for key, ticket in held.items():
        if ticket.kind is Kind.REVIEW and key not in reviews and ticket.status is not Status.FIXED:
            yield Case(key, State.RESOLVED, kind=Kind.REVIEW)


def _write(
    steps: tuple[Step, ...], desk: Desk, tickets: Tickets, speaker: Speaker, made: datetime
) -> Errand:
    stored: dict[str, Stored] = {}
    messages: list[Message] = []
    released: dict[str, str] = {}
    unrouted: list[str] = []
    done: list[Step] = []
    for step in steps:
        target = _target(step, desk, stored, tickets)
        if target is None:
            unrouted.append(step.held.owner or NOBODY)
            continue
        done.append(step)
        stored[step.held.key] = _stored(step, desk, target)
        if step.act is Act.RELEASE:
            released[step.held.key] = step.held.owner or NOBODY
        if not _silent(step, desk):
            before = desk.stored.get(step.held.key)
            body = speaker.body(step, None if before is None else before.held)
            messages.append(Message(step.held.key, step.held.mark, target, step.act, body))
    week = week_of(made.date())
    decided = Decided(
        tickets=tuple(stored.values()),
        messages=tuple(messages),
        released=released,
        week=week,
        made=made,
    )
    return Errand(tuple(done), decided, tuple(dict.fromkeys(unrouted)))


def _silent(step: Step, desk: Desk) -> bool:
    """Whether a step is noted here alone: members of an umbrella have no ticket of their own, and one
    that is gone cannot be told that it is left so."""
    gone = desk.seen.get(step.held.key) is Seen.GONE
    return step.held.umbrella is not None or (gone and step.act is Act.ESCALATED)


def _stored(step: Step, desk: Desk, target: str) -> Stored:
    before = desk.stored.get(step.held.key)
    if before is None or step.act.opens or before.held.mark != step.held.mark:
        return Stored(step.held, target)
    return Stored(step.held, target, before.ref, before.name, before.url)


def _target(step: Step, desk: Desk, fresh: Mapping[str, Stored], tickets: Tickets) -> str | None:
    """The tracker of a ticket: where it is already, its umbrella's, or where its owner's go."""
    before = desk.stored.get(step.held.key)
    if before is not None and not step.act.opens:
        return before.tracker
    umbrella = step.held.umbrella
    if umbrella is not None:
        held = fresh.get(umbrella) or desk.stored.get(umbrella)
        return None if held is None else held.tracker
    target = target_for(step.held.owner, tickets)
    return None if target is None else target.name


def target_for(owner: str | None, tickets: Tickets) -> Target | None:
    """Where the tickets of `owner` go: the first route that takes the name; None: nowhere."""
    routes = tickets.routes
    return next((one.target for one in routes if takes(one.owner, owner or NOBODY)), None)
