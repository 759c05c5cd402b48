"""Small estates for tests of linking: hops that pass everything on, told apart by their ids."""

from collections.abc import Iterable

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Doing,
    Respond,
    Service,
    Silent,
    Terminal,
    UnreadEnd,
)
from auditor.core.hop.guard import ALWAYS
from auditor.core.link.estate import Declared, Estate
from auditor.core.link.route import Route, routes
from auditor.core.link.walk import Way, ways
from auditor.core.reading import (
    ANY_PATH,
    Alias,
    Gap,
    Hop,
    Layer,
    PathCase,
    PathKind,
    PathMatch,
    Unread,
    Where,
)

HERE = Where("estate.yaml", 1)
API = "host:api.example.com"
SILENT = Silent()
NOWHERE = Service(Behaviour(responds=(Respond(ALWAYS, (404,)),)))
"""The end of a gateway's paths that have no route."""


def prefix(text: str) -> PathMatch:
    return PathMatch(PathKind.PREFIX, text)


def exact(text: str) -> PathMatch:
    return PathMatch(PathKind.EXACT, text)


def case(
    to: tuple[str, ...] | Terminal = SILENT,
    match: PathMatch = ANY_PATH,
    methods: Iterable[str] | None = None,
    strip: str = "",
    add: str = "",
    doing: Doing = TRANSPARENT,
) -> PathCase:
    taken = None if methods is None else frozenset(methods)
    return PathCase(match, doing, to, taken, strip, add)


def hop(
    id: str,
    layer: Layer,
    answers: str | tuple[str, ...],
    *cases: PathCase,
    labels: tuple[tuple[str, str], ...] = (),
    source: str = "file:.",
) -> Hop:
    """A hop; without `cases` it takes everything and is the end of it."""
    return Hop(
        id=id,
        layer=layer,
        product="tested",
        title=id,
        where=HERE,
        answers=(answers,) if isinstance(answers, str) else answers,
        cases=cases or (case(),),
        source=source,
        document=id,
        role=id,
        labels=labels,
    )


def alias(
    name: str,
    to: str,
    match: PathMatch = ANY_PATH,
    strip: str = "",
    add: str = "",
    entry: bool = True,
) -> Alias:
    return Alias(name, to, HERE, "file:.", match, strip, add, entry)


def unread(*names: str, layer: Layer | None = None) -> Unread:
    return Unread(
        "what was denied", "aws:1", Gap.DENIED, "AccessDenied", "grant it", HERE, layer, names
    )


def front(id: str, layer: Layer, *globs: str) -> Declared:
    """A declared hop."""
    return Declared(hop(id, layer, (), case(())), globs)


def went(way: Way) -> str:
    """A way by its hops, as `gateway > app`, with ` > ?` where it ends in something unread."""
    ids = [placed.hop.id for placed in way.hops]
    return " > ".join([*ids, "?"] if isinstance(way.terminal, UnreadEnd) else ids)


def ways_of(
    estate: Estate, path: str = "/", method: str = "GET", host: str = "api.example.com"
) -> list[str]:
    return [went(way) for way in ways(estate, host, path, method)]


def environment_of(_host: str, _ways: tuple[Way, ...]) -> str:
    return "prod"


def routes_of(estate: Estate) -> list[Route]:
    return list(routes(estate, None, environment_of))


def named(estate: Estate) -> list[str]:
    """The routes as reports call them."""
    return [route.text for route in routes_of(estate)]
