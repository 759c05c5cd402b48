"""Tickets as they stand, what a run says of them, and what is to be said to the tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from auditor.core.drift import Drift, State
from auditor.core.finding import Severity
from auditor.core.waiver.waiver import Waived


class Kind(StrEnum):
    """What a ticket is for: one finding, many that came at once, or origins due for review."""

    FINDING = "finding"
    UMBRELLA = "umbrella"
    REVIEW = "review"


class Status(StrEnum):
    """OPEN; FIXED and ACCEPTED: closed by us; LEFT: closed by hand, and left so; MEMBER: it has no
    ticket but stands in an umbrella's."""

    OPEN = "open"
    FIXED = "fixed"
    ACCEPTED = "accepted"
    LEFT = "left"
    MEMBER = "member"


class Seen(StrEnum):
    """What the tracker says of a ticket tonight. UNKNOWN: it was not asked, or did not answer."""

    OPEN = "open"
    CLOSED = "closed"
    GONE = "gone"
    UNKNOWN = "unknown"


class Act(StrEnum):
    """What is to be said, once."""

    OPEN = "open"
    RELEASE = "release"
    UMBRELLA = "umbrella"
    CHANGED = "changed"
    WORSE = "worse"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FIXED = "fixed"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REGRESSED = "regressed"
    BY_HAND = "by-hand"
    ESCALATED = "escalated"

    @property
    def opens(self) -> bool:
        """Whether it begins a ticket."""
        return self in (Act.OPEN, Act.RELEASE, Act.UMBRELLA)


@dataclass(frozen=True, slots=True)
class Held:
    """A ticket as the store keeps it. `key`: the finding's fingerprint, or its like; `mark`: what the
    tracker finds it by (the key, or another one for the second ticket about the same); `severity` and
    `evidence`: what was said last; `reopened`: how often after a human had closed it."""

    key: str
    mark: str
    kind: Kind
    status: Status
    severity: Severity
    evidence: str
    opened: date
    owner: str | None = None
    umbrella: str | None = None
    unverified: bool = False
    reopened: int = 0
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a run says of one thing that a ticket can be about. `state`: as of a drift; UNVERIFIABLE
    comes with `reason`; `worse`: more severe than the last run had it."""

    key: str
    state: State
    severity: Severity = Severity.INFO
    evidence: str = ""
    owner: str | None = None
    backlog: bool = False
    worse: bool = False
    waived: Waived | None = None
    reason: str | None = None
    kind: Kind = Kind.FINDING

    @property
    def present(self) -> bool:
        """Whether the run has it."""
        return self.state not in (State.RESOLVED, State.UNVERIFIABLE)


@dataclass(frozen=True, slots=True)
class Step:
    """One act on one ticket, and the ticket as it is after it. For an umbrella: `members`, the keys of
    those that stand, and how many `ended` tonight."""

    act: Act
    held: Held
    case: Case | None = None
    members: tuple[str, ...] = ()
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """How much is opened. `min_severity`: this and worse; `max_new`: more new ones in a run become one
    umbrella; `backlog_per_week`: for each owner; `released`: how many this week had already."""

    min_severity: Severity = Severity.MEDIUM
    max_new: int = 15
    backlog_per_week: int = 0
    released: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Night:
    """A run's cases, the tickets by key, what the tracker says of them, and the day."""

    cases: tuple[Case, ...]
    held: Mapping[str, Held]
    seen: Mapping[str, Seen]
    policy: Policy
    today: date


def case_of(drift: Drift, severity_before: Severity | None, waived: Waived | None = None) -> Case:
    """The case of a finding's drift. `waived`: for one that is absent because a waiver permits it."""
    found = drift.finding
    if found is None:
        return Case(drift.fingerprint, drift.state, waived=waived, reason=drift.reason)
    return Case(
        drift.fingerprint,
        drift.state,
        found.severity,
        found.evidence,
        found.owner,
        drift.backlog,
        severity_before is not None and found.severity > severity_before,
        drift.waived,
    )


def fresh(case: Case, today: date) -> Held:
    """The ticket of a case that has none."""
    return Held(
        case.key, case.key, case.kind, Status.OPEN, case.severity, case.evidence, today, case.owner
    )


def closed(held: Held, status: Status, today: date) -> Held:
    """The ticket once it is closed."""
    return replace(held, status=status, closed=today, unverified=False)


def next_mark(held: Held) -> str:
    """The mark of another ticket about the same: both are in the tracker."""
    return sha256(f"{held.key} after {held.mark}".encode()).hexdigest()
