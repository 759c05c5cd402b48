"""Answers that no Roundup gives, and those that it gives rarely: each is one kind of trouble."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from auditor.edge.http import Answer, Failed, Request
from auditor.edge.trackers.tracker import TrackerError, Trouble
from tests.edge.trackers.roundup_client import change, client, new, trouble_of

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://tracker.example"


@dataclass
class Saying:
    """Answers everything with one status and body."""

    status: int
    body: bytes

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        return Answer(self.status, (("retry-after", "7"),), self.body)


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (200, b"<html>", Trouble.LATER),
        (200, b"\xff", Trouble.LATER),
        (200, b"[]", Trouble.LATER),
        (200, b'{"data": []}', Trouble.LATER),
        (200, b"[" * 100_000, Trouble.LATER),
        (201, b'{"data": {"id": 7}}', Trouble.LATER),
        (302, b"", Trouble.REFUSED),
        (400, b'{"error": {"msg": "Sun: An error occurred. Please"}}', Trouble.LATER),
        (400, b'{"error": {"msg": "bad \x1b[31m"}}', Trouble.REJECTED),
        (
            400,
            json.dumps({"error": {"msg": "bad \x1b[31m" + "x" * 9999}}).encode(),
            Trouble.REJECTED,
        ),
        (409, b'{"error": {"msg": "no"}}', Trouble.REJECTED),
        (405, b"", Trouble.REJECTED),
        (429, b"", Trouble.LATER),
        (502, b"<html>", Trouble.LATER),
    ],
)
def test_every_answer_is_one_kind_of_trouble(status: int, body: bytes, trouble: Trouble) -> None:
    error = trouble_of(lambda: client(URL, Saying(status, body)).create(new()))
    assert error.trouble is trouble
    assert str(error).isprintable()
    assert len(str(error)) < 600
    if status in (429, 502):
        assert error.wait_seconds == 7


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": {"collection": null}}',
        b'{"data": {"collection": [1, null, {}, {"id": 3}]}}',
        b'{"data": {}}',
    ],
)
def test_an_odd_answer_raises_nothing_else(body: bytes) -> None:
    tracker = client(URL, Saying(200, body))
    acts: tuple[Callable[[], object], ...] = (
        lambda: tracker.look(["1"]),
        lambda: tracker.find(["a" * 64], SINCE),
        lambda: tracker.create(new()),
        lambda: tracker.change("1", change(1, "a"), again=True),
    )
    for act in acts:
        with suppress(TrackerError):
            act()
