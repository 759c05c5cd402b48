"""A server on loopback that stand-ins of trackers are made of, and what can go wrong with it.

A stand-in is one function from a request to a reply; faults are met before it, or lose its reply.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

Standin = TypeVar("Standin", bound="Loopback")
NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Seen:
    """A ticket as a person sees it."""

    ref: str
    title: str
    open: bool
    labels: frozenset[str]
    body: str
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A request. `path`: its segments, decoded, so that a `%2F` stays within one."""

    method: str
    path: tuple[str, ...]
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes

    def param(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.query if key == name), default)

    def params(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Reply:
    """An answer; `value`: sent as JSON, text as a page, None as nothing at all."""

    status: int = 200
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """Something that goes wrong once. `method`: of the requests it meets, None for all; `part`: in
    their path; `reply`: instead of the answer, None: the connection ends; `stored`: after the work."""

    method: str | None = None
    part: str = ""
    reply: Reply | None = None
    stored: bool = False


class Loopback:
    """A stand-in's server. `url`: its root; `asked`: all requests so far, as `GET /a/b`; `errors`:
    what the stand-in itself could not do."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.errors: list[str] = []
        self.clock: Callable[[], datetime] = lambda: NIGHT

    def answer(self, asked: Asked) -> Reply:
        """What the system says."""
        return Reply(404)

    def fail(self, status: int, times: int = 1, method: str | None = None, **headers: str) -> None:
        """A refusal before anything was done: `fail(429, retry_after="7")`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        page = Reply(status, f"<html>{status}</html>", named)
        self.faults += [Fault(method, reply=page) for _ in range(times)]

    def lose(self, method: str, part: str = "", *, stored: bool = True) -> None:
        """The connection ends without an answer, after all was done, or before anything was."""
        self.faults.append(Fault(method, part, stored=stored))

    def _fault(self, asked: Asked) -> Fault | None:
        path = "/".join(asked.path)
        for fault in self.faults:
            if fault.method in (None, asked.method) and fault.part in path:
                self.faults.remove(fault)
                return fault
        return None

    def reply(self, asked: Asked) -> Reply | None:
        """The answer, or None where the connection ends."""
        self.asked.append(f"{asked.method} /{'/'.join(asked.path)}")
        fault = self._fault(asked)
        if fault is None or fault.stored:
            reply = self.answer(asked)
            return reply if fault is None else fault.reply
        return fault.reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    standin: Loopback
    lock: threading.Lock

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        url = urlsplit(self.path)
        path = tuple(unquote(one) for one in url.path.split("/") if one)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qsl(url.query, keep_blank_values=True)
        try:
            with self.lock:
                reply = self.standin.reply(Asked(self.command, path, query, headers, body))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test has to fail of it
            self.standin.errors.append(f"{self.command} {self.path}: {error!r}")
            reply = Reply(500)
        if reply is None:
            self.close_connection = True
        else:
            self._send(reply)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""

    def _send(self, reply: Reply) -> None:
        is_page = isinstance(reply.value, str)
        text = reply.value if is_page else json.dumps(reply.value)
        data = b"" if reply.value is None else text.encode()
        self.send_response_only(reply.status)
        self.send_header("Date", format_datetime(self.standin.clock(), usegmt=True))
        self.send_header("Content-Type", "text/html" if is_page else "application/json")
        if reply.status != 204:
            self.send_header("Content-Length", str(len(data)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def served(standin: Standin) -> Iterator[Standin]:
    """Serve `standin` until the block ends."""
    handler = type("Handler", (_Handler,), {"lock": threading.Lock(), "standin": standin})
    server = ThreadingHTTPServer((_LOOPBACK, 0), handler)
    server.daemon_threads = True
    standin.url = f"http://{_LOOPBACK}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert standin.errors == []
