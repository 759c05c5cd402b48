"""A request run through the hops of a path, as header lines.

Inwards each hop may answer or pass on; outwards each edits what comes from within. Whatever is not
known or differs from request to request is asked of `Choices`, so that one run is one concrete
course of events.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple, TypeVar, assert_never, cast

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
    behaviours,
)
from auditor.core.hop.guard import Guard
from auditor.core.hop.header import VARY
from auditor.core.hop.op import Op
from auditor.core.path.choice import Choices, Course, ImpossibleError, courses
from auditor.core.path.condition import holds, value_of
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.lines import apply_op
from auditor.core.path.unknown import Heard, heard, unknown_response, unknown_value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run may meet beside its request.

    `stored`: requests that a cache may hold an answer for. `statuses`: what answers from within may
    carry, one of each kind that the hops tell apart, the usual one first. `transparent`: hops that
    were not read pass everything (the world in which a finding is conditional). `heard`: what
    `heard()` says of the chain, where many runs share it; so is `memo`, for one chain and one asker.
    """

    stored: tuple[Request, ...] = ()
    statuses: tuple[int, ...] = (200,)
    transparent: bool = False
    heard: tuple[Heard, ...] = ()
    memo: dict[Hashable, object] | None = field(default=None, compare=False)


PLAIN = Surroundings()


@dataclass(slots=True)
class Event:
    """What one hop did to a request or its answer, for people."""

    hop: int
    did: str


class _Told(NamedTuple):
    response: Response
    events: tuple[Event, ...]


