"""Sets of origins: built from patterns, joined by operations, asked whether anything is in them.

A set is an expression. One of exact origins alone is kept as texts and joined at once; any other is
answered by the cut of all its patterns, class by class. What a pattern that could not be read takes
is neither true nor false: a class counts only where the answer is the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Final, TypeAlias, assert_never

from auditor.core.language.answer import Emptiness, Empty, NonEmpty, Undecided
from auditor.core.language.cut import Cut, DecisionClass, cut
from auditor.core.language.dialect import Opaque, compile_pattern, singleton
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.probe import probes
from auditor.core.language.universe import Universe

UNREAD_CAP: Final = 6
"""Patterns of one set that could not be read and are tried both ways, all of them together."""
PROBE_CAP: Final = 24


_EMPTY: Final = Empty()


@dataclass(frozen=True, slots=True)
class Texts:
    """These origins and no others, or all others (`but`)."""

    members: frozenset[str]
    but: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """The origins that a pattern takes."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Intersection:
    """What is in all of `parts`."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Complement:
    """What is not in `inner`."""

    inner: Node


Node: TypeAlias = Texts | Matching | Intersection | Complement
_NONE: Final = Texts(frozenset())
_ALL: Final = Texts(frozenset(), but=True)


@dataclass(frozen=True, slots=True)
class OriginSet:
    """A set of origins that browsers send, closed under `|`, `&`, `-` and `~`."""

    node: Node

    def __or__(self, other: OriginSet) -> OriginSet:
        return ~(~self & ~other)

    def __and__(self, other: OriginSet) -> OriginSet:
        return OriginSet(_shared(self.node, other.node))

    def __sub__(self, other: OriginSet) -> OriginSet:
        return OriginSet(_shared(self.node, _inverse(other.node)))

    def __invert__(self) -> OriginSet:
        return OriginSet(_inverse(self.node))

    @property
    def listed(self) -> frozenset[str] | None:
        """The members of a set of exact origins; None where it may have others."""
        node = self.node
        return node.members if isinstance(node, Texts) and not node.but else None

    def takes(self, origin: str) -> bool | None:
        """Whether `origin`, which a browser can send, is in the set; None where that hangs on a
        pattern that could not be read."""
        matches, unread = _takers(self.node, origin)
        return _decided(self.node, origin, matches, unread)


EVERYTHING: Final = OriginSet(_ALL)


def of(patterns: Iterable[Pattern]) -> OriginSet:
    """What any of `patterns` takes: exact origins as texts, whatever else as patterns."""
    told = [(singleton(pattern), pattern) for pattern in patterns]
    exact = OriginSet(Texts(frozenset(text for text, _ in told if text is not None)))
    others = dict.fromkeys(pattern for text, pattern in told if text is None)
    if any(pattern.dialect is Dialect.ANY for pattern in others):
        return EVERYTHING
    refused = [Complement(Matching(pattern)) for pattern in others]
    return ~OriginSet(Intersection(((~exact).node, *refused))) if refused else exact


def exactly(*texts: str) -> OriginSet:
    """These origins and no others."""
    return OriginSet(Texts(frozenset(texts)))


def emptiness(of_set: OriginSet, universe: Universe, valid: Callable[[str], bool]) -> Emptiness:
    """Whether anything that a browser sends is in `of_set`.

    `universe`: a superset of what is sent, `valid`: the check that it leaves open (as for `cut`).
    """
    if of_set.listed is not None:
        return _listed(of_set.listed, valid)
    return _asked(of_set, universe, valid)


@lru_cache(maxsize=256)
def _asked(of_set: OriginSet, universe: Universe, valid: Callable[[str], bool]) -> Emptiness:
    shown = next(
        (text for text in _telling_of((of_set.node,)) if _is_in(of_set, text, valid)), None
    )
    if shown is not None:
        return NonEmpty(shown)
    return divide((of_set,), universe, valid).emptiness(of_set)


def _is_in(of_set: OriginSet, text: str, valid: Callable[[str], bool]) -> bool:
    return of_set.takes(text) is True and valid(text)


def _telling_of(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Origins worth trying first, the most telling in front."""
    leaves = [leaf for node in nodes for leaf in _leaves(node)]
    patterns = dict.fromkeys(one.pattern.text for one in leaves if isinstance(one, Matching))
    texts = {text for one in leaves if isinstance(one, Texts) for text in one.members}
    return probes([*patterns, *sorted(texts)])


