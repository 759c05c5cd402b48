"""A month of nights over a changing estate, and what the tracker must hold at its end.

Day one has 500 deviations of five teams. From then on apps change, are mended and change again; what
another machine collects fails to come; people close tickets; a waiver runs out; an account joins; a
template lets an origin in everywhere; and the auditor itself is upgraded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

import rules
from auditor.edge.trackers.tracker import Tracker
from auditor.run import audit as pipeline
from auditor.run.audit import Outcome, audit
from auditor.run.world import World
from tests.shows.month_estate import FIRST, NEW, OLD, Month
from tests.shows.nights import plan_in

NIGHTS = 30
PLAINTEXT = "http://intranet.example.net"
BACKLOG_TEAMS = 5
BACKLOG_EACH = 100
MASS = [f"mass{at:02}" for at in range(30)]
JOINED = [f"joined{at:02}" for at in range(40)]


class Shown(Protocol):
    """A ticket as a person sees it in the tracker."""

    @property
    def ref(self) -> Any: ...
    @property
    def title(self) -> str: ...
    @property
    def open(self) -> bool: ...
    @property
    def labels(self) -> Iterable[str]: ...
    @property
    def comments(self) -> Sequence[str]: ...


class Place(Protocol):
    """A tracker under test, as a person uses it."""

    def tickets(self) -> Sequence[Shown]: ...
    def close(self, ref: Any) -> None: ...


@dataclass(slots=True)
class Played:
    """A month that is being played: `tracker` as the product knows it, `place` as people see it."""

    month: Month
    tracker: Tracker
    place: Place
    patch: pytest.MonkeyPatch
    teams: int = BACKLOG_TEAMS
    each: int = BACKLOG_EACH
    outcomes: list[Outcome] = field(default_factory=list)
    at: datetime = FIRST

    def __post_init__(self) -> None:
        self.patch.setattr(pipeline, "version", lambda _name: "0.1.0")
        self.patch.setattr(rules, "RULES", tuple(_older_rules()))

    def play(self, until: int = NIGHTS) -> None:
        """The nights up to `until`, with what happened before each."""
        for night in range(len(self.outcomes) + 1, until + 1):
            for happens in EVENTS.get(night, ()):
                happens(self)
            self.outcomes.append(self.night(night))

    def night(self, number: int) -> Outcome:
        """One run, at three in the morning."""
        self.month.write(number)
        self.at = FIRST + timedelta(days=number - 1)
        plan = plan_in(self.month.folder, self.at.date())
        target = next(iter(plan.config.tickets.routes)).target.name  # type: ignore[union-attr]
        world = World(trackers={target: self.tracker})
        return audit(plan, self._clock, {}, lambda _text: None, world=world)

    def _clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def ticket(self, app: str) -> Shown:
        """The one ticket about `app`."""
        (found,) = [
            one for one in self.place.tickets() if f" {app}.example.com" in _plain(one.title)
        ]
        return found

    def close(self, app: str) -> None:
        """A person closes the ticket about `app`."""
        self.place.close(self.ticket(app).ref)


def _older_rules() -> Iterator[Any]:
    """The rules of the version before: it did not know plain http."""
    return (rule for rule in rules.RULES if rule.name != "plaintext-origin")


# -- what happens ----------------------------------------------------------------------------------

Event = Callable[[Played], None]


def first(played: Played) -> None:
    month = played.month
    for team in range(played.teams):
        names = [f"old{team}-{at:03}" for at in range(played.each)]
        month.add(names, f"team-{team}", OLD)
    month.add(["good", "drifts", "closed", "waived", "worse", "late", "twice"], "team-x")
    month.add(MASS, "team-mass")
    month.add(["plain"], "team-x", PLAINTEXT)
    month.elsewhere |= {"far": (), "near": ()}


def let_in(*names: str) -> Event:
    return lambda played: [played.month.let_in(name, NEW) for name in names] and None


def mend(*names: str) -> Event:
    return lambda played: [played.month.let_in(name) for name in names] and None


def close(name: str) -> Event:
    return lambda played: played.close(name)


def elsewhere(**origins: tuple[str, ...]) -> Event:
    return lambda played: played.month.elsewhere.update(origins)


def hole(there: bool) -> Event:
    def happens(played: Played) -> None:
        played.month.hole = there

    return happens


def waive(played: Played) -> None:
    (finding,) = [
        drift.finding
        for drift in played.outcomes[-1].record.drifts
        if drift.finding is not None and drift.finding.routes == ("waived.example.com/*",)
    ]
    played.month.waived = [
        f'{{finding: "{finding.short}", reason: partner moves, approved_by: sec, expires: 2026-12-06}}'
    ]


def unwaive(played: Played) -> None:
    played.month.waived = []


def review(day: date) -> Event:
    def happens(played: Played) -> None:
        played.month.review_by = day

    return happens


def join(played: Played) -> None:
    played.month.add(JOINED, "team-joined", OLD)


def upgrade(played: Played) -> None:
    played.patch.undo()
    played.patch.setattr(pipeline, "version", lambda _name: "0.2.0")


EVENTS: Mapping[int, tuple[Event, ...]] = {
    1: (first,),
    3: (let_in("drifts"), elsewhere(far=(NEW,), near=(NEW,))),
    4: (let_in("closed"), review(date(2026, 11, 24))),
    5: (mend("drifts"),),
    6: (close("closed"),),
    8: (let_in("drifts"), close("closed")),
    9: (mend("drifts"),),
    10: (let_in("waived"),),
    11: (waive,),
    12: (hole(True),),
    13: (hole(True), elsewhere(near=())),
    14: (hole(False),),
    16: (),
    17: (join,),
    18: (unwaive,),
    19: (let_in(*MASS),),
    20: (review(date(2027, 6, 1)),),
    21: (mend(*MASS[:10]),),
    24: (mend(*MASS),),
    26: (upgrade, let_in("late")),
    27: (mend("waived"),),
    28: (let_in("twice"),),
    29: (mend("twice"),),
    30: (let_in("twice"),),
}


# -- what the tracker must hold --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket at the end of the month. `said`: how each comment begins, in order."""

    open: bool
    said: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()


