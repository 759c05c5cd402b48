"""The heartbeat against a server on loopback: what arrives, what is tried again, what is shown."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from auditor.edge.heartbeat import AGAIN_AFTER_SECONDS, beat
from auditor.edge.http import Http
from tests.servers import LOOPBACK, free_port

SECRET = "0d338dcc-secret-uuid"
NAME = "CORS_AUDIT_HEARTBEAT"


class Check:
    """What a service saw, and the statuses that it answers with, the last for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.seen: list[tuple[str, str, dict[str, object]]] = []

    def answer(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def serving(check: Check, delay: float = 0) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            check.seen.append((self.path, self.headers["content-type"], json.loads(body)))
            threading.Event().wait(delay)
            self.send_response(check.answer())
            self.send_header("location", f"http://{LOOPBACK}:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/ping/{SECRET}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(url: str, *, failed: bool = False, timeout: float = 5) -> tuple[str | None, list[float]]:
    slept: list[float] = []
    http = Http(timeout)
    try:
        text = beat(url, NAME, {"exit_code": 0, "run": 3}, http, slept.append, failed=failed)
    finally:
        http.close()
    assert text is None or (SECRET not in text and LOOPBACK not in text)
    return text, slept


@pytest.mark.parametrize(
    ("failed", "tail", "path"),
    [
        (False, "", f"/ping/{SECRET}"),
        (True, "", f"/ping/{SECRET}/fail"),
        (True, "/?create=1", f"/ping/{SECRET}/fail?create=1"),
        (False, "?create=1", f"/ping/{SECRET}?create=1"),
    ],
)
def test_one_small_message_arrives(failed: bool, tail: str, path: str) -> None:
    check = Check(200)
    with serving(check) as url:
        assert send(url + tail, failed=failed) == (None, [])
    assert check.seen == [(path, "application/json", {"exit_code": 0, "run": 3})]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_may_pass_is_tried_once_more(status: int) -> None:
    check = Check(status, 200)
    with serving(check) as url:
        assert send(url) == (None, [AGAIN_AFTER_SECONDS])
    assert len(check.seen) == 2


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (401, 1), (302, 1), (500, 2)])
def test_a_refusal_is_said_without_the_address(status: int, tries: int) -> None:
    check = Check(status)
    with serving(check) as url:
        text, _ = send(url)
    told = "look at the check that its URL names"
    assert text == f"{NAME}: the heartbeat was not taken (status {status}); {told}"
    assert len(check.seen) == tries


def test_nobody_there() -> None:
    text, slept = send(f"http://{LOOPBACK}:{free_port()}/{SECRET}")
    assert text is not None
    assert text.startswith(f"{NAME}: the heartbeat was not taken (ConnectError); ")
    assert slept == [AGAIN_AFTER_SECONDS]


def test_a_server_that_hangs_holds_nothing_up() -> None:
    with serving(Check(200), delay=3) as url:
        text, _ = send(url, timeout=0.2)
    assert text is not None
    assert "(ReadTimeout)" in text


@pytest.mark.parametrize(
    "url",
    ["", "  ", SECRET, f"ftp://h/{SECRET}", f"http:///{SECRET}", f"http://[{SECRET}", f"https://h:{SECRET}/"],
)  # fmt: skip
def test_what_is_no_url_is_said_and_not_shown(url: str) -> None:
    text, slept = send(url)
    assert text == f"{NAME}: does not hold the URL of a heartbeat; write https://... into it"
    assert slept == []
