"""The browser at the end of a path: may script read this response, and which of its headers.

Source: the Fetch Standard, whatwg/fetch 586cd2a: CORS check (4.10), filtered responses (2.2.6),
main fetch (4.1, exposed names). The status plays no part: a 500 with the right lines is shared.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from auditor.core.browser.lines import (
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    HeaderLines,
    Unreadable,
    get,
    lower_tokens,
    values,
)
from auditor.core.browser.verdict import PASSED, Step, Verdict
from auditor.core.origin import Opaque, Origin, same_origin

SAFELISTED_RESPONSE_NAMES: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)
FORBIDDEN_RESPONSE_NAMES: Final = frozenset({"set-cookie", "set-cookie2"})

_ABSENT = Verdict(False, Step.ALLOW_ORIGIN_ABSENT)
_DIFFERS = Verdict(False, Step.ALLOW_ORIGIN_DIFFERS)
_SEVERAL = Verdict(False, Step.ALLOW_ORIGIN_SEVERAL)
_STAR = Verdict(False, Step.STAR_WITH_CREDENTIALS)
_NO_CREDENTIALS = Verdict(False, Step.CREDENTIALS_ABSENT)
_NOT_TRUE = Verdict(False, Step.CREDENTIALS_NOT_TRUE)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and header lines, as received."""

    status: int
    lines: HeaderLines = ()


class Mode(StrEnum):
    """A request's mode: what `fetch` and XMLHttpRequest use, and what a plain `<img>` uses."""

    CORS = "cors"
    NO_CORS = "no-cors"


class Tainting(StrEnum):
    """How much of a response script sees: all, what CORS shares, nothing."""

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"


def taint(
    origin: Origin | Opaque, target: Origin, mode: Mode = Mode.CORS, before: Tainting | None = None
) -> Tainting:
    """Return the response tainting of a request; `before` is that of the hop that redirected.

    Once a request has left its origin it stays tainted, also when a redirect leads back.
    """
    if before in (None, Tainting.BASIC) and same_origin(origin, target):
        return Tainting.BASIC
    match mode:
        case Mode.CORS:
            return Tainting.CORS
        case Mode.NO_CORS:
            return Tainting.OPAQUE
        case _:
            assert_never(mode)


def cors_check(origin: str, lines: HeaderLines, credentials: bool) -> Verdict:
    """Judge a response to a request from `origin` (serialised, `null` when opaque or tainted).

    `credentials`: the credentials mode is `include`.
    """
    found = values(lines, ALLOW_ORIGIN)
    if len(found) != 1:
        return _SEVERAL if found else _ABSENT
    allowed = found[0]
    if allowed != origin:
        return _judge_other(allowed, credentials)
    if not credentials:
        return PASSED
    answer = get(lines, ALLOW_CREDENTIALS)
    if answer == "true":
        return PASSED
    return _NO_CREDENTIALS if answer is None else _NOT_TRUE


def exposed(lines: HeaderLines, credentials: bool) -> frozenset[str]:
    """Return the lower-case names among those of a shared response that script can read.

    A list that cannot be read exposes nothing beyond the safelist. `*` with credentials is the
    name of a header.
    """
    listed = lower_tokens(lines, EXPOSE_HEADERS)
    if isinstance(listed, Unreadable):
        listed = frozenset()
    names = {name.lower() for name, _ in lines}
    if credentials or "*" not in listed:
        names &= SAFELISTED_RESPONSE_NAMES | listed
    return frozenset(names - FORBIDDEN_RESPONSE_NAMES)


def readable(lines: HeaderLines, tainting: Tainting, credentials: bool) -> frozenset[str]:
    """Return the lower-case header names that script can read of a response so tainted."""
    match tainting:
        case Tainting.BASIC:
            return frozenset(name.lower() for name, _ in lines) - FORBIDDEN_RESPONSE_NAMES
        case Tainting.CORS:
            return exposed(lines, credentials)
        case Tainting.OPAQUE:
            return frozenset()
        case _:
            assert_never(tainting)


def visible_status(status: int, tainting: Tainting) -> int:
    """Return the status that script sees: 0 of an opaque response."""
    return 0 if tainting is Tainting.OPAQUE else status


def _judge_other(allowed: str, credentials: bool) -> Verdict:
    """Judge one Allow-Origin value that is not the origin."""
    if allowed == "*":
        return _STAR if credentials else PASSED
    return _SEVERAL if "," in allowed or " " in allowed else _DIFFERS
