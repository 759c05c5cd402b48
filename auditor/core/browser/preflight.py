"""The browser's judgement of a preflight answer, and how long it remembers one.

Source: the Fetch Standard, whatwg/fetch 586cd2a, 4.8 (CORS-preflight fetch) and 4.9 (cache).
"""

from collections.abc import Iterable
from typing import Final

from auditor.core.browser.lines import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    MAX_AGE,
    HeaderLines,
    Unreadable,
    lower_tokens,
    tokens,
    values,
)
from auditor.core.browser.request import AUTHORIZATION, SAFELISTED_METHODS
from auditor.core.browser.response import cors_check
from auditor.core.browser.verdict import PASSED, Step, Verdict

DEFAULT_MAX_AGE: Final = 5
"""Seconds, where Access-Control-Max-Age is absent, repeated or no number."""
_LARGEST_MAX_AGE = 2**31  # RFC 9111, 1.2.2
_STAR = "*"

_STATUS = Verdict(False, Step.STATUS_NOT_OK)
_METHODS_UNREADABLE = Verdict(False, Step.METHODS_UNREADABLE)
_HEADERS_UNREADABLE = Verdict(False, Step.HEADERS_UNREADABLE)
_METHOD = Verdict(False, Step.METHOD_NOT_LISTED)
_METHOD_STAR = Verdict(False, Step.METHOD_STAR_WITH_CREDENTIALS)
_AUTHORIZATION = Verdict(False, Step.AUTHORIZATION_NOT_LISTED)
_HEADER = Verdict(False, Step.HEADER_NOT_LISTED)
_HEADER_STAR = Verdict(False, Step.HEADER_STAR_WITH_CREDENTIALS)


def judge_preflight(
    origin: str,
    method: str,
    unsafe_names: Iterable[str],
    credentials: bool,
    status: int,
    lines: HeaderLines,
) -> Verdict:
    """Judge the answer to a preflight.

    `origin` serialised; `method` normalised; `unsafe_names` lower-case, as `unsafe_header_names`
    gives them; `credentials`: the credentials mode of the request to come is `include` (the
    preflight itself never carries any).
    """
    checked = cors_check(origin, lines, credentials)
    if not checked.ok:
        return checked
    if not 200 <= status <= 299:
        return _STATUS
    methods = tokens(lines, ALLOW_METHODS)
    names = lower_tokens(lines, ALLOW_HEADERS)
    if isinstance(methods, Unreadable):
        return _METHODS_UNREADABLE
    if isinstance(names, Unreadable):
        return _HEADERS_UNREADABLE
    if not _allows_method(method, methods, credentials):
        return _METHOD_STAR if _STAR in methods else _METHOD
    return _judge_names(unsafe_names, names, credentials)


def unlisted_headers(
    unsafe_names: Iterable[str], credentials: bool, lines: HeaderLines
) -> tuple[str, ...]:
    """Return the unsafe names that a preflight answer does not allow, in their order."""
    names = lower_tokens(lines, ALLOW_HEADERS)
    if isinstance(names, Unreadable):
        return tuple(unsafe_names)
    return tuple(name for name in unsafe_names if not _allows_name(name, names, credentials))


def max_age(lines: HeaderLines) -> int:
    """Return how many seconds an answer asks to be remembered, before any engine's own cap.

    `-1` is no number, so 5 by the text of the standard; engines do not cache it.
    """
    found = values(lines, MAX_AGE)
    if len(found) != 1 or not (found[0].isascii() and found[0].isdigit()):
        return DEFAULT_MAX_AGE
    digits = found[0].lstrip("0") or "0"
    return min(int(digits), _LARGEST_MAX_AGE) if len(digits) <= 10 else _LARGEST_MAX_AGE


def _judge_names(unsafe_names: Iterable[str], names: frozenset[str], credentials: bool) -> Verdict:
    for name in unsafe_names:
        if not _allows_name(name, names, credentials):
            if name == AUTHORIZATION:
                return _AUTHORIZATION
            return _HEADER_STAR if _STAR in names else _HEADER
    return PASSED


def _allows_method(method: str, methods: frozenset[str], credentials: bool) -> bool:
    listed = method in methods or method in SAFELISTED_METHODS
    return listed or (not credentials and _STAR in methods)


def _allows_name(name: str, names: frozenset[str], credentials: bool) -> bool:
    return name in names or (not credentials and _STAR in names and name != AUTHORIZATION)
