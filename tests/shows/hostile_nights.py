"""Nights over the hostile estate, told to every tracker and channel, and what they left."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from auditor.cli.clock import now
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.edge.trackers.gitlab_standin import PROJECT, GitLabStandin
from tests.edge.trackers.gitlab_standin import TOKEN as GITLAB_TOKEN
from tests.edge.trackers.jira_standin import TOKEN as JIRA_TOKEN
from tests.edge.trackers.jira_standin import USER as JIRA_USER
from tests.edge.trackers.jira_standin import JiraStandin
from tests.edge.trackers.loopback import Asked, Loopback, Reply, served
from tests.edge.trackers.roundup_server import USER as ROUNDUP_USER
from tests.edge.trackers.roundup_server import RoundupTracker, roundup_server
from tests.edge.trackers.webhook_receiver import SECRET, WebhookReceiver
from tests.shows.hostile_estate import FORGED, OLD, Settings, write_hostile
from tests.shows.program import Ran, cors_audit

NEXT = "https://new-partner.example.net"
VICTIM = f"Of another estate.\n\n<!-- cors-audit key={FORGED} -->\n"


class Inbox(Loopback):
    """What was posted, as JSON, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Any] = []

    def answer(self, asked: Asked) -> Reply:
        self.taken.append(asked.json)
        return Reply(200, "ok")


@dataclass
class Nights:
    """What the nights left. `ran`: of each night; `shown`: of the commands of the day after."""

    folder: Path
    github: StandIn
    gitlab: GitLabStandin
    jira: JiraStandin
    roundup: RoundupTracker
    webhook: WebhookReceiver
    slack: Inbox
    heartbeat: Inbox
    ran: list[Ran] = field(default_factory=list)
    shown: dict[str, Ran] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {
            "GITHUB_TOKEN": self.github.token,
            "GITLAB_TOKEN": GITLAB_TOKEN,
            "JIRA_TOKEN": JIRA_TOKEN,
            "ROUNDUP_PASSWORD": ROUNDUP_USER[1],
            "WEBHOOK_SECRET": SECRET,
            "SLACK_URL": f"{self.slack.url}/services/T/B/x",
            "HEARTBEAT_URL": f"{self.heartbeat.url}/ping",
            "COLUMNS": "120",
        }

    def settings(self) -> Settings:
        today = now().date()
        return Settings(
            servers=(
                f'github: {{url: "{self.github.url}"}}',
                f'gitlab: {{url: "{self.gitlab.url}"}}',
                f'jira: {{url: "{self.jira.url}", user: "{JIRA_USER}"}}',
                f'roundup: {{url: "{self.roundup.url}", user: {ROUNDUP_USER[0]}}}',
            ),
            routes=(
                f'{{owner: "github*", github: {{repo: {self.github.repo}}}}}',
                f'{{owner: "gitlab*", gitlab: {{project: {PROJECT}}}}}',
                '{owner: "jira*", jira: {project: ACC}}',
                '{owner: "roundup*", roundup: {}}',
                f'{{owner: "*", webhook: {{name: siem, url: "{self.webhook.url}/hook", '
                "secret_env: WEBHOOK_SECRET}}",
            ),
            weekday=f"{today:%A}".lower(),
            later=str(_later(today, 90)),
            soon=str(_later(today, 7)),
        )

    def run(self, *args: str) -> Ran:
        return cors_audit(*args, folder=self.folder, env=self.env)

    def night(self) -> None:
        self.ran.append(self.run("audit", "--log", "log.jsonl"))
        self.pages.append((self.folder / "pages/index.html").read_text())


def _later(today: date, days: int) -> date:
    return today + timedelta(days)


COMMANDS = (
    ("audit", "--dry-run"),
    ("findings",),
    ("findings", "--format", "json"),
    ("coverage",),
    ("history",),
    ("diff", "--format", "markdown"),
    ("allowlist", "draft", "--into", "drafted"),
    ("allowlist", "check"),
    ("waivers",),
    ("explain", "--url", "https://app3.example.com/", "--origin", OLD),
)


@contextmanager
def played(home: Path, folder: Path) -> Iterator[Nights]:
    """Three nights: everything is new, more is let in, all is mended; what was said of them stays."""
    with ExitStack() as open_:
        server = open_.enter_context(roundup_server(home))
        held = Nights(
            folder,
            open_.enter_context(github_standin(clock=now)),
            open_.enter_context(served(GitLabStandin())),
            open_.enter_context(served(JiraStandin())),
            server.fresh("hostile"),
            open_.enter_context(served(WebhookReceiver(SECRET))),
            open_.enter_context(served(Inbox())),
            open_.enter_context(served(Inbox())),
        )
        for one in (held.gitlab, held.jira, held.webhook, held.slack, held.heartbeat):
            one.clock = now
        held.github.add_issue("Victim", VICTIM, ["cors-audit"])
        for extra, mended in (((), False), ((NEXT,), False), ((), True)):
            write_hostile(held.folder, held.settings(), *extra, mended=mended)
            held.night()
            if extra:
                held.shown = {" ".join(one): held.run(*one) for one in COMMANDS}
        yield held
