"""nginx's rewrite phase, run on what is not known: which headers an answer gets, and when.

Laws of the phase (ngx_http_rewrite_module of nginx 1.22, measured with headers-more 0.34): statements
run in order; an `if` that holds makes its block the configuration of the request, and **the last one
that held is the only one**: what an earlier block set is gone. `return` ends the phase at once. A
block inherits `add_header` lines only when it has none of its own; `more_set_headers` of all levels
run from the outside in, before any `add_header`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from auditor.core.hop.guard import Guard
from collectors.ingress.ingress_nginx.conditions import Test, negated, truth
from collectors.ingress.ingress_nginx.variables import expand

STATE_CAP = 64
"""Ways through one location's conditions that are followed."""


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One `add_header` or `more_set_headers`: `value` None clears; `name` in lower case."""

    name: str
    value: str | None
    field: str
    always: bool = True


@dataclass(frozen=True, slots=True)
class Headers:
    """The header directives of one configuration level, in order."""

    hidden: tuple[str, ...] = ()
    added: tuple[HeaderLine, ...] = ()
    replaced: tuple[HeaderLine, ...] = ()

    def within(self, outer: Headers) -> Headers:
        """What holds inside of `outer`, by nginx's rules of inheritance."""
        return Headers(
            self.hidden or outer.hidden,
            self.added or outer.added,
            outer.replaced + self.replaced,
        )

    def __add__(self, other: Headers) -> Headers:
        """Both of one level, one after the other."""
        return Headers(
            self.hidden + other.hidden,
            self.added + other.added,
            self.replaced + other.replaced,
        )


NO_HEADERS = Headers()


@dataclass(frozen=True, slots=True)
class SetVariable:
    """`set $name text`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class If:
    """`if (test) { ... }` with the header directives and the statements of its block.

    `headers` None: a condition that opens no block, as that of `rewrite`.
    """

    test: Test
    headers: Headers | None = NO_HEADERS
    body: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Return:
    """`return status`."""

    status: int


@dataclass(frozen=True, slots=True)
class Break:
    """`break`: the statements behind it do not run."""


Statement: TypeAlias = SetVariable | If | Return | Break


class TooManyWaysError(Exception):
    """More ways through the conditions than `STATE_CAP`."""


@dataclass(frozen=True, slots=True)
class State:
    """One way through the statements: what the request must be like, and where it ends.

    `headers` are those of the last block that held, `status` what `return` gave.
    """

    guard: Guard = ()
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    headers: Headers = NO_HEADERS
    status: int | None = None
    over: bool = False


def run(statements: Iterable[Statement], states: tuple[State, ...]) -> tuple[State, ...]:
    """Every state that `statements` lead to. Raises `TooManyWaysError`."""
    for statement in statements:
        states = tuple(after for state in states for after in _step(statement, state))
        if len(states) > STATE_CAP:
            raise TooManyWaysError
    return states


def _step(statement: Statement, state: State) -> tuple[State, ...]:
    if state.over:
        return (state,)
    match statement:
        case SetVariable(name, text):
            value = expand(text, state.variables)
            return (replace(state, variables={**state.variables, name: value}),)
        case Return(status):
            return (replace(state, status=status, over=True),)
        case Break():
            return (replace(state, over=True),)
        case If():
            return _branch(statement, state)
        case _:
            assert_never(statement)


def _branch(statement: If, state: State) -> tuple[State, ...]:
    answer = truth(statement.test, state.guard, state.variables)
    if answer is False:
        return (state,)
    block = statement.headers
    entered = state if block is None else replace(state, headers=block)
    if answer is True:
        return run(statement.body, (entered,))
    held = replace(entered, guard=(*state.guard, answer))
    missed = replace(state, guard=(*state.guard, negated(answer)))
    return (*run(statement.body, (held,)), missed)
