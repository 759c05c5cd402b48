"""What a hop does, as data: guarded operations on header lines.

A reader compiles one product's setting into a `Behaviour`; nothing after it knows the product any
more. Everything here is frozen, hashable and comparable by content. Paths are not guards: readers
emit path cases (`auditor.core.reading`), so a behaviour is free of paths.

The laws: answers of its own are tried in order, the first whose guard holds is given; edits run in
order on what comes from within, each step applying the first of its cases whose guard holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.core.hop.guard import Atom, Guard, Not, OriginIn
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import Literal, Op
from auditor.core.language.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a step: when `when` holds, `ops` run in order."""

    when: Guard
    ops: tuple[Op, ...]


Step: TypeAlias = tuple[Case, ...]
"""An ordered choice: the first case whose guard holds applies, the others do not."""


@dataclass(frozen=True, slots=True)
class Respond:
    """An answer that this hop makes itself, instead of passing the request inwards.

    `certain` false: it happens sometimes (an authorizer's 401, an error page). `statuses`: what the
    answer may carry, one of them at a time. `ops` build its lines from none. `edited`: this hop's
    own edits run over it as well.
    """

    when: Guard
    statuses: tuple[int, ...]
    ops: tuple[Op, ...] = ()
    certain: bool = True
    edited: bool = False
    field: str = ""

    def __post_init__(self) -> None:
        if not self.statuses:
            raise ValueError("an answer has at least one status")


class Forward(StrEnum):
    """What becomes of a request header on its way inwards."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Inward:
    """What reaches the hop behind: the Origin as it is, dropped, or replaced by a literal."""

    origin: Forward | Literal = Forward.KEEP
    requested: Forward = Forward.KEEP


@dataclass(frozen=True, slots=True)
class Cache:
    """A store of answers in front of what is within.

    `key`: request header names (lower-case) that separate stored answers. `honours_vary`: the
    answer's Vary adds to the key. `stores_options`: answers to OPTIONS are stored as well.
    `statuses`: which are stored.
    """

    key: frozenset[str] = frozenset()
    honours_vary: bool = True
    stores_options: bool = False
    statuses: frozenset[int] = frozenset({200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501})


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one hop does: own answers, edits on what comes from within, inward changes, a cache."""

    responds: tuple[Respond, ...] = ()
    edits: tuple[Step, ...] = ()
    inward: Inward = Inward()
    cache: Cache | None = None


TRANSPARENT = Behaviour()
"""Passes requests and answers as they are."""


@dataclass(frozen=True, slots=True)
class Either:
    """One of `options` is true, for every request; which one is not known, for `cause`."""

    cause: str
    options: tuple[Doing, ...]

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ValueError("either holds two options or more")


@dataclass(frozen=True, slots=True)
class Mix:
    """All of `options` are true: each request meets one of them (canary, weighted backends)."""

    cause: str
    options: tuple[Doing, ...]

    def __post_init__(self) -> None:
        if len(self.options) < 2:
            raise ValueError("a mix holds two options or more")


@dataclass(frozen=True, slots=True)
class UnreadBehaviour:
    """What this hop does could not be read, for `cause`: everything is possible."""

    cause: str


Doing: TypeAlias = Behaviour | Either | Mix | UnreadBehaviour
"""What stands at one place of a path."""


@dataclass(frozen=True, slots=True)
class Silent:
    """The end of a path: an app that was read and sends no CORS headers.

    `options`: statuses with which it may answer OPTIONS; what they are is seldom known, and only
    hops that write headers on foreign answers make a difference of it.
    """

    options: tuple[int, ...] = (200, 405)


@dataclass(frozen=True, slots=True)
class Service:
    """The end of a path: a service that answers by itself (S3, a function URL)."""

    doing: Doing


@dataclass(frozen=True, slots=True)
class UnreadEnd:
    """The end of a path that nothing read answers to, for `cause`. `name`: the link name that leads
    here, empty where there is none."""

    cause: str
    name: str = ""


Terminal: TypeAlias = Silent | Service | UnreadEnd


def behaviours(doing: Doing) -> Iterator[Behaviour]:
    """Every plain behaviour inside `doing`."""
    match doing:
        case Behaviour():
            yield doing
        case Either(options=options) | Mix(options=options):
            for option in options:
                yield from behaviours(option)
        case UnreadBehaviour():
            return


def operations(behaviour: Behaviour) -> Iterator[Op]:
    """Every operation of `behaviour`, those of its own answers first."""
    for respond in behaviour.responds:
        yield from respond.ops
    for step in behaviour.edits:
        for case in step:
            yield from case.ops


def guards(behaviour: Behaviour) -> Iterator[Guard]:
    """Every guard of `behaviour`."""
    for respond in behaviour.responds:
        yield respond.when
    for step in behaviour.edits:
        for case in step:
            yield case.when


def atoms(behaviour: Behaviour) -> Iterator[Atom]:
    """Every atom that `behaviour` asks for, negated or not."""
    for guard in guards(behaviour):
        for term in guard:
            yield term.atom if isinstance(term, Not) else term


def patterns(doing: Doing) -> Iterator[Pattern]:
    """Every origin pattern in a guard of `doing`."""
    for behaviour in behaviours(doing):
        for atom in atoms(behaviour):
            if isinstance(atom, OriginIn):
                yield from atom.patterns


def allow_origin_literals(doing: Doing) -> Iterator[str]:
    """Every constant that `doing` can write into Access-Control-Allow-Origin, and every Origin
    literal that it sends inwards: each belongs in the cut."""
    for behaviour in behaviours(doing):
        if isinstance(behaviour.inward.origin, Literal):
            yield behaviour.inward.origin.text
        for op in operations(behaviour):
            if ALLOW_ORIGIN in op.names and isinstance(op.value, Literal):
                yield op.value.text
