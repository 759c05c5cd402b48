"""The cut of a path, and the classes of requests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.core.browser.lines import HTTP_WHITE_SPACE, is_token
from auditor.core.decision.kinds import (
    FRESH_HEADER,
    FRESH_METHOD,
    SIMPLE_METHODS,
    asks_for,
    carried_kinds,
    crossed_kinds,
    method_kinds,
    name_sets,
    status_kinds,
    tokens,
)
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
from auditor.core.hop.guard import MethodIn, RequestedHeadersWithin, RequestedMethodIn
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    RequestedHeaders,
    RequestedMethod,
    UnknownValue,
)
from auditor.core.language.cut import Cut, cut
from auditor.core.language.dialect import Opaque, compile_pattern, singleton
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import probes
from auditor.core.language.schemes import schemes_of
from auditor.core.language.universe import header_names, origins
from auditor.core.origin import Refused, parse
from auditor.core.path.condition import bind
from auditor.core.path.exchange import HopChain

__all__ = [
    "FRESH_HEADER",
    "FRESH_METHOD",
    "PLAINTEXT",
    "SIMPLE_METHODS",
    "Asked",
    "Subject",
    "actual_methods",
    "answers_unknown",
    "depends_on_request",
    "origin_classes",
    "present_headers",
    "request_classes",
    "statuses",
    "stores_preflights",
    "subject",
    "valid",
]

PLAINTEXT = Pattern(Dialect.PREFIX, "http://")
"""Splits every class by whether a network attacker owns the page: rules ask for it."""

SAMPLES = 24
SAMPLES_STORED = 6
"""Origins that are classes of their own where a pattern has no automaton: it is tried on each; fewer
where a cache may hand the answer of each to each. The most telling one is left to be the witness of
all others."""

REQUEST_CAP = 96
"""Request classes looked at for one origin class where the hops tell them apart."""


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
    about: Subject, allowed_patterns: Iterable[Pattern], allowed: Iterable[str], own: str | None
) -> Cut:
    """The decision classes of a path: everything on it and the allowlist treats their members alike.
    `own`: an origin that is to be a class of its own, None for none."""
    named = [bind(p, about.host) for doing in about.doings for p in patterns(doing)]
    named += list(allowed_patterns)
    literals = {"null", *allowed, *_constants(about)} | (set() if own is None else {own})
    stored = any(behaviour.cache is not None for behaviour in about.plain)
    samples = SAMPLES_STORED if stored else SAMPLES
    return _classes(tuple(dict.fromkeys(named)), frozenset(literals), samples)


@lru_cache(maxsize=256)
def _classes(named: tuple[Pattern, ...], written: frozenset[str], samples: int) -> Cut:
    """The classes that `named` and the literals that are `written` make, and `samples` of single origins
    where a pattern has to be tried."""
    literals = written | {text for text in map(singleton, named) if text is not None}
    texts = sorted(text for text in literals if valid(text))
    wide = [pattern for pattern in named if singleton(pattern) is None]
    schemes = schemes_of(wide, texts, valid)
    telling = probes([*(p.text for p in wide), *texts])
    if any(isinstance(compile_pattern(pattern), Opaque) for pattern in wide):
        texts += filter(valid, telling[1 : samples + 1])
    return cut(origins(schemes), [*wide, PLAINTEXT], texts, valid=valid, probes=telling)


def _constants(about: Subject) -> Iterator[str]:
    """Every constant that may end in Access-Control-Allow-Origin, as a browser trims it: those written
    there, and where a hop copies from another header, all that are written anywhere."""
    for doing in about.doings:
        yield from (text.strip(HTTP_WHITE_SPACE) for text in allow_origin_literals(doing))
    copied = any(
        ALLOW_ORIGIN in op.names and isinstance(op.value, InnerHeader)
        for behaviour in about.plain
        for op in operations(behaviour)
    )
    if copied:
        for behaviour in about.plain:
            values = (op.value for op in operations(behaviour))
            yield from (v.text.strip(HTTP_WHITE_SPACE) for v in values if isinstance(v, Literal))


def valid(text: str) -> bool:
    """Whether a browser can send `text` as an Origin."""
    return not isinstance(parse(text), Refused)


def statuses(about: Subject) -> tuple[int, ...]:
    """One status of each kind that the hops tell apart, 200 first."""
    return status_kinds(about.plain)


def actual_methods(
    about: Subject, route: Iterable[str], compared: Iterable[str] = ()
) -> tuple[str, ...]:
    """The methods of actual requests of a route (`*`: all) that the hops tell apart, and those of them
    that are `compared` with an allowlist."""
    wanted = {method for method in route if method != "*"}
    kept = {method for method in compared if not wanted or method in wanted}
    return tuple(sorted(method_kinds(about.plain, wanted, kept))) or ("GET",)


def present_headers(about: Subject) -> tuple[frozenset[str], ...]:
    """Sets of further request headers that the hops tell apart, the empty set first."""
    return carried_kinds(about.plain)


def request_classes(
    about: Subject, methods: frozenset[str] | None, headers: frozenset[str] | None
) -> tuple[Asked, ...]:
    """The preflighted requests to ask about: methods and headers that a hop or the allowlist (given)
    names, one fresh of each, and the sets among them that a hop may tell apart. What the allowlist
    names comes first; what no browser can ask for, because it is no token, is left out."""
    unsafe = sorted(set(filter(is_token, methods or ())) - SIMPLE_METHODS - _NO_METHODS)
    asked = [Asked(method) for method in (FRESH_METHOD, *unsafe)]
    asked += [Asked("GET", tuple(sorted(group))) for group in _groups(about, headers) if group]
    asked.append(Asked("GET", (FRESH_HEADER,)))
    verbs = set(filter(is_token, (m for b in about.plain for m in _named_methods(b))))
    verbs -= _NO_METHODS
    names = set(filter(is_token, (h for b in about.plain for h in _named_headers(b))))
    names = (names | (headers or set())) - {"*"}
    names |= _told_apart(about.plain, names)
    asked += [Asked(method) for method in sorted(verbs - SIMPLE_METHODS)]
    asked += [Asked("GET", (name,)) for name in sorted(names)]
    crossed = (Asked(*one) for one in crossed_kinds(about.plain, verbs, names))
    asked += [one for one in crossed if one.headers or one.method not in SIMPLE_METHODS]
    found = tuple(dict.fromkeys(asked))
    return found[:REQUEST_CAP] if depends_on_request(about) else found


_NO_METHODS = frozenset({"OPTIONS", "*"})


def depends_on_request(about: Subject) -> bool:
    """Whether answers to preflights may differ by the method and headers that they ask for. What was not
    read may too, but it is run with lists that allow all or nothing of what is asked about."""
    return asks_for(about.plain) or any(_asks(behaviour) for behaviour in about.plain)


def answers_unknown(about: Subject) -> bool:
    """Whether some answer or value is not known, so that it may be meant for whoever asks."""
    if about.unread_end or any(isinstance(d, UnreadBehaviour) for d in _leaves(about.doings)):
        return True
    return any(isinstance(op.value, UnknownValue) for b in about.plain for op in operations(b))


def _leaves(doings: Iterable[Doing]) -> Iterator[Doing]:
    for doing in doings:
        if isinstance(doing, Either | Mix):
            yield from _leaves(doing.options)
        else:
            yield doing


def stores_preflights(about: Subject) -> bool:
    """Whether some hop stores answers to OPTIONS."""
    return any(b.cache is not None and b.cache.stores_options for b in about.plain)


def _asks(behaviour: Behaviour) -> bool:
    values = (RequestedMethod, RequestedHeaders)
    if any(isinstance(op.value, values) for op in operations(behaviour)):
        return True
    return any(
        isinstance(a, RequestedHeadersWithin)
        or (isinstance(a, RequestedMethodIn) and a.methods is not None)
        for a in atoms(behaviour)
    )


def _named_methods(behaviour: Behaviour) -> Iterator[str]:
    for atom in atoms(behaviour):
        if isinstance(atom, MethodIn | RequestedMethodIn):
            yield from atom.methods or ()
    for listed in tokens((behaviour,), ALLOW_METHODS):
        yield from listed


def _named_headers(behaviour: Behaviour) -> Iterator[str]:
    for sets in name_sets((behaviour,)):
        yield from sets.names
        yield from (prefix + "fresh" for prefix in sets.prefixes)
    for listed in tokens((behaviour,), ALLOW_HEADERS):
        yield from listed


def _told_apart(plain: Sequence[Behaviour], names: Iterable[str]) -> set[str]:
    """A header name of each kind that patterns of names make beside `names`."""
    wanted = {pattern for sets in name_sets(plain) for pattern in sets.patterns}
    if not wanted:
        return set()
    found = cut(header_names(), wanted, names, valid=is_token)
    return {one.witness for one in found.classes}


def _groups(about: Subject, headers: frozenset[str] | None) -> Iterator[frozenset[str]]:
    """Whole sets: what the allowlist wants together, and what each hop takes together."""
    if headers:
        yield headers
    for behaviour in about.plain:
        for atom in atoms(behaviour):
            if isinstance(atom, RequestedHeadersWithin):
                names = frozenset(filter(is_token, atom.names.names))
                yield names
                yield names | {FRESH_HEADER}
