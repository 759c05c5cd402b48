"""GitLab on loopback: a stateful stand-in for the issues of one project, from GitLab's documentation.

What is typed at the beginning of a line is executed, as in lib/gitlab/quick_actions/extractor.rb, and
mentions and references are followed: `executed` and `followed` say what a text set off.
"""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt

from tests.edge.trackers.loopback import Asked, Loopback, Reply, Seen, served

PROJECT, TOKEN, USER = "group/app", "token-of-the-stand-in", 7
_COMMANDS = (
    "close|reopen|assign|label|title|confidential|due|lock|todo|award|shrug|tableflip|copy_metadata"
)
_LEGACY = re.compile(
    rf"^```.+?\n```$|^.*`\n*.+?\n*`$|^<[^>]+?>\n.+?\n</[^>]+?>$|^>>>.+?\n>>>$"
    rf"|^/(?P<cmd>{_COMMANDS})(?:[ ][^\n]*)?(?:\s*\n|$)",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_COMMAND = re.compile(rf"\s*/({_COMMANDS})\b", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<!\w)[@#!~&$%^](?=[\w\"'])|\[\w+:\d|\bGL-\d|https?://|\bwww\.\w")
_CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<(?:a|img|script|iframe|svg|input)\b")
_LISTED = {
    "labels", "scope", "state", "updated_after", "iids[]", "order_by", "sort", "page", "per_page",
}  # fmt: skip
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Issue:
    number: int
    title: str
    description: str
    labels: list[str]
    author: int
    updated: datetime
    due: str | None = None
    state: str = "opened"
    moved: int | None = None
    notes: list[dict[str, Any]] = field(default_factory=list)


class GitLabStandin(Loopback):
    """`guest`: the token's user may not set labels, and GitLab says nothing; `hidden`: it may not see
    the project any more; `outside`: the address that pages are linked by."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.user, self.page, self.outside = TOKEN, USER, 100, ""
        self.guest = self.hidden = False
        self.executed: list[str] = []
        self.followed: list[str] = []
        self._issues: dict[int, Issue] = {}

    def tickets(self) -> list[Seen]:
        return [
            Seen(
                str(one.number),
                one.title,
                one.state == "opened",
                frozenset(one.labels),
                one.description,
                tuple(note["body"] for note in one.notes),
            )
            for one in self._issues.values()
        ]

    def issue(self, ref: str) -> Issue:
        return self._issues[int(ref)]

    def close(self, ref: str) -> None:
        self._touch(self.issue(ref)).state = "closed"

    def reopen(self, ref: str) -> None:
        self._touch(self.issue(ref)).state = "opened"

    def delete(self, ref: str) -> None:
        del self._issues[int(ref)]

    def move(self, ref: str) -> None:
        issue = self.issue(ref)
        issue.state, issue.moved = "closed", 99

    def fill(self, count: int) -> None:
        """Issues of other people, with our label."""
        for _ in range(count):
            self._add("theirs", "", ["cors-audit"], author=1)

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("private-token") != self.token:
            return Reply(401, {"message": "401 Unauthorized"})
        place, named = asked.path[:3], asked.path[3:4]
        known = place == ("api", "v4", "projects") and named in ((PROJECT,), ("1",))
        if not known or self.hidden:
            return Reply(404, {"message": "404 Project Not Found"})
        match asked.method, *asked.path[4:]:
            case "GET", "issues":
                return self._list(asked)
            case "POST", "issues":
                return self._create(asked.json)
            case method, "issues", number, *rest:
                issue = self._issues.get(int(number))
                if issue is None:
                    return Reply(404, {"message": "404 Not found"})
                return self._on(method, issue, rest, asked)
            case _:
                return Reply(404, {"error": "404 Not Found"})

    def _list(self, asked: Asked) -> Reply:
        unknown = {name for name, _ in asked.query} - _LISTED
        assert not unknown, unknown
        labels = {one for one in asked.param("labels").split(",") if one}
        after = asked.param("updated_after")
        state, numbers = asked.param("state", "all"), asked.params("iids[]")
        hits = [
            one
            for one in self._issues.values()
            if labels <= set(one.labels)
            and state in ("all", one.state)
            and (asked.param("scope") != "created_by_me" or one.author == self.user)
            and (not after or one.updated >= datetime.fromisoformat(after))
            and (not numbers or str(one.number) in numbers)
        ]
        if asked.param("sort", "desc") == "desc":
            hits.reverse()
        return self._paged(asked, [self._json(one) for one in hits])

    def _paged(self, asked: Asked, rows: list[dict[str, Any]]) -> Reply:
        size = min(int(asked.param("per_page", "20")), self.page)
        number = int(asked.param("page", "1"))
        last = number * size >= len(rows)
        query = "&".join(f"{k}={v}" for k, v in asked.query if k != "page")
        path = "/".join(quote(one, safe="") for one in asked.path)
        place = f"{self.outside or self.url}/{path}?{query}&page"
        links = [f'<{place}=1>; rel="first"']
        links += [] if last else [f'<{place}={number + 1}>; rel="next"']
        return Reply(200, rows[(number - 1) * size : number * size], {"Link": ", ".join(links)})

    def _create(self, body: Any) -> Reply:
        if not 0 < len(body.get("title", "")) <= 255:
            return Reply(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}})
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", body.get("due_date", "2026-01-01")):
            return Reply(400, {"error": "due_date is invalid"})
        if len(body.get("description", "")) > 1_048_576:
            return Reply(400, {"message": {"description": ["is too long"]}})
        labels = [] if self.guest else _split(body.get("labels", ""))
        issue = self._add(body["title"], body.get("description", ""), labels, self.user)
        issue.due = body.get("due_date")
        # A title is no Markdown in most versions, so code shelters nothing there.
        self.followed += [f"title: {one}" for one in _REFERENCE.findall(issue.title)]
        self._read(issue.description)
        return Reply(201, self._json(issue))

    def _add(self, title: str, description: str, labels: list[str], author: int) -> Issue:
        number = max(self._issues, default=0) + 1
        issue = Issue(number, title, description, labels, author, self.clock())
        self._issues[number] = issue
        return issue

    def _on(self, method: str, issue: Issue, rest: list[str], asked: Asked) -> Reply:
        match method, *rest:
            case ("GET",):
                return Reply(200, self._json(issue))
            case ("PUT",):
                return self._edit(issue, asked.json)
            case "GET", "notes":
                rows = issue.notes if asked.param("sort") == "asc" else issue.notes[::-1]
                return self._paged(asked, rows)
            case "POST", "notes":
                text = asked.json["body"]
                if not 0 < len(text) <= 1_000_000:
                    return Reply(400, {"message": "400 Bad request - Note {:note=>[...]}"})
                self._read(text)
                note = {"id": len(issue.notes) + 1, "body": text, "system": False}
                self._touch(issue).notes.append(note)
                return Reply(201, note)
            case _:
                return Reply(405, {"error": "405 Not Allowed"})

    def _edit(self, issue: Issue, body: Any) -> Reply:
        known = {"state_event", "add_labels", "remove_labels", "title", "labels"}
        if not body or set(body) - known:
            return Reply(400, {"error": "at least one parameter must be provided"})
        if body.get("state_event") not in (None, "close", "reopen"):
            return Reply(400, {"error": "state_event does not have a valid value"})
        if "state_event" in body:
            issue.state = "closed" if body["state_event"] == "close" else "opened"
        if not self.guest:
            dropped = _split(body.get("remove_labels", ""))
            given = _split(body["labels"]) if "labels" in body else issue.labels
            both = [*given, *_split(body.get("add_labels", ""))]
            issue.labels = [one for one in dict.fromkeys(both) if one not in dropped]
        issue.title = body.get("title", issue.title)
        return Reply(200, self._json(self._touch(issue)))

    def _read(self, text: str) -> None:
        """What GitLab does with a text: commands, then mentions and references."""
        text = text.replace("\r", "")
        self.executed += [found["cmd"] for found in _LEGACY.finditer(text) if found["cmd"]]
        lines = text.split("\n")
        for token in _MARKDOWN.parse(text):
            if token.type == "paragraph_open" and token.level == 0 and token.map:
                self.executed += filter(None, map(_command, lines[slice(*token.map)]))
        shown = _MARKDOWN.render(text)
        self.followed += _TAG.findall(shown)
        bare = html.unescape(re.sub(r"<[^>]*>", " ", _CODE.sub(" ", shown)))
        self.followed += _REFERENCE.findall(bare)

    def _touch(self, issue: Issue) -> Issue:
        issue.updated = self.clock()
        return issue

    def _json(self, issue: Issue) -> dict[str, Any]:
        return {
            "id": 1_000 + issue.number,
            "iid": issue.number,
            "project_id": 1,
            "title": issue.title,
            "description": issue.description,
            "state": issue.state,
            "labels": issue.labels,
            "due_date": issue.due,
            "moved_to_id": issue.moved,
            "updated_at": issue.updated.isoformat(),
            "author": {"id": issue.author},
            "web_url": f"https://gitlab.example.com/{PROJECT}/-/issues/{issue.number}",
        }


def _command(line: str) -> str | None:
    found = _COMMAND.match(line)
    return found[1] if found else None


def _split(labels: str | list[str]) -> list[str]:
    names = labels if isinstance(labels, list) else labels.split(",")
    return [one.strip() for name in names for one in name.split(",") if one.strip()]


@contextmanager
def gitlab_standin() -> Iterator[GitLabStandin]:
    """Serve the project `group/app` until the block ends."""
    with served(GitLabStandin()) as gitlab:
        yield gitlab
