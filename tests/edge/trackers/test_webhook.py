"""The signed webhook: events against a strict receiver, their schema, and the official library."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import standardwebhooks

from auditor.edge.http import Answer, Failed, Http, Request
from auditor.edge.tickets.prose import BlockKind, Prose, code, fields, heading, items, table
from auditor.edge.tickets.prose import text as words
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, NewTicket, Tracker, TrackerError, Trouble
from auditor.edge.trackers.webhook import Webhook
from tests.edge.trackers import samples
from tests.edge.trackers.loopback import NIGHT
from tests.edge.trackers.samples import DELIVERY, SINCE
from tests.edge.trackers.webhook_receiver import SECRET, WebhookReceiver, webhook_receiver

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[3] / "docs/schema/webhook.schema.json").read_text()
)
KEY = samples.key_of(1)
BODY: Prose = (
    heading("What"),
    words("A page can \u202e read it.\x1b[31m"),
    fields(("Where", "a1")),
    code("a\nb"),
    items("x", "y"),
    table(("a", "b"), ("1", "2")),
)


class Clock:
    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver(clock: Clock) -> Iterator[WebhookReceiver]:
    with webhook_receiver() as found:
        found.clock = clock
        yield found


@pytest.fixture
def http() -> Iterator[Http]:
    found = Http(5.0)
    yield found
    found.close()


@pytest.fixture
def tracker(receiver: WebhookReceiver, http: Http, clock: Clock) -> Webhook:
    return Webhook(http, "siem", f"{receiver.url}/in?token=canary", Secret(SECRET), clock)


def ticket_of(**changed: Any) -> NewTicket:
    return samples.ticket_of(**{"body": BODY, **changed})


def refused(run: Callable[[], object]) -> TrackerError:
    error = samples.refused(run, without=SECRET)
    assert "canary" not in str(error)
    return error


def test_a_ticket_and_its_changes_arrive(tracker: Tracker, receiver: WebhookReceiver) -> None:
    made = tracker.create(ticket_of(owner="team", labels=("cors",), due=date(2026, 11, 27)))
    assert (made.ref, made.name, made.url, made.open) == (KEY, f"siem:{KEY[:8]}", "", True)
    change = Change(DELIVERY, (words("Fixed."),), open=False, add=("ok",), drop=("cors",))
    tracker.change(KEY, change, again=False)
    (seen,) = receiver.tickets()
    assert (seen.title, seen.open, seen.labels) == ("[CORS] prod 1", False, {"ok"})
    assert seen.comments == ("Fixed.",)
    assert r"\u202e" in seen.body
    assert r"\x1b[31m" in seen.body
    assert receiver.refused == []
    assert list(receiver.events) == [KEY, DELIVERY]
    opened = receiver.events[KEY]["data"]
    assert (opened["owner"], opened["severity"], opened["due"]) == ("team", "high", "2026-11-27")
    assert opened["blocks"][1]["text"] == BODY[1].text


def test_what_is_sent_again_is_taken_once(
    tracker: Tracker, receiver: WebhookReceiver, clock: Clock
) -> None:
    receiver.lose("POST")
    assert refused(lambda: tracker.create(ticket_of())).trouble is Trouble.LATER
    clock.now += timedelta(hours=24)
    assert tracker.find([KEY], SINCE) == {}
    tracker.create(ticket_of())
    change = Change(DELIVERY, (words("It changed."),))
    for again in (False, True, True):
        tracker.change(KEY, change, again=again)
    assert receiver.doubles == [KEY, DELIVERY, DELIVERY]
    assert receiver.tickets()[0].comments == ("It changed.",)


def test_looking_believes_what_was_delivered(tracker: Tracker) -> None:
    tracker.create(ticket_of())
    assert tracker.look([KEY])[KEY].open
    tracker.change(KEY, Change(DELIVERY, open=False), again=False)
    assert not tracker.look([KEY])[KEY].open
    tracker.change(KEY, Change("1e" * 16, open=True), again=False)
    assert tracker.look([KEY])[KEY].open


class Taken:
    """A sender that keeps what it is given."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        self.requests.append(request)
        return Answer(204)


def test_the_official_library_signs_the_same(clock: Clock) -> None:
    sender, other = Taken(), "whsec_" + "QUJD" * 8
    Webhook(sender, "siem", "https://x.example", Secret(f"{SECRET} {other}"), clock).create(
        ticket_of()
    )
    (request,) = sender.requests
    assert request.body is not None
    signed = [
        standardwebhooks.Webhook(secret).sign(KEY, clock.now, request.body.decode())
        for secret in (SECRET, other)
    ]
    assert request.headers["webhook-signature"].split() == signed
    assert request.headers["webhook-timestamp"] == str(int(clock.now.timestamp()))


