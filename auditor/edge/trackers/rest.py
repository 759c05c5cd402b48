"""JSON over HTTP as trackers speak it: what goes wrong becomes a `TrackerError` with what to do.

Nothing of a request is kept in an error, and of an answer only a few escaped words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Protocol

from auditor.edge.http import Answer, Failed, Request, Sender
from auditor.edge.reports.layout import safe
from auditor.edge.trackers.tracker import TrackerError, Trouble
from auditor.edge.trackers.veil import veiled

LONGEST_WORDS: Final = 300
"""Characters of a tracker's own words that an error keeps."""
LONGEST_WAIT: Final = 86_400.0
"""Seconds: a tracker that asks for more is asked again the next night all the same."""
_DEEPEST: Final = 60
"""How deep answers nest that are looked through for text."""
AGAIN: Final = "the next run tries again"


class Revealing(Protocol):
    """A secret: the `Secret` of tokens.py, which shows its text to nobody else."""

    def reveal(self) -> str:
        """The text itself."""


@dataclass(frozen=True, slots=True)
class Rest:
    """One tracker's API. `where`: its name in errors; `url`: its root, without a slash at the end;
    `access`: what to do when it lets nobody in; `token`: kept out of errors; `denied`: what an answer says of that beside its
    status, None for nothing."""

    sender: Sender
    where: str
    url: str
    access: str
    token: Revealing
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    denied: Callable[[Answer], str | None] = lambda _answer: None

    def ask(
        self, method: str, path: str, body: object = None, *, missing: Trouble = Trouble.GONE
    ) -> Answer:
        """Send one request. `body`: sent as JSON; `missing`: what a 404 or 410 means here.

        Raises `TrackerError` for every answer that is not 2xx.
        """
        data = None if body is None else packed(body)
        headers = {**self.headers, "accept": "application/json"}
        if data is not None:
            headers["content-type"] = "application/json"
        answer = self.sender.send(Request(method, self.url + path, headers, data))
        if isinstance(answer, Failed):
            what = f"no answer ({safe(answer.reason, LONGEST_WORDS)})"
            raise TrackerError(Trouble.LATER, self.where, what, AGAIN)
        if (why := self.denied(answer)) is not None:
            raise TrackerError(Trouble.REFUSED, self.where, why, self.access)
        if 200 <= answer.status < 300:
            return answer
        raise self._refusal(answer, missing)

    def read(
        self, method: str, path: str, body: object = None, *, missing: Trouble = Trouble.GONE
    ) -> Any:
        """What the answer holds; raises `TrackerError`, also where it is no JSON."""
        return self.parse(self.ask(method, path, body, missing=missing))

    def parse(self, answer: Answer) -> Any:
        """The JSON of an answer; raises `TrackerError` where it is none."""
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self.strange("no JSON") from None

    def members(self, held: object, name: str) -> list[Mapping[str, Any]]:
        """The objects in the list that an answer has to have; an answer without it is not empty."""
        found = dig(held, name)
        if not isinstance(found, list):
            raise self.strange(f"no {name}")
        return listed(found)

    def strange(self, what: str) -> TrackerError:
        """An answer that is not as documented: perhaps a proxy's page or a maintenance page."""
        words = f"answered with {what} where its documentation has something else"
        return TrackerError(Trouble.LATER, self.where, words, f"{AGAIN}; is its `url` right?")

    def _refusal(self, answer: Answer, missing: Trouble) -> TrackerError:
        # What a tracker says may repeat what it was sent.
        said = veiled(" ".join(spoken(answer)), self.token.reveal())
        what = f"HTTP {answer.status}" + (f", {safe(said, LONGEST_WORDS)}" if said else "")
        trouble = trouble_of(answer.status, missing)
        match trouble:
            case Trouble.LATER:
                return TrackerError(trouble, self.where, what, AGAIN, wait_of(answer))
            case Trouble.REFUSED:
                return TrackerError(trouble, self.where, what, self.access)
            case Trouble.GONE:
                return TrackerError(trouble, self.where, what, "it was deleted or moved away")
            case Trouble.REJECTED:
                return TrackerError(trouble, self.where, what, "mend what it names, then run again")


def trouble_of(status: int, missing: Trouble = Trouble.GONE) -> Trouble:
    """What a status that is not 2xx means. A redirect is never followed: the token would go along."""
    if status in (408, 409, 425, 429) or status >= 500:
        return Trouble.LATER
    if status in (404, 410):
        return missing
    if status in (401, 403, 407) or status < 400:
        return Trouble.REFUSED
    return Trouble.REJECTED


def wait_of(answer: Answer) -> float | None:
    """Seconds that a tracker asks to wait: `Retry-After` (RFC 9110, 10.2.3: seconds or a date), else
    `RateLimit-Reset` (GitLab: Unix time). Dates count from the answer's own `Date`."""
    now = _moment(answer.header("date"))
    after, reset = answer.header("retry-after"), answer.header("ratelimit-reset")
    seconds: float | None = None
    if after is not None and after.strip().isascii() and after.strip().isdigit():
        seconds = float(after.strip()[:9])
    elif now is not None and (then := _moment(after) or _unix(reset)) is not None:
        seconds = (then - now).total_seconds()
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_WAIT)


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unix(text: str | None) -> datetime | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 11:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def spoken(answer: Answer) -> tuple[str, ...]:
    """What an error answer says: the texts in its JSON, with the names before them; () for none."""
    try:
        held = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ()
    return tuple(_texts(held, 0))


def _texts(held: object, depth: int) -> Iterator[str]:
    match held:
        case str() if held.strip():
            yield held.strip()
        case list() if depth < _DEEPEST:
            for one in held:
                yield from _texts(one, depth + 1)
        case dict() if depth < _DEEPEST:
            for name, one in held.items():
                found = " ".join(_texts(one, depth + 1))
                if found:
                    known = name in ("errorMessages", "errors", "message", "error")
                    yield found if known else f"{name}: {found}"
        case _:
            return


def packed(body: object) -> bytes:
    """JSON as it goes out. Half a surrogate pair, which a JSON text may hold, is no text: `?`."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def dig(held: object, *path: str) -> Any:
    """What stands at `path` in objects within objects; None where one of them is none."""
    for name in path:
        held = held.get(name) if isinstance(held, dict) else None
    return held


def listed(held: object) -> list[Mapping[str, Any]]:
    """The objects of a list; [] where it is no list."""
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
