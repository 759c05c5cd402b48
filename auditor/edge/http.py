"""The one door to httpx: single requests with TLS verified, bodies capped, redirects not followed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from auditor.edge.addresses import NotPublicError, public_addresses

HEADER_CAP = 200
"""Header lines of one answer that are kept."""
BODY_CAP = 8 * 1024 * 1024
"""Bytes of one answer that are read."""
_NO_HTTP = "the connection ended early, or what came back is no HTTP"
_NO_PROXY = "a variable for a proxy (HTTPS_PROXY, ALL_PROXY) holds no URL of one"
_PORTS = {"http": 80, "https": 443}
_OPEN, _KEPT = 100, 20
"""Connections, all and idle: what httpx 0.28 has without being told."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `url`: may hold a token, as that of a Slack webhook; `headers`: names and values as
    they go out; `body`: None for none."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, header lines in order (lower-case names, duplicates kept), and the
    body, empty where it was not asked for."""

    status: int
    lines: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The first value of the header `name` (lower case)."""
        return next((value for key, value in self.lines if key == name), None)


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that got no answer, and why; never with the URL, which may hold a token, nor with what
    came back, which may repeat one."""

    reason: str


class Sender(Protocol):
    """What sends requests; tests that need no server give their own."""

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        """Send `request`; a failure is a value. `read` false: the body is not read."""


class Http:
    """Connections that are kept until `close`. `proxies`: whether the environment's proxies and
    certificates count (HTTPS_PROXY, SSL_CERT_FILE).

    `trusted`: hosts that may be anywhere; every other must have public addresses alone, and the
    connection goes to an address that was looked at, not to what the name leads to a moment later.
    None: all hosts may be anywhere. It is not for use with proxies, which look names up themselves.
    """

    def __init__(
        self,
        timeout_seconds: float = 15.0,
        *,
        proxies: bool = False,
        trusted: Collection[str] | None = None,
    ) -> None:
        import httpx

        if proxies and trusted is not None:
            raise ValueError(
                "a proxy looks names up itself: proxies and trusted exclude each other"
            )
        self._trusted = trusted
        # Connections are known by their address: one that is kept would serve another host of it.
        kept = _KEPT if trusted is None else 0
        limits = httpx.Limits(max_connections=_OPEN, max_keepalive_connections=kept)
        self._client: Any = None
        # Words of this error would be parts of a proxy's URL, which may hold a password.
        with suppress(httpx.InvalidURL, ValueError):
            self._client = httpx.Client(
                follow_redirects=False, timeout=timeout_seconds, trust_env=proxies, limits=limits
            )

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.close()

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        """Send `request`; a failure is a value, not an exception."""
        import httpx

        if self._client is None:
            return Failed(_NO_PROXY)
        try:
            url = httpx.URL(request.url)
        except httpx.InvalidURL:
            return Failed("the URL cannot be read")
        if self._trusted is None or url.host in self._trusted:
            return self._send(request, read)
        return self._pinned(request, url, read)

    def _pinned(self, request: Request, url: Any, read: bool) -> Answer | Failed:
        """Send `request` to an address of its host that was looked at."""
        host: str = url.raw_host.decode("ascii")
        headers = {"host": url.netloc.decode("ascii"), **request.headers}
        result: Answer | Failed = Failed("its name has no address")
        try:
            addresses = public_addresses(host, url.port or _PORTS.get(url.scheme, 0))
        except NotPublicError as error:
            return Failed(str(error))
        for address in addresses:
            pinned = replace(request, url=str(url.copy_with(host=address)), headers=headers)
            result = self._send(pinned, read, host)
            if not (isinstance(result, Failed) and result.reason.startswith("Connect")):
                return result
        return result

    def _send(self, request: Request, read: bool, certified: str | None = None) -> Answer | Failed:
        """`certified`: the host that the certificate must be for, where the URL holds its address."""
        import httpx

        try:
            with self._client.stream(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body,
                extensions={} if certified is None else {"sni_hostname": certified},
            ) as answer:
                lines = tuple(
                    (k.decode("latin-1").lower(), v.decode("latin-1"))
                    for k, v in answer.headers.raw[:HEADER_CAP]
                )
                return Answer(answer.status_code, lines, _body(answer) if read else b"")
        except httpx.InvalidURL:
            return Failed("the URL cannot be read")
        except (httpx.ProtocolError, httpx.ProxyError) as error:
            # Its own words quote the line that was not understood.
            return Failed(f"{type(error).__name__}: {_NO_HTTP}")
        except httpx.HTTPError as error:
            return Failed(f"{type(error).__name__}: {error}")


def _body(answer: Any) -> bytes:
    held = bytearray()
    for piece in answer.iter_bytes():
        held += piece
        if len(held) > BODY_CAP:
            break
    return bytes(held[:BODY_CAP])
