"""What GitHub's REST API answers: issues, pages, how long to wait, and what went wrong.

Facts are of docs.github.com (REST API, version 2022-11-28) and of GitHub's OpenAPI description, in
npm `@octokit/openapi` 23.0.2; the pages are named where they are used.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from auditor.edge.http import Answer
from auditor.edge.reports.layout import safe
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import TrackerError, Trouble
from auditor.edge.trackers.veil import veiled

MINUTE: Final = 60.0
"""Seconds to wait where a limit names none ("Rate limits for the REST API")."""
_LONGEST_WAIT: Final = 24 * 3600.0
_WORDS: Final = 200
_DIGITS: Final = re.compile(r"[0-9]{1,12}")
_NEXT: Final = re.compile(r'<([^<>\s]{1,2000})>\s*;\s*rel="next"')
_URL: Final = re.compile(r"https?://[!-~]{1,500}")
_LIMITS: Final = ("rate limit", "abuse detection", "submitted too quickly")
"""Words of the limits that carry no header: 403 and 429, and 422 for content made too fast."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as a list or a single answer has it. `url`: its page, empty unless it can be shown as
    it is; `pull`: a pull request, which GitHub counts among issues."""

    number: int
    open: bool
    url: str
    body: str
    labels: frozenset[str]
    pull: bool


class UnreadableError(Exception):
    """An answer that is not what GitHub documents."""


def json_of(answer: Answer) -> object:
    """The body as JSON. Raises UnreadableError."""
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError from error
    return value


def issue_of(value: object) -> Issue:
    """One issue. Raises UnreadableError."""
    match value:
        case {"number": int(number), "state": "open" | "closed" as state, **rest} if number > 0:
            return Issue(
                number=number,
                open=state == "open",
                url=_shown(rest.get("html_url")),
                body=_text(rest.get("body")),
                labels=names_of(rest.get("labels")),
                pull=rest.get("pull_request") is not None,
            )
        case _:
            raise UnreadableError


def objects_of(value: object) -> tuple[object, ...]:
    """The members of a list. Raises UnreadableError."""
    if not isinstance(value, list):
        raise UnreadableError
    return tuple(value)


def names_of(labels: object) -> frozenset[str]:
    """Names of labels, each a text or an object, folded: GitHub's labels differ by more than case."""
    found = labels if isinstance(labels, list) else []
    names = (one.get("name") if isinstance(one, dict) else one for one in found)
    return frozenset(name.casefold() for name in names if isinstance(name, str))


def body_of(value: object) -> str:
    """The body of an issue or a comment; empty for none. Raises UnreadableError."""
    if not isinstance(value, dict):
        raise UnreadableError
    return _text(value.get("body"))


def next_of(answer: Answer) -> str | None:
    """Where the list goes on ("Using pagination in the REST API"), None at its end."""
    found = _NEXT.search(answer.header("link") or "")
    return found.group(1) if found else None


def trouble_of(answer: Answer, where: str, ref: str | None, token: Secret) -> TrackerError:
    """What an answer without success means; `ref`: the issue that was asked for, None where it was
    the repository ("Troubleshooting the REST API", and "Get an issue" for 404 and 410); `token`: kept
    out of it."""
    words = _words_of(answer, token)
    if _limited(answer, words):
        what = f"asks to wait ({answer.status})"
        wait = _wait_of(answer)
        return _later(where, what, MINUTE if wait is None else wait)
    match answer.status:
        case 401:
            do = "put a token that is valid where tickets.servers.github says"
            return TrackerError(Trouble.REFUSED, where, f"does not take the token (401){words}", do)
        case 403 if ref is not None and "is locked" in words and "archived" not in words:
            do = "unlock it, or answer there by hand"
            return TrackerError(Trouble.REJECTED, where, f"#{ref} is locked (403){words}", do)
        case 403 | 451:
            do = "give the token read and write access to this repository's issues"
            return TrackerError(
                Trouble.REFUSED, where, f"the token may not do this ({answer.status}){words}", do
            )
        case 404 | 410:
            return _missing(answer.status, where, ref, words)
        case status if 400 <= status < 500 and status != 408:
            do = "change what it names, or report it with this line"
            what = f"does not take what was sent ({answer.status}){words}"
            return TrackerError(Trouble.REJECTED, where, what, do)
        case status:
            return _later(where, f"answered {status}{words}", _wait_of(answer))


def _missing(status: int, where: str, ref: str | None, words: str) -> TrackerError:
    if status == 410 and (ref is None or "disabled" in words):
        do = "switch issues on in the repository's settings"
        return TrackerError(Trouble.REFUSED, where, f"its issues are switched off (410){words}", do)
    if ref is None:
        do = "check the name, and that the token has access to it"
        what = f"no such repository, or none that the token can see ({status}){words}"
        return TrackerError(Trouble.REFUSED, where, what, do)
    return gone(where, ref)


def gone(where: str, ref: str) -> TrackerError:
    """The issue `ref` is not there any more."""
    do = "nothing, if somebody deleted or moved it"
    return TrackerError(Trouble.GONE, where, f"#{ref} is gone", do)


def _later(where: str, what: str, wait: float | None) -> TrackerError:
    return TrackerError(Trouble.LATER, where, what, "it is tried again", wait)


def _limited(answer: Answer, words: str) -> bool:
    """A limit: 403 or 429, told from a refusal by its headers or its words."""
    match answer.status:
        case 429:
            return True
        case 403 if answer.header("retry-after") or answer.header("x-ratelimit-remaining") == "0":
            return True
        case 403 | 422:
            return any(limit in words.lower() for limit in _LIMITS)
        case _:
            return False


def _wait_of(answer: Answer) -> float | None:
    """Seconds that the answer asks to wait, by its own clock: no clock is read here."""
    after = answer.header("retry-after") or ""
    if _DIGITS.fullmatch(after):
        return min(float(after), _LONGEST_WAIT)
    reset = answer.header("x-ratelimit-reset") or ""
    if answer.header("x-ratelimit-remaining") != "0" or not _DIGITS.fullmatch(reset):
        return None
    try:
        now = parsedate_to_datetime(answer.header("date") or "").timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(float(reset) - now, 1.0), _LONGEST_WAIT)


def _words_of(answer: Answer, token: Secret) -> str:
    """What GitHub says itself, short and safe to print: `: Validation Failed: title is too long`."""
    try:
        told = json_of(answer)
    except UnreadableError:
        return ""
    if not isinstance(told, dict):
        return ""
    errors = told.get("errors")
    parts = [told.get("message"), *(errors if isinstance(errors, list) else [])]
    words = veiled(", ".join(filter(None, map(_word, parts))), token.reveal())
    return f": {safe(words, _WORDS)}" if words else ""


def _word(part: object) -> str:
    match part:
        case str():
            return part
        case {"message": str(message)}:
            return message
        case {"field": str(field), "code": str(code)}:
            return f"{field} {code}"
        case _:
            return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _shown(value: object) -> str:
    return value if isinstance(value, str) and _URL.fullmatch(value) else ""
