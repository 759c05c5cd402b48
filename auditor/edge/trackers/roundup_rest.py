"""Roundup's REST interface: what is sent, and what each answer means.

Source: Roundup 2.6.0, roundup/rest.py and roundup/cgi/client.py (`handle_rest`, `handle_csrf`), and
its documentation, "Rest API for Roundup".
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from auditor.edge.http import Answer, Failed, Request, Sender
from auditor.edge.reports.layout import safe
from auditor.edge.trackers.rest import (
    AGAIN,
    LONGEST_WORDS,
    dig,
    listed,
    spoken,
    trouble_of,
    wait_of,
)
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import TrackerError, Trouble
from auditor.edge.trackers.veil import veiled

_STALE: Final = 412
_CONFLICT: Final = 409
_INVALID: Final = 400
# rest.py, _data_decorator: any exception of the server's own, a locked database too, is a 400.
_OWN_FAULT: Final = "An error occurred"
# client.py, handle_rest: the Origin has to be that of `web` in the tracker's configuration.
_ORIGIN_REFUSED: Final = ("Required Header Missing", "not allowed to use Rest", "Invalid Origin")
_ACCESS: Final = "give the user and password of an account whose role has Rest Access"


class RoundupRest:
    """Requests to one tracker. `where`: its name in errors; `url`: its address, as `web` in its own
    configuration has it, without the slash at its end."""

    def __init__(self, sender: Sender, where: str, url: str, user: str, password: Secret) -> None:
        self._sender = sender
        self._where = where
        self._url = url
        self._user = user
        self._password = password

    def get(self, path: str, *, missing: Trouble = Trouble.REFUSED) -> Mapping[str, Any]:
        """What `path` below /rest/data holds; raises `TrackerError`. `missing`: what a 404 means."""
        return self._data(self._ask("GET", path, None, missing))

    def rows(self, path: str) -> list[Mapping[str, Any]]:
        """The items of a collection; raises `TrackerError`."""
        return listed(self.get(path).get("collection"))

    def post(self, klass: str, item: Mapping[str, object]) -> str:
        """Make an item of `klass` and return its id; raises `TrackerError`."""
        return self.text(self._data(self._ask("POST", klass, item, Trouble.REFUSED)).get("id"))

    def patch(self, path: str, item: Mapping[str, object], etag: str) -> bool:
        """Change an item that is still as `etag` knew it; False where it is not (412)."""
        body = {**item, "@op": "replace", "@etag": etag}
        return self._ask("PATCH", path, body, Trouble.GONE).status != _STALE

    def text(self, held: object) -> str:
        """A text that the answer has to hold; raises `TrackerError` where it does not."""
        if isinstance(held, str) and held:
            return held
        raise self._strange()

    def _ask(self, method: str, path: str, body: object, missing: Trouble) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = Request(method, f"{self._url}/rest/data/{path}", self._headers(), data)
        answer = self._sender.send(request)
        if isinstance(answer, Failed):
            what = f"no answer ({safe(answer.reason, LONGEST_WORDS)})"
            raise TrackerError(Trouble.LATER, self._where, what, AGAIN)
        if 200 <= answer.status < 300 or answer.status == _STALE:
            return answer
        raise self._refusal(answer, missing)

    def _headers(self) -> dict[str, str]:
        """Without X-Requested-With and Origin, what is no GET is taken for a forged request."""
        scheme, _, rest = self._url.partition("://")
        access = b64encode(f"{self._user}:{self._password.reveal()}".encode()).decode()
        return {
            "authorization": f"Basic {access}",
            "accept": "application/json",
            "content-type": "application/json",
            "x-requested-with": "cors-audit",
            "origin": f"{scheme}://{rest.partition('/')[0]}",
            "referer": f"{self._url}/",
        }

    def _data(self, answer: Answer) -> Mapping[str, Any]:
        try:
            held = dig(json.loads(answer.body), "data")
        except (ValueError, RecursionError):
            held = None
        if isinstance(held, dict):
            return held
        raise self._strange()

    def _strange(self) -> TrackerError:
        what = "the answer is not what Roundup documents"
        return TrackerError(Trouble.LATER, self._where, what, f"{AGAIN}; is its url right?")

    def _refusal(self, answer: Answer, missing: Trouble) -> TrackerError:
        said = veiled(_said(answer), self._password.reveal())
        what = f"HTTP {answer.status}" + (f", {safe(said, LONGEST_WORDS)}" if said else "")
        trouble = _trouble(answer.status, said, missing)
        match trouble:
            case Trouble.LATER:
                return TrackerError(trouble, self._where, what, AGAIN, wait_of(answer))
            case Trouble.REFUSED:
                return TrackerError(trouble, self._where, what, _way_in(answer.status))
            case Trouble.GONE:
                return TrackerError(trouble, self._where, what, "it was removed from the tracker")
            case Trouble.REJECTED:
                return TrackerError(trouble, self._where, what, "change what it names")


def _said(answer: Answer) -> str:
    try:
        message = dig(json.loads(answer.body), "error", "msg")
    except (ValueError, RecursionError):
        message = None
    return message if isinstance(message, str) else " ".join(spoken(answer))


def _trouble(status: int, said: str, missing: Trouble) -> Trouble:
    if status == _CONFLICT:
        return Trouble.REJECTED
    if status == _INVALID and _OWN_FAULT in said:
        return Trouble.LATER
    if status == _INVALID and any(words in said for words in _ORIGIN_REFUSED):
        return Trouble.REFUSED
    return trouble_of(status, missing)


def _way_in(status: int) -> str:
    if status in (401, 403):
        return _ACCESS
    return "write its url as web in the tracker's configuration has it"
