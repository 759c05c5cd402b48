"""Show 2: a smaller month against the other trackers; each ends as the same table says.

A webhook keeps nothing that could be looked at, so what people close there is never known: its table
has no human closing in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.gitlab import GitLab
from auditor.edge.trackers.jira import Jira
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Tracker
from auditor.edge.trackers.webhook import Webhook
from tests.edge.trackers import gitlab_standin, jira_standin
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.edge.trackers.webhook_receiver import SECRET, WebhookReceiver, webhook_receiver
from tests.shows.month import TABLE, Place, Row, check, month_in

pytestmark = pytest.mark.server
TEAMS, EACH = 2, 12
CLOSED_ON_JIRA = {"closed.example.com": replace(TABLE["closed.example.com"], labels=frozenset())}
"""Its closed issues cannot be edited, so that the last label is not set."""
UNSEEN_BY_A_WEBHOOK: Mapping[str, Row] = {"closed.example.com": Row(True)}
GITHUB = """\
  servers: {{github: {{url: "{url}"}}}}
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]"""
GITLAB = """\
  servers: {{gitlab: {{url: "{url}"}}}}
  routes: [{{owner: "*", gitlab: {{project: {project}}}}}]"""
JIRA = """\
  servers: {{jira: {{url: "{url}", user: {user}}}}}
  routes: [{{owner: "*", jira: {{project: {project}}}}}]"""
WEBHOOK = """\
  routes: [{{owner: "*", webhook: {{name: siem, url: "{url}", secret_env: SIEM_SECRET}}}}]"""


@pytest.fixture
def http() -> Iterator[Http]:
    found = Http()
    yield found
    found.close()


@dataclass
class GitHubPlace:
    """GitHub as people use it."""

    hub: StandIn

    def tickets(self) -> list[Any]:
        return self.hub.tickets()

    def close(self, ref: str) -> None:
        self.hub.close(int(ref))


@dataclass
class WebhookPlace:
    """What stands behind a webhook; when people close a ticket there, nobody hears of it."""

    receiver: WebhookReceiver

    def tickets(self) -> list[Any]:
        return list(self.receiver.tickets())

    def close(self, ref: str) -> None:
        assert ref in {one.ref for one in self.tickets()}


def _play(
    folder: Path,
    targets: str,
    tracker: Tracker,
    place: Place,
    server: Any,
    table: Mapping[str, Row] = TABLE,
) -> None:
    """A month, by whose clock the `server` of the tracker goes."""
    with month_in(folder, targets, tracker, place, teams=TEAMS, each=EACH) as played:
        server.clock = lambda: played.at
        played.play(1)
        assert place.tickets() == []
        played.play()
        assert [one.problems for one in played.outcomes if one.problems] == []
        assert check(played, table) == []


def test_a_month_on_github(tmp_path: Path, http: Http) -> None:
    with github_standin() as hub:
        tracker = GitHub(http, hub.url, hub.repo, Secret(hub.token))
        targets = GITHUB.format(url=hub.url, repo=hub.repo)
        _play(tmp_path, targets, tracker, GitHubPlace(hub), hub)


def test_a_month_on_gitlab(tmp_path: Path, http: Http) -> None:
    with gitlab_standin.gitlab_standin() as gitlab:
        project = gitlab_standin.PROJECT
        tracker = GitLab(http, gitlab.url, project, Secret(gitlab.token))
        targets = GITLAB.format(url=gitlab.url, project=project)
        _play(tmp_path, targets, tracker, gitlab, gitlab)


def test_a_month_on_jira(tmp_path: Path, http: Http) -> None:
    with jira_standin.jira_standin() as jira:
        project = jira_standin.PROJECT
        tracker = Jira(http, jira.url, jira.user, Secret(jira.token), project)
        targets = JIRA.format(url=jira.url, user=jira.user, project=project)
        _play(tmp_path, targets, tracker, jira, jira, {**TABLE, **CLOSED_ON_JIRA})


def test_a_month_on_a_webhook(tmp_path: Path, http: Http) -> None:
    with webhook_receiver() as receiver:
        tracker = Webhook(http, "siem", receiver.url, Secret(SECRET), lambda: receiver.clock())
        targets = WEBHOOK.format(url=receiver.url)
        place, table = WebhookPlace(receiver), {**TABLE, **UNSEEN_BY_A_WEBHOOK}
        _play(tmp_path, targets, tracker, place, receiver, table)
        assert receiver.refused == receiver.doubles == []
