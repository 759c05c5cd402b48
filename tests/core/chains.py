"""Random chains of hops from a seed: every kind of the behaviour language, in a small closed world.

Built beside the hypothesis strategies because the planted faults need the same few hundred chains
again and again, at once. `kinds` counts what a chain is made of.
"""

from collections import Counter
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from random import Random
from typing import Any, TypeVar

from auditor.core.hop.behaviour import (
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
    Forward,
    Inward,
    Mix,
    Respond,
    Service,
    Silent,
    Step,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import (
    OPTIONS,
    PREFLIGHT,
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    StatusIn,
    UnknownGuard,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ANY_HEADER,
    CORS_NAMES,
    EXPOSE_HEADERS,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    Act,
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
)
from auditor.core.path.exchange import HopChain
from tests.core.strategies import APP, HOST, ORIGINS, PATTERNS, UNREAD_PATTERN

UNIVERSE: tuple[str, ...] = (
    *ORIGINS,
    f"https://{HOST}",
    "https://old.example.com",
    "https://new.example.com",
    "http://new.example.com",
    "https://new.example.com:8443",
    "https://a.b.example.com",
    "https://appxexample.com",
    "https://app.example.com.",
    "https://evil-example.com",
    "http://evil.test",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "https://192.0.2.7",
    "http://[::1]:3000",
)
"""Origins of browsers, friend, foe and look-alike; `ORIGINS` are among them."""

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
CARRIED = ("cookie", "authorization")
NAMES = ("content-type", "x-amz-date", "x-test")
STATUSES = (200, 204, 301, 400, 404, 418)
TEXTS = ("*", APP, "https://old.example.com", "null", f" {APP} ", "https://evil.test")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wild:
    """What may occur beside the plain language, and how many hops a chain has: one of `lengths`."""

    unknowns: bool = True
    caches: bool = True
    lengths: tuple[int, ...] = (1, 1, 2, 2, 3, 4)


class Draw:
    """One random chain; every unknown that may answer anything gets a cause of its own."""

    def __init__(self, seed: int, wild: Wild) -> None:
        self.rng = Random(seed)
        self.wild = wild
        self.causes = 0

    def chain(self) -> HopChain:
        hops = tuple(self.doing() for _ in range(self.rng.choice(self.wild.lengths)))
        return HopChain(hops, self.terminal(), HOST)

    def terminal(self) -> Terminal:
        ends: list[Terminal] = [Silent(), Silent((204,)), Silent((404,))]
        ends += [Service(self.doing()), Service(self.product()), Service(self.product())]
        if self.wild.unknowns:
            ends.append(UnreadEnd(self.fresh("end")))
        return self.rng.choice(ends)

    def doing(self, depth: int = 0) -> Doing:
        roll = self.rng.random()
        if depth < 2 and roll < 0.12:
            options = tuple(self.doing(depth + 1) for _ in range(self.rng.choice((2, 2, 3))))
            return Either(self.cause(), options) if roll < 0.06 else Mix(self.cause(), options)
        if self.wild.unknowns and roll > 0.94:
            return UnreadBehaviour(self.fresh("hop"))
        return self.product() if self.sometimes(0.6) else self.behaviour()

    def product(self) -> Behaviour:
        """A hop much as products have it, so that what stands around it makes a difference."""
        responds: tuple[Respond, ...] = ()
        if self.sometimes(0.25):
            guard, certain = self.guard(), self.sometimes(0.4)
            responds += (Respond(guard, (self.rng.choice((401, 200)),), (), certain, certain),)
        if self.sometimes(0.5):
            listed = (*self.granted(), Op(Act.SET, (ALLOW_METHODS,), self.value(ALLOW_METHODS)))
            ops = (*listed, Op(Act.SET, (ALLOW_HEADERS,), self.value(ALLOW_HEADERS)))
            responds += (Respond((*PREFLIGHT, *self.guard()), (204,), ops),)
        cleared = ((Case((), (Op(Act.REMOVE, CORS_NAMES),)),),) if self.sometimes(0.3) else ()
        step = (Case(self.guard(), self.granted()),)
        more = (Case(self.guard(), self.granted()),) if self.sometimes(0.5) else ()
        cache = self.cache() if self.wild.caches and self.sometimes(0.25) else None
        return Behaviour(responds, (*cleared, (*step, *more)), Inward(), cache)

    def granted(self) -> tuple[Op, ...]:
        """Operations that let origins in."""
        act = self.rng.choice((Act.SET, Act.SET, Act.SET_IF_ABSENT, Act.ADD_LINE))
        ops = (Op(act, (ALLOW_ORIGIN,), self.value(ALLOW_ORIGIN)),)
        if self.sometimes(0.7):
            ops += (Op(Act.SET, (ALLOW_CREDENTIALS,), self.value(ALLOW_CREDENTIALS)),)
        return ops

    def behaviour(self) -> Behaviour:
        cache = self.cache() if self.wild.caches and self.sometimes(0.2) else None
        inward = self.inward() if self.sometimes(0.15) else Inward()
        responds = self.several(self.respond, (0, 0, 1, 1, 2))
        return Behaviour(responds, self.several(self.step, (0, 1, 1, 2)), inward, cache)

    def respond(self) -> Respond:
        statuses = tuple(self.rng.sample(STATUSES, self.rng.choice((1, 1, 2))))
        ops = self.several(self.op, (0, 1, 2, 3))
        certain, edited = self.sometimes(0.8), self.sometimes(0.4)
        return Respond(self.guard(answering=True), statuses, ops, certain, edited)

    def step(self) -> Step:
        return self.several(lambda: Case(self.guard(), self.several(self.op, (1, 1, 2))), (1, 1, 2))

    def inward(self) -> Inward:
        origin: Forward | Literal = self.rng.choice((Forward.KEEP, Forward.DROP))
        if self.sometimes(0.4):
            origin = Literal(self.rng.choice(UNIVERSE))
        return Inward(origin, self.rng.choice(tuple(Forward)))

    def cache(self) -> Cache:
        names = ("origin", "authorization", "access-control-request-method", "*")
        key = frozenset(self.rng.sample(names[:3], self.rng.choice((0, 0, 1, 2))))
        key = frozenset("*") if self.sometimes(0.05) else key
        statuses = frozenset(self.rng.sample(STATUSES, 4)) | {200}
        return Cache(key, self.sometimes(0.6), self.sometimes(0.4), statuses)

    # -- guards ----------------------------------------------------------------------------------

    def guard(self, answering: bool = False) -> Guard:
        heads: tuple[Guard, ...] = ((), OPTIONS, PREFLIGHT) if answering else ((), (), ())
        terms = self.several(self.atom, (0, 0, 1, 1, 2))
        rest = tuple(Not(atom) if self.sometimes(0.25) else atom for atom in terms)
        return (*self.rng.choice(heads), *rest)

    def atom(self) -> Atom:
        atoms: list[Atom] = [OriginIn(self.patterns()) for _ in range(6)]
        atoms += [
            OriginPresent(),
            MethodIn(self.some((*METHODS, "OPTIONS"))),
            RequestedMethodIn(None if self.sometimes(0.3) else self.some(METHODS)),
            RequestedHeadersWithin(self.header_names()),
            RequestHeaderPresent(self.rng.choice((*CARRIED, "access-control-request-headers"))),
            StatusIn(frozenset(self.rng.sample(STATUSES, self.rng.choice((1, 2, 3))))),
            ResponseHeaderPresent(self.rng.choice((ALLOW_ORIGIN, ALLOW_CREDENTIALS, VARY))),
        ]
        if self.wild.unknowns:
            atoms.append(UnknownGuard(self.cause()))
        return self.rng.choice(atoms)

    def patterns(self) -> tuple[Any, ...]:
        readable = tuple(p for p in PATTERNS if self.wild.unknowns or p != UNREAD_PATTERN)
        return tuple(self.rng.sample(readable, self.rng.choice((1, 1, 2, 3))))

    def header_names(self) -> HeaderNames:
        if self.sometimes(0.2):
            return ANY_HEADER
        prefixes = frozenset({"x-"}) if self.sometimes(0.3) else frozenset[str]()
        return HeaderNames(self.some(NAMES), prefixes)

    # -- operations ------------------------------------------------------------------------------

    def op(self) -> Op:
        act = self.rng.choice((*Act, Act.SET, Act.SET))
        if act is Act.REMOVE:
            return Op(act, self.rng.choice((CORS_NAMES, (ALLOW_ORIGIN,), (ALLOW_CREDENTIALS,))))
        name = self.rng.choice(
            (*[ALLOW_ORIGIN] * 8, *[ALLOW_CREDENTIALS] * 4, ALLOW_METHODS, ALLOW_HEADERS, VARY)
        )
        names = (name, EXPOSE_HEADERS) if self.sometimes(0.1) else (name,)
        return Op(act, names, self.value(name))

    def value(self, name: str) -> Value:
        if self.sometimes(0.15):
            return self.odd_value()
        match name:
            case "access-control-allow-origin":
                texts = tuple(map(Literal, TEXTS))
                return self.rng.choice((*texts, *[TheOrigin()] * 6, RequestHeader("origin")))
            case "access-control-allow-credentials":
                return Literal(self.rng.choice(("true", "true", "true", "True", "false")))
            case "access-control-allow-methods":
                return self.rng.choice(
                    (Literal("*"), Literal("GET, PUT"), Literal("?"), RequestedMethod())
                )
            case "access-control-allow-headers":
                echoed = RequestedHeaders(self.header_names(), self.sometimes(0.5))
                listed = Literal("X-Test, content-type")
                return self.rng.choice((Literal("*"), listed, Literal("authorization"), echoed))
            case _:
                return Literal(self.rng.choice(("Origin", "origin, cookie", "accept", "*")))

    def odd_value(self) -> Value:
        odd: list[Value] = [
            InnerHeader(self.rng.choice((ALLOW_ORIGIN, EXPOSE_HEADERS, VARY))),
            RequestHeader(self.rng.choice((*CARRIED, "origin", "access-control-request-headers"))),
            RequestedMethod(),
            RequestedHeaders(),
            TheOrigin(),
        ]
        if self.wild.unknowns:
            odd += [UnknownValue(self.fresh("value")) for _ in range(5)]
        return self.rng.choice(odd)

    # -- small things ----------------------------------------------------------------------------

    def several(self, make: Any, sizes: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(self.rng.choice(sizes)))

    def some(self, options: tuple[str, ...]) -> frozenset[str]:
        return frozenset(self.rng.sample(options, self.rng.choice((1, 2))))

    def sometimes(self, chance: float) -> bool:
        return self.rng.random() < chance

    def cause(self) -> str:
        return self.rng.choice(("version", "flag"))

    def fresh(self, what: str) -> str:
        self.causes += 1
        return f"{what} {self.causes}"


def chain(seed: int, wild: Wild) -> HopChain:
    """The chain of `seed`."""
    return Draw(seed, wild).chain()


def kinds(value: object) -> Counter[str]:
    """How often each kind of the language occurs in `value`: types, and members of closed choices."""
    found: Counter[str] = Counter()
    if isinstance(value, StrEnum):
        found[f"{type(value).__name__}.{value.name}"] += 1
    elif is_dataclass(value) and not isinstance(value, type):
        found[type(value).__name__] += 1
        found.update(_flags(value))
        for one in fields(value):
            found.update(kinds(getattr(value, one.name)))
    elif isinstance(value, tuple | frozenset):
        for item in value:
            found.update(kinds(item))
    return found


def _flags(value: object) -> list[str]:
    match value:
        case Respond():
            several = len(value.statuses) > 1
            flags = [("sometimes", not value.certain), ("edited", value.edited)]
            return [f"Respond {name}" for name, on in (*flags, ("several", several)) if on]
        case Cache():
            flags = [("vary", value.honours_vary), ("options", value.stores_options)]
            return [f"Cache {name}" for name, on in (*flags, ("key", bool(value.key))) if on]
        case Inward():
            return ["Inward literal"] if isinstance(value.origin, Literal) else []
        case HopChain():
            return [f"{len(value.doings)} hops"]
    return []
