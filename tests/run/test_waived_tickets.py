"""What becomes of a ticket whose origin is waived, in GitHub's stand-in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from tests.edge.trackers.github_hub import Shown
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.run.waived_estate import OLD, App, Estate, line

TICKETS = """\
tickets:
  mode: "on"
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]
"""
ON_API = f'origin: "{OLD}", match: api.example.com/*, allow_credentials: true'


@dataclass
class Told:
    estate: Estate
    hub: StandIn

    def night(self) -> Shown:
        """The one ticket, after the next night."""
        assert self.estate.night().problems == ()
        (one,) = [one for one in self.hub.tickets() if "waiver" not in one.title]
        return one


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    http = Http()
    try:
        with github_standin() as hub:
            tracker = GitHub(http, hub.url, hub.repo, Secret(hub.token))
            tickets = TICKETS.format(repo=hub.repo)
            estate = Estate(tmp_path, {"api": App()}, tickets=tickets, tracker=tracker)
            estate.night()
            estate.apps["api"] = App((OLD,))
            yield Told(estate, hub)
    finally:
        http.close()


def test_an_origin_that_is_waived_closes_its_ticket_until_it_ends(told: Told) -> None:
    assert told.night().open
    told.estate.lines = [line(ON_API, "2026-11-24")]
    accepted = told.night()
    assert not accepted.open
    assert accepted.comments[-1].startswith("Accepted until 24 Nov 2026")
    again = told.night()
    assert again.open
    assert again.comments[-1].startswith("Opened again: this was accepted")


def test_what_is_mended_in_the_same_night_was_not_accepted(told: Told) -> None:
    told.night()
    told.estate.lines = [line(ON_API)]
    told.estate.apps["api"] = App()
    fixed = told.night()
    assert not fixed.open
    assert fixed.comments[-1].startswith("Fixed")


def test_without_its_cookies_it_is_not_accepted(told: Told) -> None:
    told.night()
    told.estate.lines = [line(ON_API.replace(", allow_credentials: true", ""))]
    assert told.night().open


def test_mended_under_its_waiver_it_does_not_come_back_when_that_ends(told: Told) -> None:
    told.night()
    told.estate.lines = [line(ON_API, "2026-11-25")]
    told.night()
    told.estate.apps["api"] = App()
    said = len(told.night().comments)
    told.night()
    ended = told.night()
    assert (ended.open, len(ended.comments)) == (False, said)
