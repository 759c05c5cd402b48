"""One repository of GitHub as a stand-in keeps it: issues, comments, labels, and what people do there.

Behaviour is of docs.github.com (REST API: issues, comments, labels, pagination, troubleshooting) and of
the description that every exchange is checked with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

TITLE, BODY, LABEL_NAME = 256, 65_536, 50
ID = 1_296_269
DOCUMENTATION = "https://docs.github.com/rest"


@dataclass
class Comment:
    id: int
    body: str
    at: datetime


@dataclass
class Issue:
    number: int
    title: str
    body: str
    labels: list[str]
    created: datetime
    updated: datetime
    state: str = "open"
    reason: str | None = None
    comments: list[Comment] = field(default_factory=list)
    locked: bool = False
    pull: bool = False
    settled: bool = True


@dataclass(frozen=True)
class Shown:
    """A ticket for assertions. `ref`: what our tracker calls it."""

    ref: str
    number: int
    title: str
    state: str
    reason: str | None
    labels: tuple[str, ...]
    body: str
    comments: tuple[str, ...]

    @property
    def open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. `value`: sent as JSON, None for no body at all."""

    status: int
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, message: str, **more: Any) -> Reply:
    told = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return Reply(status, {**told, **more})


def invalid(resource: str, name: str, message: str = "", code: str = "custom") -> Reply:
    fault = {"resource": resource, "field": name, "code": code}
    told = {**fault, "message": message} if message else fault
    return Reply(
        422,
        {"message": "Validation Failed", "documentation_url": DOCUMENTATION, "errors": [told]},
    )


