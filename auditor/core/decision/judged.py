"""The decision: for every class of origins on a route, what a browser would let it do, and why."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, partial, reduce
from operator import or_
from typing import Any

from auditor.core.browser.preflight import judge_preflight
from auditor.core.browser.response import cors_check
from auditor.core.capability import READ, SEND, Capability
from auditor.core.decision.bounds import NOTHING, UNDECIDED, Bounds, bounds
from auditor.core.decision.classes import (
    REQUEST_CAP,
    Asked,
    Subject,
    depends_on_request,
    stores_preflights,
)
from auditor.core.decision.cover import Met, covers, met
from auditor.core.language.cut import DecisionClass
from auditor.core.path.choice import Choices, Course, TooManyError, courses
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Run, Surroundings
from auditor.core.path.unknown import Heard, heard


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


@dataclass(frozen=True)
class Seen:
    """What one class of origins can do. `reads` and `any_send` are what verdicts are made of; `sends`
    tells request classes apart; `causes`: the unknowns that it met; `undecided`: why not, if so."""

    about: DecisionClass
    reads: Bounds
    sends: tuple[Sends, ...]
    outcomes: tuple[Outcome, ...]
    causes: frozenset[str]
    undecided: str | None = None

    @cached_property
    def any_send(self) -> Bounds:
        """Whether any preflighted request at all can be sent."""
        total = NOTHING
        for send in self.sends:
            total |= send.bounds
        return total

    @cached_property
    def bounds(self) -> Bounds:
        """Reading and sending together."""
        return self.reads | self.any_send

    def renamed(self, outcomes: tuple[Outcome, ...], causes: frozenset[str]) -> Seen:
        """The same with other texts; what was reckoned up is not reckoned again."""
        found = replace(self, outcomes=outcomes, causes=causes)
        vars(found).update(any_send=self.any_send, bounds=self.bounds)
        return found


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
    unknown: bool = True
    """Whether some answer or value is not known."""
    peers: tuple[str | None, ...] = ()
    """Origins that a cache may have stored an answer for, every member of each class, and None for
    requests without; empty when there is no cache."""
    transparent: bool = False
    compared: frozenset[str] | None = None
    """The methods whose answers count as usual; None: all of `methods`."""
    memo: dict[Kind, dict[Hashable, Any]] = field(default_factory=dict, compare=False)
    """What caches were found to hold, where that is the same for every class."""
    single: frozenset[str] = frozenset()
    """Those of `peers` that are a class of their own."""
    told: dict[Kind, tuple[Heard, ...]] = field(default_factory=dict, compare=False)
    """What the hops make of header lines from within, once it was looked up."""


def see(ask: Ask, about: DecisionClass) -> Seen:
    """What `about` can do. One member speaks for all: with a cache on the path, what was stored for
    another member is among what it may be given."""
    try:
        return _see(ask, about)
    except TooManyError:
        return Seen(about, UNDECIDED, (), (), frozenset(), "more combinations than can be run")


def _see(ask: Ask, about: DecisionClass) -> Seen:
    origin = about.witness
    around = _around(ask, Kind.ACTUAL, _stored(ask))
    actual = list(courses(partial(_actual, ask, about, around)))
    reads = bounds(actual, partial(read_caps, origin), READ)
    outcomes = list(_outcomes(Kind.ACTUAL, actual, partial(read_caps, origin)))
    sends: list[Sends] = []
    variables = {variable for course in actual for variable in course.met}
    for group in _groups(ask):
        around = _around(ask, Kind.PREFLIGHT, _stored_preflights(ask, group), group)
        found = list(courses(partial(_preflight, ask, about, group[0], around)))
        variables |= {variable for course in found for variable in course.met}
        table = {course.result: sendable(origin, group, course.result) for course in found}
        sends += _sends(group, found, table)
        outcomes += _outcomes(Kind.PREFLIGHT, found, partial(_any, table))
    causes = frozenset(cause_of(key) for key, _ in variables)
    # What is beyond the cap was not asked about: nothing is clean for that.
    short = depends_on_request(ask.about) and len(ask.asked) >= REQUEST_CAP
    undecided = f"{REQUEST_CAP} or more classes of requests, not all asked about" if short else None
    return Seen(about, reads, tuple(sends), _distinct(outcomes), causes, undecided)


def _sends(
    group: Sequence[Asked],
    found: Sequence[Course[Response]],
    table: Mapping[Response, Sequence[Capability]],
) -> Iterator[Sends]:
    """The bounds for each of `group`, reckoned once for those that fare alike."""
    known: dict[tuple[Capability, ...], Bounds] = {}
    for at, asked in enumerate(group):
        caps = tuple(row[at] for row in table.values())
        if caps not in known:
            known[caps] = bounds(found, dict(zip(table, caps, strict=True)).__getitem__, SEND)
        yield Sends(asked, known[caps])


def _any(table: Mapping[Response, Sequence[Capability]], response: Response) -> Capability:
    return reduce(or_, table[response], Capability.NONE)


def _groups(ask: Ask) -> Sequence[Sequence[Asked]]:
    """Request classes that meet the same answer: all of them, unless some hop tells them apart."""
    return [[asked] for asked in ask.asked] if depends_on_request(ask.about) else [ask.asked]


def _around(
    ask: Ask, kind: Kind, stored: tuple[Request, ...], group: Sequence[Asked] = ()
) -> Surroundings:
    memo = {} if ask.unknown else ask.memo.setdefault(kind, {})
    return Surroundings(stored, ask.statuses, ask.transparent, _told(ask, kind, group), memo)


def _told(ask: Ask, kind: Kind, group: Sequence[Asked]) -> tuple[Heard, ...]:
    if kind not in ask.told:
        ask.told[kind] = heard(ask.actual if kind is Kind.ACTUAL else ask.preflight)
    if not ask.unknown:
        return ask.told[kind]
    methods = ",".join(dict.fromkeys(one.method for one in group))
    headers = ",".join(dict.fromkeys(name for one in group for name in one.headers))
    return tuple(replace(one, methods=methods, headers=headers) for one in ask.told[kind])


def _stored(ask: Ask) -> tuple[Request, ...]:
    """The requests that a cache may hold answers to; a method of its own is told apart by each."""
    return tuple(
        Request(method, peer, present=present, alone=peer in ask.single)
        for method in ask.methods
        for present in ask.present
        for peer in ask.peers
    )


def _stored_preflights(ask: Ask, group: Sequence[Asked]) -> tuple[Request, ...]:
    """The same of requests by OPTIONS: preflights that are told apart, and what is no preflight."""
    if not stores_preflights(ask.about):
        return ()
    asked = group[:1] if len(group) > 1 else ask.asked
    found = [preflight_of(peer, one) for one in asked for peer in ask.peers]
    found += [Request("OPTIONS", peer) for peer in ask.peers]
    found = [replace(one, alone=one.origin in ask.single) for one in found]
    return tuple(dict.fromkeys(found))


def _actual(ask: Ask, about: DecisionClass, around: Surroundings, choices: Choices) -> Response:
    method = choices.draw(ask.methods)
    present = choices.draw(ask.present)
    request = Request(method, about.witness, present=present, alone=about.alone)
    response = Run(ask.actual, choices, around).ask(request)
    if response.usual and ask.compared is not None and method not in ask.compared:
        return replace(response, usual=False)
    return response


def _preflight(
    ask: Ask, about: DecisionClass, asked: Asked, around: Surroundings, choices: Choices
) -> Response:
    request = replace(preflight_of(about.witness, asked), alone=about.alone)
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


def sendable(origin: str, group: Sequence[Asked], response: Response) -> tuple[Capability, ...]:
    """What `response`, to a preflight, lets a page on `origin` send, for each of `group`."""
    pairs, status = response.pairs, response.status
    # The check without credentials is the weaker one: where it fails, nothing can be sent.
    if not 200 <= status <= 299 or not cors_check(origin, pairs, False).ok:
        return (Capability.NONE,) * len(group)
    modes = ((False, Capability.SEND_ANON), (True, Capability.SEND_CRED))
    return tuple(
        reduce(
            or_,
            (cap for mode, cap in modes if _passes(origin, asked, mode, status, pairs)),
            Capability.NONE,
        )
        for asked in group
    )


def _passes(
    origin: str, asked: Asked, credentials: bool, status: int, pairs: tuple[tuple[str, str], ...]
) -> bool:
    return judge_preflight(origin, asked.method, asked.headers, credentials, status, pairs).ok


def _outcomes(
    kind: Kind, found: Sequence[Course[Response]], judged: Callable[[Response], Capability]
) -> Iterable[Outcome]:
    seen: dict[Response, set[Met]] = {}
    for course in found:
        seen.setdefault(course.result, set()).add(met(course.met))
    for response, ways in seen.items():
        yield Outcome(kind, response, judged(response), covers(ways))


OUTCOME_CAP = 48


def _distinct(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes that differ, the most telling first, capped: they explain, they do not decide."""
    found = dict.fromkeys(outcomes)
    ranked = sorted(found, key=lambda o: (-int(o.caps), not o.certain))
    return tuple(ranked[:OUTCOME_CAP])


def cause_of(key: Hashable) -> str:
    """The words for one unknown."""
    match key:
        case ("options", *_):
            return "how the app answers OPTIONS is not known"
        case (_, str(cause), *_):
            return cause
        case _:
            return str(key)
