"""A fake AWS on loopback, and credentials that are good for nothing else."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from collectors._aws import Aws, connect
from tests.servers import LOOPBACK, require

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def _no_real_account(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> None:
    nowhere = str(tmp_path_factory.mktemp("aws") / "none")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", nowhere)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("NO_PROXY", LOOPBACK)


@pytest.fixture(scope="session")
def moto_port() -> Iterator[int]:
    require("moto", "the calls of boto3 against answers of the service's shape")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(LOOPBACK, 0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


@dataclass
class Gate:
    """A proxy in front of the fake AWS: refuses what `refusals` name, counts what it was asked.

    `refusals`: (what the path holds, status, error code, how often). `others`: ports of further
    backends, by the service that a request is signed for.
    """

    backend: int
    port: int = 0
    others: dict[str, int] = field(default_factory=dict)
    refusals: list[list[Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def refuse(self, part: str, status: int, code: str, times: int = 1_000) -> None:
        self.refusals.append([part, status, code, times])

    def refusal(self, path: str) -> tuple[int, str] | None:
        for rule in self.refusals:
            if rule[0] in path and rule[3] > 0:
                rule[3] -= 1
                return rule[1], rule[2]
        return None

    def behind(self, authorization: str) -> int:
        """The port of the backend for a request, by its signature's scope: key/date/region/service/."""
        scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
        return self.others.get(scope[3] if len(scope) > 3 else "", self.backend)

    def aws(self, attempts: int = 1) -> Aws:
        found = connect(environ={}, endpoint=self.url, attempts=attempts)
        assert isinstance(found, Aws)
        return found


class _Server(ThreadingHTTPServer):
    def __init__(self, gate: Gate) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.gate = gate
        gate.port = self.server_port


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        gate = self.server.gate
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        gate.asked.append(f"{self.command} {self.path}")
        if (refusal := gate.refusal(self.path)) is not None:
            self._send(refusal[0], b'{"message": "secret-in-a-message"}', refusal[1])
            return
        port = gate.behind(self.headers.get("authorization", ""))
        with closing(HTTPConnection(LOOPBACK, port)) as inner:
            inner.request(self.command, self.path, body, dict(self.headers.items()))
            answer = inner.getresponse()
            self._send(answer.status, answer.read(), "", answer.headers["content-type"])

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the name that http.server looks up

    def _send(self, status: int, body: bytes, code: str, kind: str | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", kind or "application/json")
        self.send_header("content-length", str(len(body)))
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def gate(moto_port: int) -> Iterator[Gate]:
    with closing(HTTPConnection(LOOPBACK, moto_port)) as reset:
        reset.request("POST", "/moto-api/reset")
        reset.getresponse().read()
    gate = Gate(moto_port)
    server = _Server(gate)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield gate
    server.shutdown()
    server.server_close()
    thread.join()
