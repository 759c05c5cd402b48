"""One request put to the estate: which way it goes, what comes back, what the browser makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.core.browser.preflight import judge_preflight
from auditor.core.browser.response import cors_check
from auditor.core.decision.answer import SHOWN, Answer, answer, fixed
from auditor.core.hop.behaviour import Service, UnreadEnd
from auditor.core.link.cell import representative
from auditor.core.link.estate import Estate
from auditor.core.link.route import chain
from auditor.core.link.walk import Way, ways
from auditor.core.path.exchange import Request

SILENT_200 = (200, ())
"""What stands behind one hop alone, unless the question says otherwise."""


@dataclass(frozen=True, slots=True)
class Inner:
    """The answer that stands behind a hop."""

    status: int
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One request. With `preflight`, `method` and `headers` are the requested ones. `host` None: the
    sources hold one path. `bare`: a path of one hop that ends in nothing read is answered as if a
    silent 200 stood there, and the answer says so."""

    origin: str | None
    method: str = "GET"
    preflight: bool = False
    headers: tuple[str, ...] = ()
    host: str | None = None
    path: str = "/"
    hop: str | None = None
    inner: Inner | None = None
    bare: bool = False

    @property
    def request(self) -> Request:
        """The request as it goes out."""
        names = tuple(sorted(name.lower() for name in self.headers))
        if self.preflight:
            return Request("OPTIONS", self.origin, self.method, names or None, alone=True)
        return Request(self.method, self.origin, present=frozenset(names), alone=True)


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a question: the way it went (None: there is none), and what came back."""

    way: Way | None
    host: str
    answer: Answer
    assumed: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether the answer could be known."""
        return self.answer.response is not None


def ask(estate: Estate, question: Question) -> Told:
    """The answer to `question`; every way that it may go must give the same."""
    host, path = question.host, question.path
    if host is None:
        only = _only_route(estate)
        if isinstance(only, str):
            return _unknown(only)
        host, path = only
    every = ways(estate, host, path, question.request.method)
    found = [way for way in every if not way.around] or every
    if not found:
        return _unknown(f"nothing that was read answers to {host}{path}", host)
    told = [_along(way, host, question) for way in found]
    return _agreed(told)


def _only_route(estate: Estate) -> tuple[str, str] | str:
    """The one host and path that the sources hold, or why there is not one."""
    places = {
        (host, representative(case.match) or "/")
        for host in estate.hosts() or estate.wild_hosts()
        for hop in estate.hops(f"host:{host}")
        for case in hop.cases
        if not isinstance(case.to, Service) or len(hop.cases) == 1
    }
    if len(places) == 1:
        return places.pop()
    hosts = {host for host, _ in places}
    if len(hosts) == 1:
        return min(places, key=lambda place: (len(place[1]), place[1]))
    return f"the sources hold {len(hosts)} hosts; name one with url"


def _along(way: Way, host: str, question: Question) -> Told:
    assumed = [text for placed in way.hops for text in placed.hop.assumed]
    alone = _alone(way, question)
    if isinstance(alone, str):
        return _unknown(alone, host)
    if alone is not None:
        way, note = alone
        assumed = [text for placed in way.hops for text in placed.hop.assumed] + note
    told = answer(chain(way, host), question.request)
    return Told(way, host, told, tuple(dict.fromkeys(assumed)))


def _alone(way: Way, question: Question) -> tuple[Way, list[str]] | str | None:
    """The way cut down to one hop with a given answer behind it; None for the whole path."""
    inner = question.inner
    status, headers = SILENT_200 if inner is None else (inner.status, inner.headers)
    end = fixed(status, headers)
    note = [] if inner else ["a silent 200 stands behind the hop"]
    if question.hop is not None:
        named = [p for p in way.hops if question.hop in (p.hop.id, p.hop.title, p.hop.role)]
        if len(named) != 1:
            there = ", ".join(placed.hop.id for placed in way.hops)
            return f"no hop {question.hop!r} on this path; there are: {there}"
        return Way((named[0],), end), note
    if inner is not None:
        return Way(way.hops, end), []
    if question.bare and len(way.hops) == 1 and isinstance(way.terminal, UnreadEnd):
        return Way(way.hops, end), note
    return None


def _agreed(told: Sequence[Told]) -> Told:
    first = told[0]
    for other in told[1:]:
        if not other.known:
            return other
        if first.known and _lines(first) != _lines(other):
            reason = "requests may take several ways, which answer differently"
            found = (one.answer.response for one in told)
            possible = tuple(response for response in found if response is not None)
            every = possible if len(possible) == len(told) else ()
            answer = Answer(None, None, first.answer.events, reason, every)
            return replace(first, answer=answer)
    return first


def _lines(told: Told) -> list[tuple[str, str]]:
    response = told.answer.response
    return [] if response is None else [pair for pair in response.pairs if pair[0] in SHOWN]


def shown_lines(told: Told) -> list[list[str]]:
    """The CORS lines and Vary of the answer, in order, duplicates kept."""
    return [list(pair) for pair in _lines(told)]


def capabilities(question: Question, told: Told) -> Mapping[str, bool | None]:
    """`read_*` for an actual request, `send_*` for a preflight; None where not asked or not known."""
    none: dict[str, bool | None] = dict.fromkeys(
        ("read_anon", "read_cred", "send_anon", "send_cred")
    )
    response, origin = told.answer.response, question.origin
    if response is None or origin is None:
        return none
    for word, credentials in (("anon", False), ("cred", True)):
        if question.preflight:
            verdict = judge_preflight(
                origin,
                question.method,
                question.request.requested_headers or (),
                credentials,
                response.status,
                response.pairs,
            )
            none[f"send_{word}"] = verdict.ok
        else:
            none[f"read_{word}"] = cors_check(origin, response.pairs, credentials).ok
    return none


def _unknown(reason: str, host: str = "") -> Told:
    return Told(None, host, Answer(None, None, (), reason), ())
