"""What is said to a tracker for each step of a ticket's life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final

from auditor.core.drift import Cause, Drift
from auditor.core.finding import Finding, Severity
from auditor.core.lifecycle.ticket import Act, Held, Kind, Step
from auditor.core.review import Review
from auditor.edge.tickets import comments, review, umbrella
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.text import ticket_body
from auditor.edge.tickets.title import ticket_title
from auditor.edge.trackers.tracker import Change, NewTicket
from auditor.run.telling import Witnesses

UNVERIFIED: Final = "unverified"
REGRESSION: Final = "regression"
BY_HAND: Final = "closed-by-hand"
_REVIEW_DAYS: Final = timedelta(days=30)
_STATE: Final[Mapping[Act, bool]] = {
    Act.FIXED: False,
    Act.ACCEPTED: False,
    Act.EXPIRED: True,
    Act.REGRESSED: True,
    Act.BY_HAND: True,
    Act.WORSE: True,
}
"""Whether a ticket is open after an act; others leave it as it is."""
_ADD: Final[Mapping[Act, str]] = {
    Act.UNVERIFIED: UNVERIFIED,
    Act.REGRESSED: REGRESSION,
    Act.ESCALATED: BY_HAND,
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who turns steps into tickets and comments. `reviews`: those that are due, by key; `limit`: new
    ones in a run that become one ticket when there are more."""

    witnesses: Witnesses
    reviews: Mapping[str, Review] = field(default_factory=dict)
    limit: int = 0

    def body(self, step: Step, before: Held | None) -> NewTicket | Change:
        """What to say for `step`; `before`: the ticket as it was."""
        if step.act.opens:
            return self._open(step)
        return Change(
            delivery=self._delivery(step),
            comment=self._comment(step, before),
            open=_STATE.get(step.act),
            add=_added(step),
            drop=self._dropped(step, before),
            accepted=step.act is Act.ACCEPTED,
        )

    def _dropped(self, step: Step, before: Held | None) -> tuple[str, ...]:
        """Labels that say what is no more."""
        looked_at = step.act is not Act.UNVERIFIED and before is not None and before.unverified
        ended = (REGRESSION, BY_HAND) if step.act is Act.FIXED else ()
        return (*((UNVERIFIED,) if looked_at else ()), *ended)

    def _delivery(self, step: Step) -> str:
        at = self.witnesses.run.at.isoformat()
        return sha256(f"{at} {step.held.mark} {step.act}".encode()).hexdigest()[:32]

    # -- new tickets -------------------------------------------------------------------------------

    def _open(self, step: Step) -> NewTicket:
        match step.held.kind:
            case Kind.UMBRELLA:
                return self._open_umbrella(step)
            case Kind.REVIEW:
                return self._open_review(step)
            case Kind.FINDING:
                return self._open_finding(step)

    def _open_finding(self, step: Step) -> NewTicket:
        drift, finding = self._found(step)
        telling = self.witnesses.telling(drift, finding, released=step.act is Act.RELEASE)
        return NewTicket(
            key=step.held.mark,
            title=ticket_title(finding),
            body=ticket_body(telling),
            severity=finding.severity,
            owner=finding.owner,
            due=telling.due,
        )

    def _open_umbrella(self, step: Step) -> NewTicket:
        members = self._members(step)
        run = self.witnesses.run
        return NewTicket(
            key=step.held.mark,
            title=umbrella.umbrella_title(members),
            body=umbrella.umbrella_body(members, run, self.limit),
            severity=step.held.severity,
            due=run.at.date() + timedelta(1),
        )

    def _open_review(self, step: Step) -> NewTicket:
        due, today = self.reviews[step.held.key], self.witnesses.run.at.date()
        return NewTicket(
            key=step.held.mark,
            title=review.review_title(due),
            body=review.review_body(due, today),
            severity=Severity.LOW,
            owner=due.owner,
            due=today + _REVIEW_DAYS,
        )

    # -- comments ----------------------------------------------------------------------------------

    def _comment(self, step: Step, before: Held | None) -> Prose:
        match step.held.kind:
            case Kind.UMBRELLA:
                return self._of_umbrella(step)
            case Kind.REVIEW:
                return self._of_review(step)
            case Kind.FINDING:
                return self._of_ending(step) or self._of_standing(step, before)

    def _of_ending(self, step: Step) -> Prose:
        """What is said of a finding that this run need not have."""
        run, case = self.witnesses.run, step.case
        drift = self.witnesses.drifts.get(step.held.key)
        match step.act:
            case Act.FIXED:
                if drift is not None and drift.cause is Cause.VERSION:
                    return comments.comment_superseded(run)
                changed = () if drift is None else self.witnesses.changes(drift)
                return comments.comment_fixed(run, changed)
            case Act.ACCEPTED if case is not None and case.waived is not None:
                return comments.comment_accepted(run, case.waived)
            case Act.ESCALATED:
                finding = self.witnesses.finding(step.held.key)
                return comments.comment_escalated(run, finding)
            case Act.UNVERIFIED:
                return comments.comment_unverified(run, None if case is None else case.reason)
            case _:
                return ()

    def _of_standing(self, step: Step, before: Held | None) -> Prose:
        drift, finding = self._found(step)
        telling, then = self.witnesses.telling(drift, finding), self.witnesses.before(step.held.key)
        match step.act:
            case Act.CHANGED:
                return comments.comment_changed(telling, then)
            case Act.WORSE:
                return comments.comment_worse(telling, then)
            case Act.EXPIRED:
                return comments.comment_expired(
                    telling, self.witnesses.waived_before(step.held.key)
                )
            case Act.REGRESSED:
                return comments.comment_regressed(telling, before.closed if before else None)
            case Act.BY_HAND:
                return comments.comment_by_hand(telling)
            case Act.VERIFIED:
                return comments.comment_verified(telling)
            case _:
                raise ValueError(f"{step.act} says nothing of a finding that stands")

    def _of_umbrella(self, step: Step) -> Prose:
        run, left = self.witnesses.run, self._members(step)
        match step.act:
            case Act.FIXED:
                return umbrella.comment_umbrella_fixed(run)
            case Act.BY_HAND:
                return umbrella.comment_umbrella_by_hand(left, run)
            case Act.ESCALATED:
                return comments.comment_escalated(run, None)
            case _:
                return umbrella.comment_umbrella_changed(left, step.ended, run)

    def _of_review(self, step: Step) -> Prose:
        run = self.witnesses.run
        due = self.reviews.get(step.held.key)
        if due is None:
            return review.comment_review_done(run)
        today = run.at.date()
        match step.act:
            case Act.ESCALATED:
                return comments.comment_escalated(run, None)
            case Act.BY_HAND:
                return review.comment_review_by_hand(due, today, run)
            case _:
                return review.comment_review_changed(due, today, run)

    def _members(self, step: Step) -> list[Finding]:
        found = (self.witnesses.finding(key) for key in step.members)
        return [one for one in found if one is not None]

    def _found(self, step: Step) -> tuple[Drift, Finding]:
        drift = self.witnesses.drifts[step.held.key]
        if drift.finding is None:
            raise ValueError(f"{step.act} of a finding that the run does not have")
        return drift, drift.finding


def _added(step: Step) -> tuple[str, ...]:
    """Labels that say what is now. A review that is due again is no regression: its next one is due."""
    again = step.act is Act.REGRESSED and step.held.kind is Kind.REVIEW
    return (_ADD[step.act],) if step.act in _ADD and not again else ()
