"""GitHub's stand-in and its tracker, for the modules that test them."""

from collections.abc import Iterator

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from tests.edge.trackers.github_cases import tracker
from tests.edge.trackers.github_standin import StandIn, github_standin


@pytest.fixture(scope="module")
def sender() -> Iterator[Http]:
    http = Http(timeout_seconds=5.0)
    yield http
    http.close()


@pytest.fixture
def hub() -> Iterator[StandIn]:
    with github_standin() as standin:
        yield standin


@pytest.fixture
def ours(hub: StandIn, sender: Http) -> GitHub:
    return tracker(hub, sender)
