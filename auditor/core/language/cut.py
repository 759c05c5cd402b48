"""The cut: what a set of patterns and literals divides a universe into, class by class.

One survey walks the universe and every pattern at once. A state in which the universe accepts says
by its other components which patterns match: that vector *is* the class. Its witness is a probe
that fell into it, or a text that the survey came by, or what a search finds. Literals are classes
of their own. Patterns that would make the survey too large are left out of it and divide its
classes one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.division import Division
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Pattern
from auditor.core.language.universe import Universe


@dataclass(frozen=True, slots=True)
class DecisionClass:
    """Texts of the universe that every pattern of the cut treats alike.

    `members`: one or two of them, the most telling first. `matches`: the patterns that take them.
    `alone`: the class is one literal and nothing else.
    """

    members: tuple[str, ...]
    matches: frozenset[Pattern]
    alone: bool

    @property
    def witness(self) -> str:
        """The member that is shown."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Cut:
    """The classes of a universe. `opaque`: patterns that could not be read; what they take is not
    known for any class. `unfinished`: why the search stopped early: then classes may be missing. `lone`:
    why a class that shows one member may have another; it counts where members meet in a cache."""

    classes: tuple[DecisionClass, ...]
    opaque: tuple[Opaque, ...] = ()
    unfinished: str | None = None
    lone: str | None = None


def cut(
    universe: Universe,
    patterns: Iterable[Pattern],
    literals: Iterable[str],
    *,
    valid: Callable[[str], bool],
    probes: Sequence[str] = (),
) -> Cut:
    """Divide `universe` by `patterns` and `literals`.

    `valid`: the check that automata leave open; a text that fails it is passed over and the search
    goes on. `probes`: telling texts; the first that falls into a class is its witness.
    """
    wanted = tuple(sorted(set(patterns)))
    return _divided(universe, wanted, frozenset(literals), valid, tuple(probes))


@lru_cache(maxsize=256)
def _divided(
    universe: Universe,
    patterns: tuple[Pattern, ...],
    literals: frozenset[str],
    valid: Callable[[str], bool],
    probes: tuple[str, ...],
) -> Cut:
    compiled = {pattern: compile_pattern(pattern) for pattern in patterns}
    opaque = tuple(one for one in compiled.values() if isinstance(one, Opaque))
    machines = {p: one for p, one in compiled.items() if not isinstance(one, Opaque)}
    words = tuple(sorted(filter(valid, literals)))
    try:
        division = Division(universe, machines, words, valid, partial(_tried, opaque))
        classes = tuple(DecisionClass(*part) for part in division.parts(probes))
    finally:
        for machine in machines.values():
            machine.forget()
    return Cut(classes, opaque, division.unfinished, division.lone)


def _tried(opaque: tuple[Opaque, ...], word: str) -> Iterator[Pattern]:
    return (one.pattern for one in opaque if takes_alone(one.pattern, word))
