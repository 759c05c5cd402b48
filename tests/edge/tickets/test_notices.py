"""Messages reach Slack or say why not, and the webhook's URL is nowhere to be read."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from auditor.edge.http import Answer, Failed, Http, Request, Sender
from auditor.edge.tickets.notices import Channel, NotSent, Sent, send_notice
from auditor.edge.tickets.prose import text
from auditor.edge.trackers.tokens import Secret

TOKEN = "T0/B0/canary-secret"
URL = f"https://hooks.slack.example/services/{TOKEN}"
PROSE = (text("see ACC-7"),)
LINKS = {"ACC-7": "https://tracker.example/7"}


@dataclass
class Told:
    """A sender that answers as it was told, and keeps what it was asked."""

    answers: list[Answer | Failed]
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        assert read
        self.asked.append(request)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def send(sender: Sender, url: str = URL) -> tuple[Sent | NotSent, list[float]]:
    waited: list[float] = []
    channel = Channel(sender, "CORS_AUDIT_SLACK", Secret(url))
    return send_notice(channel, PROSE, LINKS, waited.append), waited


def test_a_message_is_posted_once() -> None:
    sender = Told([Answer(200, body=b"ok")])
    assert send(sender) == (Sent(), [])
    (request,) = sender.asked
    assert (request.method, request.url) == ("POST", URL)
    assert request.headers["content-type"] == "application/json"
    assert (
        "<https://tracker.example/7|ACC-7>"
        in json.loads(request.body or b"")["blocks"][0]["text"]["text"]
    )


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (Answer(429, (("retry-after", "7"),)), [7.0]),
        (Answer(429, (("retry-after", "99999"),)), [30.0]),
        (Answer(429, (("retry-after", "9" * 400),)), [2.0]),
        (Answer(429, (("retry-after", "-1"),)), [2.0]),
        (Answer(429, (("retry-after", "\u0663"),)), [2.0]),
        (Answer(503), [2.0]),
        (Failed("ConnectTimeout: timed out"), [2.0]),
    ],
)
def test_what_may_pass_is_tried_once_more(answer: Answer | Failed, waits: list[float]) -> None:
    assert send(Told([answer, Answer(200)])) == (Sent(), waits)
    found, waited = send(Told([answer]))
    assert isinstance(found, NotSent)
    assert waited == waits


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(403, body=b"action_prohibited"), "status 403 action_prohibited; make the webhook anew, and set it"),
        (Answer(404, body=b"no_service\n"), "status 404 no_service; make the webhook anew, and set it"),
        (Answer(302), "status 302; make the webhook anew, and set it"),
        (Answer(400, body=f"<a href={URL}>".encode()), "status 400; make the webhook anew, and set it"),
        (Answer(400, body=b"<!channel> \x1b[31m"), "status 400; make the webhook anew, and set it"),
        (Answer(500, body=b"x" * 9_000), "status 500; look at Slack's status"),
        (Failed(f"ConnectError: {URL}"), "no answer, ConnectError; see whether this host reaches Slack"),
        (Failed("the URL cannot be read"), "no answer, the URL cannot be read; see whether this host reaches Slack"),
    ],
)  # fmt: skip
def test_a_problem_says_what_and_what_to_do(answer: Answer | Failed, problem: str) -> None:
    found, _ = send(Told([answer]))
    assert found == NotSent(f"slack (CORS_AUDIT_SLACK): {problem}")
    assert TOKEN not in repr(found)


def test_the_url_is_in_no_repr_of_a_channel() -> None:
    assert TOKEN not in repr(Channel(Told([]), "CORS_AUDIT_SLACK", Secret(URL)))


class Hook(BaseHTTPRequestHandler):
    bodies: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).bodies.append(body)
        self.send_response(200 if self.path == f"/services/{TOKEN}" else 404)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def hook() -> Iterator[str]:
    Hook.bodies = []
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/services/{TOKEN}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.server
def test_a_real_receiver_gets_the_message(hook: str) -> None:
    http = Http(5.0)
    try:
        assert send(http, hook)[0] == Sent()
        assert isinstance(send(http, f"{hook}-other")[0], NotSent)
        assert isinstance(send(http, "no url")[0], NotSent)
    finally:
        http.close()
    assert json.loads(Hook.bodies[0])["unfurl_links"] is False
