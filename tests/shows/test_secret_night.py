"""Show 6: secrets of trackers and channels, in nights that succeed and in nights that fail, reach nobody."""

import base64
import gzip
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from auditor.cli.clock import now
from tests.edge.trackers.github_standin import github_standin
from tests.edge.trackers.gitlab_standin import GitLabStandin
from tests.edge.trackers.jira_standin import USER, JiraStandin
from tests.edge.trackers.loopback import served
from tests.edge.trackers.webhook_receiver import WebhookReceiver
from tests.servers import LOOPBACK, free_port, require
from tests.shows.program import Ran, cors_audit
from tests.shows.secret_estate import (
    BEHAVIOURS,
    PLACES,
    SYSTEMS,
    canary,
    certificate,
    environment,
    forms,
    hurried,
    leaks,
    repeating,
    write_estate,
)

pytestmark = pytest.mark.server
PROXY = "proxy-password"
COMMANDS = (
    ("audit", "--debug", "--log", "log.jsonl"),
    ("audit", "--debug", "--log", "-", "--format", "json"),
)


USERS = [
    base64.b64encode(f"{user}:{canary(place)}".encode()).decode()
    for user, place in (("robot@example.com", "jira"), ("robot", "roundup"))
]


def shown(folder: Path, ran: Mapping[str, Ran]) -> dict[str, bytes]:
    """Everything that a night left, but for what it was given."""
    given = ("token", "certificate.pem", "own.pem")
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in given]
    found = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    sealed = {name: gzip.decompress(data) for name, data in found.items() if name.endswith(".run")}
    assert sealed
    return {**found, **sealed} | {name: (one.out + one.err).encode() for name, one in ran.items()}


def night(folder: Path, url: str, commands: tuple[tuple[str, ...], ...]) -> dict[str, Ran]:
    env = environment(url) | hurried(folder)
    return {" ".join(one): cors_audit(*one, folder=folder, env=env) for one in commands}


def assert_sent(asked: str, *, by_file: bool) -> None:
    """The secrets went where they should, so that what repeats them has them."""
    sent = ["github-file" if by_file else "github-variable", "gitlab", "slack-url", "heartbeat-url"]
    assert [place for place in sent if canary(place) not in asked] == []
    assert [user for user in USERS if user not in asked] == []


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_no_secret_is_shown_or_kept_when_servers_repeat_it(name: str, tmp_path: Path) -> None:
    with repeating(BEHAVIOURS[name]) as server:
        by_file = len(name) % 2 == 0
        write_estate(tmp_path, server.url, by_file=by_file)
        # What was there at first gets its tickets in the second night.
        ran = night(tmp_path, server.url, COMMANDS)
        assert_sent("\n".join(server.asked), by_file=by_file)
    left = shown(tmp_path, ran)
    assert {one.code for one in ran.values()} == {10}, [one.err for one in ran.values()]
    assert {"cors-audit.db", "log.jsonl", "cors-audit.prom", "pages/index.html"} <= left.keys()
    said = ran[" ".join(COMMANDS[1])].err
    failing = [system for system in SYSTEMS if f"{system}:" in said]
    # A webhook's answer is not read: its status says all.
    assert failing == list(SYSTEMS[: 4 if name == "malformed" else 5]), said
    assert leaks(left) == []


def test_no_secret_is_shown_or_kept_when_nobody_answers(tmp_path: Path) -> None:
    url = f"http://{LOOPBACK}:{free_port()}"
    write_estate(tmp_path, url)
    ran = night(tmp_path, url, COMMANDS)
    assert all("ConnectError" in one.err for one in ran.values())
    assert leaks(shown(tmp_path, ran)) == []


def test_no_secret_is_shown_or_kept_when_nobody_trusts_the_server(tmp_path: Path) -> None:
    openssl = require("openssl", "that a certificate nobody trusts gets no token")
    with repeating(BEHAVIOURS["refuses-401"], certificate(tmp_path, openssl)) as server:
        write_estate(tmp_path, server.url)
        ran = night(tmp_path, server.url, COMMANDS)
    assert server.asked == []
    assert "CERTIFICATE_VERIFY_FAILED" in ran[" ".join(COMMANDS[1])].err
    assert leaks(shown(tmp_path, ran)) == []


def test_no_secret_is_shown_or_kept_when_all_goes_well(tmp_path: Path) -> None:
    hub = github_standin(token=canary("github-variable"), clock=now)
    with hub as github, ExitStack() as open_:
        gitlab, jira = GitLabStandin(), JiraStandin()
        gitlab.token, jira.token, jira.user = canary("gitlab"), canary("jira"), USER
        webhook = WebhookReceiver(canary("webhook-new"))
        slack = open_.enter_context(repeating(lambda asked: asked.say(200, "ok", phrase="OK")))
        for one in (gitlab, jira, webhook):
            one.clock = now
            open_.enter_context(served(one))
        write_estate(tmp_path, github.url, gitlab.url, jira.url, slack.url, webhook.url)
        ran = night(tmp_path, slack.url, COMMANDS)
        places = (github, gitlab, jira, webhook)
        told = {type(one).__name__: repr(one.tickets()).encode() for one in places}
        assert [len(one.tickets()) for one in places] == [2, 2, 2, 2], ran[
            " ".join(COMMANDS[1])
        ].err
    assert leaks(shown(tmp_path, ran) | told) == []


@pytest.mark.parametrize("proxy", ["http://u:{}/x@h:1", "ftp://u:{}@h:1", "http://u:{}@h:p"])
def test_no_secret_is_shown_or_kept_when_a_proxy_is_none(proxy: str, tmp_path: Path) -> None:
    url = f"http://{LOOPBACK}:{free_port()}"
    write_estate(tmp_path, url)
    env = environment(url) | hurried(tmp_path) | {"ALL_PROXY": proxy.format(canary(PROXY))}
    ran = {"audit": cors_audit(*COMMANDS[0], folder=tmp_path, env=env)}
    assert ran["audit"].code == 10, ran["audit"].err
    assert "proxy" in ran["audit"].err
    assert leaks(shown(tmp_path, ran)) == []


@pytest.mark.parametrize("key", ["token_env", "token_file", "token"])
def test_a_token_that_is_pasted_into_the_configuration_is_not_shown(
    key: str, tmp_path: Path
) -> None:
    """`token_file` shows the name of the file that it is taken for, as it has to, but nothing more."""
    write_estate(tmp_path, "http://127.0.0.1:9")
    config = tmp_path / "cors-audit.yaml"
    pasted = "canary-00-pasted-by-mistake"
    config.write_text(config.read_text().replace("github: {url", f"github: {{{key}: {pasted}, url"))
    ran = cors_audit("audit", "--debug", folder=tmp_path, env=environment("http://127.0.0.1:9"))
    assert ran.code == (2 if key != "token_file" else 10)
    assert (pasted in ran.err) == (key == "token_file")


def test_every_secret_is_planted_and_a_leak_would_be_seen(tmp_path: Path) -> None:
    write_estate(tmp_path, "http://127.0.0.1:9", by_file=True)
    env = environment("http://127.0.0.1:9") | {"ALL_PROXY": canary(PROXY)}
    planted = {name: value.encode() for name, value in env.items()}
    planted["token"] = (tmp_path / "token").read_bytes()
    assert {leak.partition(" ")[0] for leak in leaks(planted)} == set(PLACES)
    for place in PLACES:
        for form in forms(canary(place)):
            assert leaks({"log": f"... {form} ...".encode()}) == [f"{place} in log"]
