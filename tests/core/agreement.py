"""The engine held against the naive evaluator, origin by origin: the first disagreement, in words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from random import Random
from typing import Any

from auditor.core.capability import Capability
from auditor.core.decision.bounds import Bounds
from auditor.core.decision.classes import Asked
from auditor.core.decision.judged import Seen, Sends
from auditor.core.decision.verdict import Judged, judge_path
from auditor.core.language.cut import Cut
from auditor.core.link.route import RequestPath
from auditor.core.link.walk import Placed, Way
from auditor.core.path.exchange import HopChain
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Where
from tests.core import naive, naive_browser, naive_worlds
from tests.core.chains import CARRIED, METHODS, UNIVERSE, Wild, chain, kinds
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


def judged(path: HopChain) -> Judged:
    """`path` judged as a route, for its own requests and their preflights alike."""
    way = Way(tuple(_placed(at, doing) for at, doing in enumerate(path.doings)), path.terminal)
    return judge_path(RequestPath(way, way), HOST, ("*",), None, date(2026, 1, 1))


def _placed(at: int, doing: Any) -> Placed:
    case = PathCase(ANY_PATH, doing, ())
    return Placed(Hop(f"h{at}", Layer.INGRESS, "p", "t", Where("x"), (), (case,), "s", "d"), case)


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


@dataclass(frozen=True, slots=True)
class Look:
    """How much is looked at: chains by seed, and of each some origins and preflights (None: all)."""

    seeds: range
    wild: Wild
    origins: int | None = None
    asks: int | None = None

    def chains(self) -> Iterator[tuple[HopChain, tuple[str, ...]]]:
        """Each chain, and the origins that are looked at on it."""
        for seed in self.seeds:
            count = len(UNIVERSE) if self.origins is None else self.origins
            yield chain(seed, self.wild), tuple(Random(seed).sample(UNIVERSE, count))

    def disagreement(self, tally: Tally) -> str | None:
        """The first disagreement on any of the chains."""
        for found, origins in self.chains():
            wrong = Check(found, tally, origins, self.asks).disagreement()
            if wrong is not None:
                return wrong
        return None

    def longer(self) -> "Look":
        """A hundred times as many chains, other ones."""
        return replace(self, seeds=range(10_000, 10_000 + 100 * len(self.seeds)))


@dataclass(slots=True)
class Check:
    """One chain, checked for some origins and preflights; `disagreement` is the first found.
    `others`: further origins that a cache may have stored answers for, where the closed world has none
    of some class."""

    hops: HopChain
    tally: Tally
    origins: tuple[str, ...] = UNIVERSE
    asks: int | None = None
    others: tuple[str, ...] = ()
    _memo: dict[Any, dict[Any, Any]] = field(default_factory=dict)
    _kinds: Counter[str] = field(default_factory=Counter)

    def disagreement(self) -> str | None:
        """The first origin of which the engine and the naive evaluator think differently."""
        found = judged(self.hops)
        self.tally.seen["chains"] += 1
        self.tally.kinds += kinds(self.hops)
        if found.cut.unfinished:
            return f"unfinished: {found.cut.unfinished}"
        for origin in self.origins:
            seen = seen_for(found, origin)
            if seen.undecided:
                self.tally.seen["undecided"] += 1
                continue
            wrong = self.compare(origin, seen)
            if wrong is not None:
                return f"{origin} in the class of {seen.about.witness}: {wrong}\n{self.hops}"
        return None

    def compare(self, origin: str, seen: Seen) -> str | None:
        try:
            wrong = self.compare_reads(origin, seen)
            every = [send.asked for send in seen.sends]
            for send in self.sample(seen.sends):
                wrong = wrong or self.compare_send(origin, send, every)
        except naive_worlds.TooMany:
            self.tally.seen["left out"] += 1
            return None
        self.tally.seen["origins"] += 1
        self.tally.seen["origins that can do something"] += bool(seen.bounds.join)
        return wrong

    def sample(self, sends: tuple[Sends, ...]) -> list[Sends]:
        if self.asks is None or len(sends) <= self.asks:
            return list(sends)
        return Random(len(sends)).sample(sends, self.asks)

    @property
    def world(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*UNIVERSE, *self.others)))

    def compare_reads(self, origin: str, seen: Seen) -> str | None:
        """An answer to a method that is not GET is no reason to call a route narrowed."""
        requests = [
            naive.request(method, origin, has=set(has))
            for method in self.methods()
            for has in self.carried()
        ]
        stored = [one | {"origin": other} for one in requests for other in (None, *self.world)]

        def ask(world: naive_worlds.World) -> list[naive.Answer]:
            path = self.path(world, origin, stored)
            return [
                one | {"usual": one["usual"] and asked["method"] == "GET"}
                for asked in requests
                for one in path.answers(0, asked)
            ]

        want = naive_browser.bounds(
            naive_worlds.in_every_world(ask), lambda one: naive_browser.reads(origin, one)
        )
        return difference("reads", seen.reads, want, 1)

    def compare_send(self, origin: str, send: Sends, asked: list[Asked]) -> str | None:
        want = self.sends(origin, send.asked, asked)
        return difference(f"sends {send.asked}", send.bounds, want, 2)

    def sends(self, origin: str, asked: Asked, others: list[Asked]) -> dict[str, set[str]]:
        """The bounds of sending what `asked` asks for; `others`: what may have been asked before."""
        stored = [preflight_for(one, other) for one in others for other in (None, *self.world)]
        stored += [naive.request("OPTIONS", other) for other in (None, *self.world)]
        request = preflight_for(asked, origin)
        worlds = naive_worlds.in_every_world(
            lambda world: self.path(world, origin, stored, request).answers(0, request)
        )
        judge = partial(naive_browser.sends, origin, asked.method, asked.headers)
        return naive_browser.bounds(worlds, judge)

    def path(
        self,
        world: naive_worlds.World,
        origin: str,
        stored: list[naive.Request],
        wished: naive.Request | None = None,
    ) -> naive.Path:
        if not self.has("Cache"):
            stored = []
        copied = ["vary"] if self.has("Cache") or self.has("ResponseHeaderPresent") else []
        copied += ["access-control-expose-headers"] if self.has("InnerHeader") else []
        statuses = ALL_STATUSES if self.has("StatusIn") or self.has("Cache") else [200]
        asker = origin if self.has("UnknownValue") or self.unread() else None
        return naive.Path(
            self.hops,
            world,
            asker,
            statuses=statuses,
            stored=stored,
            copied=copied,
            memo=self._memo.setdefault((len(stored), str(wished)), {}),
            wished=wished,
        )

    def unread(self) -> bool:
        return self.has("UnreadBehaviour") or self.has("UnreadEnd")

    def methods(self) -> tuple[str, ...]:
        return METHODS if self.has("MethodIn") else METHODS[:1]

    def carried(self) -> list[tuple[str, ...]]:
        looked = self.has("RequestHeaderPresent") or self.has("RequestHeader") or self.has("Cache")
        return [(), CARRIED[:1], CARRIED[1:], CARRIED] if looked else [()]

    def has(self, kind: str) -> bool:
        """Whether `kind` occurs: what nobody looks at makes no difference, and is not tried."""
        if not self._kinds:
            self._kinds.update(kinds(self.hops))
        return self._kinds[kind] > 0


def preflight_for(asked: Asked, origin: str | None) -> naive.Request:
    names = list(asked.headers) or None
    return naive.request("OPTIONS", origin, asks=asked.method, names=names)


def difference(what: str, got: Bounds, want: dict[str, set[str]], column: int) -> str | None:
    for name in ("meet", "join", "sure", "best"):
        wanted = Capability.NONE
        for row in CAPS:
            if row[0] in want[name]:
                wanted |= row[column]
        if getattr(got, name) != wanted:
            return f"{what}: {name} is {getattr(got, name)!r}, should be {wanted!r}"
    return None


def outside(
    path: HopChain, known: HopChain, tally: Tally, origins: tuple[str, ...] = UNIVERSE
) -> str | None:
    """The first origin that can do more on `known`, a concrete form of `path`, than its join on
    `path`, or less than its meet."""
    wide, narrow = judged(path), judged(known)
    for origin in origins:
        seen, one = seen_for(wide, origin), seen_for(narrow, origin)
        if seen.undecided or one.undecided:
            tally.seen["undecided"] += 1
            continue
        tally.seen["made concrete"] += 1
        tally.seen["with a gap"] += seen.bounds.meet != seen.bounds.join
        asked = {send.asked: send.bounds for send in one.sends}
        pairs = [("reads", seen.reads, one.reads)]
        pairs += [(str(s.asked), s.bounds, asked[s.asked]) for s in seen.sends if s.asked in asked]
        for what, bounds, inner in pairs:
            if bounds.meet & ~inner.meet or inner.join & ~bounds.join:
                return f"{origin}: {what} is {inner}, outside of {bounds}\n{path}\n{known}"
    return None
