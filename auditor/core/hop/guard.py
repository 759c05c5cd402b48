"""Conditions on a request and its response: conjunctions of atoms, each possibly negated.

A *preflight* is OPTIONS and Origin and Access-Control-Request-Method; products that answer every
OPTIONS use `OPTIONS` instead.
"""

from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.hop.header import HeaderNames
from auditor.core.language.pattern import Pattern


@dataclass(frozen=True, slots=True)
class OriginIn:
    """The Origin that this hop sees matches one of `patterns`; never holds without an Origin."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class OriginPresent:
    """The request, as this hop sees it, carries an Origin header."""


@dataclass(frozen=True, slots=True)
class MethodIn:
    """The request's method is one of `methods` (case-sensitive)."""

    methods: frozenset[str]


@dataclass(frozen=True, slots=True)
class RequestedMethodIn:
    """Access-Control-Request-Method is one of `methods`; `None` asks only that it is present."""

    methods: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class RequestedHeadersWithin:
    """Every name of Access-Control-Request-Headers is within `names` (true when there is none)."""

    names: HeaderNames


@dataclass(frozen=True, slots=True)
class RequestHeaderPresent:
    """The request carries the header `name` (lower-case): `cookie`, `authorization`, ..."""

    name: str


@dataclass(frozen=True, slots=True)
class StatusIn:
    """The status of the response is one of `statuses`."""

    statuses: frozenset[int]


@dataclass(frozen=True, slots=True)
class ResponseHeaderPresent:
    """The response, as it stands when the step begins, has a line of `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class UnknownGuard:
    """A condition that cannot be known, run both ways, one variable for each `cause`."""

    cause: str


Atom: TypeAlias = (
    OriginIn
    | OriginPresent
    | MethodIn
    | RequestedMethodIn
    | RequestedHeadersWithin
    | RequestHeaderPresent
    | StatusIn
    | ResponseHeaderPresent
    | UnknownGuard
)


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of one atom."""

    atom: Atom


Term: TypeAlias = Atom | Not
Guard: TypeAlias = tuple[Term, ...]
"""All of its terms hold; the empty guard always holds."""

ALWAYS: Guard = ()
OPTIONS: Guard = (MethodIn(frozenset({"OPTIONS"})),)
PREFLIGHT: Guard = (*OPTIONS, OriginPresent(), RequestedMethodIn())
"""What the Fetch standard calls a CORS-preflight request."""
