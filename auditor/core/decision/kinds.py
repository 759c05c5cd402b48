"""Kinds of requests: what the hops on a path tell apart, one member of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import TypeVar

from auditor.core.hop.behaviour import Behaviour, atoms, operations
from auditor.core.hop.guard import (
    MethodIn,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    StatusIn,
)
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, HeaderNames
from auditor.core.hop.op import Literal, RequestedHeaders, RequestHeader

T = TypeVar("T")

SIMPLE_METHODS = frozenset({"GET", "HEAD", "POST"})
FRESH_METHOD = "X-FRESH-METHOD"
FRESH_HEADER = "x-fresh-header"
ASKED_HEADERS = frozenset({"access-control-request-method", "access-control-request-headers"})
SUBSET_CAP = 4
"""Request headers of which every subset is tried; of more, none, each one, all but one, and all."""


def status_kinds(plain: Sequence[Behaviour]) -> tuple[int, ...]:
    """One status of each kind that a guard or a cache tells apart, the usual one first."""
    sets = [a.statuses for b in plain for a in atoms(b) if isinstance(a, StatusIn)]
    sets += [b.cache.statuses for b in plain if b.cache is not None]
    named = {status for one in sets for status in one}
    usual = (200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 500, 502, 503)
    return _members((*usual, *sorted(named)), lambda s: _status_kind(s, sets))


def _status_kind(status: int, sets: Sequence[frozenset[int]]) -> tuple[bool, ...]:
    # Where nobody looks at the status, one kind will do, whatever a browser makes of it.
    seen = tuple(status in one for one in sets)
    return seen and (status < 300, status < 400, *seen)


def method_kinds(
    plain: Sequence[Behaviour], wanted: Iterable[str], compared: Iterable[str]
) -> tuple[str, ...]:
    """One method of each kind that a guard tells apart among `wanted` (none: all there are), and each
    of `compared`; OPTIONS left out."""
    sets = [a.methods for b in plain for a in atoms(b) if isinstance(a, MethodIn)]
    named = sorted({method for one in sets for method in one})
    fresh = ("GET", "POST", "HEAD", "PATCH", FRESH_METHOD)
    asked = sorted(wanted) or [*fresh, *named, *sorted(compared)]
    every = [method for method in asked if method != "OPTIONS"]
    kept = [method for method in every if method in set(compared)]
    others = _members([*kept, *every], lambda m: tuple(m in one for one in sets))
    return tuple(dict.fromkeys((*kept, *others)))


def carried_kinds(plain: Sequence[Behaviour]) -> tuple[frozenset[str], ...]:
    """Sets of further request headers that the hops look at or copy."""
    named = {a.name for b in plain for a in atoms(b) if isinstance(a, RequestHeaderPresent)}
    named |= {n for b in plain for o in operations(b) if (n := _copied(o.value)) is not None}
    names = sorted(named - ASKED_HEADERS - {"origin", "*"})
    sizes: Iterable[int] = range(len(names) + 1)
    if len(names) > SUBSET_CAP:
        sizes = (0, 1, len(names) - 1, len(names))
    return tuple(frozenset(group) for size in sizes for group in combinations(names, size))


def asks_for(plain: Sequence[Behaviour], names: frozenset[str] = ASKED_HEADERS) -> bool:
    """Whether some hop asks whether one of the request headers `names` is there, or copies it."""
    asked = (a.name for b in plain for a in atoms(b) if isinstance(a, RequestHeaderPresent))
    copied = (_copied(op.value) for b in plain for op in operations(b))
    return not names.isdisjoint(filter(None, chain(asked, copied)))


def _copied(value: object) -> str | None:
    return value.name if isinstance(value, RequestHeader) else None


def crossed_kinds(
    plain: Sequence[Behaviour], verbs: Iterable[str], names: Iterable[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Methods together with sets of header names, one of each kind, where some hop looks at both, or at
    sets of names; `verbs` and `names` are those that somebody names."""
    method_sets = [
        a.methods
        for b in plain
        for a in atoms(b)
        if isinstance(a, RequestedMethodIn) and a.methods is not None
    ]
    told = list(name_sets(plain))
    if not told:
        return
    method_sets += [frozenset(one) for one in tokens(plain, ALLOW_METHODS)]
    methods = _members(
        ["GET", FRESH_METHOD, *sorted(verbs)],
        lambda m: (m in SIMPLE_METHODS, *(m in one for one in method_sets)),
    )
    told += [HeaderNames(frozenset(one)) for one in tokens(plain, ALLOW_HEADERS)]
    alike = _members(
        [FRESH_HEADER, *sorted(names)],
        lambda n: (n == "authorization", *(n in one for one in told)),
    )
    sets = [*combinations(alike, 0), *combinations(alike, 1), *combinations(alike, 2)]
    yield from ((method, tuple(sorted(group))) for group in sets for method in methods)


def name_sets(plain: Sequence[Behaviour]) -> Iterator[HeaderNames]:
    """Sets of request header names that some hop looks for or copies by."""
    for behaviour in plain:
        for atom in atoms(behaviour):
            if isinstance(atom, RequestedHeadersWithin):
                yield atom.names
        for op in operations(behaviour):
            if isinstance(op.value, RequestedHeaders) and not op.value.within.every:
                yield op.value.within


def tokens(plain: Iterable[Behaviour], name: str) -> Iterator[tuple[str, ...]]:
    """The members of every constant list that some hop writes to the header `name`; header names in
    lower case."""
    fold = str.lower if name == ALLOW_HEADERS else str
    for behaviour in plain:
        for op in operations(behaviour):
            if name in op.names and isinstance(op.value, Literal):
                yield tuple(fold(token.strip()) for token in op.value.text.split(","))


def _members(options: Iterable[T], kind: Callable[[T], Hashable]) -> tuple[T, ...]:
    found: dict[Hashable, T] = {}
    for one in options:
        found.setdefault(kind(one), one)
    return tuple(found.values())