def test_the_receiver_knows_the_vector_of_the_specification(receiver: WebhookReceiver) -> None:
    """From the tests of the official libraries."""
    receiver.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    receiver.clock = lambda: datetime.fromtimestamp(1614265330, UTC)
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert receiver.check(headers, b'{"test": 2432232314}') == ""
    assert receiver.check(headers, b'{"test": 2432232315}') == "signature"


@pytest.mark.parametrize(
    ("changed", "body", "minutes", "why"),
    [
        ({}, None, 0, ""),
        ({}, b"{}", 0, "signature"),
        ({"webhook-id": "1" * 64}, None, 0, "signature"),
        ({"webhook-timestamp": "1"}, None, 0, "timestamp"),
        ({"webhook-signature": "v1,AAAA"}, None, 0, "signature"),
        ({"webhook-signature": ""}, None, 0, "signature"),
        ({}, None, 6, "timestamp"),
        ({}, None, -6, "timestamp"),
    ],
)
def test_what_was_altered_or_kept_back_is_refused(
    receiver: WebhookReceiver,
    http: Http,
    clock: Clock,
    changed: dict[str, str],
    body: bytes | None,
    minutes: int,
    why: str,
) -> None:
    sender = Taken()
    Webhook(sender, "siem", receiver.url, Secret(SECRET), clock).create(ticket_of())
    (request,) = sender.requests
    clock.now += timedelta(minutes=minutes)
    headers = {**request.headers, **changed}
    answer = http.send(Request("POST", receiver.url, headers, body or request.body))
    assert isinstance(answer, Answer)
    assert (answer.status == 204) is (why == "")
    assert receiver.refused == ([why] if why else [])
    assert len(receiver.events) == (0 if why else 1)


def test_a_replay_is_not_taken_again(receiver: WebhookReceiver, http: Http, clock: Clock) -> None:
    sender = Taken()
    Webhook(sender, "siem", receiver.url, Secret(SECRET), clock).create(ticket_of())
    for _ in range(2):
        http.send(sender.requests[0])
    assert (len(receiver.events), receiver.doubles) == (1, [KEY])
    clock.now += timedelta(minutes=6)
    http.send(sender.requests[0])
    assert receiver.refused == ["timestamp"]


@pytest.mark.parametrize(
    "secret", ["short", "whsec_QUJD", "whsec_!!!", "x" * 23, f"{SECRET} short"]
)
def test_weak_and_broken_secrets_send_nothing(secret: str, clock: Clock) -> None:
    sender = Taken()
    with pytest.raises(TrackerError, match="openssl rand") as caught:
        Webhook(sender, "siem", "https://x.example", Secret(secret), clock).create(ticket_of())
    assert caught.value.trouble is Trouble.REFUSED
    assert secret not in str(caught.value)
    assert sender.requests == []


def test_a_secret_may_be_any_text(receiver: WebhookReceiver, http: Http, clock: Clock) -> None:
    receiver.secret = "a-text-of-more-than-twenty-four-bytes"
    Webhook(http, "siem", receiver.url, Secret(receiver.secret), clock).create(ticket_of())
    assert receiver.events.keys() == {KEY}


def test_half_a_surrogate_pair_is_sent_as_text(tracker: Tracker, receiver: WebhookReceiver) -> None:
    tracker.create(ticket_of(title="a\ud800", body=(words("b\ud800"),)))
    assert receiver.events[KEY]["data"]["blocks"][0]["text"] == "b?"
    assert receiver.refused == []


def test_events_are_as_described(tracker: Tracker, receiver: WebhookReceiver) -> None:
    tracker.create(ticket_of())
    tracker.change(KEY, Change(DELIVERY), again=False)
    for event in receiver.events.values():
        jsonschema.validate(event, SCHEMA, jsonschema.Draft7Validator)
    kinds = {block["kind"] for block in receiver.events[KEY]["data"]["blocks"]}
    assert kinds == set(BlockKind)


@pytest.mark.parametrize(
    ("place", "value"),
    [("severity", "urgent"), ("key", "x"), ("more", 1), ("labels", "cors"), ("due", 7)],
)
def test_the_description_refuses_other_events(
    tracker: Tracker, receiver: WebhookReceiver, place: str, value: object
) -> None:
    tracker.create(ticket_of())
    event = receiver.events[KEY]
    event["data"][place] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(event, SCHEMA, jsonschema.Draft7Validator)
