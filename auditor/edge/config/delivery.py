"""What `tickets:`, `notify:` and `verify:` say: where findings go, and what is asked live first.

Tokens are never in a file of ours: each stands in a variable, or in a file that its owner alone reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditor.core.finding import Severity


class System(StrEnum):
    """The trackers that tickets can go to."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"
    WEBHOOK = "webhook"
    ROUNDUP = "roundup"


USUAL_VARIABLES: Final[Mapping[System, str]] = {
    System.GITHUB: "GITHUB_TOKEN",
    System.GITLAB: "GITLAB_TOKEN",
    System.JIRA: "JIRA_TOKEN",
    System.ROUNDUP: "ROUNDUP_PASSWORD",
}
"""Where a token is looked for when the configuration names no place."""
ROUNDUP_PLACE: Final = "tracker"
"""The place of every Roundup target: a server is one tracker, and its address may change."""


class Mode(StrEnum):
    """OFF: no tickets. DRY_RUN: each run says what it would do. ON: it does."""

    OFF = "off"
    DRY_RUN = "dry-run"
    ON = "on"


@dataclass(frozen=True, slots=True)
class Server:
    """A tracker's address and how to get in. `url`: of its API root, or its web root; `user`: where
    the system asks for one; `token_env` or `token_file`: where the token is, None: the system's
    usual variable."""

    url: str
    user: str | None = None
    token_env: str | None = None
    token_file: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where tickets of some owners go: a repository (`example/cors-drift`), a project (`ACC`,
    `group/project`), or a webhook's name; `kind`: Jira's issue type; `labels`: beside our own;
    `server`: of a webhook the URL to send to, and in `token_env` where its signing secret is."""

    system: System
    place: str
    labels: tuple[str, ...] = ()
    kind: str | None = None
    server: Server | None = None

    @property
    def name(self) -> str:
        """`github:example/cors-drift`: how the store calls it."""
        return f"{self.system}:{self.place}"


@dataclass(frozen=True, slots=True)
class TicketRoute:
    """Findings whose owner the glob `owner` takes go to `target`; the first route that takes wins."""

    owner: str
    target: Target


@dataclass(frozen=True, slots=True)
class Tickets:
    """`max_new_per_run`: more than these become one umbrella; `backlog_per_week`: tickets for what was
    there when its source was first read, for each owner."""

    mode: Mode = Mode.DRY_RUN
    min_severity: Severity = Severity.MEDIUM
    max_new_per_run: int = 15
    backlog_per_week: int = 0
    routes: tuple[TicketRoute, ...] = ()


class NoticeOn(StrEnum):
    """What a message is sent for."""

    NEW = "new"
    UNREAD = "unread"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Slack:
    """An incoming webhook, its URL in a variable; `digest`: the weekday of the weekly digest for each
    owner (0 Monday), None for none."""

    webhook_env: str
    on: tuple[NoticeOn, ...] = (NoticeOn.NEW, NoticeOn.UNREAD)
    digest: int | None = None


@dataclass(frozen=True, slots=True)
class Notify:
    """`heartbeat_env`: the variable with a URL that is asked after each run, so that a missing run is
    noticed; `metrics`: the OpenMetrics text file that each run writes anew."""

    slack: Slack | None = None
    heartbeat_env: str | None = None
    metrics: str | None = None


@dataclass(frozen=True, slots=True)
class Verify:
    """New findings of `min_severity` and worse are asked live before their ticket is written, on hosts
    that one of the globs `hosts` takes, at most `per_second` requests a second."""

    hosts: tuple[str, ...]
    min_severity: Severity = Severity.HIGH
    per_second: float = 2.0
