"""The cut: what a set of patterns and literals divides a universe into, class by class.

One search walks the universe and every pattern at once. A state in which the universe accepts says
by its other components which patterns match: that vector *is* the class, and the text that led there
its member. Literals are classes of their own, kept out of the others by a trie that walks along.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.pattern import Pattern
from auditor.core.language.tree import OTHER, Machine, Words, accepts

STATE_CAP = 60_000
_VISITS = 6
_COST = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz:/.", 10),
    **dict.fromkeys("0123456789", 12),
    "-": 20,
    "[": 200,
}
_PREFERRED = "ahtpsexmlcombcdfgijknqruvwyz0123456789-./:"


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
    known for any class. `unfinished`: why the search stopped early: then classes may be missing."""

    classes: tuple[DecisionClass, ...]
    opaque: tuple[Opaque, ...] = ()
    unfinished: str | None = None


def cut(
    universe: Machine,
    patterns: Iterable[Pattern],
    literals: Iterable[str],
    *,
    valid: Callable[[str], bool],
    probes: Sequence[str] = (),
) -> Cut:
    """Divide `universe` by `patterns` and `literals`.

    `valid`: the check that the universe's tree leaves open; a text that fails it is passed over and
    the search goes on. `probes`: telling texts; the first that falls into a class is its witness.
    """
    readable, opaque = _compile(patterns)
    words = sorted(set(literals))
    alone = tuple(_alone(word, readable) for word in words if valid(word))
    found = _Search(universe, readable, Words(words), valid)
    for probe in probes:
        if probe not in words and _inside(universe, probe, valid):
            found.offer(probe)
    unfinished = found.walk()
    return Cut((*alone, *found.classes()), opaque, unfinished)


def _compile(
    patterns: Iterable[Pattern],
) -> tuple[tuple[tuple[Pattern, Machine], ...], tuple[Opaque, ...]]:
    readable: list[tuple[Pattern, Machine]] = []
    opaque: list[Opaque] = []
    for pattern in sorted(set(patterns)):
        machine = compile_pattern(pattern)
        if isinstance(machine, Opaque):
            opaque.append(machine)
        else:
            readable.append((pattern, machine))
    return tuple(readable), tuple(opaque)


def _inside(universe: Machine, text: str, valid: Callable[[str], bool]) -> bool:
    return accepts(universe, text) and valid(text)


def _alone(word: str, readable: tuple[tuple[Pattern, Machine], ...]) -> DecisionClass:
    matches = frozenset(pattern for pattern, machine in readable if accepts(machine, word))
    return DecisionClass((word,), matches, alone=True)


class _Search:
    """Best-first walk of the product; cheap texts come first, so witnesses stay readable."""

    def __init__(
        self,
        universe: Machine,
        readable: tuple[tuple[Pattern, Machine], ...],
        words: Words,
        valid: Callable[[str], bool],
    ) -> None:
        self._patterns = tuple(pattern for pattern, _ in readable)
        self._machines: tuple[Machine, ...] = tuple(machine for _, machine in readable)
        self._universe = universe
        self._words = words
        self._valid = valid
        self._found: dict[tuple[bool, ...], list[str]] = {}
        self._alphabet = _alphabet((universe, *self._machines, words))

    def offer(self, text: str) -> None:
        """Take `text`, inside the universe and no literal, as a member of its class."""
        self._add(tuple(accepts(machine, text) for machine in self._machines), text)

    def walk(self) -> str | None:
        """Visit every product state; the reason when a cap ends it before."""
        start = (self._universe.start, self._words.start, *(m.start for m in self._machines))
        queue: list[tuple[int, str, tuple[int, ...]]] = [(0, "", start)]
        visits: dict[tuple[int, ...], int] = {}
        while queue:
            cost, text, state = heapq.heappop(queue)
            seen = visits.get(state, 0)
            if seen >= (2 if self._satisfied(state) else _VISITS):
                continue
            visits[state] = seen + 1
            if len(visits) > STATE_CAP:
                return f"more than {STATE_CAP} states"
            self._accept(state, text)
            for char, price in self._alphabet:
                following = self._step(state, char)
                if following is not None and visits.get(following, 0) < _VISITS:
                    heapq.heappush(queue, (cost + price, text + char, following))
        return None

    def classes(self) -> tuple[DecisionClass, ...]:
        """The classes found, in the order of their vectors."""
        return tuple(
            DecisionClass(tuple(members), self._matching(vector), alone=False)
            for vector, members in sorted(self._found.items())
        )

    def _matching(self, vector: tuple[bool, ...]) -> frozenset[Pattern]:
        return frozenset(p for p, matched in zip(self._patterns, vector, strict=True) if matched)

    def _step(self, state: tuple[int, ...], char: str) -> tuple[int, ...] | None:
        inside = self._universe.step(state[0], char)
        if not inside:
            return None
        word = self._words.step(state[1], char) if state[1] else 0
        rest = (m.step(s, char) if s else 0 for m, s in zip(self._machines, state[2:], strict=True))
        return (inside, word, *rest)

    def _vector(self, state: tuple[int, ...]) -> tuple[bool, ...]:
        return tuple(
            bool(s) and m.accepting(s) for m, s in zip(self._machines, state[2:], strict=True)
        )

    def _satisfied(self, state: tuple[int, ...]) -> bool:
        if not self._universe.accepting(state[0]):
            return False
        return len(self._found.get(self._vector(state), ())) >= 2

    def _accept(self, state: tuple[int, ...], text: str) -> None:
        if not self._universe.accepting(state[0]):
            return
        if state[1] and self._words.accepting(state[1]):
            return
        vector = self._vector(state)
        if len(self._found.get(vector, ())) < 2 and self._valid(text):
            self._add(vector, text)

    def _add(self, vector: tuple[bool, ...], text: str) -> None:
        members = self._found.setdefault(vector, [])
        if text not in members and len(members) < 2:
            members.append(text)


def _alphabet(machines: Iterable[Machine]) -> tuple[tuple[str, int], ...]:
    """Two characters of each kind that some machine tells apart, with the price of each."""
    sets = sorted({mask for machine in machines for mask in machine.sets()})
    kinds: dict[tuple[bool, ...], list[str]] = {}
    ordered = [*_PREFERRED, *(chr(code) for code in range(33, 127) if chr(code) not in _PREFERRED)]
    for char in ordered:
        kind = tuple(bool(mask >> ord(char) & 1) for mask in sets if mask != 1 << OTHER)
        kinds.setdefault(kind, []).append(char)
    return tuple(
        (char, _COST.get(char, 400) + at)
        for members in kinds.values()
        for at, char in enumerate(members[:2])
    )
