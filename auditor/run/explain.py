"""One browser request explained: every hop inwards, every line outwards, the browser's steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, Wanted
from auditor.core.browser.judgement import Judgement, judge
from auditor.core.browser.judgement import Question as BrowserQuestion
from auditor.core.browser.preflight import unlisted_headers
from auditor.core.browser.request import (
    Credentials,
    Request,
    needs_preflight,
    normalise_method,
    unsafe_header_names,
)
from auditor.core.browser.response import Answer as BrowserAnswer
from auditor.core.capability import Capability
from auditor.core.link.estate import Estate
from auditor.core.link.walk import Placed
from auditor.core.origin import Opaque, Origin
from auditor.core.path.exchange import Line
from auditor.run.question import Question, Told, ask

PAIRS_CAP = 1_000
"""Pairs of a preflight's answer and a request's that are judged."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page on `page` wants to send. `headers`: (name, value); `url`: absolute, of `target`."""

    url: str
    target: Origin
    page: Origin | Opaque
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    credentials: bool = False

    @property
    def origin(self) -> str:
        """The page's origin, serialised."""
        return str(self.page)

    @property
    def place(self) -> tuple[str, str]:
        """Host (no port) and path of the URL."""
        rest = self.url.partition("://")[2]
        path = "/" + rest.partition("/")[2] if "/" in rest else "/"
        return self.target.host, path.partition("?")[0].partition("#")[0] or "/"

    @property
    def reading(self) -> Capability:
        """What it takes for the page to read the answer."""
        return Capability.READ_CRED if self.credentials else Capability.READ_ANON

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The header names that take a preflight."""
        return unsafe_header_names(self.headers)

    @property
    def preflighted(self) -> bool:
        """Whether a browser asks first."""
        return needs_preflight(self.method, self.headers)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is to be said. `judgement` None: it cannot be told, for `unknown`; else `unknown` is
    why the header lines cannot, although every answer that there may be is judged alike. `missing`: the
    header names that the preflight's answer lacks. `wanted`: what the allowlist says, if it does.
    `accepted`: the line of a waiver that permits what the allowlist does not, where one does."""

    asked: Asked
    preflight: Told | None
    actual: Told
    judgement: Judgement | None
    unknown: str | None
    missing: tuple[str, ...]
    allowed: AllowedRoute | None
    wanted: Wanted | None
    accepted: OriginEntry | None = None

    @property
    def deciding(self) -> Told:
        """The exchange that the browser's verdict rests on: a preflight that fails, else the request."""
        if self.preflight is not None and not (self.judgement and self.judgement.preflight_ok):
            return self.preflight
        return self.actual

    @property
    def decider(self) -> Placed | None:
        """The hop that wrote the deciding allow-origin, or else made the deciding answer."""
        told = self.deciding
        response = told.answer.response
        if response is None or told.way is None:
            return None
        writers = [line.hop for line in self.lines if line.name == "access-control-allow-origin"]
        at = writers[0] if writers else response.by
        return told.way.hops[at] if at < len(told.way.hops) else None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The header lines of the deciding answer."""
        response = self.deciding.answer.response
        return () if response is None else response.lines


def explain(
    estate: Estate,
    allowlist: Allowlist | None,
    environment: str | None,
    asked: Asked,
    today: date,
) -> Explanation:
    """Run `asked` through the estate as a browser would send it. `allowlist`: with what is waived."""
    host, path = asked.place
    actual = ask(
        estate, Question(asked.origin, normalise_method(asked.method), host=host, path=path)
    )
    preflight = None
    if asked.preflighted:
        method = normalise_method(asked.method)
        question = Question(asked.origin, method, True, asked.unsafe, host=host, path=path)
        preflight = ask(estate, question)
    allowed = None if allowlist is None else allowlist.route(host, path, environment)
    judgement, unknown = _judged(asked, preflight, actual)
    return Explanation(
        asked,
        preflight,
        actual,
        judgement,
        unknown,
        _missing(asked, preflight),
        allowed,
        None if allowed is None else allowed.wanted(asked.origin, today),
        None if allowed is None else _accepted(asked, allowed, today),
    )


def _accepted(asked: Asked, allowed: AllowedRoute, today: date) -> OriginEntry | None:
    """Of the waivers that alone permit to read the answer, the one that holds longest."""
    if not allowed.wanted(asked.origin, today).waived & asked.reading:
        return None
    named = (one for one in allowed.entries if one.active(today) and one.takes(asked.origin))
    waived = (one for one in named if one.waived is not None and one.waived & asked.reading)
    return max(waived, key=lambda one: (one.expires or today, str(one.where)), default=None)


def _judged(
    asked: Asked, preflight: Told | None, actual: Told
) -> tuple[Judgement | None, str | None]:
    """The judgement on which all answers that there may be agree, and why the answers are not known."""
    request = browser_request(asked)
    firsts = () if preflight is None else _browser_answers(preflight)
    early = [judge(BrowserQuestion(request, first, None)) for first in firsts]
    if early and not any(one.preflight_ok for one in early):
        return early[0], preflight.answer.reason if preflight is not None else None
    parts = [told for told in (preflight, actual) if told is not None]
    reason = next((told.answer.reason for told in parts if told.answer.reason is not None), None)
    if not all(map(_browser_answers, parts)):
        return None, reason
    pairs = list(product(firsts or (None,), _browser_answers(actual)))
    if len(pairs) > PAIRS_CAP:
        return None, reason
    found = [judge(BrowserQuestion(request, first, last)) for first, last in pairs]
    alike = len({(one.preflight_ok, one.shared) for one in found}) == 1
    return (found[0] if alike else None), reason


def browser_request(asked: Asked) -> Request:
    """`asked` as the browser's judge takes it."""
    mode = Credentials.INCLUDE if asked.credentials else Credentials.OMIT
    return Request(asked.page, asked.target, asked.method, asked.headers, mode)


def _browser_answers(told: Told) -> tuple[BrowserAnswer, ...]:
    """Every answer that there may be; none where that is not known."""
    response = told.answer.response
    if response is None:
        return tuple(BrowserAnswer(one.status, one.pairs) for one in told.answer.possible)
    status = told.answer.status if told.answer.status is not None else response.status
    return (BrowserAnswer(status, response.pairs),)


def _missing(asked: Asked, preflight: Told | None) -> tuple[str, ...]:
    if preflight is None or preflight.answer.response is None:
        return ()
    return unlisted_headers(asked.unsafe, asked.credentials, preflight.answer.response.pairs)
