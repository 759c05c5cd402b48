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

from auditor.core.hop.guard import (
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    Term,
    UnknownGuard,
)
from auditor.core.language.pattern import Dialect, Pattern, exact
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
class Test:
    """The condition of an `if`, as a question that `truth` answers for one state."""

    left: str
    operator: str = ""
    right: str = ""
    known: Atom | bool | None = None


@dataclass(frozen=True, slots=True)
class If:
    """`if (test) { ... }` with the header directives and the statements of its block."""

    test: Test
    headers: Headers = NO_HEADERS
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
    answer = truth(statement.test, state)
    if answer is False:
        return (state,)
    entered = replace(state, headers=statement.headers)
    if answer is True:
        return run(statement.body, (entered,))
    held = replace(entered, guard=(*state.guard, answer))
    missed = replace(state, guard=(*state.guard, _negated(answer)))
    return (*run(statement.body, (held,)), missed)


def truth(test: Test, state: State) -> bool | Term:
    """Whether `test` holds in `state`, or the term that decides it."""
    answer: bool | Term = _asked(test, state.variables)
    if isinstance(answer, bool):
        return answer
    atom = answer.atom if isinstance(answer, Not) else answer
    known = _implied(state.guard, atom)
    if known is None:
        return answer
    return known is not isinstance(answer, Not)


def _asked(test: Test, variables: Mapping[str, str]) -> bool | Term:
    if test.known is not None:
        return test.known
    left = expand(test.left, variables)
    if "${" not in left:
        return _constant(test, left, variables)
    right = expand(test.right, variables)
    return _request_term(test, left, right)


def _constant(test: Test, left: str, variables: Mapping[str, str]) -> bool | Term:
    match test.operator:
        case "":
            return left not in ("", "0")
        case "=" | "!=":
            right = expand(test.right, variables)
            if "${" in right:
                return _unknown(test)
            return (left == right) is (test.operator == "=")
        case _:
            return _unknown(test)


def _request_term(test: Test, left: str, right: str) -> bool | Term:
    negative = test.operator.startswith("!")
    term: bool | Term | None = None
    if left in _NEVER_EMPTY and right == "" and test.operator in ("=", "!=", ""):
        return test.operator != "="
    if left == "${request_method}":
        term = _method_term(test.operator, right)
    elif left == "${http_origin}":
        term = _origin_term(test, right)
    if term is None:
        return _unknown(test)
    return _negated(term) if negative and not isinstance(term, bool) else term


_NEVER_EMPTY = frozenset(
    f"${{{name}}}"
    for name in ("host", "uri", "request_uri", "request_method", "scheme", "remote_addr")
)
"""Variables that hold a text in every request (a request without Host is refused in HTTP/1.1)."""


def _method_term(operator: str, right: str) -> Term | None:
    if operator in ("=", "!="):
        return MethodIn(frozenset({right}))
    methods = right.removeprefix("^").removesuffix("$")
    if methods.startswith("(") and methods.endswith(")"):
        methods = methods[1:-1]
    names = frozenset(methods.split("|"))
    if not operator or not all(name.isascii() and name.isalpha() for name in names):
        return None
    return MethodIn(frozenset(name.upper() for name in names))


def _origin_term(test: Test, right: str) -> Term | None:
    match test.operator:
        case "":
            return OriginPresent()
        case ("=" | "!=") if right == "":
            return Not(OriginPresent())
        case "=" | "!=":
            return OriginIn((exact(right),)) if "${" not in right else None
        case "~" | "!~":
            return OriginIn((Pattern(Dialect.PCRE_NGINX, test.right),))
        case "~*" | "!~*":
            return OriginIn((Pattern(Dialect.PCRE_NGINX_CASELESS, test.right),))
        case _:
            return None


def _unknown(test: Test) -> Term:
    words = " ".join(word for word in (test.left, test.operator, test.right) if word)
    return UnknownGuard(f"the nginx condition ({words})")


def _negated(term: Term) -> Term:
    return term.atom if isinstance(term, Not) else Not(term)


def _implied(guard: Guard, atom: Atom) -> bool | None:
    """What `guard` already says of `atom`, or None."""
    for term in guard:
        known = _implied_not(term.atom, atom) if isinstance(term, Not) else _implied_by(term, atom)
        if known is not None:
            return known
    return None


def _implied_by(held: Atom, atom: Atom) -> bool | None:
    if held == atom or (isinstance(held, OriginIn) and isinstance(atom, OriginPresent)):
        return True
    if isinstance(held, MethodIn) and isinstance(atom, MethodIn):
        if held.methods <= atom.methods:
            return True
        return False if held.methods.isdisjoint(atom.methods) else None
    return None


def _implied_not(missed: Atom, atom: Atom) -> bool | None:
    if missed == atom or (isinstance(missed, OriginPresent) and isinstance(atom, OriginIn)):
        return False
    if isinstance(missed, MethodIn) and isinstance(atom, MethodIn):
        return False if atom.methods <= missed.methods else None
    return None
