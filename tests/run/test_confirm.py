"""Findings asked live: what is sent, where, and how fast."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from auditor.core.finding import Severity
from auditor.edge.config.delivery import Verify
from auditor.edge.http import Answer, Failed
from auditor.edge.probe import Exchange, Probe
from auditor.run.confirm import REQUESTS_CAP, confirm
from tests.run.live_api import (
    ECHO,
    EVIL,
    READS,
    SENDS,
    START,
    Api,
    Time,
    asked,
    finding,
    lines,
    one,
    serving,
)


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        yield found


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.server
def test_reading_is_asked_by_a_request_without_credentials(api: Api) -> None:
    api.replies["GET"] = (200, ECHO)
    found = one(api, "/v1/accounts")
    assert (found.agrees, found.words) == (True, "confirmed live 03:06")
    ((method, path, headers),) = api.seen
    assert (method, path, headers["origin"]) == ("GET", "/v1/accounts", EVIL)
    assert not {"cookie", "authorization"} & headers.keys()


@pytest.mark.server
def test_sending_is_asked_by_a_preflight_and_nothing_else(api: Api) -> None:
    api.replies["OPTIONS"] = (204, {**ECHO, "Access-Control-Allow-Methods": "DELETE"})
    found = one(api, f"POST,DELETE {api.netloc}/v1/*", capabilities=SENDS)
    assert found.agrees is True
    ((method, path, headers),) = api.seen
    assert (method, path) == ("OPTIONS", "/v1/~")
    assert headers["access-control-request-method"] == "DELETE"


@pytest.mark.server
def test_a_path_of_its_own_comes_before_one_below_a_prefix(api: Api) -> None:
    api.replies["GET"] = (200, ECHO)
    one(api, "/v1/*", f"{api.netloc}~ ^/x", "/health")
    assert api.sent == ["GET /health"]


# -- where ---------------------------------------------------------------------------------------


@pytest.mark.server
def test_hosts_that_are_not_listed_are_never_asked(api: Api) -> None:
    assert asked(finding(f"{api.netloc}/v1/*"), hosts=("*.example.com",)) == []
    assert api.seen == []


@pytest.mark.server
def test_a_glob_lets_nobody_lead_into_this_network(api: Api) -> None:
    for host in ("localhost", "127.0.0.1", "2130706433"):
        (found,) = asked(finding(f"{host}:{api.port}/v1/*"), hosts=("*1", "localhos*", "2*"))
        assert found.agrees is None
        assert found.said == "no answer (its name leads to an address that is not public)"
    assert api.seen == []


def test_what_is_not_asked_about() -> None:
    sent: list[Probe] = []

    def send(probe: Probe) -> Exchange:
        sent.append(probe)
        return Exchange(None, Answer(200, ()))

    time = Time()
    route = "api.example.com/v1/*"
    findings = [
        finding(route, severity=Severity.MEDIUM),
        finding(route, witness=None, subject="1"),
        finding(route, witness="no origin", subject="2"),
        finding(route, capabilities=(), subject="3"),
        finding(route, rule="cache-mixes-origins"),
        finding("other.example.org/v1/*", subject="4"),
    ]
    assert confirm(findings, Verify(("*.example.com",)), send, time.sleep, time.clock) == {}
    assert sent == []


# -- how fast ------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_second", [0.5, 2.0, 3.0])
def test_requests_keep_their_distance_and_end_somewhere(per_second: float) -> None:
    time, sent = Time(), list[tuple[datetime, Probe]]()

    def send(probe: Probe) -> Exchange:
        sent.append((time.now, probe))
        return Exchange(Answer(204, tuple(lines(ECHO))), Answer(200, tuple(lines(ECHO))))

    findings = [
        finding(f"api{at}.example.com/v1/*", capabilities=(*READS, *SENDS)) for at in range(40)
    ]
    urgent = finding("z.example.com/v1/*", severity=Severity.CRITICAL)
    verify = Verify(("*.example.com",), per_second=per_second)
    found = confirm([*findings, urgent], verify, send, time.sleep, time.clock)
    assert sent[0][1].url == "https://z.example.com/v1/~"
    assert len(sent) == REQUESTS_CAP
    times = [at for at, _ in sent]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert min(gaps) >= 1 / per_second - 1e-6
    assert max(gaps) <= 1 / per_second + 1e-6
    assert len(found) == 41
    left = [one.said for one in found.values() if one.agrees is None]
    assert set(left) == {f"not asked: a run sends {REQUESTS_CAP} requests at most"}


def test_a_clock_that_is_set_back_makes_nobody_wait() -> None:
    slept: list[float] = []
    times = iter([START - timedelta(hours=at) for at in range(100)])
    findings = [finding(f"api{at}.example.com/v1") for at in range(5)]

    def send(_probe: Probe) -> Exchange:
        return Exchange(None, Answer(200, ()))

    confirm(findings, Verify(("*.example.com",)), send, slept.append, lambda: next(times))
    assert slept == [0.5] * 4


def test_a_host_that_does_not_answer_is_asked_once() -> None:
    sent: list[str] = []

    def send(probe: Probe) -> Exchange:
        sent.append(probe.url)
        return Exchange(None, Failed("ConnectTimeout: timed out"))

    time = Time()
    findings = [finding(f"api.example.com/{at}") for at in range(5)]
    findings += [finding(f"api.example.com/{at}", subject="y") for at in range(5)]
    found = confirm(findings, Verify(("*.example.com",)), send, time.sleep, time.clock)
    assert len(sent) == 1
    assert {(one.agrees, one.said) for one in found.values()} == {
        (None, "no answer (ConnectTimeout: timed out)")
    }
