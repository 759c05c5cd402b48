"""Show 3: a run that dies at any step leaves a store that is whole, and a tracker that comes right."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from auditor.core import drift
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Ticket
from tests.edge.trackers.github_standin import StandIn
from tests.shows.failpoints import TRACKER, chosen, counted, trial

pytestmark = pytest.mark.server
TRIALS = 20


class Forgetful(GitHub):
    """A tracker in which nothing is looked up before a ticket is opened."""

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        return {}


def forgetful(sender: Any, hub: StandIn) -> GitHub:
    return Forgetful(sender, hub.url, hub.repo, Secret(hub.token))


@pytest.fixture(scope="module")
def nights() -> list[list[str]]:
    return counted()


def test_whatever_step_a_run_dies_at(nights: list[list[str]]) -> None:
    trials = {place: trial(*place) for place in chosen(TRIALS, nights)}
    assert {place: wrong for place, (_, wrong) in trials.items() if wrong} == {}
    assert sum(died for died, _ in trials.values()) >= TRIALS - 2


def test_an_outbox_without_look_up_is_caught(nights: list[list[str]]) -> None:
    """Planted: where the answer to a new ticket is lost, a second one is opened."""
    places = [step for step, kind in enumerate(nights[1], 1) if kind == TRACKER]
    wrong = (trial(2, step, forgetful)[1] for step in places)
    assert any("2 tickets" in line for lines in wrong for line in lines)


def test_a_close_without_coverage_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what was not read counts as gone."""

    def nothing(*_: object) -> Iterator[str]:
        return iter(())

    monkeypatch.setattr(drift._Night, "_obstacles", nothing)
    with pytest.raises(AssertionError, match="blind: open"):
        counted()