TABLE: Mapping[str, Row] = {
    "drifts.example.com": Row(False, ("Fixed", "Opened again: this was fixed", "Fixed")),
    "closed.example.com": Row(
        False,
        ("This ticket was closed by hand", "Closed by hand a second time"),
        frozenset({"closed-by-hand"}),
    ),
    "waived.example.com": Row(
        False, ("Accepted until 6 Dec 2026", "Opened again: this was accepted", "Fixed")
    ),
    "far.example.com": Row(True, ("Not verified", "Verified again")),
    "near.example.com": Row(False, ("Not verified", "Fixed")),
    "30 new findings at once": Row(False, ("10 of these ended", "Done")),
    "late.example.com": Row(True),
    "twice.example.com": Row(
        True, ("Fixed", "Opened again: this was fixed"), frozenset({"regression"})
    ),
    "plain.example.com/*: readable with cookies by an origin": Row(False, ("No longer reported",)),
    "plain.example.com/*: readable with cookies by a plain http": Row(True),
    "team-web: origins to review": Row(False, ("Done",)),
}
WEEKS_OF_BACKLOG = 5
"""ISO weeks that nights 2 to 30 lie in."""
WEEKS_OF_JOINED = 3
"""ISO weeks that nights 18 to 30 lie in."""


def expected_backlog(teams: int, each: int) -> dict[str, int]:
    """How many tickets each team got out of the backlog: two a week, worst first."""
    weeks = min(2 * WEEKS_OF_BACKLOG, each)
    return {f"old{team}-": weeks for team in range(teams)} | {"joined": 2 * WEEKS_OF_JOINED}


def check(played: Played, table: Mapping[str, Row] = TABLE) -> list[str]:
    """Everything that is not as the table says, ticket by ticket."""
    wrong: list[str] = []
    left = list(played.place.tickets())
    for name, row in table.items():
        found = [one for one in left if name in _plain(one.title)]
        left = [one for one in left if one not in found]
        wrong += _differences(name, row, found)
    for prefix, number in expected_backlog(played.teams, played.each).items():
        found = [one for one in left if f" {prefix}" in _plain(one.title)]
        left = [one for one in left if one not in found]
        if len(found) != number or not all(one.open for one in found):
            wrong.append(f"{prefix}: {len(found)} tickets out of the backlog, not {number}")
        wrong += [f"{one.title}: says {one.comments}" for one in found if one.comments]
    return [*wrong, *(f"{one.title}: nobody asked for it" for one in left)]


def _plain(title: str) -> str:
    """A title without the marks that show a part of it as code."""
    return title.replace("`", "")


def _differences(name: str, row: Row, found: Sequence[Shown]) -> Iterator[str]:
    if len(found) != 1:
        yield f"{name}: {len(found)} tickets"
        return
    (one,) = found
    if one.open is not row.open:
        yield f"{name}: open is {one.open}"
    begins = [text.lstrip() for text in one.comments]
    if len(begins) != len(row.said) or not all(map(str.startswith, begins, row.said)):
        yield f"{name}: says {[text[:50] for text in begins]}"
    ours = frozenset(one.labels) & {"unverified", "regression", "closed-by-hand"}
    if ours != row.labels:
        yield f"{name}: bears {sorted(ours)}"


@contextmanager
def month_in(
    folder: Path, targets: str, tracker: Tracker, place: Place, **size: int
) -> Iterator[Played]:
    """A month over `folder` whose tickets go where `targets` (lines of the configuration) say."""
    with pytest.MonkeyPatch.context() as patch:
        yield Played(Month(folder, targets), tracker, place, patch, **size)
