"""From the configuration to trackers: each target one, and one without a token stops no other."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from auditor.edge.config.delivery import Tickets
from auditor.edge.config.load import load_config
from auditor.edge.config.model import Config
from auditor.edge.http import Answer, Failed, Request
from auditor.edge.trackers.factory import trackers_of
from auditor.edge.trackers.tracker import TrackerError, Trouble

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CANARY = "canary-77aa-token"
EVERY = """\
version: 1
tickets:
  mode: on
  servers:
    jira: {url: "https://example.atlassian.net", user: audit@example.com}
    gitlab: {url: "https://git.example.com", token_env: GL}
    roundup: {url: "https://tracker.example.com/cors", user: audit, token_file: roundup.token}
  routes:
    - {owner: a, jira: {project: ACC}}
    - {owner: b, github: {repo: example/one}}
    - {owner: c, gitlab: {project: group/app}}
    - {owner: d, webhook: {name: siem, url: "https://siem.example.com", secret_env: SIEM}}
    - {owner: e, roundup: {}}
    - {owner: f, github: {repo: example/one}}
    - {owner: "*", github: {repo: example/two}}
"""
ENVIRON = {"JIRA_TOKEN": CANARY, "GITHUB_TOKEN": CANARY, "GL": CANARY, "SIEM": CANARY}
NAMES = {
    "jira:ACC",
    "github:example/one",
    "gitlab:group/app",
    "webhook:siem",
    "roundup:tracker",
    "github:example/two",
}


class Keeping:
    """Keeps where requests went and with what, and gives no answer."""

    def __init__(self) -> None:
        self.sent: list[Request] = []

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        self.sent.append(request)
        return Failed("nobody is there")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    (tmp_path / "roundup.token").write_text(CANARY)
    (tmp_path / "roundup.token").chmod(0o600)
    return tmp_path


def tickets_of(text: str) -> Tickets:
    config = load_config(text.encode(), "c.yaml", date(2026, 11, 22))
    assert isinstance(config, Config)
    assert config.tickets is not None
    return config.tickets


def test_each_target_has_its_tracker(folder: Path) -> None:
    found, problems = trackers_of(
        tickets_of(EVERY), ENVIRON, Keeping(), clock=lambda: NOW, folder=folder
    )
    assert problems == ()
    assert found.keys() == NAMES
    assert {name: tracker.name for name, tracker in found.items()} == {one: one for one in NAMES}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("jira:ACC", "https://example.atlassian.net/"),
        ("github:example/two", "https://api.github.com/repos/example/two/"),
        ("gitlab:group/app", "https://git.example.com/api/v4/projects/group%2Fapp/"),
        ("roundup:tracker", "https://tracker.example.com/cors/rest/"),
    ],
)
def test_it_asks_the_configured_server(folder: Path, name: str, host: str) -> None:
    sender = Keeping()
    found, _ = trackers_of(tickets_of(EVERY), ENVIRON, sender, clock=lambda: NOW, folder=folder)
    with pytest.raises(TrackerError) as caught:
        found[name].find(["a" * 64], NOW)
    assert caught.value.trouble is Trouble.LATER
    assert CANARY not in str(caught.value)
    assert sender.sent
    assert all(request.url.startswith(host) for request in sender.sent)


def test_a_missing_token_stops_no_other_target(folder: Path) -> None:
    (folder / "roundup.token").chmod(0o644)
    environ = {"GITHUB_TOKEN": f"{CANARY}\n{CANARY}", "GL": CANARY}
    found, problems = trackers_of(
        tickets_of(EVERY), environ, Keeping(), clock=lambda: NOW, folder=folder
    )
    assert list(found) == ["gitlab:group/app"]
    assert [one.where for one in problems] == [
        "jira:ACC",
        "github:example/one",
        "webhook:siem",
        "roundup:tracker",
        "github:example/two",
    ]
    assert all(one.trouble is Trouble.REFUSED for one in problems)
    assert all(CANARY not in str(one) for one in problems)
    said = {one.where: str(one) for one in problems}
    assert said["jira:ACC"] == (
        "jira:ACC: the variable JIRA_TOKEN is not set; set JIRA_TOKEN, or name another variable "
        "in the configuration"
    )
    assert "can be read or written by others" in said["roundup:tracker"]
    assert str(folder) in said["roundup:tracker"]
