"""Ways through a tree: what is left to be matched, one object for each, so that ways meet.

Trees are told apart by identity: equal ones that stand at two places only cost a little more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from auditor.core.language.tree import Chars, Repeat, Tree


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """`node`, of which a part may be `done`, then `after` (None: nothing more).

    `done`: None where `node` has not begun; else the parts of a `Cat` or options of an `Alt` that
    are behind, the iterations of a `Repeat`, the place where the text of a `Group` began.
    `moved`: the last iteration of a `Repeat` has taken a character.
    `waits`: a loop in here, or further on, has an iteration that has taken none so far.
    """

    node: Tree
    done: int | None
    moved: bool
    after: Remainder | None
    waits: bool


class Remainders:
    """The remainders of one match; each exists once."""

    def __init__(self) -> None:
        self._moved: dict[Remainder, Remainder] = {}
        self._known: dict[tuple[int, int | None, bool, Remainder | None], Remainder] = {}

    def whole(self, node: Tree, after: Remainder | None) -> Remainder:
        """All of `node`, then `after`."""
        return self.part(node, None, after)

    def part(self, node: Tree, done: int | None, after: Remainder | None) -> Remainder:
        """What is left of `node`, then `after`."""
        return self._one(node, done, True, after)

    def turn(self, loop: Repeat, done: int, after: Remainder | None) -> Remainder:
        """One iteration of `loop`, which `done` counts, then what is left of the loop, then `after`."""
        # No need to wait for what cannot be empty; most loops are over characters.
        moved = isinstance(loop.inner, Chars)
        return self.whole(loop.inner, self._one(loop, done, moved, after))

    def moved(self, remainder: Remainder | None) -> Remainder | None:
        """`remainder` after a character was taken; worked out once for each, so cheap in all."""
        waiting: list[Remainder] = []
        while remainder is not None and remainder.waits and remainder not in self._moved:
            waiting.append(remainder)
            remainder = remainder.after
        if remainder is not None:
            remainder = self._moved.get(remainder, remainder)
        for one in reversed(waiting):
            remainder = self._moved[one] = self._one(one.node, one.done, True, remainder)
        return remainder

    def _one(self, node: Tree, done: int | None, moved: bool, after: Remainder | None) -> Remainder:
        key = (id(node), done, moved, after)
        found = self._known.get(key)
        if found is None:
            waits = not moved or (after is not None and after.waits)
            found = self._known[key] = Remainder(node, done, moved, after, waits)
        return found


Captures: TypeAlias = tuple[tuple[int, int] | None, ...]
"""The last text of each group that some back-reference names, where it begins and ends, by slot."""


class Way(NamedTuple):
    """A point on a way through the tree: what is left (None: nothing), where, and what was kept."""

    left: Remainder | None
    at: int
    captures: Captures


class Question(NamedTuple):
    """An inner search: what the node with this `id` finds at a place."""

    node: int
    at: int
    captures: Captures


@dataclass(frozen=True, slots=True)
class Search:
    """`starts`: where to begin, the preferred first; `end`: the place to end at (None: any);
    `question`: what it answers; `ways`: those to be tried next, the preferred last; those `tried`."""

    starts: Iterator[Way]
    end: int | None
    question: Question | None = None
    ways: list[Way] = field(default_factory=list)
    tried: set[Way] = field(default_factory=set)

    def ends(self, way: Way) -> bool:
        """Whether `way` is what was searched for."""
        return way.left is None and self.end in (None, way.at)
