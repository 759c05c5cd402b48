"""Faults to plant in the engine, each a patch of one place, and the memories to empty around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from auditor.core.language import (
    automaton,
    dialect,
    division,
    membership,
    plain,
    positions,
    price,
    search,
    survey,
    universe,
)
from auditor.core.language import cut as cut_module
from auditor.core.language.automaton import LookingAutomaton, machine_of
from auditor.core.language.division import Division, Part, _Piece
from auditor.core.language.joint import Joint
from auditor.core.language.machine import Arc, Machine
from auditor.core.language.positions import Beside, Conditioned, Positions
from auditor.core.language.regex import bracket, characters, reading
from auditor.core.language.search import Found
from auditor.core.language.survey import Survey, Vector
from auditor.core.language.tree import (
    Alt,
    At,
    Cat,
    Edge,
    Repeat,
    Tree,
    bit,
    but,
    literal,
    plus,
)
from auditor.core.language.universe import Universe

Plant = Callable[[pytest.MonkeyPatch], None]

_MODULES = (automaton, cut_module, dialect, membership, price, search, survey, universe)


@dataclass(frozen=True, slots=True)
class Fault:
    """`unseen`: membership of single texts does not show it, only an attack on what is empty, or on
    the witnesses."""

    name: str
    plant: Plant
    unseen: bool = False


@contextmanager
def planted(fault: Fault | None) -> Iterator[None]:
    """The engine with `fault` until the block ends; what it remembers is empty before and after."""
    _forget()
    with pytest.MonkeyPatch.context() as patch:
        if fault is not None:
            fault.plant(patch)
        yield
    _forget()


def _forget() -> None:
    for module in _MODULES:
        for memory in list(vars(module).values()):
            clear = getattr(memory, "cache_clear", None)
            if clear is not None and not isinstance(memory, type):
                clear()


def _settles_at_once(patch: pytest.MonkeyPatch) -> None:
    """A state that takes the text so far counts as one that takes everything."""

    def sink(of: Positions) -> int:
        return of.ends[Beside.NOTHING].get(0, 0)

    patch.setattr(plain, "sink", sink)


def _arc_dropped(patch: pytest.MonkeyPatch) -> None:
    right = Joint._split

    def split(self: Joint, state: int) -> tuple[Arc, ...]:
        found = right(self, state)
        return found[:-1] if len(found) > 2 else found

    patch.setattr(Joint, "_split", split)


def _vector_dropped(patch: pytest.MonkeyPatch) -> None:
    right = Survey._walk

    def walk(self: Survey) -> None:
        right(self)
        if len(self.ends) > 2:
            self.ends.pop(max(self.ends))

    patch.setattr(Survey, "_walk", walk)


def _distances_cut_off(patch: pytest.MonkeyPatch) -> None:
    right = Survey.distances

    def distances(self: Survey, vector: Vector) -> dict[int, int]:
        return {at: price for at, price in right(self, vector).items() if price <= 60}

    patch.setattr(Survey, "distances", distances)


def _way_skips_a_character(patch: pytest.MonkeyPatch) -> None:
    right = Survey._way_to

    def way_to(self: Survey, at: int) -> list[int]:
        found = right(self, at)
        return [*found[:9], *found[10:]] if len(found) > 11 else found

    patch.setattr(Survey, "_way_to", way_to)


def _settled_ends_missed(patch: pytest.MonkeyPatch) -> None:
    right = Joint.vector
    patch.setattr(Joint, "vector", lambda self, state: right(self, state & ~self._done))


def _neighbour_settled(patch: pytest.MonkeyPatch) -> None:
    """Where one automaton takes everything, the positions of the next one are given up."""
    right = Joint._met

    def met(self: Joint, positions: int) -> int:
        if positions & self._sinks and len(self._own) > 1:
            low = positions & self._sinks
            number = self._owner[(low & -low).bit_length() - 1]
            positions &= ~self._own[(number + 1) % len(self._own)] | self._done
        return right(self, positions)

    patch.setattr(Joint, "_met", met)


def _ends_only_where_settled(patch: pytest.MonkeyPatch) -> None:
    """A walk that looks for vectors only where nothing can change any more."""
    right = Survey.accepting
    walk = Survey._walk

    def walked(self: Survey) -> None:
        patch.setattr(Survey, "accepting", lambda _self, _at: False)
        try:
            walk(self)
        finally:
            patch.setattr(Survey, "accepting", right)

    patch.setattr(Survey, "_walk", walked)


def _edges_swapped(one: Edge, other: Edge) -> Plant:
    swapped = {one: other, other: one}

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = positions._Builder._build

        def build(self: positions._Builder, tree: Tree) -> positions._Part:
            if isinstance(tree, At):
                tree = At(swapped.get(tree.edge, tree.edge))
            return right(self, tree)

        patch.setattr(positions._Builder, "_build", build)

    return plant


def _obligation_forgotten(patch: pytest.MonkeyPatch) -> None:
    right = LookingAutomaton._begun
    nothing = frozenset[tuple[int, int]]()

    def begun(self: LookingAutomaton, *given: object) -> frozenset[tuple[int, int]] | None:
        return None if right(self, *given) is None else nothing  # type: ignore[arg-type]

    patch.setattr(LookingAutomaton, "_begun", begun)


def _open_look_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LookingAutomaton, "_shown", lambda _self, _obligation: True)


def _one_letter_unfolded(patch: pytest.MonkeyPatch) -> None:
    def fold(mask: int, beyond: str = "") -> int:
        found = characters.fold(mask, beyond)
        return found if mask & bit("m") else found & ~bit("m")

    patch.setattr(reading, "fold", fold)
    patch.setattr(bracket, "fold", fold)


def _one_less(patch: pytest.MonkeyPatch) -> None:
    right = positions._Builder._repeat

    def repeat(self: positions._Builder, tree: Repeat) -> positions._Part:
        return right(self, replace(tree, least=max(tree.least - 1, 0)))

    patch.setattr(positions._Builder, "_repeat", repeat)


def _trimmed_too_far(patch: pytest.MonkeyPatch) -> None:
    def trim(follow: list[Conditioned], ends: tuple[Conditioned, ...]) -> None:
        right(follow, ends)
        last = len(follow) - 1
        if last > 12:
            kept = {c: reached & ~(1 << last - 4) for c, reached in follow[last - 5].items()}
            follow[last - 5] = kept

    right = positions._trim
    patch.setattr(positions, "_trim", trim)


def _no_ports(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(universe, "_small", _portless)


def _portless(schemes: frozenset[str]) -> Machine:
    named = Alt(tuple(map(literal, sorted({*universe.KNOWN_SCHEMES, *schemes}))))
    return machine_of(Alt((literal("null"), Cat((named, literal("://"), plus(but(":[]/? #@")))))))


def _literals_swapped(patch: pytest.MonkeyPatch) -> None:
    right = Division.parts

    def parts(self: Division, told: Iterable[str]) -> Iterator[Part]:
        found = list(right(self, told))
        alone = [part for part in found if part.alone]
        for part, other in zip(alone, reversed(alone), strict=True):
            yield part._replace(matches=other.matches)
        yield from (part for part in found if not part.alone)

    patch.setattr(Division, "parts", parts)


def _unfinished_is_empty(patch: pytest.MonkeyPatch) -> None:
    """A search that was given up counts as one that found nothing."""

    def found_nothing(*given: object, **named: object) -> Found:
        found = search.find(*given, **named)  # type: ignore[arg-type]
        return found._replace(unfinished=None)

    patch.setattr(search, "SEARCH_CAP", 30)
    patch.setattr(division, "find", found_nothing)


def _refused_patterns_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Where patterns are taken apart, what they do not take is forgotten."""
    right = Division._filled

    def filled(self: Division, vector: Vector, piece: _Piece, most: int) -> tuple[str, ...]:
        if any(not one.wanted for one in piece.conditions):
            return ()
        return right(self, vector, piece, most)

    take_all_apart(patch)
    patch.setattr(Division, "_filled", filled)


