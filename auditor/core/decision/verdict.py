"""The verdict: what a route lets every class of origins do, against what the allowlist wants."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from auditor.core.allowlist import AllowedRoute, Wanted
from auditor.core.capability import READ, SEND, Capability
from auditor.core.decision.bounds import Bounds
from auditor.core.decision.canonical import (
    Names,
    Restored,
    Same,
    alike,
    canonical,
    compares_host,
    interned,
)
from auditor.core.decision.classes import (
    SIMPLE_METHODS,
    Asked,
    origin_classes,
)
from auditor.core.decision.judged import Ask, Outcome, Seen, see
from auditor.core.decision.question import question
from auditor.core.hop.behaviour import (
    Behaviour,
    Doing,
    Either,
    Mix,
    UnreadBehaviour,
)
from auditor.core.language.cut import Cut
from auditor.core.link.route import RequestPath, chain
from auditor.core.origin import Opaque, Origin, origin_of
from auditor.core.path.exchange import HopChain

NONE = Capability.NONE


class Verdict(StrEnum):
    """What is to be said of a route, the worst first."""

    WIDENED = "widened"
    CONDITIONAL = "widened if what was not read is transparent"
    NARROWED = "narrowed"
    CANNOT_TELL = "cannot tell"
    UNREVIEWED = "unreviewed"
    WAIVED = "waived"
    NOT_COMPARED = "not compared"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Compared:
    """One class of origins against the allowlist.

    `widened`: certain and not wanted; `conditional`: so if what was not read is transparent;
    `doubtful`: possible and not wanted; `narrowed`: wanted and certainly missing; `missing`:
    wanted and possibly missing; `unreviewed`: covered by proposed entries alone; `waived`: by
    waivers alone.
    """

    seen: Seen
    wanted: Wanted | None
    own: bool
    widened: Capability = NONE
    conditional: Capability = NONE
    doubtful: Capability = NONE
    narrowed: Capability = NONE
    missing: Capability = NONE
    unreviewed: Capability = NONE
    waived: Capability = NONE
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()

    @property
    def witness(self) -> str:
        """The origin that stands for the class."""
        return self.seen.about.witness

    @property
    def can(self) -> Bounds:
        """What the class can do."""
        return self.seen.bounds


@dataclass(frozen=True, slots=True)
class Judged:
    """One request path, judged: every class of origins, the cut that they came from, the verdict.
    `shared`: the judgement without names that paths which do the same have in common."""

    classes: tuple[Compared, ...]
    cut: Cut
    verdict: Verdict
    causes: frozenset[str]
    shared: Judged | None = None


Memo: TypeAlias = dict[Hashable, "Judged"]
"""Judgements by all that they depend on: chains without names, methods, the allowlist's route."""


def judge_path(
    path: RequestPath,
    host: str,
    methods: tuple[str, ...],
    allowed: AllowedRoute | None,
    today: date,
    memo: Memo | None = None,
) -> Judged:
    """Judge one request path of a route on `host` (https) for `methods`.

    `memo`: judgements made before; paths that differ in names alone share one.
    """
    names, own = Names(), _own(host)
    chains = (chain(path.actual, host), chain(path.preflight, host))
    terms = None if allowed is None else _terms(Same(allowed))
    bound = host if any(map(compares_host, chains)) else ""
    key = (*(alike(one, names) for one in chains), bound, methods, terms)
    memo = {} if memo is None else memo
    if key not in memo:
        memo[key] = _judge(*_canonical(chains, bound), methods, allowed, today, None)
    judged = memo[key]
    if any(own in one.seen.about.members and not one.seen.about.alone for one in judged.classes):
        if (key, own) not in memo:
            memo[key, own] = _judge(*_canonical(chains, bound), methods, allowed, today, own)
        judged = memo[key, own]
    return _named(Same(judged), names.texts, own, allowed is not None)


@lru_cache(maxsize=1_024)
def _terms(allowed: Same[AllowedRoute]) -> Same[Hashable]:
    return interned(allowed.of.terms)


