"""Which addresses are public, and which of a name's are connected to."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest

from auditor.edge import addresses
from auditor.edge.addresses import NotPublicError, is_public, public_addresses
from auditor.edge.http import Answer, Failed, Http, Request
from tests.servers import LOOPBACK, require

PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
HOST = "api.example.com"


@pytest.mark.parametrize("text", [PUBLIC, PUBLIC_6, "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2001:0:a00:1:0:0:f5ff:fffe",
    ],
)
def test_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@contextmanager
def resolving(monkeypatch: pytest.MonkeyPatch, *texts: str) -> Iterator[list[str]]:
    """Any name leads to `texts`, an address to itself; the names that were asked for are given."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *how: int, **named: int) -> Sequence[Any]:
        if host in texts:
            return real(host, port, *how, **named)
        asked.append(host)
        if not texts:
            raise socket.gaierror
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in one], socket.SOCK_STREAM, 6, "", (one, port)) for one in texts]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        yield asked


def test_one_of_each_family_in_the_resolvers_order(monkeypatch: pytest.MonkeyPatch) -> None:
    with resolving(monkeypatch, PUBLIC_6, "2606:2800:21f::1", PUBLIC, "93.184.215.15"):
        assert public_addresses(HOST, 443) == (PUBLIC_6, PUBLIC)


@pytest.mark.parametrize("inner", ["10.0.0.1", "fe80::1%2", "169.254.169.254"])
def test_one_address_that_is_not_public_refuses_them_all(
    monkeypatch: pytest.MonkeyPatch, inner: str
) -> None:
    with (
        resolving(monkeypatch, PUBLIC, inner),
        pytest.raises(NotPublicError, match="not public"),
    ):
        public_addresses(HOST, 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "::1"])
def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(NotPublicError):
        public_addresses(host, 80)


def test_a_name_without_an_address_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    http = Http(trusted=())
    with resolving(monkeypatch):
        assert http.send(Request("GET", f"https://{HOST}/")) == Failed("its name does not resolve")
    http.close()


class _Seen(BaseHTTPRequestHandler):
    hosts: list[str | None]

    def do_GET(self) -> None:
        self.hosts.append(self.headers["host"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[str | None]]]:
    hosts: list[str | None] = []
    handler = type("Handler", (_Seen,), {"hosts": hosts})
    server = ThreadingHTTPServer((LOOPBACK, 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port, hosts
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.server
def test_what_is_not_public_is_not_connected_to() -> None:
    with serving() as (port, hosts):
        http = Http(trusted=("other.example.com",))
        found = http.send(Request("GET", f"http://localhost:{port}/"))
        http.close()
    assert found == Failed("its name leads to an address that is not public")
    assert hosts == []


@pytest.mark.server
def test_a_trusted_host_may_be_anywhere() -> None:
    with serving() as (port, hosts):
        http = Http(trusted=("localhost",))
        found = http.send(Request("GET", f"http://localhost:{port}/"))
        http.close()
    assert isinstance(found, Answer)
    assert hosts == [f"localhost:{port}"]


@pytest.mark.server
def test_the_address_that_was_looked_at_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between look-up and connection the name is not asked about again, so that it cannot lead
    elsewhere by then. Loopback stands for the public address that this machine has none of."""
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    with serving() as (port, hosts), resolving(monkeypatch, "::1", LOOPBACK) as asked:
        http = Http(trusted=())
        found = http.send(Request("GET", f"http://{HOST}:{port}/"))
        http.close()
    assert isinstance(found, Answer)
    assert hosts == [f"{HOST}:{port}"]
    assert asked == [HOST]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file with key and certificate for a host, and one for the address instead."""
    openssl = require("openssl", "that the certificate must be the host's, not the address's")
    folder = tmp_path_factory.mktemp("certificates")
    found: dict[str, Path] = {}
    for name, subject in (("host", f"DNS:{HOST}"), ("address", f"IP:{LOOPBACK}")):
        key, certificate = folder / f"{name}.key", folder / f"{name}.crt"
        subprocess.run(
            [
                *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", "/CN=test", "-addext", f"subjectAltName={subject}"),
                *("-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        found[name] = folder / f"{name}.pem"
        found[name].write_bytes(key.read_bytes() + certificate.read_bytes())
    return found


@pytest.mark.server
@pytest.mark.parametrize("name", ["host", "address"])
def test_the_certificate_must_be_for_the_host(
    name: str, certificates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates[name])
    trusting = ssl.create_default_context(cafile=str(certificates[name]))
    monkeypatch.setattr(httpx._transports.default, "create_ssl_context", lambda **_: trusting)
    with serving(server) as (port, hosts), resolving(monkeypatch, LOOPBACK):
        http = Http(5.0, trusted=())
        found = http.send(Request("GET", f"https://{HOST}:{port}/"))
        http.close()
    if name == "host":
        assert isinstance(found, Answer)
        assert hosts == [f"{HOST}:{port}"]
    else:
        assert isinstance(found, Failed)
        assert f"not valid for '{HOST}'" in found.reason
        assert hosts == []


def test_proxies_and_trusted_hosts_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="proxy"):
        Http(proxies=True, trusted=())
