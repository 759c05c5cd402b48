"""Whether a tree takes one text, found by trying its ways in order, as backtracking engines do.

The second opinion on automata, and the only one on trees that no automaton takes. Ways are tried on
a list, never by recursion, and one that comes to a point where another has been before ends there:
from the same remainder, place and captures nothing else can follow. What atomic groups and
look-arounds hold is searched by itself, once for each place.

The order of ways, empty iterations and captures are those measured of Python 3.11 and perl 5.36,
with `leaves` those of Java 17 and Ruby 3.1. Two habits are not followed: JavaScript unsets the
groups inside a loop before each iteration, Java keeps what a loop over a group caught before it
failed. Both show in back-references only.
"""

from __future__ import annotations

from typing import Final, assert_never

from auditor.core.language.tree import (
    WORD,
    Alt,
    At,
    Atomic,
    Back,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    bit,
    nodes,
)
from auditor.core.language.way import Question, Remainder, Remainders, Search, Way

STEP_CAP: Final = 100_000
"""Steps that one text is worth: about half a second where all of them are dear."""

_SLOTS_A_STEP = 16
"""Captures that are compared for the price of one step, whenever two points are."""

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FOLDED = str.maketrans(_UPPER, _UPPER.lower())


def holds(tree: Tree, text: str, *, budget: int = STEP_CAP) -> bool | None:
    """Whether `tree` denotes the whole of `text`; None when `budget` steps did not suffice.

    A step is a bounded piece of work (a node entered at one place, a character compared), so that
    the budget bounds time and memory both, whatever the tree and the text.
    """
    match = _Match(text, budget)
    return match.answer(tree) if match.prepare(tree) else None


