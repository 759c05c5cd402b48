"""Show 4: two audits of one store at once, as processes: one after the other, and each ticket once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditor.cli.clock import now
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.shows.month_estate import NEW, OLD, Month
from tests.shows.program import Ran, cors_audit

pytestmark = pytest.mark.server
TARGETS = """\
  servers: {{github: {{url: "{url}"}}}}
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]"""
APPS = ("one", "two", "three")
INCOMPLETE = 13
"""Findings, and nothing came from the cluster that another machine collects."""
SLOW_SECONDS = 0.7
PATIENCE_SECONDS = 30.0


@pytest.fixture
def hub() -> Iterator[StandIn]:
    with github_standin(clock=now) as found:
        yield found


def _audit(folder: Path, hub: StandIn, *options: str) -> Ran:
    return cors_audit("audit", *options, folder=folder, env={"GITHUB_TOKEN": hub.token})


def _wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_second_waits_or_says_so(hub: StandIn, tmp_path: Path) -> None:
    month = Month(tmp_path, TARGETS.format(url=hub.url, repo=hub.repo))
    month.add(["old"], "team", OLD)
    month.add(APPS, "team")
    month.write(1)
    assert _audit(tmp_path, hub).code == INCOMPLETE
    assert hub.tickets() == []
    for name in APPS:
        month.let_in(name, NEW)
    month.write(2)
    hub.slow(SLOW_SECONDS, times=8)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(_audit, tmp_path, hub)
        _wait_for(lambda: bool(hub.log.asked))
        waiting = pool.submit(_audit, tmp_path, hub, "--wait", "60")
        refused = _audit(tmp_path, hub, "--wait", "0")
        assert not first.done()
        ended, waited = first.result(), waiting.result()
    assert refused.code == 1
    (line,) = [one for one in refused.complaints if "is at this store" in one]
    assert "did not end in 0 s; let it end, or give this run another store" in line
    assert (ended.code, waited.code) == (INCOMPLETE, INCOMPLETE), (ended.err, waited.err)
    assert "waiting for the audit of process" in waited.err
    assert "waiting" not in ended.err
    _check(hub)
    history = cors_audit("history", folder=tmp_path)
    assert history.out.count("\n") >= 3
    assert history.code == 0


def _check(hub: StandIn) -> None:
    """One ticket for each new deviation and one, at most, out of the backlog; nothing said twice."""
    titles = sorted(one.title.replace("`", "").split(" ")[2] for one in hub.tickets())
    expected = [f"{name}.example.com/*:" for name in ("old", *APPS)]
    assert titles == sorted(expected)
    assert all(one.open and one.comments == () for one in hub.tickets())
