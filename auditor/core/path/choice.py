"""What is not known, and what differs from request to request, run through all its values.

An *unknown* has one value for every request, only we do not know which: one variable for each
cause. A *draw* may come out differently for each request (a canary, an authorizer's 401, what a
cache holds). `courses` runs a question once for every course of events that it can take; `worlds`
sorts the results by the assignments of the unknowns, which are many more where few of them meet.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")

RUN_CAP = 20_000
"""Runs per question; beyond it the question is undecided."""


Variable: TypeAlias = tuple[Hashable, int]
"""An unknown: its key, and how many values it has."""


class TooManyError(Exception):
    """A question met more combinations than `RUN_CAP`."""


class ImpossibleError(Exception):
    """The choices made so far do not go together: there is no such course of events."""


class _Odometer:
    """A script of indices, one for each choice in the order met, that counts through all of them."""

    def __init__(self) -> None:
        self._digits: list[int] = []
        self._sizes: list[int] = []
        self._names: list[Hashable] = []
        self._next = 0

    def rewind(self) -> None:
        self._next = 0

    def pick(self, name: Hashable, size: int) -> int:
        if self._next == len(self._digits):
            self._digits.append(0)
            self._sizes.append(size)
            self._names.append(name)
        digit = self._digits[self._next]
        self._next += 1
        return digit

    def advance(self) -> bool:
        """Move on to the next script; False when all have been run."""
        while self._digits:
            self._digits[-1] += 1
            if self._digits[-1] < self._sizes[-1]:
                return True
            self._digits.pop()
            self._sizes.pop()
            self._names.pop()
        return False

    @property
    def names(self) -> tuple[Hashable, ...]:
        return tuple(self._names)


class Choices:
    """The choices of one run: `unknown` answers alike for the same key, `draw` anew each time."""

    def __init__(self, unknowns: _Odometer, draws: _Odometer, known: dict[Variable, int]) -> None:
        self._unknowns = unknowns
        self._draws = draws
        self._known = known

    def unknown(self, key: Hashable, options: Sequence[T]) -> T:
        """The value of the variable `key` in this world."""
        if len(options) == 1:
            return options[0]
        # The same cause with another number of options cannot be the same variable.
        variable = (key, len(options))
        if variable not in self._known:
            self._known[variable] = self._unknowns.pick(key, len(options))
        return options[self._known[variable]]

    def suppose(self, met: Mapping[Variable, int]) -> None:
        """Go on only where the unknowns have these values; raises `ImpossibleError` elsewhere."""
        for variable, value in met.items():
            if variable not in self._known:
                alone = self._unknowns is self._draws
                self._known[variable] = value if alone else self._unknowns.pick(*variable)
            if self._known[variable] != value:
                raise ImpossibleError

    def draw(self, options: Sequence[T]) -> T:
        """One of `options`, whichever this run has come to; of none, there is no such course."""
        if not options:
            raise ImpossibleError
        if len(options) == 1:
            return options[0]
        return options[self._draws.pick(None, len(options))]


class World(Generic[R]):
    """One assignment of the unknowns: the results of all draws in it, and the keys that it fixed."""

    __slots__ = ("keys", "results")

    def __init__(self, results: list[R], keys: tuple[Hashable, ...]) -> None:
        self.results = results
        self.keys = keys


def worlds(question: Callable[[Choices], R]) -> Iterator[World[R]]:
    """Every world that `question` can tell apart, with its results over all draws.

    Raises `TooManyError` beyond `RUN_CAP` runs.
    """
    unknowns = _Odometer()
    runs = 0
    while True:
        results: list[R] = []
        draws = _Odometer()
        known: dict[Variable, int] = {}
        unknowns.rewind()
        while True:
            runs += 1
            if runs > RUN_CAP:
                raise TooManyError
            draws.rewind()
            with suppress(ImpossibleError):
                results.append(question(Choices(unknowns, draws, known)))
            if not draws.advance():
                break
        yield World(results, unknowns.names)
        if not unknowns.advance():
            return


class Course(Generic[R]):
    """One course of events: its result, and the values of the unknowns that it met."""

    __slots__ = ("met", "result")

    def __init__(self, result: R, met: Mapping[Variable, int]) -> None:
        self.result = result
        self.met = met


def courses(question: Callable[[Choices], R]) -> Iterator[Course[R]]:
    """Every course of events that `question` can take.

    Raises `TooManyError` beyond `RUN_CAP` runs.
    """
    odometer = _Odometer()
    for _ in range(RUN_CAP):
        odometer.rewind()
        met: dict[Variable, int] = {}
        with suppress(ImpossibleError):
            yield Course(question(Choices(odometer, odometer, met)), met)
        if not odometer.advance():
            return
    raise TooManyError