def _canonical(chains: tuple[HopChain, HopChain], host: str) -> tuple[HopChain, HopChain]:
    """`chains` without names, on `host`."""
    names = Names()
    actual, preflight = (replace(canonical(one, names), host=host) for one in chains)
    return actual, preflight


@lru_cache(maxsize=256)
def _named(
    judged: Same[Judged], texts: tuple[tuple[str, ...], tuple[str, ...]], own: str, compared: bool
) -> Judged:
    """`judged` with the texts of its fields and causes, and the route's own origin set apart."""
    names, found = Restored.of(*texts), judged.of
    classes = tuple(_own_apart(_restored(one, names), own) for one in found.classes)
    return Judged(
        classes,
        found.cut,
        _verdict(classes, found.cut, compared=compared),
        frozenset(map(names.cause, found.causes)),
        shared=found,
    )


def _restored(one: Compared, names: Restored) -> Compared:
    outcomes = tuple(
        Outcome(outcome.kind, names.response(outcome.response), outcome.caps, outcome.certain)
        for outcome in one.seen.outcomes
    )
    causes = frozenset(map(names.cause, one.seen.causes))
    return replace(one, seen=one.seen.renamed(outcomes, causes))


def _own_apart(one: Compared, own: str) -> Compared:
    is_own = one.seen.about.alone and one.seen.about.witness == own
    return Compared(one.seen, None, own=True) if is_own else one


def _judge(
    actual: HopChain,
    preflight: HopChain,
    methods: tuple[str, ...],
    allowed: AllowedRoute | None,
    today: date,
    own: str | None,
) -> Judged:
    ask = question(actual, preflight, methods, allowed, _compared_methods(methods, allowed))
    wild = () if allowed is None else tuple(allowed.patterns())
    literals = () if allowed is None else tuple(allowed.literals())
    parts = origin_classes(ask.about, wild, literals, own)
    if any(map(_cached, ask.about.doings)):
        if parts.lone is not None:
            parts = replace(parts, unfinished=parts.unfinished or parts.lone)
        peers = (None, *(m for one in parts.classes for m in one.members))
        single = frozenset(one.witness for one in parts.classes if one.alone)
        ask = replace(ask, peers=peers, single=single)
    classes = tuple(_compare(ask, see(ask, one), allowed, today) for one in parts.classes)
    causes = frozenset(_reasons(classes, parts))
    return Judged(classes, parts, _verdict(classes, parts, compared=allowed is not None), causes)


def _compared_methods(methods: tuple[str, ...], allowed: AllowedRoute | None) -> frozenset[str]:
    """The methods that trusted origins must be able to read the answers of: those that the allowlist
    names, as far as the route takes them; where it names none, GET, or else one that the route takes."""
    route = frozenset(methods) - {"*", "OPTIONS"}
    if allowed is not None and allowed.methods is not None:
        named = allowed.methods - {"*", "OPTIONS"}
        return named & route if route else named
    return frozenset({"GET"} if not route or "GET" in route else {min(route)})


def _reasons(classes: tuple[Compared, ...], parts: Cut) -> Iterator[str]:
    """Why something on the path is not certain: unknowns that matter, and what was not run to its end."""
    if parts.unfinished is not None:
        yield f"not every class of origins was found: {parts.unfinished}"
    for one in classes:
        if one.seen.undecided is not None:
            yield one.seen.undecided
        elif _open(one):
            yield from one.seen.causes


def _open(one: Compared) -> bool:
    """Whether what is not known makes a difference for this class."""
    can = one.seen.bounds
    return can.meet != can.join or bool(one.missing)


def _own(host: str) -> str:
    origin = origin_of(f"https://{host}/")
    return str(origin) if isinstance(origin, Origin | Opaque) else "null"


def _cached(doing: Doing) -> bool:
    match doing:
        case Behaviour(cache=cache):
            return cache is not None
        case Either(options=options) | Mix(options=options):
            return any(_cached(option) for option in options)
        case UnreadBehaviour():
            return False


