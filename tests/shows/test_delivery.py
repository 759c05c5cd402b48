"""Show 4: a tracker that is away for three nights, tickets that people delete, and lost answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.edge.http import Http
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.webhook import Webhook
from tests.edge.trackers.github_standin import StandIn, github_standin
from tests.edge.trackers.loopback import Asked, Reply, served
from tests.edge.trackers.webhook_receiver import SECRET, WebhookReceiver
from tests.shows.troubled import Troubled, acts

pytestmark = pytest.mark.server
GITHUB = """\
  servers: {{github: {{url: "{url}"}}}}
  routes: [{{owner: "*", github: {{repo: {repo}}}}}]"""
WEBHOOK = """\
  routes: [{{owner: "*", webhook: {{name: siem, url: "{url}", secret_env: SIEM_SECRET}}}}]"""


@pytest.fixture
def http() -> Iterator[Http]:
    found = Http(timeout_seconds=5.0)
    yield found
    found.close()


@pytest.fixture
def hub() -> Iterator[StandIn]:
    with github_standin() as found:
        yield found


@pytest.fixture
def github(hub: StandIn, http: Http, tmp_path: Path) -> Troubled:
    found = Troubled(
        tmp_path,
        GITHUB.format(url=hub.url, repo=hub.repo),
        lambda: GitHub(http, hub.url, hub.repo, Secret(hub.token)),
    )
    hub.clock = found.clock
    return found


def _app(title: str) -> str:
    """The app that a ticket is about."""
    return title.replace("`", "").split(" ")[2].partition(".")[0]


def _first(comment: str) -> str:
    """The word that a comment begins with."""
    return comment.split()[0].strip(".:,")


def _told(hub: StandIn) -> dict[str, tuple[bool, list[str]]]:
    """By app: whether its one ticket is open, and how its comments begin."""
    tickets = hub.tickets()
    found = {
        _app(one.title): (
            one.open,
            [*map(_first, one.comments)],
        )
        for one in tickets
    }
    assert len(found) == len(tickets), [one.title for one in tickets]
    return found


def test_a_tracker_that_is_away_for_three_nights(github: Troubled, hub: StandIn) -> None:
    github.begin("before", "back", "brief", "wider", "stays", "blip")
    github.night(let_in="before back")
    assert set(_told(hub)) == {"before", "back"}
    hub.fail(502, times=1000)
    away = [
        github.night(let_in="brief wider stays"),
        github.night(let_in="blip", mend="before back", write="wider"),
        github.night(let_in="back", mend="brief blip"),
    ]
    assert [len(one.delivered.problems) for one in away] == [1, 1, 1]
    assert [one.delivered.waiting for one in away] == [3, 7, 10]
    assert all(one.delivered.said == 0 for one in away)
    hub.faults.clear()
    again = github.night()
    assert again.problems == ()
    assert again.delivered.waiting == 0
    assert _told(hub) == {
        "before": (False, ["Fixed"]),
        "back": (True, ["Fixed", "Opened"]),
        "wider": (True, ["CRITICAL"]),
        "stays": (True, []),
    }
    asked = len(hub.log.asked)
    assert acts(github.night()) == []
    assert [one for one in hub.log.asked[asked:] if not one.startswith("GET")] == []


def test_what_comes_back_after_it_was_never_opened(github: Troubled, hub: StandIn) -> None:
    github.begin("a")
    hub.fail(502, times=1000)
    github.night(let_in="a")
    github.night(mend="a")
    hub.faults.clear()
    assert github.night().delivered.dropped == 2
    assert hub.tickets() == []
    github.night(let_in="a")
    assert _told(hub) == {"a": (True, [])}
    github.night(mend="a")
    assert _told(hub) == {"a": (False, ["Fixed"])}


def test_a_ticket_that_is_deleted_comes_anew_once(github: Troubled, hub: StandIn) -> None:
    github.begin("a", "b")
    github.night(let_in="a b")
    for _ in range(2):
        (found,) = [one for one in hub.tickets() if _app(one.title) == "a"]
        hub.delete(found.number)
        github.night()
    assert set(_told(hub)) == {"b"}
    assert acts(github.night()) == []


def test_a_token_that_expires_and_is_renewed(github: Troubled, hub: StandIn, http: Http) -> None:
    github.begin("a", "b")
    github.night(let_in="a")
    old = hub.token
    hub.expire()
    github.make = lambda: GitHub(http, hub.url, hub.repo, Secret(old))
    lost = github.night(let_in="b", mend="a")
    assert all("401" in line for line in lost.problems)
    assert (lost.delivered.said, lost.delivered.waiting) == (0, 2)
    github.make = lambda: GitHub(http, hub.url, hub.repo, Secret(hub.token))
    assert github.night().delivered.waiting == 0
    assert _told(hub) == {"a": (False, ["Fixed"]), "b": (True, [])}


# -- a webhook -------------------------------------------------------------------------------------


class Recorder(WebhookReceiver):
    """A receiver that keeps what came in, as an eavesdropper would."""

    def __init__(self) -> None:
        super().__init__(SECRET)
        self.heard: list[Asked] = []

    def answer(self, asked: Asked) -> Reply:
        self.heard.append(asked)
        return super().answer(asked)


@pytest.fixture
def receiver() -> Iterator[Recorder]:
    with served(Recorder()) as found:
        yield found


@pytest.fixture
def webhook(receiver: Recorder, http: Http, tmp_path: Path) -> Troubled:
    found = Troubled(
        tmp_path,
        WEBHOOK.format(url=receiver.url),
        lambda: Webhook(http, "siem", receiver.url, Secret(SECRET), found.clock),
    )
    receiver.clock = lambda: found.at
    return found


def _events(receiver: Recorder) -> list[tuple[str, str]]:
    """What was taken, in order: of which app, and what."""
    apps: dict[str, str] = {}
    found = []
    for event in receiver.events.values():
        data = event["data"]
        if event["type"] == "ticket.opened":
            apps[data["key"]] = _app(data["title"])
        said = "opened" if event["type"] == "ticket.opened" else _first(data["text"])
        found.append((apps[data["key"]], said))
    return found


def _nights(webhook: Troubled) -> None:
    webhook.begin("a", "b", "c")
    webhook.night(let_in="a b")
    webhook.night(mend="a", let_in="c")
    webhook.night(let_in="a", write="b")
    webhook.night()


EVENTS = [
    ("a", "Fixed"),
    ("a", "Opened"),
    ("a", "opened"),
    ("b", "CRITICAL"),
    ("b", "opened"),
    ("c", "opened"),
]


def test_every_event_comes_once(webhook: Troubled, receiver: Recorder) -> None:
    _nights(webhook)
    assert sorted(_events(receiver)) == EVENTS
    assert len(receiver.heard) == len(EVENTS)
    assert receiver.doubles == receiver.refused == []


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("lost", [1, 3, 5])
def test_every_event_counts_once_when_answers_are_lost(
    webhook: Troubled, receiver: Recorder, lost: int, stored: bool
) -> None:
    """An event that comes again has the id that it had: whoever keeps ids takes each once."""
    for _ in range(lost):
        receiver.lose("POST", stored=stored)
    _nights(webhook)
    assert receiver.faults == []
    assert sorted(_events(receiver)) == EVENTS
    assert receiver.refused == []
    assert len(receiver.doubles) == (lost if stored else 0)


def test_what_was_overheard_is_refused(webhook: Troubled, receiver: Recorder) -> None:
    _nights(webhook)
    taken = dict(receiver.events)
    webhook.at += timedelta(minutes=1)
    for asked in [*receiver.heard]:
        status = receiver.answer(asked).status
        assert status == 400, "older than five minutes"
    last = receiver.heard[-1]
    webhook.at = _sent(last) + timedelta(minutes=1)
    assert receiver.answer(last).status == 204
    assert receiver.doubles == [last.headers["webhook-id"]]
    for changed in (
        replace(last, body=last.body.replace(b"ticket", b"Ticket")),
        replace(last, headers={**last.headers, "webhook-id": "another"}),
        replace(last, headers={**last.headers, "webhook-timestamp": _now(webhook)}),
    ):
        assert receiver.answer(changed).status == 401
    assert receiver.events == taken


def _sent(asked: Asked) -> datetime:
    return datetime.fromtimestamp(int(asked.headers["webhook-timestamp"]), UTC)


def _now(webhook: Troubled) -> str:
    return str(int(webhook.at.timestamp()))


def test_what_ended_while_its_first_answer_was_lost_is_closed(
    webhook: Troubled, receiver: Recorder
) -> None:
    """The receiver may have taken it, and nobody can look: it is told of the end."""
    webhook.begin("a")
    webhook.on_pause = lambda: receiver.fail(502)
    receiver.lose("POST", stored=True)
    assert webhook.night(let_in="a").delivered.waiting == 1
    receiver.faults.clear()
    webhook.night(mend="a")
    assert _events(receiver) == [("a", "opened"), ("a", "Fixed")]
    assert [one.open for one in receiver.tickets()] == [False]