class Hub:
    """The state. `writes`: whether the token may label and comment; `lagging`: whether lists leave
    out what was created since; `most_per_page`: pages smaller than asked for; `clock`: its own."""

    def __init__(self, url: str, repo: str, token: str, clock: Callable[[], datetime]) -> None:
        self.url = url
        self.repo = repo
        self.token = token
        self.clock = clock
        self.issues: dict[int, Issue] = {}
        self.labels: list[str] = ["bug"]
        self.gone: set[int] = set()
        self.moved: set[int] = set()
        self.old_names: set[str] = set()
        self.writes = True
        self.hidden = False
        self.disabled = False
        self.lagging = False
        self.most_per_page = 100
        self._numbers = 0

    # What people do.

    def tickets(self) -> list[Shown]:
        return [
            Shown(
                str(one.number),
                one.number,
                one.title,
                one.state,
                one.reason,
                tuple(one.labels),
                one.body,
                tuple(comment.body for comment in one.comments),
            )
            for one in self.issues.values()
            if not one.pull
        ]

    def close(self, number: int, reason: str = "completed") -> None:
        self._set_state(self.issues[number], "closed", reason)

    def reopen(self, number: int) -> None:
        self._set_state(self.issues[number], "open", "reopened")

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        issue = self.issues[number]
        issue.title = issue.title if title is None else title
        issue.body = issue.body if body is None else body
        issue.updated = self.clock()

    def delete(self, number: int) -> None:
        del self.issues[number]
        self.gone.add(number)

    def transfer(self, number: int) -> None:
        """Move an issue to another repository."""
        del self.issues[number]
        self.moved.add(number)

    def comment(self, number: int, text: str) -> None:
        self.add_comment(self.issues[number], text)

    def label(self, number: int, *names: str) -> None:
        issue = self.issues[number]
        issue.labels += [name for name in names if name not in issue.labels]

    def unlabel(self, number: int, name: str) -> None:
        self.issues[number].labels.remove(name)

    def lock(self, number: int) -> None:
        self.issues[number].locked = True

    def add(
        self, title: str, body: str, labels: tuple[str, ...] = (), *, pull: bool = False
    ) -> int:
        """An issue, or pull request, that a person opens."""
        return self.add_issue(title, body, list(labels), pull=pull).number

    def rename(self, repo: str) -> None:
        self.old_names.add(self.repo)
        self.repo = repo

    def settle(self) -> None:
        """Let lists catch up."""
        for issue in self.issues.values():
            issue.settled = True

    # What the API does.

    def add_issue(self, title: str, body: str, labels: list[str], *, pull: bool = False) -> Issue:
        self._numbers += 1
        now = self.clock()
        issue = Issue(self._numbers, title, body, labels, now, now, pull=pull)
        issue.settled = not self.lagging
        self.issues[issue.number] = issue
        return issue

    def add_comment(self, issue: Issue, body: str) -> Comment:
        total = sum(len(one.comments) for one in self.issues.values())
        issue.comments.append(Comment(1000 + total, body, self.clock()))
        issue.updated = self.clock()
        return issue.comments[-1]

    def update(self, issue: Issue, fields: Mapping[str, Any]) -> None:
        issue.title = fields.get("title", issue.title)
        issue.body = fields.get("body", issue.body)
        if "state" in fields:
            self._set_state(issue, fields["state"], fields.get("state_reason"))
        issue.updated = self.clock()

    def known(self, names: list[str]) -> list[str]:
        """The names as the repository writes them; labels differ by more than case."""
        written = {name.casefold(): name for name in self.labels}
        return list(dict.fromkeys(written.get(name.casefold(), name) for name in names))

    def listed(self, query: Mapping[str, str]) -> list[Issue]:
        """The issues that a list holds, before it is cut into pages."""
        since = query.get("since")
        start = datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)
        labels = {name.casefold() for name in query.get("labels", "").split(",") if name}
        state = query.get("state", "open")
        found = [
            one
            for one in self.issues.values()
            if one.settled
            and state in ("all", one.state)
            and one.updated.replace(microsecond=0) >= start
            and labels <= {name.casefold() for name in one.labels}
        ]
        by = query.get("sort", "created")
        found.sort(key=lambda one: (one.updated if by == "updated" else one.created, one.number))
        return found if query.get("direction", "desc") == "asc" else found[::-1]

    def _set_state(self, issue: Issue, state: str, reason: str | None) -> None:
        if issue.state != state:
            issue.state, issue.reason = state, reason
        issue.updated = self.clock()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def issue_json(hub: Hub, issue: Issue) -> dict[str, Any]:
    here = f"{hub.url}/repos/{hub.repo}/issues/{issue.number}"
    page = f"https://github.example/{hub.repo}/issues/{issue.number}"
    told: dict[str, Any] = {
        "id": 10_000 + issue.number,
        "node_id": f"I_{issue.number}",
        "url": here,
        "repository_url": f"{hub.url}/repos/{hub.repo}",
        "labels_url": f"{here}/labels{{/name}}",
        "comments_url": f"{here}/comments",
        "events_url": f"{here}/events",
        "html_url": page,
        "number": issue.number,
        "state": issue.state,
        "title": issue.title,
        "body": issue.body or None,
        "user": None,
        "labels": [label_json(hub, name) for name in issue.labels],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": issue.locked,
        "comments": len(issue.comments),
        "closed_at": moment(issue.updated) if issue.state == "closed" else None,
        "created_at": moment(issue.created),
        "updated_at": moment(issue.updated),
    }
    if issue.reason is not None:
        # The description's enum has no null, so that the member is left out instead.
        told["state_reason"] = issue.reason
    if issue.pull:
        there = f"{hub.url}/repos/{hub.repo}/pulls/{issue.number}"
        names = ("url", "html_url", "diff_url", "patch_url")
        told["pull_request"] = dict.fromkeys(names, there)
    return told


def comment_json(hub: Hub, issue: Issue, comment: Comment) -> dict[str, Any]:
    here = f"{hub.url}/repos/{hub.repo}/issues"
    return {
        "id": comment.id,
        "node_id": f"IC_{comment.id}",
        "url": f"{here}/comments/{comment.id}",
        "html_url": f"https://github.example/{hub.repo}/issues/{issue.number}#c{comment.id}",
        "issue_url": f"{here}/{issue.number}",
        "body": comment.body,
        "user": None,
        "created_at": moment(comment.at),
        "updated_at": moment(comment.at),
    }


def label_json(hub: Hub, name: str) -> dict[str, Any]:
    return {
        "id": 1 + hub.labels.index(name) if name in hub.labels else 0,
        "node_id": f"LA_{name}",
        "url": f"{hub.url}/repos/{hub.repo}/labels/x",
        "name": name,
        "description": None,
        "color": "ededed",
        "default": False,
    }
