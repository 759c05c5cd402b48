"""A request run through the hops of a path, as header lines.

Inwards each hop may answer or pass on; outwards each edits what comes from within. Whatever is not
known or differs from request to request is asked of `Choices`, so that one run is one concrete
course of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
    Inward,
    Mix,
    Respond,
    Service,
    Silent,
    Step,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import Guard
from auditor.core.hop.header import VARY
from auditor.core.hop.op import Op
from auditor.core.path.choice import Choices
from auditor.core.path.condition import holds, value_of
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.lines import apply_op
from auditor.core.path.unknown import unknown_response, unknown_value


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run may meet beside its request.

    `stored`: requests that a cache may hold an answer for. `statuses`: what answers from within may
    carry, one of each kind that the hops tell apart, the usual one first. `transparent`: hops that
    were not read pass everything (the world in which a finding is conditional).
    """

    stored: tuple[Request, ...] = ()
    statuses: tuple[int, ...] = (200,)
    transparent: bool = False


PLAIN = Surroundings()


@dataclass(slots=True)
class Event:
    """What one hop did to a request or its answer, for people."""

    hop: int
    did: str


@dataclass(slots=True)
class Run:
    """One course of events: a chain, the choices made, and the notes taken on the way."""

    chain: HopChain
    choices: Choices
    around: Surroundings = PLAIN
    events: list[Event] = field(default_factory=list)
    _inwards: list[Inward] = field(default_factory=list)
    _asker: str | None = None

    def ask(self, request: Request) -> Response:
        """The answer that reaches the browser."""
        self._asker = request.origin
        return self._at(0, request)

    def _at(self, at: int, request: Request) -> Response:
        end = len(self.chain.doings)
        if at < end:
            return self._hop(at, self.chain.doings[at], request)
        # Behind a service that did not answer stands its own silent core, not another hop.
        return (
            self._terminal(at, request)
            if at == end
            else self._silent(end, Silent().options, request)
        )

    def _hop(self, at: int, doing: Doing, request: Request) -> Response:
        match doing:
            case Either(cause, options):
                return self._hop(at, self.choices.unknown(("either", cause), options), request)
            case Mix(_, options):
                return self._hop(at, self.choices.draw(options), request)
            case UnreadBehaviour(cause):
                if self.around.transparent:
                    return self._behave(at, TRANSPARENT, request)
                return self._unread(at, cause, request)
            case Behaviour():
                return self._behave(at, doing, request)
            case _:
                assert_never(doing)

    def _behave(self, at: int, behaviour: Behaviour, request: Request) -> Response:
        for respond in behaviour.responds:
            if self._holds(respond.when, request, None) and self._happens(respond):
                return self._answer(at, behaviour, respond, request)
        self._inwards.append(behaviour.inward)
        inner = self._inner(at, behaviour, request)
        self._inwards.pop()
        return self._edit(at, behaviour.edits, request, inner)

    def _happens(self, respond: Respond) -> bool:
        return respond.certain or self.choices.draw((False, True))

    def _answer(
        self, at: int, behaviour: Behaviour, respond: Respond, request: Request
    ) -> Response:
        status = self.choices.draw(respond.statuses)
        usual = respond.certain and (status < 400 or len(respond.statuses) == 1)
        response = Response(status, (), at, usual)
        response = self._ops(at, respond.ops, request, response, response)
        self.events.append(Event(at, f"answers {status}"))
        return self._edit(at, behaviour.edits, request, response) if respond.edited else response

    def _inner(self, at: int, behaviour: Behaviour, request: Request) -> Response:
        passed = request.passed(behaviour.inward)
        stored = self._stored(at, behaviour.cache, request)
        if stored is not None:
            return stored
        same = passed.origin == request.origin
        self.events.append(Event(at, "passes" if same else "passes, Origin changed"))
        return self._at(at + 1, passed)

    # -- caches --------------------------------------------------------------------------------

    def _stored(self, at: int, cache: Cache | None, request: Request) -> Response | None:
        if cache is None or (request.method == "OPTIONS" and not cache.stores_options):
            return None
        others = tuple(other for other in self._seen(at) if _served(cache.key, other, request))
        chosen = self.choices.draw((None, *others))
        if chosen is None:
            return None
        before = len(self.events)
        response = self._at(at + 1, chosen.passed(self._inwards[-1]))
        varies = cache.honours_vary and not _served(_vary(response), chosen, request)
        if varies or response.status not in cache.statuses:
            # What happened to a request whose answer is not served is no part of this course.
            del self.events[before:]
            return None
        self.events.append(Event(at, f"serves what was stored for {chosen.origin or 'no Origin'}"))
        return response

    def _seen(self, at: int) -> tuple[Request, ...]:
        """The other requests that may have been stored, as the hop at `at` sees them."""
        seen: list[Request] = []
        for request in self.around.stored:
            for inward in self._inwards[:-1]:
                request = request.passed(inward)
            seen.append(request)
        return tuple(dict.fromkeys(seen))

    # -- the end of the path -------------------------------------------------------------------

    def _terminal(self, at: int, request: Request) -> Response:
        match self.chain.terminal:
            case Silent(options):
                return self._silent(at, options, request)
            case Service(doing):
                return self._hop(at, doing, request)
            case UnreadEnd(cause):
                if self.around.transparent:
                    return self._silent(at, (200,), request)
                return self._unread(at, cause, request)
            case _:
                assert_never(self.chain.terminal)

    def _silent(self, at: int, options: tuple[int, ...], request: Request) -> Response:
        if request.method == "OPTIONS":
            status = self.choices.unknown(("options", at), options)
            return Response(status, (), at)
        status = self.choices.draw(self.around.statuses)
        return Response(status, (), at, usual=status < 400)

    def _unread(self, at: int, cause: str, request: Request) -> Response:
        cached = any(_caches(doing) for doing in self.chain.doings[:at])
        return unknown_response(
            self.choices, cause, request, self._asker, at, self.around.statuses, cached
        )

    # -- edits ---------------------------------------------------------------------------------

    def _edit(
        self, at: int, steps: tuple[Step, ...], request: Request, inner: Response
    ) -> Response:
        response = inner
        for step in steps:
            case = self._first(step, request, response)
            if case is not None:
                response = self._ops(at, case.ops, request, response, inner)
        return response

    def _first(self, step: Step, request: Request, response: Response) -> Case | None:
        return next((case for case in step if self._holds(case.when, request, response)), None)

    def _ops(
        self, at: int, ops: Sequence[Op], request: Request, response: Response, inner: Response
    ) -> Response:
        lines = response.lines
        for op in ops:
            lines = apply_op(lines, op, at, partial(self._value, op, request, inner))
        return response if lines == response.lines else replace(response, lines=lines)

    def _value(self, op: Op, request: Request, inner: Response, name: str) -> str | None:
        def unknown(cause: str) -> str:
            return unknown_value(self.choices, cause, name, request, self._asker)

        return value_of(op.value, request, inner, unknown)

    def _holds(self, guard: Guard, request: Request, response: Response | None) -> bool:
        return holds(guard, request, response, self.choices, self.chain.host)


def _served(key: frozenset[str], stored: Request, request: Request) -> bool:
    """Whether an answer stored for one request serves another, as far as `key` goes."""
    if "*" in key or stored.method != request.method:
        return False
    return all(stored.value(name) == request.value(name) for name in key)


def _vary(response: Response) -> frozenset[str]:
    tokens = (token for value in response.values(VARY) for token in value.split(","))
    return frozenset(token.strip().lower() for token in tokens)


def _caches(doing: Doing) -> bool:
    match doing:
        case Behaviour():
            return doing.cache is not None
        case Either(options=options) | Mix(options=options):
            return any(_caches(option) for option in options)
        case UnreadBehaviour():
            return False
