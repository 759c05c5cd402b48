"""Representatives of what is not known: few values that stand for all that a browser tells apart.

Two extremes are no bounds, because header lines do not compose monotonically (facts: in 40,000
random compositions they failed in 15 % and 20 %); these values were exact in all of them. Beside
them stand a constant that happens to be the asking origin, which only matters behind a cache, and
whatever the hops further out look for or copy (`Heard`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.core.hop.behaviour import (
    Behaviour,
    Service,
    atoms,
    behaviours,
    operations,
)
from auditor.core.hop.guard import ResponseHeaderPresent
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    VARY,
)
from auditor.core.hop.op import InnerHeader
from auditor.core.path.choice import Choices
from auditor.core.path.exchange import HopChain, Line, Request, Response

JUNK = "?"
_LISTS = (ALLOW_METHODS, ALLOW_HEADERS)
_JUDGED = (ALLOW_ORIGIN, ALLOW_CREDENTIALS)


@dataclass(frozen=True, slots=True)
class Heard:
    """What hops make of header lines from within. `names`: headers whose presence they ask for, or
    which they copy; `copies`: (to, from), through any number of copies; `stored`: some cache is on the
    way, and may look at Vary. `methods`, `headers`: what a list that allows all holds, where one
    answer speaks for several preflights; empty: what the preflight itself asks for."""

    names: frozenset[str]
    copies: frozenset[tuple[str, str]]
    stored: bool
    methods: str = ""
    headers: str = ""


def heard(chain: HopChain, methods: str = "", headers: str = "") -> tuple[Heard, ...]:
    """For each number of hops, from none, what so many of the outermost make of header lines from
    within; a service at the end counts as one. `methods`, `headers`: see `Heard`."""
    last = (chain.terminal.doing,) if isinstance(chain.terminal, Service) else ()
    plain = [tuple(behaviours(doing)) for doing in (*chain.doings, *last)]
    parts = ([b for one in plain[:many] for b in one] for many in range(len(plain) + 1))
    return tuple(replace(_heard(part), methods=methods, headers=headers) for part in parts)


def _heard(plain: Sequence[Behaviour]) -> Heard:
    asked = {a.name for b in plain for a in atoms(b) if isinstance(a, ResponseHeaderPresent)}
    copies = {
        (name, op.value.name)
        for b in plain
        for op in operations(b)
        if isinstance(op.value, InnerHeader)
        for name in op.names
    }
    stored = any(b.cache is not None for b in plain)
    return Heard(frozenset(asked | {name for _, name in copies}), _closed(copies), stored)


def _closed(copies: set[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    found, size = set(copies), 0
    while len(found) > size:
        size = len(found)
        found |= {(to, source) for to, via in found for name, source in found if name == via}
    return frozenset(found)


def unknown_value(
    choices: Choices, cause: str, name: str, request: Request, asker: str | None, told: Heard
) -> str | None:
    """A value of the header `name` that cannot be known, for `cause`; None: no line is written."""
    options = (*_values(name, request, asker, told), None)
    return choices.unknown(("value", cause, name, request.origin), options)


def unknown_response(
    choices: Choices,
    cause: str,
    request: Request,
    asker: str | None,
    at: int,
    statuses: tuple[int, ...],
    told: Heard,
) -> Response:
    """An answer of a hop that was not read: anything it may send, as representatives.

    `statuses`: what the hops outside tell apart; `told`: the header lines that they look at.
    """

    def pick(part: str, options: tuple[str | None, ...]) -> str | None:
        return choices.unknown(("unread", cause, part, request.origin, request.method), options)

    options = request.method == "OPTIONS"
    found = [(name, pick(name, (None, *_values(name, request, asker, told)))) for name in _JUDGED]
    if options and told.names.isdisjoint(_LISTS):
        lists = pick("lists", ("absent", "all", JUNK))
        found += [(name, _listed(lists, name, request, told)) for name in _LISTS]
    elif options:
        found += [(name, pick(name, (None, _all(name, request, told), JUNK))) for name in _LISTS]
    if told.stored:
        found.append((VARY, pick(VARY, (None, "origin"))))
    more = told.names - {name for name, _ in found}
    found += [(n, pick(n, (None, *_values(n, request, asker, told)))) for n in sorted(more)]
    key = ("unread", cause, "status", request.method)
    status = choices.unknown(key, _for_preflights(statuses) if options else statuses)
    lines = tuple(Line(n, v, at, "") for n, v in found if v is not None)
    return Response(status, lines, at, usual=status < 400)


def _for_preflights(statuses: tuple[int, ...]) -> tuple[int, ...]:
    """Statuses of answers to OPTIONS: a preflight needs one of 200 to 299."""
    if len(statuses) == 1:
        return (204, 403)
    return statuses if any(status >= 300 for status in statuses) else (*statuses, 403)


def _values(name: str, request: Request, asker: str | None, told: Heard) -> tuple[str, ...]:
    """The values of `name` that make a difference where it stands or is copied to."""
    found = dict.fromkeys(_own_values(name, request, asker, told))
    for to, source in sorted(told.copies):
        if source == name:
            found |= dict.fromkeys(_own_values(to, request, asker, told))
    return tuple(found)


def _own_values(name: str, request: Request, asker: str | None, told: Heard) -> tuple[str, ...]:
    if name == ALLOW_ORIGIN:
        own = () if request.origin is None else (request.origin,)
        other = () if asker is None or asker == request.origin else (asker,)
        return (*own, *other, "*", JUNK)
    if name == ALLOW_CREDENTIALS:
        return (JUNK, "true")
    # A Vary of `*` is what keeps most from being stored, one that names nothing what keeps least.
    return (JUNK, _all(name, request, told))


def _listed(lists: str | None, name: str, request: Request, told: Heard) -> str | None:
    if lists == "absent":
        return None
    return JUNK if lists == JUNK else _all(name, request, told)


def _all(name: str, request: Request, told: Heard) -> str:
    if name == ALLOW_METHODS:
        return told.methods or request.requested_method or "*"
    asked = told.headers or ",".join(request.requested_headers or ())
    return (name == ALLOW_HEADERS and asked) or "*"
