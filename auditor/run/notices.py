"""Messages after a run: what is new and what was not read, and each owner's week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from auditor.core.drift import Drift, State
from auditor.core.finding import Finding
from auditor.core.lifecycle.ticket import Status
from auditor.core.review import due_reviews
from auditor.edge.config.delivery import NoticeOn, Slack
from auditor.edge.reports.past import INCOMPLETENESS
from auditor.edge.store.record import RunRecord
from auditor.edge.store.store import Store
from auditor.edge.store.tickets import Stored
from auditor.edge.tickets.messages import Backlog, Digest, Line, Notice, UnreadLine
from auditor.edge.tickets.telling import RunMark
from auditor.edge.tickets.title import ticket_title
from auditor.run.plan import Plan

WEEK = timedelta(days=7)
_NEWS = (State.NEW, State.REGRESSED)
_EARLIER = 400


@dataclass(frozen=True, slots=True)
class Newsdesk:
    """What messages are made of. `tickets`: by key; `first_seen`: the day of each finding's first run;
    `week_ago`: the backlog of each owner then, None where no run is that old."""

    record: RunRecord
    tickets: Mapping[str, Stored] = field(default_factory=dict)
    first_seen: Mapping[str, date] = field(default_factory=dict)
    week_ago: Mapping[str, int] | None = None

    @property
    def run(self) -> RunMark:
        """The run, for people."""
        return RunMark(self.record.head.id, self.record.head.started)

    @property
    def today(self) -> date:
        """Its day."""
        return self.record.head.started.date()

    def standing(self) -> Iterator[tuple[Drift, Finding]]:
        """What the run found and nobody accepted."""
        for drift in self.record.drifts:
            one = drift.finding
            if one is not None and drift.waived is None and one.rule != INCOMPLETENESS:
                yield drift, one

    def line(self, finding: Finding) -> Line:
        """A finding in a message."""
        stored = self.tickets.get(finding.fingerprint)
        return Line(
            finding.severity,
            finding.short,
            ticket_title(finding),
            finding.owner,
            self.first_seen.get(finding.fingerprint),
            None if stored is None else stored.name,
            None if stored is None else stored.url,
        )


def desk_of(record: RunRecord, store: Store) -> Newsdesk:
    """Everything that messages need of the store."""
    scope, today = record.head.scope, record.head.started.date()
    return Newsdesk(
        record,
        store.outbox(scope).tickets(),
        store.first_seen(scope),
        _week_ago(store, record, today - WEEK),
    )


def _week_ago(store: Store, record: RunRecord, day: date) -> Mapping[str, int] | None:
    heads = store.runs(_EARLIER)
    same = [one for one in heads if one.scope == record.head.scope and one.started.date() <= day]
    if not same or same[0].id is None:
        return None
    return _backlog(store.run(same[0].id).drifts)


def _backlog(drifts: Iterable[Drift]) -> dict[str, int]:
    """How much of the backlog each owner has."""
    found: dict[str, int] = {}
    for drift in drifts:
        if drift.backlog and drift.finding is not None:
            owner = drift.finding.owner or ""
            found[owner] = found.get(owner, 0) + 1
    return found


def notice_of(desk: Newsdesk, on: Sequence[NoticeOn], failed: Iterable[str]) -> Notice:
    """What a run says at once, of the things that were asked for."""
    new = [
        desk.line(one)
        for drift, one in desk.standing()
        if drift.state in _NEWS and not drift.backlog
    ]
    unread = [
        UnreadLine(one.unread.source, one.unread.reason, one.unread.do, len(one.routes))
        for one in desk.record.unread
    ]
    return Notice(
        desk.run,
        tuple(new) if NoticeOn.NEW in on else (),
        tuple(unread) if NoticeOn.UNREAD in on else (),
        tuple(failed) if NoticeOn.FAILED in on else (),
    )


def is_digest_day(slack: Slack, record: RunRecord, before: RunRecord | None) -> bool:
    """Whether the week is told after this run: the first whole one on its weekday."""
    day = record.head.started.date()
    asked = slack.digest is not None and day.weekday() == slack.digest and record.head.scope.whole
    return asked and (before is None or before.head.started.date() != day)


def digests(desk: Newsdesk, plan: Plan) -> Iterator[Digest]:
    """The week of each owner of anything."""
    owners = {one.owner or "" for _, one in desk.standing()}
    reviews: dict[str, list[tuple[str, date]]] = {}
    for due in () if plan.allowlist is None else due_reviews(plan.allowlist, desk.today):
        rows = [(one.text, one.review_by) for one in due.entries if one.review_by is not None]
        reviews.setdefault(due.owner, []).extend(rows)
    approvers = {one.approved_by for one in plan.waivers.waivers}
    for owner in sorted(owners | set(reviews) | approvers):
        yield _digest(owner, desk, plan, tuple(reviews.get(owner, ())))


def _digest(
    owner: str, desk: Newsdesk, plan: Plan, reviews: tuple[tuple[str, date], ...]
) -> Digest:
    own = [(drift, one) for drift, one in desk.standing() if (one.owner or "") == owner]
    fresh = [
        one
        for drift, one in own
        if not drift.backlog and desk.first_seen.get(one.fingerprint, date.min) > desk.today - WEEK
    ]
    left = [one for _, one in own if _is_left(desk, one)]
    older = [one for drift, one in own if not drift.backlog and one not in fresh]
    now = sum(drift.backlog for drift, _ in own)
    given = [desk.tickets.get(one.fingerprint) for drift, one in own if drift.backlog]
    released = sum(one is not None and desk.today - one.held.opened < WEEK for one in given)
    before = now if desk.week_ago is None else desk.week_ago.get(owner, 0)
    return Digest(
        owner=owner or "nobody (no owner found)",
        run=desk.run,
        new=tuple(map(desk.line, fresh)),
        standing=tuple(map(desk.line, older)),
        backlog=Backlog(before, now, released),
        waivers=tuple(one for one in plan.waivers.waivers if one.approved_by == owner),
        reviews=reviews,
        left=tuple(map(desk.line, left)),
    )


def _is_left(desk: Newsdesk, finding: Finding) -> bool:
    stored = desk.tickets.get(finding.fingerprint)
    return stored is not None and stored.held.status is Status.LEFT
