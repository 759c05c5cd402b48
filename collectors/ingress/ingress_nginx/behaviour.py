"""What one location does, out of the states that its rewrite phase ends in.

Order of effect, measured on nginx 1.22 with headers-more 0.34: `proxy_hide_header` on what the
service sent, `more_set_headers` of all levels from the outside in, then `add_header`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Inward,
    Respond,
    Step,
    UnreadBehaviour,
)
from auditor.core.hop.guard import ALWAYS, Guard, Not, RequestHeaderPresent, StatusIn
from auditor.core.hop.op import Op, remove
from collectors.ingress.ingress_nginx.lines import ADDED_TO, NAMES, adding, replacing
from collectors.ingress.ingress_nginx.rewriting import (
    Headers,
    State,
    TooManyWaysError,
    run,
)
from collectors.ingress.ingress_nginx.snippets import NO_SNIPPET, Snippet, declared_variables

_CLOSED = 444
"""`return 444` closes the connection: there is no answer."""


@dataclass(frozen=True, slots=True)
class Location:
    """One location block, by level: what nginx inherits and runs, and how it may refuse.

    `access`: statuses of refusals that carry the location's headers (auth, address lists, limits).
    `challenge`: every request without Authorization is refused with 401.
    `error_pages`: statuses that a page of the default backend replaces, without CORS headers.
    `sign_in`: the statements behind the redirect that stands for a 401, or None.
    """

    http: Snippet = NO_SNIPPET
    server: Snippet = NO_SNIPPET
    block: Snippet = NO_SNIPPET
    access: tuple[int, ...] = ()
    challenge: bool = False
    error_pages: tuple[int, ...] = ()
    sign_in: Snippet | None = None
    field: str = ""


def compile_location(location: Location) -> Doing:
    """The behaviour of `location`; unread when its conditions are too many to follow."""
    try:
        states = _states(location, location.block)
        sign_in = () if location.sign_in is None else _states(location, location.sign_in)
    except TooManyWaysError:
        return UnreadBehaviour(f"{location.field}: too many conditions in its snippets")
    outer = location.server.headers.within(location.http.headers)
    base = location.block.headers.within(outer)
    answers = tuple(_answer(state, base, outer, location) for state in _returning(states))
    if location.sign_in is not None:
        base_sign_in = location.sign_in.headers.within(outer)
        answers += tuple(
            _answer(state, base_sign_in, outer, location, certain=False)
            for state in _returning(sign_in)
        )
    responds = (*answers, *_refusals(location), *_error_pages(location))
    edits = _edits(tuple(state for state in states if state.status is None), base, answers)
    return Behaviour(responds, edits, Inward(origin=location.block.origin))


def _states(location: Location, block: Snippet) -> tuple[State, ...]:
    server, statements = location.server.statements, block.statements
    empty = dict.fromkeys(declared_variables((*server, *statements)), "")
    start = State(variables=MappingProxyType(empty))
    before = run(server, (start,))
    ended = tuple(state for state in before if state.status is not None)
    # A block of the server level does not outlive the search for a location, its variables do.
    entered = (State(state.guard, state.variables) for state in before if state.status is None)
    return (*ended, *run(statements, tuple(entered)))


# -- answers of its own --------------------------------------------------------------------------


def _returning(states: Iterable[State]) -> Iterable[State]:
    return (state for state in states if state.status is not None)


def _answer(
    state: State, base: Headers, outer: Headers, location: Location, *, certain: bool = True
) -> Respond:
    status = state.status or 0
    headers = state.headers.within(base)
    ops = (
        *replacing(headers, state.variables, state.guard),
        *adding(headers, state.variables, always=True),
        *(adding(headers, state.variables, always=False) if status in ADDED_TO else ()),
    )
    if status == _CLOSED:
        ops = ()
    return Respond(state.guard, (status,), ops, certain=certain, field=location.field)


def _refusals(location: Location) -> tuple[Respond, ...]:
    """Refusals after the rewrite phase: they carry the location's headers (e2e auth.go)."""
    snippets = location.http + location.server + location.block
    statuses = (*location.access, *snippets.refusals)
    shown = tuple(sorted(set(statuses) - set(location.error_pages)))
    if not shown:
        return ()
    sometimes = Respond(ALWAYS, shown, certain=False, edited=True, field=location.field)
    if not location.challenge or 401 not in shown:
        return (sometimes,)
    unsigned = (Not(RequestHeaderPresent("authorization")),)
    return (Respond(unsigned, (401,), edited=True, field=location.field), sometimes)