def includes(
    whole: OriginSet, part: OriginSet, universe: Universe, valid: Callable[[str], bool]
) -> Emptiness:
    """What of `part` is not in `whole`: `Empty` where `whole` includes it, else a witness."""
    return emptiness(part - whole, universe, valid)


def equivalent(
    one: OriginSet, other: OriginSet, universe: Universe, valid: Callable[[str], bool]
) -> Emptiness:
    """What is in one of the two alone: `Empty` where they are equivalent, else a witness."""
    return emptiness((one - other) | (other - one), universe, valid)


@dataclass(frozen=True, slots=True)
class Divided:
    """The classes of all patterns and texts of some sets: each of those sets, and every set that is
    built from the same patterns and texts, is a union of them. `telling`: probes."""

    cut: Cut
    telling: tuple[str, ...]
    valid: Callable[[str], bool]

    def emptiness(self, of_set: OriginSet) -> Emptiness:
        """Whether anything is in `of_set`."""
        if of_set.listed is not None:
            return _listed(of_set.listed, self.valid)
        used = frozenset(_patterns(of_set.node))
        opaque = [one for one in self.cut.opaque if one.pattern in used]
        verdicts = list(self._verdicts(of_set.node))
        inside = [one for taken, one in verdicts if taken]
        if inside:
            return NonEmpty(min(inside, key=_telling).witness)
        unsure = [one for taken, one in verdicts if taken is None]
        if unsure:
            reason = "; ".join(dict.fromkeys(one.reason for one in opaque))
            return Undecided(reason, tuple(islice(self._probes(of_set.node, unsure), PROBE_CAP)))
        unfinished = self.cut.unfinished
        return _EMPTY if unfinished is None else Undecided(unfinished)

    def members(self, of_set: OriginSet) -> tuple[str, ...]:
        """Members of each class that is certainly in `of_set`, the most telling first."""
        inside = [one for taken, one in self._verdicts(of_set.node) if taken]
        return tuple(text for one in sorted(inside, key=_telling) for text in one.members)

    def _verdicts(self, node: Node) -> Iterator[tuple[bool | None, DecisionClass]]:
        """Whether each class is in `node`."""
        used = frozenset(_patterns(node))
        unread = tuple(one.pattern for one in self.cut.opaque if one.pattern in used)
        for one in self.cut.classes:
            text = one.witness if one.alone else None
            yield _decided(node, text, one.matches, unread), one

    def _probes(self, node: Node, classes: Iterable[DecisionClass]) -> Iterator[str]:
        for text in dict.fromkeys((*(t for one in classes for t in one.members), *self.telling)):
            matches, unread = _takers(node, text)
            depends = self.valid(text) and _decided(node, text, matches, unread) is None
            if depends and _holds(node, text, matches, dict.fromkeys(unread, True)):
                yield text


def divide(sets: Iterable[OriginSet], universe: Universe, valid: Callable[[str], bool]) -> Divided:
    """The classes of `sets`, for many questions about them."""
    nodes = [one.node for one in sets]
    patterns = dict.fromkeys(pattern for node in nodes for pattern in _patterns(node))
    texts = dict.fromkeys(text for node in nodes for text in _texts(node))
    telling = _telling_of(nodes)
    found = cut(universe, patterns, texts, valid=valid, probes=telling)
    return Divided(found, telling, valid)