class _Match:
    """One text, held against trees; `_steps` are left."""

    def __init__(self, text: str, budget: int) -> None:
        self._text = text
        self._steps = budget
        self._bits = tuple(map(bit, text))
        self._remainders = Remainders()
        self._slots: dict[int, int] = {}
        self._found: dict[Question, Way | None] = {}

    def prepare(self, tree: Tree) -> bool:
        """Learn which groups of `tree` are referred to; False where the tree is beyond the budget."""
        for node in nodes(tree):
            self._steps -= 1
            if self._steps < 0:
                return False
            if isinstance(node, Back):
                self._slots.setdefault(node.number, len(self._slots))
        return True

    def answer(self, tree: Tree) -> bool | None:
        """Search until the outermost search has found a way or has none left."""
        price = 1 + len(self._slots) // _SLOTS_A_STEP
        start = Way(self._remainders.whole(tree, None), 0, (None,) * len(self._slots))
        searches = [Search(iter((start,)), len(self._text))]
        while self._steps > 0:
            self._steps -= price
            search = searches[-1]
            way = search.ways.pop() if search.ways else next(search.starts, None)
            if way is None or search.ends(way):
                searches.pop()
                if search.question is None:
                    return way is not None
                self._found[search.question] = way
            elif way.left is not None and way not in search.tried:
                inner = self._inner(way.left, way)
                if inner is None:
                    search.tried.add(way)
                    search.ways.extend(reversed(self._next(way.left, way)))
                else:
                    search.ways.append(way)
                    searches.append(inner)
        return None

    def _inner(self, left: Remainder, way: Way) -> Search | None:
        """The search that must be made before `way` can go on."""
        node = left.node
        if not isinstance(node, Look | Atomic):
            return None
        question = _question(node, way)
        if question in self._found:
            return None
        inner = self._remainders.whole(node.inner, None)
        if isinstance(node, Atomic) or node.ahead:
            return Search(iter((Way(inner, way.at, way.captures),)), None, question)
        starts = (Way(inner, start, way.captures) for start in range(way.at, -1, -1))
        return Search(starts, way.at, question)

    def _next(self, left: Remainder, way: Way) -> tuple[Way, ...]:
        """The points that `way` goes on to, the preferred first."""
        match left.node:
            case Cat() as node:
                return (self._cat(node, left, way),)
            case Alt() as node:
                return self._alt(node, left, way)
            case Repeat() as node:
                return self._repeat(node, left, way)
            case Group() as node:
                return (self._group(node, left, way),)
            case At(edge):
                return (Way(left.after, way.at, way.captures),) if self._is_at(edge, way.at) else ()
            case Look() as node:
                return self._look(node, left, way)
            case Chars() | Back() | Atomic() as node:
                reached = self._taken(node, way)
                return () if reached is None else (self._beyond(left, way, reached),)
        assert_never(left.node)

    def _taken(self, node: Chars | Back | Atomic, way: Way) -> Way | None:
        """`way` where the text that `node` takes has ended, None where it takes none."""
        match node:
            case Chars(mask):
                fits = way.at < len(self._text) and self._bits[way.at] & mask
                return Way(way.left, way.at + 1, way.captures) if fits else None
            case Back():
                return self._back(node, way)
            case Atomic():
                return self._found[_question(node, way)]
        assert_never(node)

    def _beyond(self, left: Remainder, way: Way, reached: Way) -> Way:
        """Where `way` goes on once a node has taken the text up to `reached`."""
        if reached.at == way.at:
            return Way(left.after, reached.at, reached.captures)
        return Way(self._remainders.moved(left.after), reached.at, reached.captures)

    def _look(self, node: Look, left: Remainder, way: Way) -> tuple[Way, ...]:
        found = self._found[_question(node, way)]
        if (found is not None) != node.wanted:
            return ()
        captures = way.captures if found is None else found.captures
        return (Way(left.after, way.at, captures),)

    def _cat(self, node: Cat, left: Remainder, way: Way) -> Way:
        done = left.done or 0
        if done == len(node.parts):
            return Way(left.after, way.at, way.captures)
        rest = self._remainders.part(node, done + 1, left.after)
        return Way(self._remainders.whole(node.parts[done], rest), way.at, way.captures)

    def _alt(self, node: Alt, left: Remainder, way: Way) -> tuple[Way, ...]:
        done = left.done or 0
        if done == len(node.options):
            return ()
        return (
            Way(self._remainders.whole(node.options[done], left.after), way.at, way.captures),
            Way(self._remainders.part(node, done + 1, left.after), way.at, way.captures),
        )

    def _repeat(self, loop: Repeat, left: Remainder, way: Way) -> tuple[Way, ...]:
        done = left.done or 0
        leave = Way(left.after, way.at, way.captures)
        enough = done >= loop.least
        if not left.moved and (enough or loop.leaves):
            return (leave,)
        if enough and loop.most is not None and done >= loop.most:
            return (leave,)
        # Beyond `least`, iterations of a loop without end need not be told apart.
        count = done + 1 if loop.most is not None else min(done + 1, loop.least)
        again = Way(self._remainders.turn(loop, count, left.after), way.at, way.captures)
        if not enough:
            return (again,)
        return (leave, again) if loop.lazy else (again, leave)

    def _group(self, node: Group, left: Remainder, way: Way) -> Way:
        slot = self._slots.get(node.number)
        if slot is None:
            return Way(self._remainders.whole(node.inner, left.after), way.at, way.captures)
        if left.done is None:
            close = self._remainders.part(node, way.at, left.after)
            return Way(self._remainders.whole(node.inner, close), way.at, way.captures)
        kept = (*way.captures[:slot], (left.done, way.at), *way.captures[slot + 1 :])
        return Way(left.after, way.at, kept)

    def _back(self, node: Back, way: Way) -> Way | None:
        span = way.captures[self._slots[node.number]]
        if span is None:
            return way if node.unset_fits else None
        begin, end = span
        reached = way.at + end - begin
        self._steps -= end - begin
        kept, here = self._text[begin:end], self._text[way.at : reached]
        same = _fold(kept) == _fold(here) if node.caseless else kept == here
        return Way(way.left, reached, way.captures) if same else None

    def _is_at(self, edge: Edge, at: int) -> bool:
        match edge:
            case Edge.BEGIN:
                return at == 0
            case Edge.END:
                return at == len(self._text)
            case Edge.BOUNDARY:
                return self._is_word(at - 1) != self._is_word(at)
            case Edge.NO_BOUNDARY:
                return self._is_word(at - 1) == self._is_word(at)
        assert_never(edge)

    def _is_word(self, at: int) -> bool:
        return 0 <= at < len(self._text) and bool(self._bits[at] & WORD)


def _question(node: Look | Atomic, way: Way) -> Question:
    return Question(id(node), way.at, way.captures)


def _fold(text: str) -> str:
    return text.translate(_FOLDED)
