"""The decision: for every class of origins on a route, what a browser would let it do, and why."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from auditor.core.browser.preflight import judge_preflight
from auditor.core.browser.response import cors_check
from auditor.core.capability import READ, SEND, Capability
from auditor.core.decision.bounds import NOTHING, Bounds, bounds
from auditor.core.decision.classes import (
    Asked,
    Subject,
    depends_on_request,
)
from auditor.core.language.cut import DecisionClass
from auditor.core.path.choice import Choices, TooManyError, World, worlds
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Run, Surroundings


class Kind(StrEnum):
    """Which of the two answers a browser looks at."""

    ACTUAL = "actual"
    PREFLIGHT = "preflight"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer that this class of origins can meet. `certain`: it is met in every world."""

    kind: Kind
    response: Response
    caps: Capability
    certain: bool


@dataclass(frozen=True, slots=True)
class Sends:
    """The bounds of sending one class of preflighted requests."""

    asked: Asked
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Seen:
    """What one class of origins can do. `reads` and `any_send` are what verdicts are made of; `sends`
    tells request classes apart; `causes`: the unknowns that it met; `undecided`: why not, if so."""

    about: DecisionClass
    reads: Bounds
    sends: tuple[Sends, ...]
    outcomes: tuple[Outcome, ...]
    causes: frozenset[str]
    undecided: str | None = None

    @property
    def any_send(self) -> Bounds:
        """Whether any preflighted request at all can be sent."""
        total = NOTHING
        for send in self.sends:
            total |= send.bounds
        return total

    @property
    def bounds(self) -> Bounds:
        """Reading and sending together."""
        return self.reads | self.any_send


@dataclass(frozen=True, slots=True)
class Ask:
    """The question put to a request path for each class: chains, request classes, surroundings."""

    about: Subject
    actual: HopChain
    preflight: HopChain
    methods: tuple[str, ...]
    present: tuple[frozenset[str], ...]
    asked: tuple[Asked, ...]
    statuses: tuple[int, ...]
    peers: tuple[str | None, ...] = ()
    """Origins that a cache may have stored an answer for; empty when there is no cache."""
    transparent: bool = False


def see(ask: Ask, about: DecisionClass) -> Seen:
    """What `about` can do; each member by itself, the bounds over all of them."""
    try:
        found = [_see(ask, about, origin) for origin in about.members]
    except TooManyError:
        return Seen(about, NOTHING, (), (), frozenset(), "more combinations than can be run")
    first = found[0]
    if not ask.peers:
        return first
    reads = _every(seen.reads for seen in found)
    sends = tuple(
        Sends(send.asked, _every(seen.sends[at].bounds for seen in found))
        for at, send in enumerate(first.sends)
    )
    return Seen(about, reads, sends, first.outcomes, first.causes)


def _every(all_bounds: Iterable[Bounds]) -> Bounds:
    """The bounds that hold for all members: they meet the same, but for what a cache replays."""
    found = list(all_bounds)
    meet, join, sure, best = found[0].meet, found[0].join, found[0].sure, found[0].best
    for other in found[1:]:
        meet, join = meet | other.meet, join | other.join
        sure, best = sure & other.sure, best & other.best
    return Bounds(meet, join, sure, best)


def _see(ask: Ask, about: DecisionClass, origin: str) -> Seen:
    actual = list(worlds(partial(_actual, ask, origin)))
    reads = bounds(actual, partial(read_caps, origin), READ)
    outcomes = list(_outcomes(Kind.ACTUAL, actual, partial(read_caps, origin)))
    sends: list[Sends] = []
    keys = {key for world in actual for key in world.keys}
    for group in _groups(ask):
        asked_worlds = list(worlds(partial(_preflight, ask, origin, group[0])))
        keys |= {key for world in asked_worlds for key in world.keys}
        for asked in group:
            judged = partial(send_caps, origin, asked)
            sends.append(Sends(asked, bounds(asked_worlds, judged, SEND)))
            outcomes += _outcomes(Kind.PREFLIGHT, asked_worlds, judged)
    causes = frozenset(cause_of(key) for key in keys)
    return Seen(about, reads, tuple(sends), _distinct(outcomes), causes)


def _groups(ask: Ask) -> Sequence[Sequence[Asked]]:
    """Request classes that meet the same answer: all of them, unless some hop tells them apart."""
    return [[asked] for asked in ask.asked] if depends_on_request(ask.about) else [ask.asked]


def _actual(ask: Ask, origin: str, choices: Choices) -> Response:
    method = choices.draw(ask.methods)
    request = Request(method, origin, present=choices.draw(ask.present))
    stored = tuple(Request(method, peer) for peer in ask.peers if peer != origin)
    around = Surroundings(stored, ask.statuses, ask.transparent)
    return Run(ask.actual, choices, around).ask(request)


def _preflight(ask: Ask, origin: str, asked: Asked, choices: Choices) -> Response:
    request = preflight_of(origin, asked)
    stored = tuple(preflight_of(peer, asked) for peer in ask.peers if peer != origin)
    around = Surroundings(stored, ask.statuses, ask.transparent)
    return Run(ask.preflight, choices, around).ask(request)


def preflight_of(origin: str | None, asked: Asked) -> Request:
    """The preflight that a browser sends for `asked`."""
    return Request("OPTIONS", origin, asked.method, asked.headers or None)


def read_caps(origin: str, response: Response) -> Capability:
    """What `response` lets a page on `origin` read."""
    pairs = response.pairs
    anon = Capability.READ_ANON if cors_check(origin, pairs, False).ok else Capability.NONE
    cred = Capability.READ_CRED if cors_check(origin, pairs, True).ok else Capability.NONE
    return anon | cred


def send_caps(origin: str, asked: Asked, response: Response) -> Capability:
    """What `response`, to the preflight of `asked`, lets a page on `origin` send."""

    def passes(credentials: bool) -> bool:
        status, pairs = response.status, response.pairs
        return judge_preflight(origin, asked.method, asked.headers, credentials, status, pairs).ok

    anon = Capability.SEND_ANON if passes(False) else Capability.NONE
    return anon | (Capability.SEND_CRED if passes(True) else Capability.NONE)


def _outcomes(
    kind: Kind, found: Sequence[World[Response]], judged: partial[Capability]
) -> Iterable[Outcome]:
    seen = [set(world.results) for world in found]
    for response in dict.fromkeys(r for world in found for r in world.results):
        certain = all(response in results for results in seen)
        yield Outcome(kind, response, judged(response), certain)


OUTCOME_CAP = 48


def _distinct(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes that differ, the most telling first, capped: they explain, they do not decide."""
    found = dict.fromkeys(outcomes)
    ranked = sorted(found, key=lambda o: (-int(o.caps), not o.certain))
    return tuple(ranked[:OUTCOME_CAP])


def cause_of(key: Hashable) -> str:
    """The words for one unknown."""
    match key:
        case ("pattern", str(pattern), *_):
            return f"pattern {pattern} is not read yet"
        case ("options", *_):
            return "how the app answers OPTIONS is not known"
        case (_, str(cause), *_):
            return cause
        case _:
            return str(key)
