"""A request run through the hops of a path, as header lines.

Inwards each hop may answer or pass on; outwards each edits what comes from within. Whatever is not
known or differs from request to request is asked of `Choices`, so that one run is one concrete
course of events.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, assert_never

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
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
from auditor.core.path.choice import Choices, Course, ImpossibleError, courses
from auditor.core.path.condition import holds, value_of
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.lines import apply_op
from auditor.core.path.unknown import Heard, heard, unknown_response, unknown_value


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run may meet beside its request.

    `stored`: requests that a cache may hold an answer for. `statuses`: what answers from within may
    carry, one of each kind that the hops tell apart, the usual one first. `transparent`: hops that
    were not read pass everything (the world in which a finding is conditional). `heard`: what
    `heard()` says of the chain, where many runs share it. `memo`: what stores were found to hold, for
    runs of one chain with one `stored` and, where anything is unknown, one asker.
    """

    stored: tuple[Request, ...] = ()
    statuses: tuple[int, ...] = (200,)
    transparent: bool = False
    heard: tuple[Heard, ...] = ()
    memo: dict[Hashable, Any] | None = field(default=None, compare=False)


PLAIN = Surroundings()


@dataclass(slots=True)
class Event:
    """What one hop did to a request or its answer, for people."""

    hop: int
    did: str


class _Stored(NamedTuple):
    """An answer in a store, with the request that it was given to, as the store saw it."""

    request: Request
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
        cache = behaviour.cache
        if cache is not None and (request.method != "OPTIONS" or cache.stores_options):
            stored = self.choices.draw((None, *self._shelf(at, behaviour, cache, request)))
            if stored is not None:
                return self._replay(at, cache, stored, request)
        passed = request.passed(behaviour.inward)
        same = passed.origin == request.origin
        self.events.append(Event(at, "passes" if same else "passes, Origin changed"))
        return self._at(at + 1, passed)

    # -- caches --------------------------------------------------------------------------------

    def _replay(self, at: int, cache: Cache, stored: Course[_Stored], request: Request) -> Response:
        self.choices.suppose(stored.met)
        earlier, response, events = stored.result
        if cache.honours_vary and not serves(_vary(response), earlier, request):
            raise ImpossibleError
        served = Event(at, f"serves what was stored for {earlier.origin or 'no Origin'}")
        self.events += (*events, served)
        return response

    def _shelf(
        self, at: int, behaviour: Behaviour, cache: Cache, request: Request
    ) -> tuple[Course[_Stored], ...]:
        """Every different answer that may be stored where the cache looks for that to `request`."""
        if "*" in cache.key or not self.around.stored:
            return ()
        place = (request.method, *(request.value(name) for name in sorted(cache.key)))
        key, memo = (at, id(behaviour), place), self.around.memo
        if memo is None:
            return self._fill(at, behaviour, cache, request)
        if key not in memo:
            memo[key] = self._fill(at, behaviour, cache, request)
        found: tuple[Course[_Stored], ...] = memo[key]
        return found

    def _fill(
        self, at: int, behaviour: Behaviour, cache: Cache, request: Request
    ) -> tuple[Course[_Stored], ...]:
        def ask(choices: Choices) -> _Stored:
            run = Run(self.chain, choices, self.around, _asker=self._asker)
            return run._store(at, behaviour, cache, request)

        found: dict[Hashable, Course[_Stored]] = {}
        for course in courses(ask):
            earlier, response, _ = course.result
            names = _vary(response) if cache.honours_vary else ()
            told = (response, *((name, earlier.value(name)) for name in sorted(names)))
            found.setdefault((told, frozenset(course.met.items())), course)
        return tuple(found.values())

    def _store(self, at: int, behaviour: Behaviour, cache: Cache, request: Request) -> _Stored:
        """One earlier request that shares the place of `request`, and the answer stored for it."""
        first = self.choices.draw(self.around.stored)
        if first.method != request.method:
            raise ImpossibleError
        forms = [form for form in self._arriving(at, first) if serves(cache.key, form, request)]
        form = self.choices.draw(forms)
        if self._refused(behaviour, form):
            raise ImpossibleError
        response = self._at(at + 1, form.passed(behaviour.inward))
        if response.status not in cache.statuses:
            raise ImpossibleError
        return _Stored(form, response, tuple(self.events))

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
