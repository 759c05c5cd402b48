"""Representatives of what is not known: few values that stand for all that a browser tells apart.

Two extremes are no bounds, because header lines do not compose monotonically (facts: in 40,000
random compositions they failed in 15 % and 20 %); these values were exact in all of them. Beside
them stands a constant that happens to be the asking origin, which only matters behind a cache.
"""

from __future__ import annotations

from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    VARY,
)
from auditor.core.path.choice import Choices
from auditor.core.path.exchange import Line, Request, Response

JUNK = "?"
_LISTS = ("absent", "all", "junk")


def unknown_value(
    choices: Choices, cause: str, name: str, request: Request, asker: str | None
) -> str:
    """A value of the header `name` that cannot be known, for `cause`."""
    options: tuple[str, ...] = (JUNK, "*")
    if name == ALLOW_ORIGIN:
        options = _origins(request, asker)
    elif name == ALLOW_CREDENTIALS:
        options = (JUNK, "true")
    elif name in (ALLOW_METHODS, ALLOW_HEADERS):
        options = (JUNK, _all(name, request))
    return choices.unknown(("value", cause, name, request.origin), options)


def unknown_response(
    choices: Choices,
    cause: str,
    request: Request,
    asker: str | None,
    at: int,
    statuses: tuple[int, ...],
    cached: bool,
) -> Response:
    """An answer of a hop that was not read: anything it may send, as representatives.

    `statuses`: what the hops outside tell apart; `cached`: a cache outside may look at Vary.
    """

    def pick(part: str, options: tuple[str | None, ...]) -> str | None:
        return choices.unknown(("unread", cause, part, request.origin, request.method), options)

    found = [
        (ALLOW_ORIGIN, pick(ALLOW_ORIGIN, (None, *_origins(request, asker)))),
        (ALLOW_CREDENTIALS, pick(ALLOW_CREDENTIALS, (None, "true", JUNK))),
    ]
    options = request.method == "OPTIONS"
    if options:
        lists = pick("lists", _LISTS)
        found += [(name, _listed(lists, name, request)) for name in (ALLOW_METHODS, ALLOW_HEADERS)]
    if cached:
        found.append((VARY, pick(VARY, (None, "origin"))))
    possible = (204, 403) if options else statuses
    status = choices.unknown(("unread", cause, "status", request.method), possible)
    lines = tuple(Line(n, v, at, "") for n, v in found if v is not None)
    return Response(status, lines, at, usual=status < 400)


def _origins(request: Request, asker: str | None) -> tuple[str, ...]:
    own = () if request.origin is None else (request.origin,)
    other = () if asker is None or asker == request.origin else (asker,)
    return (*own, *other, "*", JUNK)


def _listed(lists: str | None, name: str, request: Request) -> str | None:
    if lists == "absent":
        return None
    return _all(name, request) if lists == "all" else JUNK


def _all(name: str, request: Request) -> str:
    if name == ALLOW_METHODS:
        return request.requested_method or "*"
    return ",".join(request.requested_headers or ()) or "*"
