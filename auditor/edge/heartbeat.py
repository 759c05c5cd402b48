"""The heartbeat: a URL that is asked after each run, so that somebody notices a run that is missing.

Made for services such as healthchecks.io, where a POST to the URL means that all is well, one to
`<URL>/fail` that the run failed, and the first 100 kB of its body are kept (its documentation, "Pinging
API" and "Attaching Logs"). The URL is a secret: it stands in a variable and is never shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from auditor.edge.http import Answer, Failed, Request, Sender

TIMEOUT_SECONDS: Final = 5.0
AGAIN_AFTER_SECONDS: Final = 2.0
_BUSY = 429
_BROKEN = 500


def beat(
    url: str,
    variable: str,
    told: Mapping[str, str | int | bool | None],
    sender: Sender,
    sleep: Callable[[float], None],
    *,
    failed: bool = False,
) -> str | None:
    """Send `told` to `url`, the value of `variable`; a second time where the first may succeed then.

    Returns what went wrong, `<variable>: <what>; <what to do>`, None where all went well.
    """
    target = _target(url, failed)
    if target is None:
        return f"{variable}: does not hold the URL of a heartbeat; write https://... into it"
    body = json.dumps(told).encode()
    request = Request("POST", target, {"content-type": "application/json"}, body)
    answer = sender.send(request, read=False)
    if _passing(answer):
        sleep(AGAIN_AFTER_SECONDS)
        answer = sender.send(request, read=False)
    if isinstance(answer, Answer) and answer.status < 300:
        return None
    what = (
        answer.reason.partition(":")[0] if isinstance(answer, Failed) else f"status {answer.status}"
    )
    return f"{variable}: the heartbeat was not taken ({what}); look at the check that its URL names"


def _passing(answer: Answer | Failed) -> bool:
    """Whether trying again may help."""
    return isinstance(answer, Failed) or answer.status == _BUSY or answer.status >= _BROKEN


def _target(url: str, failed: bool) -> str | None:
    """Where to send it; None where `url` is none. A query, as `?create=1`, stays at the end."""
    try:
        parts = urlsplit(url.strip())
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_sound:
        return None
    path = f"{parts.path.rstrip('/')}/fail" if failed else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
