"""The cut of a path, and the classes of requests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.core.hop.behaviour import (
    Behaviour,
    Doing,
    Either,
    Mix,
    Service,
    UnreadBehaviour,
    UnreadEnd,
    allow_origin_literals,
    atoms,
    behaviours,
    operations,
    patterns,
)
from auditor.core.hop.guard import (
    MethodIn,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    StatusIn,
)
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS
from auditor.core.hop.op import Literal, RequestedHeaders, RequestedMethod, UnknownValue
from auditor.core.language.cut import Cut, cut
from auditor.core.language.dialect import singleton
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import probes
from auditor.core.language.universe import origins, scheme_of
from auditor.core.origin import Refused, parse
from auditor.core.path.condition import bind
from auditor.core.path.exchange import HopChain

SIMPLE_METHODS = frozenset({"GET", "HEAD", "POST"})
FRESH_METHOD = "X-FRESH-METHOD"
FRESH_HEADER = "x-fresh-header"
PLAINTEXT = Pattern(Dialect.PREFIX, "http://")
"""Splits every class by whether a network attacker owns the page: rules ask for it."""

REQUEST_CAP = 64
"""Request classes looked at for one origin class."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One class of preflighted requests: a method and the names of its unsafe headers."""

    method: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that a judgement looks at, gathered from the chains of a request path."""

    doings: tuple[Doing, ...]
    unread_end: bool
    host: str
    plain: tuple[Behaviour, ...]


def subject(*chains: HopChain) -> Subject:
    """The subject of the chains of one request path."""
    doings: dict[Doing, None] = {}
    for chain in chains:
        doings.update(dict.fromkeys(chain.doings))
        if isinstance(chain.terminal, Service):
            doings[chain.terminal.doing] = None
    unread = any(isinstance(chain.terminal, UnreadEnd) for chain in chains)
    found = tuple(b for doing in doings for b in behaviours(doing))
    return Subject(tuple(doings), unread, chains[0].host, found)


def origin_classes(
    about: Subject, allowed_patterns: Iterable[Pattern], allowed: Iterable[str], own: str
) -> Cut:
    """The decision classes of a path: everything on it and the allowlist treats their members alike."""
    named = [bind(p, about.host) for doing in about.doings for p in patterns(doing)]
    named += list(allowed_patterns)
    literals = {"null", own, *allowed}
    literals |= {text for doing in about.doings for text in allow_origin_literals(doing)}
    literals |= {text for text in map(singleton, named) if text is not None}
    texts = sorted(text for text in literals if valid(text))
    wide = [pattern for pattern in named if singleton(pattern) is None]
    schemes = frozenset(filter(None, (scheme_of(p.text) for p in named)))
    universe = origins(schemes)
    return cut(
        universe,
        [*wide, PLAINTEXT],
        texts,
        valid=valid,
        probes=probes([*(p.text for p in wide), *texts]),
    )


def valid(text: str) -> bool:
    """Whether a browser can send `text` as an Origin."""
    return not isinstance(parse(text), Refused)


def statuses(about: Subject) -> tuple[int, ...]:
    """One status of each kind that the hops tell apart, 200 first."""
    sets = [a.statuses for b in about.plain for a in atoms(b) if isinstance(a, StatusIn)]
    kinds: dict[tuple[bool, ...], int] = {}
    for status in (200, 201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 500, 502, 503):
        kinds.setdefault(tuple(status in one for one in sets), status)
    return tuple(kinds.values())


def actual_methods(about: Subject, route: Iterable[str]) -> tuple[str, ...]:
    """The methods of actual requests that the hops tell apart: GET, and those that someone names."""
    named = {m for b in about.plain for a in atoms(b) if isinstance(a, MethodIn) for m in a.methods}
    wanted = {method for method in route if method != "*"}
    found = wanted & named or (wanted and {min(wanted)}) or {"GET"} | named
    return tuple(sorted(found - {"OPTIONS"})) or ("GET",)


def present_headers(about: Subject) -> tuple[frozenset[str], ...]:
    """Sets of further request headers that the hops tell apart: none, and all that are named."""
    named = {a.name for b in about.plain for a in atoms(b) if isinstance(a, RequestHeaderPresent)}
    return (frozenset(), frozenset(named)) if named else (frozenset(),)


def request_classes(
    about: Subject, methods: frozenset[str] | None, headers: frozenset[str] | None
) -> tuple[Asked, ...]:
    """The preflighted requests to ask about: methods and headers that a hop or the allowlist (given)
    names, one fresh of each, and the sets among them that a hop may tell apart."""
    verbs = {m for b in about.plain for m in _named_methods(b)} | (methods or set())
    names = {h for b in about.plain for h in _named_headers(b)} | (headers or set())
    unsafe = sorted(verbs - SIMPLE_METHODS - {"OPTIONS", "*", ""})
    asked = [Asked(method) for method in (FRESH_METHOD, *unsafe)]
    asked += [Asked("GET", (name,)) for name in (FRESH_HEADER, *sorted(names - {"*", ""}))]
    asked += [Asked("GET", tuple(sorted(group))) for group in _groups(about, headers) if group]
    return tuple(dict.fromkeys(asked))[:REQUEST_CAP]


def depends_on_request(about: Subject) -> bool:
    """Whether answers to preflights may differ by the method and headers that they ask for."""
    if about.unread_end or any(_unread(doing) for doing in about.doings):
        return True
    return any(_asks(behaviour) for behaviour in about.plain)


def _asks(behaviour: Behaviour) -> bool:
    values = (RequestedMethod, RequestedHeaders, UnknownValue)
    if behaviour.cache is not None and behaviour.cache.stores_options:
        return True
    if any(isinstance(op.value, values) for op in operations(behaviour)):
        return True
    return any(
        isinstance(a, RequestedHeadersWithin)
        or (isinstance(a, RequestedMethodIn) and a.methods is not None)
        for a in atoms(behaviour)
    )


def _unread(doing: Doing) -> bool:
    match doing:
        case UnreadBehaviour():
            return True
        case Either(options=options) | Mix(options=options):
            return any(_unread(option) for option in options)
        case Behaviour():
            return False


def _named_methods(behaviour: Behaviour) -> Iterator[str]:
    for atom in atoms(behaviour):
        if isinstance(atom, MethodIn | RequestedMethodIn):
            yield from atom.methods or ()
    yield from _tokens(behaviour, ALLOW_METHODS)


def _named_headers(behaviour: Behaviour) -> Iterator[str]:
    for atom in atoms(behaviour):
        if isinstance(atom, RequestedHeadersWithin):
            yield from atom.names.names
            yield from (prefix + "fresh" for prefix in atom.names.prefixes)
    yield from (token.lower() for token in _tokens(behaviour, ALLOW_HEADERS))


def _tokens(behaviour: Behaviour, name: str) -> Iterator[str]:
    for op in operations(behaviour):
        if name in op.names and isinstance(op.value, Literal):
            yield from (token.strip() for token in op.value.text.split(","))


def _groups(about: Subject, headers: frozenset[str] | None) -> Iterator[frozenset[str]]:
    """Whole sets: what the allowlist wants together, and what each hop takes together."""
    if headers:
        yield headers
    for behaviour in about.plain:
        for atom in atoms(behaviour):
            if isinstance(atom, RequestedHeadersWithin):
                yield atom.names.names
                yield atom.names.names | {FRESH_HEADER}
