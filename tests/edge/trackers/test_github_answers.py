"""Answers of GitHub that lead elsewhere, or are not what it documents."""

import json

import pytest

from auditor.edge.http import Answer, Failed, Http, Request
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import LABEL, Ticket, Trouble
from tests.edge.trackers.github_cases import K1, K2, NIGHT, new, note, refused, tracker
from tests.edge.trackers.github_standin import TOKEN, StandIn

# Moves.


def test_a_repository_that_was_renamed_is_followed(
    hub: StandIn, sender: Http, ours: GitHub
) -> None:
    ours.create(new())
    old = tracker(hub, sender)
    changing = tracker(hub, sender)
    hub.rename("example/cors")
    assert set(old.find([K1], NIGHT)) == {K1}
    assert old.look(["1"])["1"].open
    changing.change("1", note("Gone.", open=False), again=False)
    old.create(new(K2))
    assert [one.open for one in hub.tickets()] == [False, True]


def test_a_move_to_another_address_is_not_followed() -> None:
    class Elsewhere:
        urls: list[str] = []  # noqa: RUF012

        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            self.urls.append(request.url)
            there = "https://evil.example/repositories/1/issues?per_page=1"
            return Answer(301, (("location", there),), b"{}")

    sender = Elsewhere()
    there = GitHub(sender, "https://api.example", "a/b", Secret(TOKEN))
    for act in (lambda: there.find([K1], NIGHT), lambda: there.look(["1"])):
        assert refused(act).trouble is Trouble.REFUSED
    assert all(url.startswith("https://api.example/") for url in sender.urls)


def test_a_list_that_goes_on_elsewhere_is_not_followed() -> None:
    class Elsewhere:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            assert request.url.startswith("https://api.example/")
            link = '<https://api.example.evil.example/x>; rel="next"'
            return Answer(200, (("link", link),), b"[]")

    there = GitHub(Elsewhere(), "https://api.example", "a/b", Secret(TOKEN))
    assert refused(lambda: there.find([K1], NIGHT)).trouble is Trouble.REFUSED


# Hostile and odd answers.


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b"[1]",
        b"null",
        b'[{"number": "1", "state": "open"}]',
        b'[{"number": 0, "state": "open"}]',
        b'[{"number": 1, "state": "locked"}]',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_an_answer_that_is_not_documented_is_asked_for_later(body: bytes) -> None:
    class Odd:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            return Answer(200, (), body)

    there = GitHub(Odd(), "https://api.example", "a/b", Secret(TOKEN))
    assert refused(lambda: there.find([K1], NIGHT)).trouble is Trouble.LATER
    assert refused(lambda: there.look(["1"])).trouble is Trouble.LATER


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x/\x1b[2J", "https://x y", 7, None]
)
def test_a_page_that_cannot_be_shown_is_left_out(url: object) -> None:
    class Odd:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            issue = {"number": 1, "state": "open", "html_url": url, "labels": [LABEL, 7, {}]}
            return Answer(200, (), json.dumps(issue).encode())

    there = GitHub(Odd(), "https://api.example", "a/b", Secret(TOKEN))
    assert there.look(["1"])["1"] == Ticket("1", "a/b#1", "", open=True)


def test_its_words_are_shown_short_and_escaped(hub: StandIn, ours: GitHub) -> None:
    hub.refuse(422, "Validation Failed\x1b[2J\u202e", errors=[{"code": "x" * 9_000, "field": "f"}])
    error = refused(lambda: ours.find([K1], NIGHT))
    assert error.trouble is Trouble.REJECTED
    assert "Validation Failed\\x1b[2J\\u202e" in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 500


def test_a_reason_without_an_answer_is_escaped() -> None:
    class Down:
        def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
            return Failed("ConnectError: \x1b[31m" + "x" * 9_000)

    error = refused(
        lambda: GitHub(Down(), "https://api.example", "a/b", Secret(TOKEN)).find([K1], NIGHT)
    )
    assert "\\x1b[31m" in str(error)
    assert len(str(error)) < 500
