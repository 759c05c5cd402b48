"""The stand-in itself: what GitHub's description forbids is seen, in both directions."""

import pytest

from auditor.edge.http import Http, Request
from tests.edge.trackers import github_operations
from tests.edge.trackers.github_hub import Hub, Issue
from tests.edge.trackers.github_standin import TOKEN, github_standin

ACCESS = {
    "Authorization": f"Bearer {TOKEN}",
    "User-Agent": "tests",
    "X-GitHub-Api-Version": "2022-11-28",
    "Content-Type": "application/json",
}


def exchange(method: str, path: str, body: bytes | None = None) -> None:
    """One exchange with a stand-in that has issue 1."""
    http = Http()
    try:
        with github_standin() as hub:
            hub.add("There", "")
            http.send(Request(method, f"{hub.url}/repos/{hub.repo}{path}", ACCESS, body))
    finally:
        http.close()


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (Request("POST", "/issues", body=b'{"body": "x"}'), "'title' is a required property"),
        (Request("POST", "/issues", body=b'{"title": "x", "lables": []}'), "lables"),
        (Request("POST", "/issues", body=b'{"title": null}'), "None is not valid under any"),
        (Request("PATCH", "/issues/1", body=b'{"state": "resolved"}'), "'resolved' is not one of"),
        (Request("PATCH", "/issues/1", body=b'{"state_reason": "done"}'), "'done' is not one of"),
        (Request("POST", "/issues/1/comments", body=b"{}"), "'body' is a required property"),
        (Request("POST", "/issues/1/labels", body=b'{"labels": []}'), "labels"),
        (Request("GET", "/issues?state=opened"), "'opened' is not one of"),
        (Request("GET", "/issues?status=open"), "unknown parameter 'status'"),
        (Request("GET", "/issues?since=yesterday"), "'yesterday' is not a 'date-time'"),
        (Request("GET", "/issues/one"), "invalid literal for int()"),
        (Request("GET", "/milestones"), "not found"),
        (Request("DELETE", "/issues/1"), "not found"),
    ],
)
def test_a_request_that_the_description_forbids_is_seen(request_: Request, told: str) -> None:
    with pytest.raises(AssertionError, match="request ") as caught:
        exchange(request_.method, request_.url, request_.body)
    assert told.lower() in str(caught.value).lower()


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"state_reason": "bored"}, "'bored' is not one of"),
        ({"number": "1"}, "not of type 'integer'"),
        ({"created_at": "today"}, "'today' is not a 'date-time'"),
        ({"title": ...}, "'title' is a required property"),
    ],
)
def test_an_answer_that_the_description_forbids_is_seen(
    monkeypatch: pytest.MonkeyPatch, planted: dict[str, object], told: str
) -> None:
    honest = github_operations.issue_json

    def bent(hub: Hub, issue: Issue) -> dict[str, object]:
        held = {**honest(hub, issue), **planted}
        return {name: value for name, value in held.items() if value is not ...}

    monkeypatch.setattr(github_operations, "issue_json", bent)
    with pytest.raises(AssertionError, match="answer 200 to GET") as caught:
        exchange("GET", "/issues/1")
    assert told in str(caught.value)


def test_a_stand_in_that_fails_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github_operations, "issue_json", None)
    with pytest.raises(AssertionError, match="the stand-in failed"):
        exchange("GET", "/issues/1")
