"""Whatever a tracker answers, a tracker of ours raises `TrackerError` and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from auditor.core.finding import Severity
from auditor.edge.http import Answer, Failed, Request
from auditor.edge.tickets.prose import text
from auditor.edge.trackers.gitlab import GitLab
from auditor.edge.trackers.jira import Jira
from auditor.edge.trackers.rest import LONGEST_WAIT, spoken, wait_of
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, NewTicket, Tracker, TrackerError, Trouble
from tests.edge.trackers.loopback import NIGHT

KEY = "ab" * 32
TOKEN = "canary-canary"
STATUS = {"name": "To Do", "statusCategory": {"key": ["new"]}}
BODIES = [
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b"1" * 6_000,
    b"NaN",
    *(
        json.dumps(one).encode()
        for one in (
            None,
            7,
            "text",
            [],
            [None, 1, "x", [], {}],
            {},
            {"issues": None},
            {"issues": [None, {}, {"key": ["ACC-1"], "fields": []}]},
            {"issues": [{"key": "ACC-1", "id": 7, "fields": {"status": STATUS}}]},
            {"issues": [{"key": "ACC-" + "9" * 5_000, "id": "9" * 5_000}]},
            {"issueErrors": [{"id": "1"}]},
            {"key": {"a": 1}, "iid": True, "state": []},
            [{"iid": "1", "state": "opened"}],
            [{"iid": 1, "state": ["opened"], "web_url": "http://[", "moved_to_id": 1}],
            {"iid": 1, "state": "opened", "web_url": 7, "description": []},
            {"transitions": [{"id": 1, "to": None}, None]},
            {"errorMessages": {"a": [TOKEN]}, "errors": [[[["x\x1b[31m" * 400]]]]},
        )
    ),
]
LINKS = ["", '<http://[>; rel="next"', "<" * 9_000, '<x?page=2>; rel="next"']
ACTS: list[Callable[[Tracker], object]] = [
    lambda tracker: tracker.find([KEY], NIGHT),
    lambda tracker: tracker.look(["1", "ACC-1", ""]),
    lambda tracker: tracker.create(NewTicket(KEY, "t", (text("b"),), Severity.LOW)),
    lambda tracker: tracker.change("1", Change("0" * 32, (text("c"),), open=False), again=True),
    lambda tracker: tracker.change("ACC-1", Change("0" * 32, open=True, add=("x",)), again=False),
]


class Oracle:
    """A sender that answers everything with one thing."""

    def __init__(self, answer: Answer | Failed) -> None:
        self.answer = answer
        self.count = 0

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        self.count += 1
        return self.answer


def trackers_of(oracle: Oracle) -> list[Tracker]:
    jira = Jira(oracle, "https://x.example", "robot@example.com", Secret(TOKEN), "ACC")
    return [jira, GitLab(oracle, "https://x.example", "group/app", Secret(TOKEN))]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("status", [200, 201, 400, 500])
def test_strange_answers_are_errors_or_nothing(body: bytes, status: int) -> None:
    for link in LINKS:
        for act in ACTS:
            oracle = Oracle(Answer(status, (("link", link),), body))
            for tracker in trackers_of(oracle):
                said = _said(act, tracker)
                assert TOKEN not in said
                assert "\x1b" not in said
                assert len(said) < 2_000
            assert oracle.count < 2_000


def test_no_answer_is_an_error() -> None:
    for act in ACTS[:3]:
        for tracker in trackers_of(Oracle(Failed("ConnectError: refused \x1b[31m"))):
            with pytest.raises(TrackerError, match="no answer") as caught:
                act(tracker)
            assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b"[]", b'{"issues": {}}', b"null", b"7"])
def test_an_answer_without_a_list_is_not_an_empty_tracker(body: bytes) -> None:
    jira, gitlab = trackers_of(Oracle(Answer(200, (), body)))
    for act in ACTS[:2]:
        with pytest.raises(TrackerError, match="documentation") as caught:
            act(jira)
        assert caught.value.trouble is Trouble.LATER
    if body != b"[]":
        with pytest.raises(TrackerError, match="documentation"):
            gitlab.find([KEY], NIGHT)


def _said(act: Callable[[Tracker], Any], tracker: Tracker) -> str:
    """What goes wrong, as text."""
    try:
        act(tracker)
    except TrackerError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": " 5 "}, 5.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9" * 40}, LONGEST_WAIT),
        ({"retry-after": "Sun, 22 Nov 2026 03:00:30 GMT"}, None),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 03:00:30 GMT",
                "date": "Sun, 22 Nov 2026 03:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Sun, 22 Nov 2026 02:00:00 GMT",
                "date": "Sun, 22 Nov 2026 03:00:00 GMT",
            },
            0.0,
        ),
        ({"ratelimit-reset": "1", "date": "Sun, 22 Nov 2026 03:00:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_how_long_to_wait(lines: dict[str, str], seconds: float | None) -> None:
    assert wait_of(Answer(429, tuple(lines.items()))) == seconds


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"errorMessages": [], "errors": {"priority": "is wrong"}}, "priority: is wrong"),
        ({"message": "401 Unauthorized"}, "401 Unauthorized"),
        ({"message": {"title": ["is long"]}}, "title: is long"),
        ({"errorMessages": ["a", "b"]}, "a b"),
        ({}, ""),
    ],
)
def test_what_a_tracker_says(held: object, said: str) -> None:
    assert " ".join(spoken(Answer(400, body=json.dumps(held).encode()))) == said
