"""The engine held against the naive evaluator, origin by origin: the first disagreement, in words."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from auditor.core.capability import Capability
from auditor.core.decision.bounds import Bounds
from auditor.core.decision.judged import Seen
from auditor.core.decision.verdict import Judged, judge_path
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.language.cut import Cut
from auditor.core.link.route import RequestPath
from auditor.core.link.walk import Placed, Way
from auditor.core.path.exchange import HopChain
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Where
from tests.core import naive
from tests.core.chains import CARRIED, METHODS, UNIVERSE, kinds
from tests.core.naive_match import takes
from tests.core.strategies import HOST

ALL_STATUSES = [200, 204, 206, 301, 304, 400, 401, 403, 404, 405, 418, 429, 500]
CAPS = (
    ("anon", Capability.READ_ANON, Capability.SEND_ANON),
    ("cred", Capability.READ_CRED, Capability.SEND_CRED),
)


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    seen: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        parts = [*sorted(self.seen.items()), *sorted(self.kinds.items())]
        return ", ".join(f"{name}: {count}" for name, count in parts)


def judged(chain: HopChain) -> Judged:
    """`chain` judged as a route, for its own requests and their preflights alike."""
    way = Way(tuple(_placed(at, doing) for at, doing in enumerate(chain.doings)), chain.terminal)
    return judge_path(RequestPath(way, way), HOST, ("*",), None, date(2026, 1, 1))


def _placed(at: int, doing: Any) -> Placed:
    case = PathCase(ANY_PATH, doing, ())
    return Placed(
        Hop(f"h{at}", Layer.INGRESS, "p", "t", Where("x"), (), (case,), "s", "d"), case
    )


def seen_for(found: Judged, origin: str) -> Seen:
    """What the engine says of the class that `origin` is in, by the naive matchers."""
    alone = {one.seen.about.witness: one.seen for one in found.classes if one.seen.about.alone}
    if origin in alone:
        return alone[origin]
    (seen,) = [
        one.seen
        for one in found.classes
        if not one.seen.about.alone and one.seen.about.matches == _vector(found.cut, origin)
    ]
    return seen


def _vector(cut: Cut, origin: str) -> frozenset[Any]:
    every = {pattern for one in cut.classes for pattern in one.matches}
    return frozenset(pattern for pattern in every if takes(pattern, origin, HOST))


@dataclass(slots=True)
class Check:
    """One chain, checked for some origins and preflights; `disagreement` is the first found."""

    chain: HopChain
    tally: Tally
    origins: tuple[str, ...] = UNIVERSE
    asks: int | None = None
    _memo: dict[Any, Any] = field(default_factory=dict)

    def disagreement(self) -> str | None:
        """The first origin of which the engine and the naive evaluator think differently."""
        found = judged(self.chain)
        self.tally.seen["chains"] += 1
        self.tally.kinds += kinds(self.chain)
        if found.cut.unfinished:
            return f"unfinished: {found.cut.unfinished}"
        for origin in self.origins:
            seen = seen_for(found, origin)
            if seen.undecided:
                self.tally.seen["undecided"] += 1
                continue
            wrong = self.compare(origin, seen)
            if wrong is not None:
                return f"{origin} in the class of {seen.about.witness}: {wrong}\n{self.chain}"
        return None

    def compare(self, origin: str, seen: Seen) -> str | None:
        try:
            wrong = self.compare_reads(origin, seen)
            for send in self.sample(seen.sends):
                wrong = wrong or self.compare_send(origin, send)
        except naive.TooMany:
            self.tally.seen["left out"] += 1
            return None
        self.tally.seen["origins"] += 1
        return wrong

    def sample(self, sends: tuple[Any, ...]) -> list[Any]:
        if self.asks is None or len(sends) <= self.asks:
            return list(sends)
        return Random(len(sends)).sample(sends, self.asks)

    def compare_reads(self, origin: str, seen: Seen) -> str | None:
        requests = [
            naive.request(method, origin, has=set(has)) for method in METHODS for has in _carried()
        ]
        stored = [
            naive.request(method, one, has=set(has))
            for method in METHODS
            for has in _carried()
            for one in (None, *UNIVERSE)
        ]
        worlds = naive.in_every_world(lambda world: self.ask(world, origin, requests, stored))
        want = naive.bounds(worlds, lambda one: naive.reads(origin, one))
        return _difference("reads", seen.reads, want, 1)

    def compare_send(self, origin: str, send: Any) -> str | None:
        method, names = send.asked.method, send.asked.headers
        request = naive.request("OPTIONS", origin, asks=method, names=list(names) or None)
        stored = [request | {"origin": one} for one in (None, *UNIVERSE)]
        worlds = naive.in_every_world(lambda world: self.ask(world, origin, [request], stored))
        want = naive.bounds(worlds, lambda one: naive.sends(origin, method, names, one))
        return _difference(f"sends {method} {names}", send.bounds, want, 2)

    def ask(
        self, world: Any, origin: str, requests: list[Any], stored: list[Any]
    ) -> list[naive.Answer]:
        path = naive.Path(self.chain, world, origin, statuses=ALL_STATUSES, stored=stored)
        return [one for request in requests for one in path.answers(0, request)]


def _carried() -> list[tuple[str, ...]]:
    return [(), CARRIED[:1], CARRIED[1:], CARRIED]


def _difference(what: str, got: Bounds, want: dict[str, set[str]], column: int) -> str | None:
    for name in ("meet", "join", "sure", "best"):
        wanted = Capability.NONE
        for row in CAPS:
            if row[0] in want[name]:
                wanted |= row[column]
        if getattr(got, name) != wanted:
            return f"{what}: {name} is {getattr(got, name)!r}, should be {wanted!r}"
    return None
