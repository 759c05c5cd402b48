"""What GitHub answers to each operation that the stand-in knows, from the state of a `Hub`."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode

from tests.edge.trackers.github_contract import Asked
from tests.edge.trackers.github_hub import (
    BODY,
    ID,
    LABEL_NAME,
    TITLE,
    Hub,
    Issue,
    Reply,
    comment_json,
    invalid,
    issue_json,
    label_json,
    refusal,
)

_DENIED = "Resource not accessible by personal access token"


def answer(hub: Hub, asked: Asked) -> Reply:
    """The answer to one request, by its path behind the repository."""
    if asked.headers.get("Authorization") != f"Bearer {hub.token}":
        return refusal(401, "Bad credentials")
    if not asked.headers.get("User-Agent"):
        return refusal(403, "Request forbidden by administrative rules.")
    if asked.headers.get("X-GitHub-Api-Version") not in ("2022-11-28", "2026-03-10"):
        return refusal(400, "This version is not supported.")
    owner, name, *rest = asked.path.removeprefix("/repos/").split("/")
    if f"{owner}/{name}" in hub.old_names:
        return _renamed(hub, asked, rest)
    if hub.hidden or f"{owner}/{name}" != hub.repo:
        return refusal(404, "Not Found")
    return _inside(hub, asked, rest)


def _renamed(hub: Hub, asked: Asked, rest: list[str]) -> Reply:
    query = f"?{urlencode(asked.query)}" if asked.query else ""
    there = {"Location": f"{hub.url}/repositories/{ID}/{'/'.join(rest)}{query}"}
    status, words = (
        (301, "Moved Permanently") if asked.method == "get" else (307, "Temporary Redirect")
    )
    return Reply(status, {"message": words, "documentation_url": "", "url": ""}, there)


def _inside(hub: Hub, asked: Asked, rest: list[str]) -> Reply:
    match asked.method, rest:
        case "get", ["labels"]:
            return _page(hub, asked, hub.labels, lambda name: label_json(hub, name))
        case "post", ["labels"]:
            return _new_label(hub, _fields(asked))
        case "get", ["issues"] if hub.disabled:
            # The description has no 410 here; others have seen one (tested apart).
            return Reply(200, [])
        case _, ["issues", *_] if hub.disabled:
            return refusal(410, "Issues are disabled for this repo")
        case "get", ["issues"]:
            return _page(
                hub, asked, hub.listed(dict(asked.query)), lambda one: issue_json(hub, one)
            )
        case "post", ["issues"]:
            return _new_issue(hub, _fields(asked))
        case _, ["issues", number, *deeper] if number.isdigit():
            return _of_issue(hub, asked, int(number), deeper)
        case _:
            return refusal(404, "Not Found")


def _of_issue(hub: Hub, asked: Asked, number: int, deeper: list[str]) -> Reply:
    if number in hub.gone:
        return refusal(410, "This issue was deleted")
    if number in hub.moved:
        there = {"Location": f"{hub.url}/repositories/7/issues/{number}"}
        return Reply(301, {"message": "Moved Permanently"}, there)
    issue = hub.issues.get(number)
    if issue is None:
        return refusal(404, "Not Found")
    if asked.method != "get" and not hub.writes:
        return refusal(403, _DENIED)
    match asked.method, deeper:
        case "get", []:
            return Reply(200, issue_json(hub, issue))
        case "patch", []:
            hub.update(issue, _fields(asked))
            return Reply(200, issue_json(hub, issue))
        case "get", ["comments"]:
            return _page(hub, asked, issue.comments, lambda one: comment_json(hub, issue, one))
        case "post", ["comments"]:
            return _new_comment(hub, issue, _fields(asked))
        case "post", ["labels"]:
            hub.label(number, *hub.known(_fields(asked)["labels"]))
            return Reply(200, [label_json(hub, name) for name in issue.labels])
        case "delete", ["labels", name]:
            return _unlabelled(hub, issue, unquote(name))
        case _:
            return refusal(404, "Not Found")


def _new_issue(hub: Hub, fields: dict[str, Any]) -> Reply:
    title, body = str(fields.get("title", "")), fields.get("body", "")
    if not title.strip():
        return invalid("Issue", "title", "title can't be blank")
    if len(title) > TITLE:
        return invalid("Issue", "title", f"title is too long (maximum is {TITLE} characters)")
    if len(body) > BODY:
        return invalid("Issue", "body", f"body is too long (maximum is {BODY} characters)")
    # Labels of who may not set them are dropped without a word.
    labels = hub.known(fields.get("labels", [])) if hub.writes else []
    issue = hub.add_issue(title, body, labels)
    there = f"{hub.url}/repos/{hub.repo}/issues/{issue.number}"
    return Reply(201, issue_json(hub, issue), {"Location": there})


def _new_comment(hub: Hub, issue: Issue, fields: dict[str, Any]) -> Reply:
    if issue.locked:
        return refusal(403, "Unable to create comment because issue is locked.")
    if len(fields["body"]) > BODY:
        return invalid("IssueComment", "body", f"body is too long (maximum is {BODY} characters)")
    comment = hub.add_comment(issue, fields["body"])
    there = f"{hub.url}/repos/{hub.repo}/issues/comments/{comment.id}"
    return Reply(201, comment_json(hub, issue, comment), {"Location": there})


def _new_label(hub: Hub, fields: dict[str, Any]) -> Reply:
    name = fields["name"]
    if not hub.writes:
        return refusal(404, "Not Found")
    if len(name) > LABEL_NAME:
        return invalid("Label", "name", f"name is too long (maximum is {LABEL_NAME} characters)")
    if name.casefold() in {one.casefold() for one in hub.labels}:
        return invalid("Label", "name", code="already_exists")
    hub.labels.append(name)
    there = f"{hub.url}/repos/{hub.repo}/labels/x"
    return Reply(201, label_json(hub, name), {"Location": there})


def _unlabelled(hub: Hub, issue: Issue, name: str) -> Reply:
    if name not in issue.labels:
        return refusal(404, "Label does not exist")
    issue.labels.remove(name)
    return Reply(200, [label_json(hub, one) for one in issue.labels])


def _page(hub: Hub, asked: Asked, held: list[Any], told: Callable[[Any], Any]) -> Reply:
    query = dict(asked.query)
    size = min(int(query.get("per_page", 30)), hub.most_per_page)
    page = int(query.get("page", 1))
    shown = held[(page - 1) * size : page * size]
    headers = {}
    if page * size < len(held):
        rest = asked.path.removeprefix(f"/repos/{hub.repo}")
        following = urlencode({**query, "page": page + 1})
        # As GitHub does: a list goes on under the repository's id.
        headers["Link"] = f'<{hub.url}/repositories/{ID}{rest}?{following}>; rel="next"'
    return Reply(200, [told(one) for one in shown], headers)


def _fields(asked: Asked) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(asked.body or b"{}")
    return held
