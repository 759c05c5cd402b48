"""One thing that may stand behind what is not known: a chain with every unknown made concrete."""

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

from auditor.core.hop.behaviour import (
    Either,
    Service,
    Silent,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import MethodIn, Not, UnknownGuard
from auditor.core.hop.op import UnknownValue
from auditor.core.path.exchange import HopChain
from tests.core.chains import Draw, Wild
from tests.core.strategies import PATTERNS, UNREAD_PATTERN

NEVER = MethodIn(frozenset())
READABLE = tuple(pattern for pattern in PATTERNS if pattern != UNREAD_PATTERN)


class Concrete:
    """Random choices, the same for the same cause."""

    def __init__(self, seed: int, wild: Wild) -> None:
        self.rng = Random(f"concrete {seed}")
        self.draw = Draw(seed + 1_000_003, replace(wild, unknowns=False))
        self.known: dict[Any, Any] = {}

    def once(self, key: Any, make: Any) -> Any:
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def of(self, value: Any) -> Any:
        match value:
            case UnknownGuard(cause=cause):
                holds = self.once(("guard", cause), lambda: self.rng.random() < 0.5)
                return Not(NEVER) if holds else NEVER
            case Not(atom=UnknownGuard() as atom):
                holds = self.of(atom) != NEVER
                return NEVER if holds else Not(NEVER)
            case UnknownValue(cause=cause):
                return self.once(("value", cause), self.value)
            case UnreadBehaviour(cause=cause):
                return self.once(("hop", cause), self.draw.doing)
            case UnreadEnd(cause=cause):
                return self.once(("end", cause), self.end)
            case Either(cause=cause, options=options):
                at = self.once((cause, len(options)), lambda: self.rng.randrange(len(options)))
                return self.of(options[at])
        if value == UNREAD_PATTERN:
            return self.once("pattern", lambda: self.rng.choice(READABLE))
        if isinstance(value, tuple):
            return tuple(map(self.of, value))
        if is_dataclass(value) and not isinstance(value, type):
            kept = {one.name: self.of(getattr(value, one.name)) for one in fields(value)}
            return replace(value, **kept)
        return value

    def value(self) -> Any:
        name = self.rng.choice(
            ("access-control-allow-origin", "access-control-allow-credentials", "vary")
        )
        return self.draw.value(name)

    def end(self) -> Any:
        return self.rng.choice((Silent(), Service(self.draw.doing()), Service(self.draw.doing())))


def concrete(chain: HopChain, seed: int, wild: Wild) -> HopChain:
    """`chain` with something known in place of everything that is not."""
    found: HopChain = Concrete(seed, wild).of(chain)
    return found
