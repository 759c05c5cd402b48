"""The cut: what a set of patterns and literals divides a universe into, class by class.

One survey walks the universe and every pattern at once, each state once. A state in which the
universe accepts says by its other components which patterns match: that vector *is* the class.
Then a search leads straight to the cheapest texts of each class that no probe has fallen into.
Literals are classes of their own; the search passes them over by a trie that walks along.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.pattern import Pattern
from auditor.core.language.tree import OTHER, Edge, Machine, Words, accepts

STATE_CAP = 60_000
_SEARCHES = 5
"""Searches that one cut may make through `STATE_CAP` states each, or more of them through fewer."""
_VISITS = 6
_MEMBERS = 2
_COST = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz:/.", 10),
    **dict.fromkeys("0123456789", 12),
    "-": 20,
    "[": 200,
}
_DEAR = 400
_PREFERRED = "ahtpsexmlcobdfgijknqruvwyz0123456789-./:"
_ORDERED = tuple(dict.fromkeys((*_PREFERRED, *map(chr, range(33, OTHER)), *map(chr, range(33)))))
_DIGITS = "0123456789"

_State: TypeAlias = tuple[int, ...]
_Vector: TypeAlias = tuple[bool, ...]
_Way: TypeAlias = tuple[int, _State]


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
    readable, opaque = _compile(patterns)
    words = tuple(sorted(filter(valid, set(literals))))
    found = _divide(universe, readable, words, valid, tuple(probes), STATE_CAP)
    return replace(found, opaque=opaque)


def _compile(
    patterns: Iterable[Pattern],
) -> tuple[tuple[Pattern, ...], tuple[Opaque, ...]]:
    wanted = sorted(set(patterns))
    opaque = tuple(one for one in map(compile_pattern, wanted) if isinstance(one, Opaque))
    unread = {one.pattern for one in opaque}
    return tuple(pattern for pattern in wanted if pattern not in unread), opaque


@lru_cache(maxsize=256)
def _divide(
    universe: Machine,
    patterns: tuple[Pattern, ...],
    words: tuple[str, ...],
    valid: Callable[[str], bool],
    probes: tuple[str, ...],
    cap: int,
) -> Cut:
    survey = _Survey(universe, patterns, cap)
    classes = [survey.named(survey.vector_of(word), (word,), alone=True) for word in words]
    found = _offered(survey, frozenset(words), probes, valid)
    unfinished = survey.unfinished
    trie, left = Words(words), _SEARCHES * cap
    for vector in sorted(survey.vectors | found.keys()):
        members = found.get(vector, [])
        if len(members) < _MEMBERS:
            search = _Search(survey, vector, trie, valid)
            members += search.members(members) if left >= 0 else []
            left -= search.size
            unfinished = unfinished or search.unfinished
        if members:
            classes.append(survey.named(vector, members, alone=False))
    if left < 0:
        unfinished = unfinished or f"searches through more than {_SEARCHES * cap} states"
    return Cut(tuple(classes), unfinished=unfinished)


def _offered(
    survey: _Survey, words: frozenset[str], probes: tuple[str, ...], valid: Callable[[str], bool]
) -> dict[_Vector, list[str]]:
    """The first probes of each class."""
    found: dict[_Vector, list[str]] = {}
    for probe in dict.fromkeys(probes):
        if probe not in words and survey.inside(probe) and valid(probe):
            members = found.setdefault(survey.vector_of(probe), [])
            if len(members) < _MEMBERS:
                members.append(probe)
    return found


class _Survey:
    """The product of a universe and patterns: its states, a component each, the universe first."""

    def __init__(self, universe: Machine, patterns: tuple[Pattern, ...], cap: int) -> None:
        compiled = map(compile_pattern, patterns)
        self._patterns = patterns
        self._machines = tuple(one for one in compiled if not isinstance(one, Opaque))
        self._universe = universe
        self._ways: dict[_State, tuple[_Way, ...]] = {}
        self._before: dict[_State, list[_Way]] = {}
        self.cap = cap
        self.start: _State = (universe.start, *(machine.start for machine in self._machines))
        self.ends: dict[_State, _Vector] = {}
        self.unfinished = self._walk()
        self.vectors = frozenset(self.ends.values())

    def inside(self, text: str) -> bool:
        """Whether the universe holds `text`."""
        return accepts(self._universe, text)

    def vector_of(self, text: str) -> _Vector:
        """Which patterns take `text`."""
        return tuple(accepts(machine, text) for machine in self._machines)

    def named(self, vector: _Vector, members: Sequence[str], *, alone: bool) -> DecisionClass:
        """The class of `vector`."""
        matches = frozenset(p for p, matched in zip(self._patterns, vector, strict=True) if matched)
        return DecisionClass(tuple(members), matches, alone)

    def accepting(self, state: _State) -> bool:
        """Whether the universe holds the text so far."""
        return self._universe.accepting(state[0])

    def settled(self, state: _State) -> bool:
        """Whether what follows stays within one class."""
        return all(map(_settled, self._machines, state[1:]))

    def vector(self, state: _State) -> _Vector:
        """Which patterns take the text so far."""
        return tuple(map(_accepting, self._machines, state[1:]))

    def ways(self, state: _State) -> tuple[_Way, ...]:
        """The ways on from `state`, by disjoint character sets, as far as the universe goes."""
        found = self._ways.get(state)
        if found is None:
            parts: list[_Way] = [
                (mask, (inside,)) for mask, inside in self._universe.edges(state[0])
            ]
            for machine, component in zip(self._machines, state[1:], strict=True):
                edges = machine.edges(component) if component else ()
                parts = (
                    [way for part in parts for way in _split(part, edges)]
                    if edges
                    else [(mask, (*reached, 0)) for mask, reached in parts]
                )
            found = self._ways[state] = tuple(parts)
        return found

    def distances(self, vector: _Vector) -> dict[_State, int]:
        """The states that lead to the class of `vector`, with the price of the way there at least;
        none where the survey ended before it met the class."""
        queue = [(0, state) for state, found in self.ends.items() if found == vector]
        heapq.heapify(queue)
        distances: dict[_State, int] = {}
        while queue:
            distance, state = heapq.heappop(queue)
            if state not in distances:
                distances[state] = distance
                for price, earlier in self._backward().get(state, ()):
                    heapq.heappush(queue, (distance + price, earlier))
        return distances

    def _backward(self) -> dict[_State, list[_Way]]:
        if not self._before:
            for state, ways in self._ways.items():
                for mask, following in ways:
                    price = min((price for _, price in _choices(mask, 0)), default=_DEAR)
                    self._before.setdefault(following, []).append((price, state))
        return self._before

    def _walk(self) -> str | None:
        """Visit every state whose class is still open; the reason when the cap ends it before."""
        seen, todo = {self.start}, [self.start]
        while todo:
            state = todo.pop()
            settled = self.settled(state)
            if settled or self.accepting(state):
                self.ends[state] = self.vector(state)
            if settled:
                continue
            for _, following in self.ways(state):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
            if len(seen) > self.cap:
                return f"more than {self.cap} states"
        return None


class _Search:
    """Best-first search for texts of one class; cheap texts come first, so witnesses stay readable."""

    def __init__(
        self, survey: _Survey, vector: _Vector, words: Words, valid: Callable[[str], bool]
    ) -> None:
        self._survey = survey
        self._vector = vector
        self._words = words
        self._valid = valid
        self.size = 0
        self.unfinished: str | None = None

    def members(self, known: Sequence[str]) -> list[str]:
        """Texts of the class, as many as are missing beside `known`."""
        texts = (text for text in self._texts() if text not in known and self._valid(text))
        return list(islice(texts, _MEMBERS - len(known)))

    def _texts(self) -> Iterator[str]:
        start = self._survey.start
        distances = self._survey.distances(self._vector)
        self.size = len(distances)
        queue = [(distances.get(start, 0), 0, "", start, self._words.start)]
        visits: dict[tuple[_State, int, int], int] = {}
        while queue:
            _, cost, text, state, node = heapq.heappop(queue)
            key = (state, node, _numbers(text))
            if visits.get(key, 0) >= _VISITS:
                continue
            visits[key] = visits.get(key, 0) + 1
            self.size += 1
            if len(visits) > self._survey.cap:
                self.unfinished = f"more than {self._survey.cap} states"
                return
            if self._ends(state) and not self._words.accepting(node):
                yield text
            for price, char, following, left in self._onward(state, node, distances):
                after, word = cost + price, self._words.step(node, char)
                heapq.heappush(queue, (after + left, after, text + char, following, word))

    def _ends(self, state: _State) -> bool:
        return self._survey.accepting(state) and self._survey.vector(state) == self._vector

    def _onward(
        self, state: _State, node: int, distances: Mapping[_State, int]
    ) -> Iterator[tuple[int, str, _State, int]]:
        """(price, character, state, price of what is left at least) of each way towards the class."""
        settled = self._survey.settled(state)
        for mask, following in self._survey.ways(state):
            left = 0 if settled else distances.get(following)
            if left is not None:
                for char, price in _choices(mask, self._words.named(node)):
                    yield price, char, following, left


def _split(part: _Way, edges: Iterable[Edge]) -> Iterator[_Way]:
    """`part` by one more machine: its characters by the ways on of that machine, or to its end."""
    mask, state = part
    for taken, component in edges:
        both = mask & taken
        if both:
            yield both, (*state, component)
            mask ^= both
    if mask:
        yield mask, (*state, 0)


def _settled(machine: Machine, state: int) -> bool:
    return not state or machine.settled(state)


def _accepting(machine: Machine, state: int) -> bool:
    return bool(state) and machine.accepting(state)


@lru_cache(maxsize=4_096)
def _choices(mask: int, named: int) -> tuple[tuple[str, int], ...]:
    """Characters of `mask` to go on with, and their prices: each that a literal names, and of the
    others two digits (numbers make hosts of their own) and two that are none."""
    inside = [char for char in _ORDERED if mask >> ord(char) & 1]
    rest = [char for char in inside if not named >> ord(char) & 1]
    taken = [char for char in inside if char not in rest]
    others = [char for char in rest if char not in _DIGITS][:2]
    digits = [char for char in rest if char in _DIGITS][:2]
    groups = (taken, others, digits)
    return tuple((c, _COST.get(c, _DEAR) + at) for group in groups for at, c in enumerate(group))


def _numbers(text: str) -> int:
    """How many numbers the text ends in after its last slash, none if there are letters too: as the
    start of a numeric host it is apart from other texts that the machines treat alike."""
    tail = text.rpartition("/")[2]
    return min(tail.count(".") + 1, 5) if tail and not tail.strip("0123456789.") else 0
