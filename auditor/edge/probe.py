"""Live requests: what a browser would send for one question, and what came back.

Read-only and without credentials: a preflight, and the request itself only when it is GET or HEAD.
TLS is verified, redirects are not followed, bodies are not read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from auditor.edge.http import Answer as Received
from auditor.edge.http import Failed, Http, Request

SAFE_METHODS = frozenset({"GET", "HEAD"})


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


def send(
    probe: Probe, timeout_seconds: float = 15.0, trusted: Collection[str] | None = None
) -> Exchange:
    """Send `probe`; a failure is a value, not an exception. `trusted`: see `Http`."""
    http = Http(timeout_seconds, trusted=trusted)
    try:
        preflight = _ask(http, probe, "OPTIONS", _preflight(probe)) if probe.preflight else None
        safe = probe.method in SAFE_METHODS
        actual = _ask(http, probe, probe.method, {"origin": probe.origin}) if safe else None
    finally:
        http.close()
    return Exchange(preflight, actual)


def _preflight(probe: Probe) -> dict[str, str]:
    headers = {"origin": probe.origin, "access-control-request-method": probe.method}
    if probe.unsafe:
        headers["access-control-request-headers"] = ",".join(probe.unsafe)
    return headers


def _ask(http: Http, probe: Probe, method: str, headers: dict[str, str]) -> Received | Failed:
    return http.send(Request(method, probe.url, {"accept": "*/*", **headers}), read=False)
