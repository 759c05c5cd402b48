"""What trackers refuse, and what is said of it: Jira, GitLab and the webhook alike."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.gitlab import GitLab
from auditor.edge.trackers.jira import Jira
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Tracker, Trouble
from auditor.edge.trackers.webhook import Webhook
from tests.edge.trackers import gitlab_standin as gitlab
from tests.edge.trackers import jira_standin as jira
from tests.edge.trackers import webhook_receiver as webhook
from tests.edge.trackers.loopback import NIGHT, Loopback
from tests.edge.trackers.samples import SINCE, change_of, key_of, refused, ticket_of

RESET = str(int(NIGHT.timestamp()) + 45)


@dataclass
class Place:
    standin: Loopback
    tracker: Tracker
    secret: str


@pytest.fixture(params=["jira", "gitlab", "webhook"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with ExitStack() as stack:
        http = Http(5.0)
        stack.callback(http.close)
        match request.param:
            case "jira":
                site = stack.enter_context(jira.jira_standin())
                made: Tracker = Jira(http, site.url, jira.USER, Secret(jira.TOKEN), "ACC")
                yield Place(site, made, jira.TOKEN)
            case "gitlab":
                server = stack.enter_context(gitlab.gitlab_standin())
                made = GitLab(http, server.url, "group/app", Secret(gitlab.TOKEN))
                yield Place(server, made, gitlab.TOKEN)
            case _:
                receiver = stack.enter_context(webhook.webhook_receiver())
                secret = Secret(webhook.SECRET)
                made = Webhook(http, "siem", receiver.url, secret, lambda: NIGHT)
                yield Place(receiver, made, webhook.SECRET)


@pytest.mark.parametrize(
    ("status", "headers", "trouble", "wait"),
    [
        (429, {"Retry_After": "17"}, Trouble.LATER, 17.0),
        (429, {"Retry_After": "Sun, 22 Nov 2026 03:01:00 GMT"}, Trouble.LATER, 60.0),
        (429, {"RateLimit_Reset": RESET}, Trouble.LATER, 45.0),
        (429, {"RateLimit_Reset": "99999999999999"}, Trouble.LATER, None),
        (502, {"Retry_After": "soon"}, Trouble.LATER, None),
        (503, {"Retry_After": "5"}, Trouble.LATER, 5.0),
        (409, {}, Trouble.LATER, None),
        (301, {"Location": "https://evil.example"}, Trouble.REFUSED, None),
        (401, {}, Trouble.REFUSED, None),
        (403, {}, Trouble.REFUSED, None),
        (404, {}, Trouble.REFUSED, None),
        (410, {}, Trouble.REFUSED, None),
        (400, {}, Trouble.REJECTED, None),
        (413, {}, Trouble.REJECTED, None),
        (422, {}, Trouble.REJECTED, None),
    ],
)
def test_refusals_say_what_to_do(
    place: Place, status: int, headers: dict[str, str], trouble: Trouble, wait: float | None
) -> None:
    place.standin.fail(status, **headers)
    error = refused(lambda: place.tracker.create(ticket_of()), without=place.secret)
    assert (error.trouble, error.wait_seconds) == (trouble, wait)
    assert str(error).startswith(f"{place.tracker.name}: HTTP {status}")
    assert error.do
    assert len(place.standin.asked) == 1


def test_no_answer_is_for_later(place: Place) -> None:
    place.standin.lose("POST", stored=False)
    error = refused(lambda: place.tracker.create(ticket_of()), without=place.secret)
    assert error.trouble is Trouble.LATER
    assert place.standin.tickets() == []


def test_an_answer_that_was_lost_makes_no_second_ticket(place: Place) -> None:
    place.standin.lose("POST")
    assert refused(lambda: place.tracker.create(ticket_of())).trouble is Trouble.LATER
    if key_of(1) not in place.tracker.find([key_of(1)], SINCE):
        place.tracker.create(ticket_of())
    assert len(place.standin.tickets()) == 1


def test_a_comment_whose_answer_was_lost_is_not_made_twice(place: Place) -> None:
    ref = place.tracker.create(ticket_of()).ref
    change = change_of(comment=ticket_of().body, open=False, add=("ok",))
    place.standin.lose("POST")
    assert refused(lambda: place.tracker.change(ref, change, again=False)).trouble is Trouble.LATER
    place.tracker.change(ref, change, again=True)
    (seen,) = place.standin.tickets()
    assert (len(seen.comments), seen.open, "ok" in seen.labels) == (1, False, True)