def take_all_apart(patch: pytest.MonkeyPatch) -> None:
    """No fault: every survey of more than a few patterns is too large, so all are taken apart."""
    right = Survey.__init__

    def small(
        self: Survey, of: Universe, machines: Iterable[Machine], cap: int = survey.ARC_CAP
    ) -> None:
        given = tuple(machines)
        right(self, of, given, cap if not given else 40)

    patch.setattr(Survey, "__init__", small)


FAULTS: tuple[Fault, ...] = (
    Fault("settles at once", _settles_at_once, unseen=True),
    Fault("an arc is dropped", _arc_dropped, unseen=True),
    Fault("a vector is dropped", _vector_dropped, unseen=True),
    Fault("distances are cut off", _distances_cut_off, unseen=True),
    Fault("a way skips a character", _way_skips_a_character, unseen=True),
    Fault("ends of settled components are missed", _settled_ends_missed, unseen=True),
    Fault("its neighbour is settled with an automaton", _neighbour_settled, unseen=True),
    Fault("ends are seen only where all is settled", _ends_only_where_settled, unseen=True),
    Fault("no ports in the universe", _no_ports, unseen=True),
    Fault("literals change places", _literals_swapped, unseen=True),
    Fault("what was given up is empty", _unfinished_is_empty, unseen=True),
    Fault("what is not taken is forgotten", _refused_patterns_forgotten, unseen=True),
    Fault("begin and end change places", _edges_swapped(Edge.BEGIN, Edge.END)),
    Fault("a boundary is none", _edges_swapped(Edge.BOUNDARY, Edge.NO_BOUNDARY)),
    Fault("an obligation is forgotten", _obligation_forgotten),
    Fault("an open look ahead is ignored", _open_look_ignored),
    Fault("one letter has no other case", _one_letter_unfolded),
    Fault("one repetition too few", _one_less),
    Fault("trimmed too far", _trimmed_too_far),
)
CONTROL = Fault("taken apart", take_all_apart)