def _compare(ask: Ask, seen: Seen, allowed: AllowedRoute | None, today: date) -> Compared:
    if allowed is None:
        return Compared(seen, None, own=False)
    wanted = allowed.wanted(seen.about.witness, today)
    covered = wanted.caps | wanted.unreviewed
    can = _within_lists(seen, allowed) if wanted.caps else seen.bounds
    asked = wanted.caps & _compared_caps(ask, allowed)
    compared = Compared(
        seen,
        wanted,
        own=False,
        widened=can.meet & ~covered,
        doubtful=can.join & ~can.meet & ~covered,
        narrowed=asked & ~can.best,
        missing=asked & can.best & ~can.sure,
        unreviewed=can.join & wanted.unreviewed & ~wanted.waived,
        waived=can.join & wanted.waived,
    )
    if wanted.caps:
        compared = _beyond_lists(compared, allowed, wanted)
    if compared.doubtful:
        bare = see(replace(ask, transparent=True), seen.about)
        compared = replace(compared, conditional=bare.bounds.meet & compared.doubtful)
    return compared


def _compared_caps(ask: Ask, allowed: AllowedRoute) -> Capability:
    """What a trusted origin must be able to do: reading where a method is compared, sending where the
    allowlist names anything that takes a preflight. Nothing on a way around the route."""
    if allowed.ceiling:
        return NONE
    reading = READ if ask.compared else NONE
    return reading | (SEND if _lists_requests(allowed) else NONE)


def _within_lists(seen: Seen, allowed: AllowedRoute) -> Bounds:
    """The bounds for a trusted origin: sending counts as given only when every method and header that
    the allowlist names can be sent; what it does not name is not compared."""
    required = [send.bounds for send in seen.sends if _required(send.asked, allowed)]
    if not required:
        return seen.bounds
    total = seen.any_send
    sure, best = total.sure | SEND, total.best | SEND
    for one in required:
        sure, best = sure & one.sure, best & one.best
    sends = Bounds(total.meet, total.join, sure & SEND, best & SEND)
    return seen.reads | sends


def _lists_requests(allowed: AllowedRoute) -> bool:
    """Whether the allowlist names anything that takes a preflight; otherwise sending is not compared."""
    return bool(allowed.headers) or bool((allowed.methods or frozenset()) - SIMPLE_METHODS)


def _required(asked: Asked, allowed: AllowedRoute) -> bool:
    method, headers = asked.method, asked.headers
    if headers:
        return allowed.headers is not None and frozenset(headers) == allowed.headers
    return allowed.methods is not None and method in allowed.methods - SIMPLE_METHODS


def _beyond_lists(compared: Compared, allowed: AllowedRoute, wanted: Wanted) -> Compared:
    """What a trusted origin can send beyond the methods and headers that the allowlist names."""
    methods: list[str] = []
    headers: list[str] = []
    for send in compared.seen.sends:
        if not send.bounds.meet & wanted.caps:
            continue
        asked = send.asked
        if (
            not asked.headers
            and allowed.methods is not None
            and asked.method not in allowed.methods
        ):
            methods.append(asked.method)
        if allowed.headers is not None:
            headers += [name for name in asked.headers if name not in allowed.headers]
    return replace(
        compared, methods=tuple(dict.fromkeys(methods)), headers=tuple(dict.fromkeys(headers))
    )


def _verdict(classes: tuple[Compared, ...], parts: Cut, *, compared: bool) -> Verdict:
    if not compared:
        return Verdict.NOT_COMPARED
    open_ends = parts.unfinished or any(one.seen.undecided for one in classes)
    tests = (
        (Verdict.WIDENED, any(one.widened or one.methods or one.headers for one in classes)),
        (Verdict.CONDITIONAL, any(one.conditional for one in classes)),
        (Verdict.NARROWED, any(one.narrowed for one in classes)),
        (Verdict.CANNOT_TELL, open_ends or any(one.doubtful or one.missing for one in classes)),
        (Verdict.UNREVIEWED, any(one.unreviewed for one in classes)),
        (Verdict.WAIVED, any(one.waived for one in classes)),
    )
    return next((verdict for verdict, holds in tests if holds), Verdict.CLEAN)
