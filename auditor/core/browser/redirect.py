"""Redirected requests: every answer on the way must pass, and the origin may become `null`.

Source: the Fetch Standard, whatwg/fetch 586cd2a: HTTP-redirect fetch, redirect-taint.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from auditor.core.browser.lines import HeaderLines, Unreadable, values
from auditor.core.browser.preflight import judge_preflight
from auditor.core.browser.request import (
    AUTHORIZATION,
    Request,
    needs_preflight,
    normalise_method,
    sendable_headers,
    unsafe_header_names,
)
from auditor.core.browser.response import Answer, Tainting, cors_check, taint
from auditor.core.browser.verdict import PASSED, Step, Verdict
from auditor.core.origin import (
    OPAQUE,
    SCHEME_CHARACTERS,
    Opaque,
    Origin,
    origin_of,
    same_origin,
    trim_url,
)

REDIRECT_STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 20
_BODY_HEADERS = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one URL on the way answered; `preflight` is None where none was made or recorded."""

    answer: Answer
    preflight: Answer | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """A request on its way.

    `verdict` is that of the last answer read; `origin` is the serialised origin the last request
    was made with (`null` once tainted); `request` is the last request: its target, its method,
    the headers it still carried. `answered` counts the answers read: fewer than given means that
    the journey ended early, by a failure or an answer that is no redirect.
    """

    verdict: Verdict
    origin: str
    request: Request
    tainting: Tainting
    answered: int


def location(lines: HeaderLines) -> str | Unreadable | None:
    """Return where a redirect leads, as written; unreadable on several lines, None on none."""
    found = values(lines, "location")
    if not found:
        return None
    return found[0] if len(found) == 1 else Unreadable.LIST


def follow(request: Request, visits: Sequence[Visit]) -> Journey:
    """Follow a request in mode `cors` through its answers, in order.

    Ends at the first answer that fails or does not redirect. A redirect without an answer
    after it ends with `Step.REDIRECTED`.
    """
    now = replace(
        request,
        method=normalise_method(request.method),
        headers=sendable_headers(request.headers),
    )
    tainting: Tainting | None = None
    sent_as: Origin | Opaque = request.origin
    for count, visit in enumerate(visits, start=1):
        tainting = taint(now.origin, now.target, before=tainting)
        verdict = _judge_visit(now, str(sent_as), visit) if tainting is Tainting.CORS else PASSED
        journey = Journey(verdict, str(sent_as), now, tainting, count)
        where = location(visit.answer.lines)
        if not verdict.ok or visit.answer.status not in REDIRECT_STATUSES or where is None:
            return journey
        target = _next_target(where, now, tainting)
        if count > _MOST_REDIRECTS:
            target = Step.REDIRECT_LIMIT
        if isinstance(target, Step):
            return replace(journey, verdict=Verdict(False, target))
        if _taints(now, target):
            sent_as = OPAQUE
        now = _redirected(now, visit.answer.status, target)
    fallback = tainting or taint(now.origin, now.target)
    return Journey(Verdict(False, Step.REDIRECTED), str(sent_as), now, fallback, len(visits))


def _judge_visit(now: Request, origin: str, visit: Visit) -> Verdict:
    """Judge a cross-origin answer, and the preflight before it where it needs and has one."""
    asked = visit.preflight
    if asked is not None and needs_preflight(now.method, now.headers):
        unsafe = unsafe_header_names(now.headers)
        verdict = judge_preflight(
            origin, now.method, unsafe, now.includes_credentials, asked.status, asked.lines
        )
        if not verdict.ok:
            return verdict
    return cors_check(origin, visit.answer.lines, now.includes_credentials)


def _taints(now: Request, target: Origin) -> bool:
    """Return whether a redirect leaves a place that was already not the request's own."""
    return not same_origin(now.target, target) and not same_origin(now.origin, now.target)


def _redirected(now: Request, status: int, target: Origin) -> Request:
    """Return the request that the browser makes next."""
    dropped = frozenset[str]()
    method = now.method
    if (status in (301, 302) and method == "POST") or (
        status == 303 and method not in ("GET", "HEAD")
    ):
        method, dropped = "GET", _BODY_HEADERS
    if target != now.target:
        dropped |= {AUTHORIZATION}
    headers = tuple(header for header in now.headers if header[0].lower() not in dropped)
    return replace(now, target=target, method=method, headers=headers)


def _next_target(where: str | Unreadable, now: Request, tainting: Tainting) -> Origin | Step:
    """Return the origin that a Location leads to, or the step that refuses it."""
    if isinstance(where, Unreadable):
        return Step.REDIRECT_UNREADABLE
    url = _absolute(trim_url(where), now.target.scheme)
    if url is None:
        return now.target
    target = origin_of(url)
    if not isinstance(target, Origin):
        is_web = url.lower().startswith(("http:", "https:"))
        return Step.REDIRECT_UNREADABLE if is_web else Step.REDIRECT_NOT_HTTP
    if _names_user(url) and (tainting is Tainting.CORS or not same_origin(now.origin, target)):
        return Step.REDIRECT_USERINFO
    return target


def _absolute(where: str, base: str) -> str | None:
    """Return a Location with its scheme; None for one that stays where it is (URL Standard 4.4).

    `\\` counts as `/`; a scheme that is the base's own and has no `//` behind it means nothing.
    """
    scheme, colon, rest = where.partition(":")
    if not (colon and scheme[:1].isalpha() and SCHEME_CHARACTERS.issuperset(scheme)):
        scheme, rest = base, where
    elif scheme.lower() != base:
        return where
    return f"{scheme}:{rest}" if rest[:2].replace("\\", "/") == "//" else None


def _names_user(url: str) -> bool:
    """Return whether the URL includes credentials: a user name or a password that is not empty."""
    authority = url.partition(":")[2].replace("\\", "/").lstrip("/")
    for mark in "/?#":
        authority = authority.partition(mark)[0]
    return authority.rpartition("@")[0] not in ("", ":")
