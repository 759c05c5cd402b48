"""Live requests: what a browser would send for one question, and what came back.

Read-only and without credentials: a preflight, and the request itself only when it is GET or HEAD.
TLS is verified, redirects are not followed, bodies are not read.
"""

from __future__ import annotations

from dataclasses import dataclass

HEADER_CAP = 200
"""Header lines of one answer that are kept."""

SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Received:
    """One answer: status and header lines in order (lower-case names), duplicates kept."""

    status: int
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A request that got no answer, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What to send. `unsafe`: header names that take a preflight; `preflight`: whether to ask."""

    url: str
    origin: str
    method: str
    unsafe: tuple[str, ...] = ()
    preflight: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came back; None for what was not sent."""

    preflight: Received | Failed | None
    actual: Received | Failed | None


def send(probe: Probe, timeout_seconds: float = 15.0) -> Exchange:
    """Send `probe`; a failure is a value, not an exception."""
    import httpx

    with httpx.Client(follow_redirects=False, timeout=timeout_seconds, trust_env=False) as client:
        preflight = _ask(client, probe, "OPTIONS", _preflight(probe)) if probe.preflight else None
        safe = probe.method in SAFE_METHODS
        actual = _ask(client, probe, probe.method, {"origin": probe.origin}) if safe else None
    return Exchange(preflight, actual)


def _preflight(probe: Probe) -> dict[str, str]:
    headers = {"origin": probe.origin, "access-control-request-method": probe.method}
    if probe.unsafe:
        headers["access-control-request-headers"] = ",".join(probe.unsafe)
    return headers


def _ask(client: object, probe: Probe, method: str, headers: dict[str, str]) -> Received | Failed:
    import httpx

    if not isinstance(client, httpx.Client):
        raise TypeError("an httpx client")
    try:
        with client.stream(method, probe.url, headers={"accept": "*/*", **headers}) as answer:
            lines = tuple(
                (k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in answer.headers.raw
            )
            return Received(answer.status_code, lines[:HEADER_CAP])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Failed(f"{type(error).__name__}: {error}")
