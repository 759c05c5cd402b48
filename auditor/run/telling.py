"""What a ticket tells of a finding, gathered from everything that a run knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from auditor.core.allowlist import AllowedRoute
from auditor.core.drift import Drift, Known
from auditor.core.finding import Finding, Severity
from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.language.pattern import Dialect
from auditor.core.link.walk import Placed
from auditor.core.reading import Touch
from auditor.core.waiver.waiver import Waived
from auditor.edge.reports.past import Nights, changes_of, title
from auditor.edge.tickets.telling import Changed, RunMark, Telling
from auditor.run.judge import JudgedRoute, Judgement
from rules import RULES

DUE_DAYS: Final[Mapping[Severity, int]] = {
    Severity.CRITICAL: 1,
    Severity.HIGH: 5,
    Severity.MEDIUM: 30,
    Severity.LOW: 90,
    Severity.INFO: 90,
}
"""Days in which a ticket of each severity should be answered."""
_LINES: Final = 12
_REFERENCES = {
    rule.name: tuple(one.edition.partition(" (")[0] for one in rule.references) for rule in RULES
}
"""Without remarks on what others cite: those stand on the page of the rule."""


@dataclass(frozen=True)
class Witnesses:
    """Everything that is known around the findings of a run. `known`: what earlier runs had, by
    fingerprint; `touches`: who changed a document, by its name; `live`: what a live request said of a
    finding; `owner_known_by`: how the owner of a hop is known."""

    nights: Nights
    judgement: Judgement
    known: Mapping[str, Known] = field(default_factory=dict)
    touches: Mapping[str, Touch | str] = field(default_factory=dict)
    live: Mapping[str, str] = field(default_factory=dict)
    owner_known_by: Callable[[Placed], str | None] = lambda _placed: None

    @cached_property
    def run(self) -> RunMark:
        """The run, for people; its number is the one that it gets when it is stored."""
        head = self.nights.now.head
        return RunMark(head.id, head.started)

    @cached_property
    def drifts(self) -> Mapping[str, Drift]:
        """What became of each finding."""
        return {drift.fingerprint: drift for drift in self.nights.now.drifts}

    @cached_property
    def _routes(self) -> Mapping[str, JudgedRoute]:
        return {one.route.text: one for one in self.judgement.routes}

    def finding(self, key: str) -> Finding | None:
        """A finding as this run has it, or as it was last."""
        drift, known = self.drifts.get(key), self.known.get(key)
        if drift is not None and drift.finding is not None:
            return drift.finding
        return None if known is None else known.finding

    def before(self, key: str) -> Finding | None:
        """A finding as earlier runs left it."""
        known = self.known.get(key)
        return None if known is None else known.finding

    def waived_before(self, key: str) -> Waived | None:
        """Who had accepted a finding when the run before met it."""
        before = self.nights.before
        drifts = () if before is None else before.drifts
        return next((one.waived for one in drifts if one.fingerprint == key), None)

    def changes(self, drift: Drift) -> tuple[Changed, ...]:
        """The documents that changed, how, and by whom."""
        return tuple(self._changed(name) for name in drift.changed)

    def _changed(self, name: str) -> Changed:
        then, now = self.nights.pair(name)
        held = now or then
        lines = tuple(changes_of(self.nights, name, _LINES)) if self.nights.before else ()
        return Changed(name if held is None else title(held), lines, self.touches.get(name))

    def _owner_from(self, one: JudgedRoute, finding: Finding) -> str | None:
        placed = None if finding.grantor is None else _placed(one, finding.grantor.hop)
        return None if placed is None or finding.owner is None else self.owner_known_by(placed)

    def telling(self, drift: Drift, finding: Finding, *, released: bool = False) -> Telling:
        """All that a ticket says of one finding."""
        one = self._routes.get(finding.routes[0]) if finding.routes else None
        allowed = None if one is None else one.route.allowed
        read, unread = ((), ()) if one is None else _layers(one)
        due = self.run.at.date() + timedelta(DUE_DAYS[finding.severity])
        return Telling(
            finding=finding,
            drift=drift,
            run=self.run,
            changes=self.changes(drift),
            confirmed=self.live.get(finding.fingerprint),
            due=due,
            owner_from=None if one is None else self._owner_from(one, finding),
            service_owner=None if allowed is None else allowed.owner,
            url=None if one is None else one.route.url,
            control=None if allowed is None else _control(allowed, due),
            allow_at=None if allowed is None else str(allowed.where),
            allow_match=None if allowed is None else str(allowed.match),
            read=read,
            unread=unread,
            references=_REFERENCES.get(finding.rule, ()),
            released=released,
            version=self.nights.now.head.version,
        )


def _placed(one: JudgedRoute, hop: str) -> Placed | None:
    """The hop of that id on the paths of a route."""
    ways = (way for view in one.views for way in view.ways)
    return next((p for way in ways for p in way.hops if p.hop.id == hop), None)


def _control(allowed: AllowedRoute, today: date) -> str | None:
    """An origin that the allowlist has for the route."""
    return next(
        (
            entry.text
            for entry in allowed.entries
            if entry.pattern.dialect is Dialect.EXACT
            and entry.active(today)
            and not entry.proposed
            and entry.waived is None
        ),
        None,
    )


def _layers(one: JudgedRoute) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The layers on the paths of a route that were read, and what was not, outermost first."""
    read: dict[str, None] = {}
    unread: dict[str, None] = {}
    for view in one.views:
        for placed in view.path.actual.hops:
            if isinstance(placed.case.doing, UnreadBehaviour):
                unread[placed.hop.title] = None
            else:
                read[str(placed.hop.layer)] = None
        unread |= dict.fromkeys(sorted(view.judged.causes))
    return tuple(read), tuple(unread)
