"""Chains without the names that make equal ones differ: what is judged once serves them all.

Two Ingresses with the same annotations differ in their fields' texts and in what they call the
services behind them, and in nothing that a browser could tell. `canonical` numbers fields and the
causes of what was not read, in the order in which they are met; `Names` puts the texts back.
`alike` tells which chains are made equal by that, without building them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Generic, TypeVar

from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Either,
    Mix,
    Respond,
    Service,
    Silent,
    Step,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
    patterns,
)
from auditor.core.hop.op import Op
from auditor.core.language.pattern import Dialect
from auditor.core.path.exchange import HopChain, Line, Response

T = TypeVar("T")


class Same(Generic[T]):
    """`of`, told apart by identity: cheap to hash and to compare, however deep it is."""

    __slots__ = ("of",)

    def __init__(self, of: T) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.of is other.of


@lru_cache(maxsize=4_096)
def interned(value: Hashable) -> Same[Hashable]:
    """One and the same for values that are equal, while it is remembered."""
    return Same(value)


@dataclass(slots=True)
class Names:
    """The texts that numbers stand for: `#3` the third field, `?2` the second cause."""

    fields: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)

    def field_number(self, text: str) -> str:
        """The number of a field, the same for the same text."""
        return self.fields.setdefault(text, f"#{len(self.fields)}")

    def cause_number(self, text: str) -> str:
        """The number of a cause."""
        return self.causes.setdefault(text, f"?{len(self.causes)}")

    @property
    def texts(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The texts of fields and of causes, in the order of their numbers."""
        return tuple(self.fields), tuple(self.causes)

    def restored(self) -> Restored:
        """The way back."""
        return Restored.of(*self.texts)


@dataclass(frozen=True, slots=True)
class Restored:
    """Texts by number."""

    fields: dict[str, str]
    causes: dict[str, str]

    @classmethod
    def of(cls, fields: tuple[str, ...], causes: tuple[str, ...]) -> Restored:
        """The way back to texts in the order of their numbers."""
        by_field = {f"#{at}": text for at, text in enumerate(fields)}
        return cls(by_field, {f"?{at}": text for at, text in enumerate(causes)})

    def response(self, response: Response) -> Response:
        """`response` with the texts of its fields."""
        lines = tuple(map(self._line, response.lines))
        return Response(response.status, lines, response.by, response.usual)

    def cause(self, number: str) -> str:
        """The words of a cause; what is no number is its own."""
        return self.causes.get(number, number)

    def _line(self, line: Line) -> Line:
        name, value, hop, number = line
        return Line(name, value, hop, self.fields.get(number, number))


def canonical(chain: HopChain, names: Names) -> HopChain:
    """`chain` with numbers for fields and for the causes of what was not read."""
    doings = tuple(_doing(doing, names) for doing in chain.doings)
    return HopChain(doings, _terminal(chain.terminal, names), chain.host)


def alike(chain: HopChain, names: Names) -> Hashable:
    """What `canonical` keeps of `chain`, less its host: equal for chains that it makes equal."""
    doings = tuple(_alike(doing, names) for doing in chain.doings)
    match chain.terminal:
        case Service(doing):
            return doings, _alike(doing, names)
        case terminal:
            return doings, _terminal(terminal, names)


def compares_host(chain: HopChain) -> bool:
    """Whether some hop compares the origin with the host of the route."""
    end = (chain.terminal.doing,) if isinstance(chain.terminal, Service) else ()
    return any(_shape(Same(doing)).compares_host for doing in (*chain.doings, *end))


@dataclass(frozen=True, slots=True)
class _Shape:
    """A doing by itself with numbers of its own, and the texts that they stand for."""

    doing: Same[Hashable]
    fields: tuple[str, ...]
    causes: tuple[str, ...]
    compares_host: bool


@lru_cache(maxsize=4_096)
def _shape(doing: Same[Doing]) -> _Shape:
    names = Names()
    shape = interned(_doing(doing.of, names))
    compares = any(pattern.dialect is Dialect.SAME_HOST for pattern in patterns(doing.of))
    return _Shape(shape, *names.texts, compares)


def _alike(doing: Doing, names: Names) -> Hashable:
    shape = _shape(Same(doing))
    fields = tuple(map(names.field_number, shape.fields))
    return shape.doing, fields, tuple(map(names.cause_number, shape.causes))


def _terminal(terminal: Terminal, names: Names) -> Terminal:
    match terminal:
        case Silent():
            return terminal
        case Service(doing):
            return Service(_doing(doing, names))
        case UnreadEnd(cause):
            return UnreadEnd(names.cause_number(cause))


def _doing(doing: Doing, names: Names) -> Doing:
    match doing:
        case Behaviour():
            return _behaviour(doing, names)
        case Either(cause, options):
            return Either(cause, tuple(_doing(option, names) for option in options))
        case Mix(cause, options):
            return Mix(cause, tuple(_doing(option, names) for option in options))
        case UnreadBehaviour(cause):
            return UnreadBehaviour(names.cause_number(cause))


def _behaviour(behaviour: Behaviour, names: Names) -> Behaviour:
    responds = tuple(_respond(respond, names) for respond in behaviour.responds)
    edits = tuple(_step(step, names) for step in behaviour.edits)
    return Behaviour(responds, edits, behaviour.inward, behaviour.cache)


def _respond(respond: Respond, names: Names) -> Respond:
    ops = tuple(_op(op, names) for op in respond.ops)
    return replace(respond, ops=ops, field=names.field_number(respond.field))


def _step(step: Step, names: Names) -> Step:
    return tuple(Case(case.when, tuple(_op(op, names) for op in case.ops)) for case in step)


def _op(op: Op, names: Names) -> Op:
    return Op(op.act, op.names, op.value, names.field_number(op.field))