@dataclass(slots=True)
class Run:
    """One course of events: a chain, the choices made, and the notes taken on the way."""

    chain: HopChain
    choices: Choices
    around: Surroundings = PLAIN
    events: list[Event] = field(default_factory=list)
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
        inner = self._inner(at, behaviour, request)
        return self._edit(at, behaviour.edits, request, inner)

    def _happens(self, respond: Respond) -> bool:
        return respond.certain or self.choices.draw((False, True))

    def _answer(
        self, at: int, behaviour: Behaviour, respond: Respond, request: Request
    ) -> Response:
        status = self.choices.draw(respond.statuses)
        # A refused preflight is an answer like others; of requests, only successes are judged.
        refusal = request.method == "OPTIONS" and len(respond.statuses) == 1
        usual = respond.certain and (status < 400 or refusal)
        response = Response(status, (), at, usual)
        response = self._ops(at, respond.ops, request, response, response)
        self.events.append(Event(at, f"answers {status}"))
        return self._edit(at, behaviour.edits, request, response) if respond.edited else response

    def _inner(self, at: int, behaviour: Behaviour, request: Request) -> Response:
        if behaviour.cache is not None:
            earlier = self._earlier(at, behaviour, behaviour.cache, request)
            if earlier is not None:
                return self._replay(at, behaviour, behaviour.cache, earlier, request)
        passed = request.passed(behaviour.inward)
        same = passed.origin == request.origin
        self.events.append(Event(at, "passes" if same else "passes, Origin changed"))
        return self._at(at + 1, passed)

    # -- caches --------------------------------------------------------------------------------

    def _earlier(
        self, at: int, behaviour: Behaviour, cache: Cache, request: Request
    ) -> Request | None:
        """The request that the answer to `request` was stored for, as this hop saw it; None: it is
        asked for anew."""
        if request.method == "OPTIONS" and not cache.stores_options:
            return None
        chosen = self.choices.draw((None, *self._candidates(at, cache, request)))
        if chosen is None:
            return None
        forms = [
            form
            for form in self._arriving(at, chosen)
            if form != request
            and serves(cache.key, form, request)
            and not self._refused(behaviour, form)
        ]
        return self.choices.draw(forms)

    def _candidates(self, at: int, cache: Cache, request: Request) -> tuple[Request, ...]:
        """The stored requests of which one form or another may share the place of `request`."""
        if any(_changes(doing) for doing in self.chain.doings[:at]):
            return self.around.stored
        return self._once(
            ("candidates", at, request),
            lambda: tuple(r for r in self.around.stored if serves(cache.key, r, request)),
        )

    def _replay(
        self, at: int, behaviour: Behaviour, cache: Cache, earlier: Request, request: Request
    ) -> Response:
        passed = earlier.passed(behaviour.inward)
        ways = self._once(("ways", at, passed), lambda: self._ways(at + 1, passed))
        course = self.choices.draw([w for w in ways if w.result.response.status in cache.statuses])
        self.choices.suppose(course.met)
        response = course.result.response
        if cache.honours_vary and not serves(_vary(response), earlier, request):
            raise ImpossibleError
        served = Event(at, f"serves what was stored for {earlier.origin or 'no Origin'}")
        self.events += (*course.result.events, served)
        return response

    def _ways(self, at: int, request: Request) -> tuple[Course[_Told], ...]:
        """Every different way in which the hop at `at` may have answered `request`."""

        def ask(choices: Choices) -> _Told:
            run = Run(self.chain, choices, self.around, _asker=self._asker)
            return _Told(run._at(at, request), tuple(run.events))

        found = {(way.result.response, *way.met.items()): way for way in courses(ask)}
        return tuple(found.values())

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes; the same for every course of one question, so made once for them all."""
        memo = self.around.memo
        if memo is None:
            return make()
        if key not in memo:
            memo[key] = make()
        return cast(T, memo[key])

    def _arriving(self, at: int, request: Request) -> tuple[Request, ...]:
        """The forms in which `request` may have reached the hop at `at`; none: a hop further out
        answers it."""
        forms: tuple[Request, ...] = (request,)
        for doing in self.chain.doings[:at]:
            forms = tuple(dict.fromkeys(f for form in forms for f in self._through(doing, form)))
        return forms

    def _through(self, doing: Doing, request: Request) -> tuple[Request, ...]:
        match doing:
            case Either(cause, options):
                return self._through(self.choices.unknown(("either", cause), options), request)
            case Mix(_, options):
                return tuple(form for one in options for form in self._through(one, request))
            case UnreadBehaviour():
                return (request,) if self.around.transparent else ()
            case Behaviour():
                refused = self._refused(doing, request)
                return () if refused else (request.passed(doing.inward),)
            case _:
                assert_never(doing)

    def _refused(self, behaviour: Behaviour, request: Request) -> bool:
        return any(r.certain and self._holds(r.when, request, None) for r in behaviour.responds)

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
        return unknown_response(
            self.choices, cause, request, self._asker, at, self.around.statuses, self._heard(at)
        )

    def _heard(self, hops: int) -> Heard:
        return (self.around.heard or heard(self.chain))[hops]

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
            lines = apply_op(lines, op, at, partial(self._value, at, op, request, inner))
        return response if lines == response.lines else replace(response, lines=lines)

    def _value(self, at: int, op: Op, request: Request, inner: Response, name: str) -> str | None:
        def unknown(cause: str) -> str | None:
            asker, told = self._asker, self._heard(at + 1)
            return unknown_value(self.choices, cause, name, request, asker, told)

        return value_of(op.value, request, inner, unknown)

    def _holds(self, guard: Guard, request: Request, response: Response | None) -> bool:
        return holds(guard, request, response, self.choices, self.chain.host)


def serves(key: frozenset[str], stored: Request, request: Request) -> bool:
    """Whether an answer stored for one request serves another, as far as `key` goes."""
    if "*" in key or stored.method != request.method:
        return False
    return all(stored.value(name) == request.value(name) for name in key)


def _vary(response: Response) -> frozenset[str]:
    tokens = (token for value in response.values(VARY) for token in value.split(","))
    return frozenset(token.strip().lower() for token in tokens)


def _changes(doing: Doing) -> bool:
    """Whether requests look different behind `doing`."""
    return any(behaviour.inward != _AS_IT_IS for behaviour in behaviours(doing))


_AS_IT_IS = Inward()
