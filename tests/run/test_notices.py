"""Messages after a run: what is new and unread at once, and each owner's week once on its day."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auditor.edge.http import Answer, Failed, Request
from auditor.edge.tickets.notices import Channel
from auditor.edge.trackers.tokens import Secret
from auditor.run.audit import Outcome, audit
from auditor.run.world import World
from tests.shows.month_estate import FIRST, NEW, OLD, Month
from tests.shows.nights import plan_in

# The first night of the month is a Sunday, the second a Monday.
TARGETS = """\
  routes: [{owner: "*", github: {repo: example/cors}}]
notify: {slack: {webhook_env: HOOK, on: [new, unread], digest: monday}}"""
HOOK = "https://hooks.example/services/T0/B0/secret"


@dataclass
class Slack:
    """Takes messages, or does not."""

    status: int = 200
    texts: list[str] = field(default_factory=list)

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        assert (request.url, request.body is None) == (HOOK, False)
        if self.status == 200:
            self.texts.append(json.dumps(json.loads(request.body or b""), ensure_ascii=False))
        return Answer(self.status)


@dataclass
class Office:
    """A small estate and its channel."""

    month: Month
    slack: Slack = field(default_factory=Slack)
    at: datetime = FIRST

    def night(self, number: int, hours: int = 0) -> Outcome:
        self.month.write(number)
        self.at = FIRST + timedelta(days=number - 1, hours=hours)
        plan = plan_in(self.month.folder, self.at.date())
        channel = Channel(self.slack, "HOOK", Secret(HOOK))
        return audit(plan, self._clock, {}, lambda _text: None, world=World(channel=channel))

    def _clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def said(self) -> list[str]:
        """What was posted since this was asked last."""
        texts, self.slack.texts = self.slack.texts, []
        return texts


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    month = Month(tmp_path, TARGETS)
    month.add(["old"], "team-o", OLD)
    month.add(["api", "shop"], "team-a")
    month.elsewhere = {"far": ()}
    return Office(month)


def test_what_is_new_is_told_at_once_and_the_backlog_is_not(office: Office) -> None:
    office.night(1)
    assert office.said() == []
    office.month.let_in("api", NEW)
    office.night(3)
    (text,) = office.said()
    assert "1 new finding" in text
    assert "api.example.com" in text
    assert "old.example.com" not in text
    office.night(4)
    assert office.said() == []


def test_what_was_not_read_is_told(office: Office) -> None:
    office.night(1)
    office.month.hole = True
    office.night(3)
    (text,) = office.said()
    assert "not read" in text
    assert "collected:incoming" in text


def test_each_owner_gets_a_week_once_on_its_day(office: Office) -> None:
    office.night(1)
    office.month.let_in("api", NEW)
    office.night(2)
    notice, *digests = office.said()
    assert "1 new finding" in notice
    assert ["the week of team-a" in one for one in digests].count(True) == 1
    (backlog,) = [one for one in digests if "the week of team-o" in one]
    assert "1 that were there from the beginning" in backlog
    office.night(2, hours=5)
    assert office.said() == []
    office.night(9)
    (again, _) = sorted(office.said(), key=lambda one: "team-a" not in one)
    assert "Standing" in again


def test_what_could_not_be_delivered_is_told_where_that_is_asked_for(office: Office) -> None:
    office.month.targets = TARGETS.replace("on: [new, unread]", "on: [failed]")
    office.night(1)
    office.month.let_in("api", NEW)
    office.night(3)
    (text,) = office.said()
    assert "1 delivery failed" in text
    assert "`github:example/cors`" in text


def test_a_channel_that_takes_nothing_is_a_problem_in_words(office: Office) -> None:
    office.night(1)
    office.month.let_in("api", NEW)
    office.slack.status = 404
    outcome = office.night(3)
    waiting, problem = outcome.problems
    assert waiting.startswith("github:example/cors: ")
    assert problem.startswith("slack (HOOK): status 404")
    assert "hooks.example" not in problem
