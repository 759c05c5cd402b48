"""A server that is asked live, findings to ask it about, and a clock that only sleeping moves."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from auditor.core.finding import Finding, Severity
from auditor.edge.config.delivery import Verify
from auditor.run.confirm import Confirmation, confirm, sender
from tests.servers import LOOPBACK

START = datetime(2026, 11, 22, 3, 6, tzinfo=UTC)
EVIL = "https://evil-example.com"
ECHO = {"Access-Control-Allow-Origin": EVIL, "Access-Control-Allow-Credentials": "true"}
READS, SENDS = ("read_anon", "read_cred"), ("send_anon", "send_cred")
Reply = tuple[int, Mapping[str, str]]


@dataclass
class Api:
    """A server: what it answers to a method, what it was sent."""

    replies: dict[str, Reply] = field(default_factory=dict)
    port: int = 0
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    @property
    def netloc(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def sent(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.seen]


@contextmanager
def serving() -> Iterator[Api]:
    """A server on loopback."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            api.seen.append((self.command, self.path, headers))
            status, lines = api.replies.get(self.command, (200, {}))
            self.send_response(status)
            for name, value in lines.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_OPTIONS = do_HEAD = do_PUT = do_GET  # noqa: N815 - names that http.server looks up

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    server.daemon_threads = True
    api.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        return self.now


def finding(
    *routes: str,
    capabilities: tuple[str, ...] = READS,
    witness: str | None = EVIL,
    severity: Severity = Severity.HIGH,
    rule: str = "widened-origin",
    subject: str = "x",
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        environment="prod",
        host=routes[0].partition("/")[0],
        subject=subject,
        what="",
        why="",
        do="",
        witness=witness,
        grantor=None,
        routes=routes,
        capabilities=capabilities,
    )


def asked(*findings: Finding, hosts: tuple[str, ...] = (LOOPBACK,)) -> list[Confirmation]:
    """What became of each, with requests that are really sent."""
    verify = Verify(hosts)
    time = Time()
    found = confirm(findings, verify, sender(verify), time.sleep, time.clock)
    return [found[one.fingerprint] for one in findings if one.fingerprint in found]


def one(api: Api, *routes: str, **more: object) -> Confirmation:
    places = [f"{api.netloc}{route}" if route.startswith("/") else route for route in routes]
    (found,) = asked(finding(*places, **more))  # type: ignore[arg-type]
    return found


def lines(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Headers as an answer has them."""
    return ((name.lower(), value) for name, value in headers.items())
