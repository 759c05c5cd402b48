"""Jira Cloud on loopback: a stateful stand-in for one project, from Atlassian's documentation.

It refuses what Jira refuses: unknown fields and priorities, labels with spaces, lines in a summary,
texts over the limit, empty text nodes, transitions that a status does not have. Its search lags
behind when told to; "Bulk fetch issues" and single issues never do.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.edge.trackers.loopback import Asked, Loopback, Reply, Seen, served

PROJECT, USER, TOKEN = "ACC", "robot@example.com", "token-of-the-stand-in"
CATEGORIES = {"new": 2, "indeterminate": 4, "done": 3}
_FIELDS = ("project", "issuetype", "summary", "description", "labels", "priority", "duedate")
_TEXT_LIMIT = 32_767
_JQL = re.compile(
    r'project = "(?P<project>\w+)"(?: AND labels in \((?P<labels>[^)]*)\))? ORDER BY created DESC'
)


@dataclass
class Transition:
    """From any status of `start` (() for all) to `to`; `fields`: of its screen, as Jira lists them."""

    id: str
    to: str
    start: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Issue:
    """`indexed`: labels as the search knows them, None before it knows the issue at all."""

    number: int
    fields: dict[str, Any]
    properties: dict[str, Any]
    status: str = "To Do"
    comments: list[dict[str, Any]] = field(default_factory=list)
    resolution: str | None = None
    indexed: tuple[str, ...] | None = None
    moved: str | None = None


class JiraStandin(Loopback):
    """`statuses`: category of each; `screen`: fields that may be set; `lag`: the search learns of
    nothing until `index`; `soft`: a wrong token gets in as nobody, as Jira has it, or is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.user, self.token = USER, TOKEN
        self.statuses = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
        self.transitions = [Transition(str(n), to) for n, to in enumerate(self.statuses, 11)]
        self.priorities = ["Highest", "High", "Medium", "Low", "Lowest"]
        self.screen = set(_FIELDS)
        self.lag = self.soft = self.captcha = self.blind = False
        self.page = 100
        self._issues: dict[int, Issue] = {}
        self._counter = 0

    def tickets(self) -> list[Seen]:
        return [
            Seen(
                f"{PROJECT}-{one.number}",
                one.fields["summary"],
                self.statuses[one.status] != "done",
                frozenset(one.fields.get("labels", ())),
                text_of(one.fields["description"]),
                tuple(text_of(comment["body"]) for comment in one.comments),
            )
            for one in self._issues.values()
            if one.moved is None
        ]

    def issue(self, ref: str) -> Issue:
        return self._issues[int(ref.rpartition("-")[2])]

    def close(self, ref: str) -> None:
        self.issue(ref).status = "Done"

    def reopen(self, ref: str) -> None:
        self.issue(ref).status = "To Do"

    def delete(self, ref: str) -> None:
        del self._issues[self.issue(ref).number]

    def move(self, ref: str) -> None:
        self.issue(ref).moved = "OPS-7"

    def clone(self, ref: str) -> None:
        """Jira copies fields, not properties."""
        self._counter += 1
        copy = Issue(self._counter, dict(self.issue(ref).fields), {})
        self._issues[copy.number] = copy
        self._note(copy)

    def fill(self, count: int) -> None:
        """Issues of other people."""
        for _ in range(count):
            self._counter += 1
            held = {"summary": "theirs", "description": _doc("text"), "labels": []}
            self._issues[self._counter] = Issue(self._counter, held, {})
            self._note(self._issues[self._counter])

    def index(self) -> None:
        for issue in self._issues.values():
            issue.indexed = tuple(issue.fields.get("labels", ()))

    def answer(self, asked: Asked) -> Reply:
        if asked.path[-1] == "serverInfo":
            return Reply(200, {"deploymentType": "Cloud", "versionNumbers": [1001, 0, 0]})
        refused = self._refused(asked)
        if refused is not None:
            return refused
        match asked.method, *asked.path[3:]:
            case "POST", "issue":
                return self._create(asked.json)
            case "GET", "field":
                return Reply(200, [{"id": name, "name": name} for name in _FIELDS])
            case "GET", "project", key:
                known = key == PROJECT and not self.blind
                return Reply(200, {"key": key}) if known else _missing("project")
            case "POST" | "GET", "search", "jql":
                return self._search(asked)
            case "POST", "issue", "bulkfetch":
                return self._bulk(asked.json)
            case method, "issue", ref, *rest:
                issue = self._at(ref)
                return _missing("Issue") if issue is None else self._on(method, issue, rest, asked)
            case _:
                return Reply(404)

    def _refused(self, asked: Asked) -> Reply | None:
        pair = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
        if self.captcha:
            told = {"X-Seraph-LoginReason": "AUTHENTICATION_DENIED"}
            return Reply(403, "<html>CAPTCHA</html>", told)
        if asked.headers.get("authorization") == f"Basic {pair}":
            return None
        told = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}
        if self.soft and asked.path[-1] in ("jql", "bulkfetch"):
            return Reply(200, {"issues": []}, told)
        return Reply(401, {"errorMessages": ["You are not authenticated."], "errors": {}}, told)

    def _create(self, body: Any) -> Reply:
        self._counter += 1  # also for an issue that is refused in the end (JRACLOUD-78553)
        fields = body["fields"]
        errors = dict(self._errors(fields))
        if errors:
            return _bad(**errors)
        if len(text_of(fields["description"])) > _TEXT_LIMIT:
            return Reply(400, {"errorMessages": ["CONTENT_LIMIT_EXCEEDED"], "errors": {}})
        properties = {one["key"]: one["value"] for one in body.get("properties", ())}
        issue = Issue(self._counter, fields, properties)
        self._issues[issue.number] = issue
        self._note(issue)
        key = f"{PROJECT}-{issue.number}"
        held = {"id": str(10_000 + issue.number), "key": key, "self": f"{self.url}/{key}"}
        return Reply(201, held)

    def _errors(self, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name in fields:
            if name not in self.screen:
                words = "cannot be set. It is not on the appropriate screen, or unknown."
                yield name, f"Field '{name}' {words}"
        if fields["project"] != {"key": PROJECT} or self.blind:
            yield "project", "valid project is required"
        if fields["issuetype"].get("name") != "Task":
            yield "issuetype", "Specify a valid issue type"
        summary = fields["summary"]
        if not 0 < len(summary) <= 255 or "\n" in summary:
            yield "summary", "The summary is invalid because it contains newline characters."
        priority = fields.get("priority", {"name": "Medium"})["name"]
        if priority not in self.priorities:
            yield "priority", "The priority selected is invalid."
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", fields.get("duedate", "2026-01-01")):
            yield "duedate", "Error parsing date string"
        for label in fields.get("labels", ()):
            if " " in label or not 0 < len(label) <= 255:
                yield "labels", f"The label '{label}' contains spaces which is invalid."
        if not _is_document(fields["description"]):
            yield "description", "Operation value must be an Atlassian Document"

    def _search(self, asked: Asked) -> Reply:
        body = asked.json if asked.method == "POST" else dict(asked.query)
        found = _JQL.fullmatch(body["jql"])
        if found is None:
            return Reply(400, {"errorMessages": ["Unbounded JQL queries are not allowed here."]})
        if found["project"] != PROJECT or self.blind:
            told = f"The value '{found['project']}' does not exist for the field 'project'."
            return Reply(400, {"errorMessages": [told]})
        labels = {one.strip().strip('"') for one in (found["labels"] or "").split(",")}
        hits = [
            issue
            for issue in reversed(self._issues.values())
            if issue.indexed is not None
            and issue.moved is None
            and (found["labels"] is None or labels & set(issue.indexed))
        ]
        start = int(str(body.get("nextPageToken") or "from-0").removeprefix("from-"))
        end = start + min(int(body.get("maxResults", 50)), self.page)
        more = {"nextPageToken": f"from-{end}"} if end < len(hits) else {}
        page = [self._json(issue, body) for issue in hits[start:end]]
        return Reply(200, {"issues": page, "isLast": not more, **more})

    def _bulk(self, body: Any) -> Reply:
        refs = body["issueIdsOrKeys"]
        if len(refs) > 100:
            return Reply(400, {"errorMessages": ["At most 100 issues."], "errors": {}})
        issues = [] if self.blind else [one for one in map(self._at, refs) if one is not None]
        return Reply(200, {"issues": [self._json(one, body) for one in issues], "issueErrors": []})

    def _on(self, method: str, issue: Issue, rest: list[str], asked: Asked) -> Reply:
        match method, *rest:
            case ("GET",):
                return Reply(200, self._json(issue, {"properties": []}))
            case ("PUT",):
                return self._edit(issue, asked.json)
            case "GET", "transitions":
                return Reply(
                    200, {"transitions": [self._step(one) for one in self._open_to(issue)]}
                )
            case "POST", "transitions":
                return self._transition(issue, asked.json)
            case "POST", "comment":
                return self._comment(issue, asked.json)
            case "GET", "comment":
                start, most = int(asked.param("startAt", "0")), int(asked.param("maxResults", "50"))
                newest = issue.comments[::-1]
                page = {"comments": newest[start : start + min(most, self.page)]}
                return Reply(200, {**page, "startAt": start, "total": len(newest)})
            case _:
                return Reply(405)

    def _edit(self, issue: Issue, body: Any) -> Reply:
        if self.statuses[issue.status] == "done":
            return _bad(labels="You cannot edit a closed issue.")
        labels = issue.fields.setdefault("labels", [])
        for edit in body["update"]["labels"]:
            if "add" in edit and edit["add"] not in labels:
                labels.append(edit["add"])
            if edit.get("remove") in labels:
                labels.remove(edit["remove"])
        self._note(issue)
        return Reply(204)

    def _open_to(self, issue: Issue) -> list[Transition]:
        return [one for one in self.transitions if not one.start or issue.status in one.start]

    def _transition(self, issue: Issue, body: Any) -> Reply:
        wanted = str(body["transition"]["id"])
        step = next((one for one in self._open_to(issue) if one.id == wanted), None)
        if step is None:
            return Reply(400, {"errorMessages": ["It seems that you have tried an illegal step."]})
        given = body.get("fields", {})
        for name, held in step.fields.items():
            if held.get("required") and name not in given:
                return _bad(**{name: f"{held['name']} is required."})
        if set(given) - set(step.fields):
            return _bad(resolution="Field 'resolution' cannot be set.")
        issue.status = step.to
        issue.resolution = given.get("resolution", {}).get("id")
        return Reply(204)

    def _comment(self, issue: Issue, body: Any) -> Reply:
        if not _is_document(body["body"]):
            return _bad(comment="Comment body is not valid!")
        if len(text_of(body["body"])) > _TEXT_LIMIT:
            return Reply(400, {"errorMessages": ["CONTENT_LIMIT_EXCEEDED"], "errors": {}})
        comment = {"id": str(len(issue.comments) + 1), "body": body["body"]}
        issue.comments.append(comment)
        return Reply(201, comment)

    def _at(self, ref: str) -> Issue | None:
        project, _, number = ref.rpartition("-")
        number = number if project == PROJECT else str(int(number) - 10_000)
        return self._issues.get(int(number))

    def _note(self, issue: Issue) -> None:
        if not self.lag:
            issue.indexed = tuple(issue.fields.get("labels", ()))

    def _step(self, step: Transition) -> dict[str, Any]:
        held = {"id": step.id, "name": f"to {step.to}", "isAvailable": True}
        return {**held, "to": self._status(step.to), "fields": step.fields}

    def _status(self, name: str) -> dict[str, Any]:
        key = self.statuses[name]
        return {"name": name, "id": name, "statusCategory": {"id": CATEGORIES[key], "key": key}}

    def _json(self, issue: Issue, body: Mapping[str, Any]) -> dict[str, Any]:
        key = issue.moved or f"{PROJECT}-{issue.number}"
        fields = {**issue.fields, "status": self._status(issue.status)}
        held = {"id": str(10_000 + issue.number), "key": key, "self": f"{self.url}/{key}"}
        names = body.get("properties", ())
        properties = {name: issue.properties[name] for name in names if name in issue.properties}
        return {**held, "fields": fields, "properties": properties}


def text_of(node: Any) -> str:
    """The text of a document, blocks on lines of their own."""
    if node.get("type") == "text":
        return str(node["text"])
    apart = "" if node.get("type") in ("paragraph", "heading", "codeBlock") else "\n"
    return apart.join(text_of(one) for one in node.get("content", ()))


def _is_document(node: Any) -> bool:
    return node.get("type") == "doc" and node.get("version") == 1 and all(_texts(node))


def _texts(node: Any) -> Iterator[bool]:
    if node["type"] == "text":
        yield bool(node["text"])
    for one in node.get("content", ()):
        yield from _texts(one)


def _doc(words: str) -> dict[str, Any]:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
    return {"type": "doc", "version": 1, "content": [paragraph]}


def _bad(**errors: str) -> Reply:
    return Reply(400, {"errorMessages": [], "errors": errors})


def _missing(what: str) -> Reply:
    words = f"{what} does not exist or you do not have permission to see it."
    return Reply(404, {"errorMessages": [words], "errors": {}})


@contextmanager
def jira_standin() -> Iterator[JiraStandin]:
    """Serve the project `ACC` until the block ends."""
    with served(JiraStandin()) as jira:
        yield jira
