"""Ask what was read: one request through the linked readings, or through one behaviour."""

from collections.abc import Iterable

from auditor.core.hop.behaviour import Behaviour, Doing, Respond, Service, UnreadEnd
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.op import add_line
from auditor.core.link.estate import Estate
from auditor.core.link.route import chain
from auditor.core.link.walk import ways
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Run
from auditor.core.reading import Reading

Answer = tuple[int, frozenset[tuple[str, str]]]

LOUD = Service(
    Behaviour(
        responds=(
            Respond(
                ALWAYS,
                (200,),
                (
                    add_line("access-control-allow-origin", "*"),
                    add_line("access-control-allow-credentials", "true"),
                    add_line("access-control-expose-headers", "x-loud"),
                    add_line("vary", "accept"),
                ),
            ),
        )
    )
)
"""A backend that lets everyone in, on every method."""

LOUD_LINES = frozenset(
    {
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "x-loud"),
        ("vary", "accept"),
    }
)


def get(origin: str | None) -> Request:
    """An ordinary request."""
    return Request("GET", origin)


def preflight(origin: str | None, method: str = "PUT", *headers: str) -> Request:
    """A CORS-preflight request."""
    return Request("OPTIONS", origin, method, headers or None)


def answers(doing: Doing, request: Request) -> set[Answer]:
    """Every answer to `request` that `doing` may give in front of the loud backend."""
    hops = HopChain((doing,), LOUD)
    return _all(hops, request)


def linked_answers(readings: Iterable[Reading], url: str, request: Request) -> set[Answer]:
    """Every answer that a browser may get for `url` from the linked readings."""
    host, slash, path = url.removeprefix("https://").partition("/")
    found: set[Answer] = set()
    for way in ways(Estate(readings), host, slash + path or "/", request.method):
        found |= _all(chain(way, host), request)
    return found


def ends(readings: Iterable[Reading], url: str, method: str = "GET") -> list[object]:
    """The terminals that requests for `url` come to."""
    host, slash, path = url.removeprefix("https://").partition("/")
    return [way.terminal for way in ways(Estate(readings), host, slash + path or "/", method)]


def unread_causes(readings: Iterable[Reading], url: str, method: str = "GET") -> list[str]:
    """Why requests for `url` cannot be followed further, for each way that ends so."""
    found = ends(readings, url, method)
    return [end.cause for end in found if isinstance(end, UnreadEnd)]


def _all(hops: HopChain, request: Request) -> set[Answer]:
    def ask(choices: Choices) -> Response:
        return Run(hops, choices).ask(request)

    return {
        (response.status, frozenset(response.pairs))
        for world in worlds(ask)
        for response in world.results
    }
