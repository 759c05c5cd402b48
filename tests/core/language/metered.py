"""What a cut spends, counted where it is spent, and ended where it spends too much."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from auditor.core.language import positions, search, survey
from auditor.core.language.automaton import STATE_CAP, LookingAutomaton
from auditor.core.language.machine import Arc, Machine
from auditor.core.language.plain import WORK_CAP, PlainAutomaton
from auditor.core.language.positions import POSITION_CAP, Positions
from auditor.core.language.survey import Survey
from auditor.core.language.tree import Tree
from tests.core.language.faults import planted

SURVEY_STEPS = 4 * survey.ARC_CAP
"""Of all surveys of one cut: the joint one, the one of what stays small, and each pattern alone."""
SEARCH_STEPS = 5 * search.SEARCH_CAP
"""Of all searches of one cut."""
FORGETS = 20_000
PEAK = 96 * 2**20
"""Bytes that one cut may hold at once."""


@dataclass(slots=True)
class Meter:
    """What one cut spent."""

    positions: int = 0
    survey_steps: int = 0
    search_steps: int = 0
    work: int = 0
    """Of the automaton that worked most."""
    looking_states: int = 0
    forgets: int = 0
    peak: int = 0

    def check(self) -> None:
        """Fail where a cap was passed; one step may pass it before it is looked at."""
        assert self.positions <= POSITION_CAP
        assert self.survey_steps <= SURVEY_STEPS * 1.05
        assert self.search_steps <= SEARCH_STEPS
        assert self.work <= WORK_CAP * 1.3
        assert self.looking_states <= STATE_CAP * 1.01
        assert self.forgets <= FORGETS
        assert self.peak <= PEAK


@contextmanager
def metered(*, memory: bool = True) -> Iterator[Meter]:
    """A meter of what the block spends; a cap that is passed by far ends it. Without `memory` it is
    several times as fast, and `peak` stays 0."""
    meter = Meter()
    with planted(None), pytest.MonkeyPatch.context() as patch:
        _watch(patch, meter)
        if not memory:
            yield meter
            return
        tracemalloc.start()
        try:
            yield meter
            meter.peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def _watch(patch: pytest.MonkeyPatch, meter: Meter) -> None:
    _watch_machines(patch, meter)
    walk, onward = Survey._walk, search._Search._onward
    built = positions._Builder.finished

    def walked(self: Survey) -> str | None:
        try:
            return walk(self)
        finally:
            meter.survey_steps += self._work

    def gone_on(
        self: search._Search, *given: object
    ) -> Iterator[tuple[int, int, int, Sequence[int]]]:
        meter.search_steps += 1
        assert meter.search_steps <= SEARCH_STEPS, "searches without a common end"
        return onward(self, *given)  # type: ignore[arg-type]

    def finished(self: positions._Builder, tree: Tree) -> Positions:
        found = built(self, tree)
        meter.positions = max(meter.positions, len(found.masks))
        return found

    patch.setattr(Survey, "_walk", walked)
    patch.setattr(search._Search, "_onward", gone_on)
    patch.setattr(positions._Builder, "finished", finished)


def _watch_machines(patch: pytest.MonkeyPatch, meter: Meter) -> None:
    split, number = PlainAutomaton._split, LookingAutomaton._number

    def divided(self: PlainAutomaton, reached: int) -> tuple[Arc, ...]:
        try:
            return split(self, reached)
        finally:
            meter.work = max(meter.work, self._work)

    def numbered(self: LookingAutomaton, state: object) -> int:
        try:
            return number(self, state)  # type: ignore[arg-type]
        finally:
            meter.looking_states = max(meter.looking_states, len(self._states) - 1)

    patch.setattr(PlainAutomaton, "_split", divided)
    patch.setattr(LookingAutomaton, "_number", numbered)
    for kind in (PlainAutomaton, LookingAutomaton):
        patch.setattr(kind, "forget", _counted(kind, meter))


def _counted(kind: type[Machine], meter: Meter) -> object:
    forget = kind.forget

    def counted(self: Machine) -> None:
        meter.forgets += 1
        assert meter.forgets <= FORGETS, "automata that forget each other over and over"
        forget(self)

    return counted
