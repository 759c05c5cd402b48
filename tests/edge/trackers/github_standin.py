"""GitHub on loopback: a stateful stand-in for issues, each exchange checked with GitHub's description.

`with github_standin() as hub:` gives the state with its `url`, `repo` and `token`; at the end of the
block every breach of the description, by us or by the stand-in itself, is an AssertionError.
"""

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import Headers

from tests.edge.trackers.github_contract import Answered, Asked, Contract
from tests.edge.trackers.github_hub import ID, Hub, Reply, refusal
from tests.edge.trackers.github_operations import answer

REPO = "example/cors-drift"
TOKEN = "token-of-the-stand-in"
_LOOPBACK = "127.0.0.1"


def ticking(start: datetime = datetime(2026, 1, 5, 3, tzinfo=UTC)) -> Callable[[], datetime]:
    """A clock that moves on by a second each time it is read."""
    seconds = count()
    return lambda: start + timedelta(seconds=next(seconds))


@dataclass
class Fault:
    """Something that goes wrong. `method`: of the requests that it meets, None for all; `times`: how
    often; `reply`: what is answered instead; `drop`: the connection ends, before anything was done
    (`stored` false) or after all was; `wait_seconds`: before the answer."""

    method: str | None = None
    times: int = 1
    reply: Reply | None = None
    drop: bool = False
    stored: bool = True
    wait_seconds: float = 0.0


@dataclass
class Log:
    """What went over the wire: requests as `GET /issues?state=open`, and breaches."""

    asked: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


class StandIn(Hub):
    """A hub that is served. `faults`: met in order; `log`: what went over the wire."""

    def __init__(self, url: str, repo: str, token: str, clock: Callable[[], datetime]) -> None:
        super().__init__(url, repo, token, clock)
        self.faults: list[Fault] = []
        self.log = Log()

    def limit(
        self,
        status: int = 403,
        times: int = 1,
        message: str = "You have exceeded a secondary rate limit.",
        **headers: str,
    ) -> None:
        """A limit: `limit(429, retry_after="7")`."""
        told = refusal(status, message)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append(Fault(times=times, reply=Reply(status, told.value, named)))

    def fail(self, status: int, times: int = 1, method: str | None = None) -> None:
        """A gateway's page, which is no JSON."""
        self.faults.append(Fault(method, times, Reply(status, f"<html>{status}</html>")))

    def refuse(self, status: int, message: str, **more: Any) -> None:
        """An answer in GitHub's own form."""
        self.faults.append(Fault(reply=refusal(status, message, **more)))

    def lose(self, method: str, *, stored: bool = True) -> None:
        """The connection ends before an answer, after all was done, or before anything was."""
        self.faults.append(Fault(method, drop=True, stored=stored))

    def slow(self, seconds: float, times: int = 1) -> None:
        self.faults.append(Fault(times=times, wait_seconds=seconds))

    def expire(self) -> None:
        """No token gets in any more."""
        self.token = f"{self.token}-renewed"

    def take_fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method in (None, method):
                fault.times -= 1
                if fault.times == 0:
                    self.faults.remove(fault)
                return fault
        return None


@cache
def _contract() -> Contract:
    return Contract()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    hub: StandIn
    lock: threading.Lock

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        url = urlsplit(self.path)
        path = url.path.replace(f"/repositories/{ID}/", f"/repos/{self.hub.repo}/", 1)
        asked = Asked(self.command, path, parse_qsl(url.query), dict(self.headers), body)
        with self.lock:
            fault = self._fault()
            reply = self._reply(asked, fault)
        if fault is not None and fault.wait_seconds:
            time.sleep(fault.wait_seconds)
        if fault is not None and fault.drop:
            self.close_connection = True
            return
        self._send(asked, reply)

    def _fault(self) -> Fault | None:
        short = self.path.removeprefix(f"/repos/{self.hub.repo}").removeprefix(
            f"/repositories/{ID}"
        )
        self.hub.log.asked.append(f"{self.command} {short}")
        return self.hub.take_fault(self.command)

    def _reply(self, asked: Asked, fault: Fault | None) -> Reply:
        if fault is not None and fault.reply is not None:
            return fault.reply
        if fault is not None and fault.drop and not fault.stored:
            return Reply(500)
        breaches = _contract().breaches_of_request(asked)
        self.hub.log.breaches += breaches
        return refusal(422, "Invalid request") if breaches else answer(self.hub, asked)

    def _send(self, asked: Asked, reply: Reply) -> None:
        is_page = isinstance(reply.value, str)
        data = reply.value.encode() if is_page else json.dumps(reply.value).encode()
        media = "text/html" if is_page else "application/json"
        answered = Answered(reply.status, Headers(list(reply.headers.items())), data, media)
        self.hub.log.breaches += _contract().breaches_of_answer(asked, answered)
        headers: Mapping[str, str] = {
            "Content-Type": f"{media}; charset=utf-8",
            "Content-Length": str(len(data)),
            "Date": format_datetime(self.hub.clock().astimezone(UTC), usegmt=True),
            **reply.headers,
        }
        self.send_response_only(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    hub: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            self.hub.log.breaches.append(f"the stand-in failed: {traceback.format_exc()}")


@contextmanager
def github_standin(
    repo: str = REPO, token: str = TOKEN, clock: Callable[[], datetime] | None = None
) -> Iterator[StandIn]:
    """Serve one repository until the block ends. `clock`: the stand-in's own, for tests whose nights
    are not today's."""
    handler = type("Handler", (_Handler,), {"lock": threading.Lock()})
    server = _Server((_LOOPBACK, 0), handler)
    hub = StandIn(f"http://{_LOOPBACK}:{server.server_port}", repo, token, clock or ticking())
    handler.hub = server.hub = hub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    if hub.log.breaches:
        raise AssertionError("\n".join(hub.log.breaches))
