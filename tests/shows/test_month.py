"""Show 1: a month of nights against a real Roundup; at the end the tracker is as the table says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.roundup import Roundup
from auditor.edge.trackers.tokens import Secret
from tests.edge.trackers.roundup_server import USER, RoundupServer, roundup_server
from tests.shows.month import BACKLOG_EACH, BACKLOG_TEAMS, check, month_in

pytestmark = pytest.mark.server
TARGETS = """\
  servers: {{roundup: {{url: "{url}", user: {user}}}}}
  routes: [{{owner: "*", roundup: {{}}}}]"""


@pytest.fixture(scope="module")
def roundup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundupServer]:
    with roundup_server(tmp_path_factory.mktemp("roundup")) as server:
        yield server


def test_a_month_of_nights(roundup: RoundupServer, tmp_path: Path) -> None:
    place = roundup.fresh("month")
    tracker = Roundup(Http(), place.url, USER[0], Secret(USER[1]))
    targets = TARGETS.format(url=place.url, user=USER[0])
    with month_in(tmp_path, targets, tracker, place) as played:
        played.play(1)
        assert len(played.outcomes[0].record.drifts) == BACKLOG_TEAMS * BACKLOG_EACH + 1
        assert place.tickets() == ()
        played.play()
        assert check(played) == []