def _error_pages(location: Location) -> tuple[Respond, ...]:
    """Pages of `@custom_...` locations: they have the headers of the levels outside alone."""
    if not location.error_pages:
        return ()
    outer = location.server.headers.within(location.http.headers)
    ops = (*replacing(outer, {}), *adding(outer, {}, always=True))
    field = f"{location.field} custom-http-errors".strip()
    return (Respond(ALWAYS, location.error_pages, ops, certain=False, field=field),)


# -- edits ---------------------------------------------------------------------------------------


def _edits(
    states: tuple[State, ...], base: Headers, answers: tuple[Respond, ...]
) -> tuple[Step, ...]:
    headers = [(state, state.headers.within(base)) for state in states]
    hidden = tuple(name for name in base.hidden if name in NAMES)
    hiding: Step = (Case(ALWAYS, (remove(*hidden, field="proxy_hide_header"),)),) if hidden else ()
    sets = [(s.guard, replacing(lines, s.variables, s.guard)) for s, lines in headers]
    kept = [(s.guard, adding(lines, s.variables, always=True)) for s, lines in headers]
    usual = [(s.guard, adding(lines, s.variables, always=False)) for s, lines in headers]
    steps = (
        hiding,
        _step(sets, answers),
        _step(kept, answers),
        _step(usual, answers, StatusIn(ADDED_TO)),
    )
    return tuple(step for step in steps if step)


def _step(
    cases: list[tuple[Guard, tuple[Op, ...]]], answers: tuple[Respond, ...], *also: StatusIn
) -> Step:
    if len({ops for _, ops in cases}) == 1:
        cases = [(ALWAYS, cases[0][1])]
    shown = [(_without_answered(guard, answers), ops) for guard, ops in _merged(cases)]
    return tuple(Case((*guard, *also), ops) for guard, ops in _merged(shown) if ops)


def _without_answered(guard: Guard, answers: tuple[Respond, ...]) -> Guard:
    """`guard` without the denials that only say that the hop has not answered by itself."""
    answered = [frozenset(answer.when) for answer in answers if answer.certain]
    kept = list(guard)
    for term in guard:
        if isinstance(term, Not):
            rest = [other for other in kept if other != term]
            if frozenset((*rest, term.atom)) in answered:
                kept = rest
    return tuple(kept)


def _merged(cases: list[tuple[Guard, tuple[Op, ...]]]) -> list[tuple[Guard, tuple[Op, ...]]]:
    """`cases` with those joined that do the same on both sides of one term, the last first."""
    joined = True
    while joined:
        joined = False
        for at, (guard, ops) in enumerate(cases):
            for other, (after, same) in enumerate(cases[at + 1 :], at + 1):
                common = _common(guard, after) if ops == same else None
                if common is not None:
                    cases = [
                        *cases[:at],
                        (common, ops),
                        *cases[at + 1 : other],
                        *cases[other + 1 :],
                    ]
                    joined = True
                    break
            if joined:
                break
    return cases


def _common(one: Guard, other: Guard) -> Guard | None:
    """What two guards share when they differ in the sign of one term alone."""
    left = [term for term in one if term not in other]
    right = [term for term in other if term not in one]
    if len(left) != 1 or len(right) != 1:
        return None
    opposite = (
        left[0] == Not(right[0]) if not isinstance(right[0], Not) else right[0].atom == left[0]
    )
    return tuple(term for term in one if term != left[0]) if opposite else None