def _shared(one: Node, other: Node) -> Node:
    match one, other:
        case Texts(), Texts():
            return _texts_shared(one, other)
        case (node, Texts(but=but, members=members)) | (Texts(but=but, members=members), node) if (
            not members
        ):
            return node if but else _NONE
    return Intersection((*_parts(one), *_parts(other)))


def _texts_shared(one: Texts, other: Texts) -> Texts:
    if not one.but:
        left = one.members - other.members if other.but else one.members & other.members
        return Texts(left)
    if not other.but:
        return Texts(other.members - one.members)
    return Texts(one.members | other.members, but=True)


def _inverse(node: Node) -> Node:
    match node:
        case Texts(members, but):
            return Texts(members, not but)
        case Complement(inner):
            return inner
        case Matching() | Intersection():
            return Complement(node)
    assert_never(node)


def _parts(node: Node) -> tuple[Node, ...]:
    """The parts that `node` shares in, so that chains stay flat."""
    return node.parts if isinstance(node, Intersection) else (node,)


def _leaves(node: Node) -> Iterator[Texts | Matching]:
    match node:
        case Texts() | Matching():
            yield node
        case Complement(inner):
            yield from _leaves(inner)
        case Intersection(parts):
            for part in parts:
                yield from _leaves(part)
        case _:
            assert_never(node)


def _patterns(node: Node) -> Iterator[Pattern]:
    return (leaf.pattern for leaf in _leaves(node) if isinstance(leaf, Matching))


def _texts(node: Node) -> Iterator[str]:
    return (text for leaf in _leaves(node) if isinstance(leaf, Texts) for text in leaf.members)


def _holds(
    node: Node, text: str | None, matches: frozenset[Pattern], known: Mapping[Pattern, bool | None]
) -> bool | None:
    """Whether a class is in `node`, by strong Kleene logic. `text`: the class has it alone; `known`:
    what is taken to be true of the patterns that could not be read."""
    match node:
        case Texts(members, but):
            return (text in members) != but
        case Matching(pattern):
            return known.get(pattern, pattern in matches)
        case Complement(inner):
            found = _holds(inner, text, matches, known)
            return None if found is None else not found
        case Intersection(parts):
            answer: bool | None = True
            for part in parts:
                found = _holds(part, text, matches, known)
                if found is False:
                    return False
                answer = answer and found
            return answer
    assert_never(node)


def _decided(
    node: Node, text: str | None, matches: frozenset[Pattern], unread: tuple[Pattern, ...]
) -> bool | None:
    """Whether a class is in `node`; None where it depends on what `unread` patterns take."""
    found = _holds(node, text, matches, dict.fromkeys(unread))
    if found is not None or len(unread) > UNREAD_CAP:
        return found
    worlds = product((False, True), repeat=len(unread))
    answers = {
        _holds(node, text, matches, dict(zip(unread, world, strict=True))) for world in worlds
    }
    return answers.pop() if len(answers) == 1 else None


def _takers(node: Node, text: str) -> tuple[frozenset[Pattern], tuple[Pattern, ...]]:
    """The patterns of `node` that take `text`, and those that could not be read."""
    machines = {pattern: compile_pattern(pattern) for pattern in _patterns(node)}
    unread = tuple(pattern for pattern, one in machines.items() if isinstance(one, Opaque))
    matches = frozenset(
        pattern
        for pattern, one in machines.items()
        if not isinstance(one, Opaque) and accepts(one, text)
    )
    return matches, unread


def _listed(texts: frozenset[str], valid: Callable[[str], bool]) -> Emptiness:
    sent = [text for text in texts if valid(text)]
    return NonEmpty(min(sent, key=_rank)) if sent else _EMPTY


def _telling(one: DecisionClass) -> tuple[bool, bool, int, str]:
    """Smaller is more telling as a witness: any of many origins, https, short."""
    return (one.alone, *_rank(one.witness))


def _rank(text: str) -> tuple[bool, int, str]:
    return (not text.startswith("https://"), len(text), text)
