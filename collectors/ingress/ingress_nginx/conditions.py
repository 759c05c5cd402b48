"""Conditions of nginx's `if`: what they ask of a request, in the terms of the common model.

`=` compares bytes, `~` searches a regular expression, `~*` without regard to case; a variable alone
holds unless it is empty or `0` (ngx_http_rewrite_if_condition of nginx 1.22). What is asked of
anything but the method and the Origin is an unknown guard with the condition as its cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Test:
    """The condition of an `if`, as written, or already `known`."""

    left: str
    operator: str = ""
    right: str = ""
    known: Atom | bool | None = None


def truth(test: Test, guard: Guard, variables: Mapping[str, str]) -> bool | Term:
    """Whether `test` holds where `guard` does, or the term that decides it."""
    answer = _asked(test, variables)
    if isinstance(answer, bool):
        return answer
    atom = answer.atom if isinstance(answer, Not) else answer
    known = _implied(guard, atom)
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
    return negated(term) if negative and not isinstance(term, bool) else term


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
        case "=" | "!=" if right == "":
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


def negated(term: Term) -> Term:
    """The opposite of `term`."""
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
