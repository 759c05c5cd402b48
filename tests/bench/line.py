"""A benchmark, and the lines that it prints: what was measured, beside what else in the same run.

Times are the best of a few turns; the ratio is what to compare across machines, milliseconds are not.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tests.bench.library import LIMIT_SECONDS, Library, Task, run
from tests.bench.memory import forget

Line: TypeAlias = dict[str, str | float]
TURNS = 7
STRING_COMPARISON = "string comparison"
_SHORTEST_SECONDS = 0.002
"""What takes less is repeated until it takes as long, so that the clock does not matter."""


class Benchmark(Protocol):
    """Something by a name that can be measured."""

    @property
    def name(self) -> str:
        """What the command calls it."""
        ...

    def lines(self, turns: int, limit: float) -> Iterator[Line]:
        """Its lines; `limit`: seconds after which a library is stopped."""
        ...


def nothing() -> None:
    """Nothing to do ahead of a turn: what is measured is remembered."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A library on the same inputs; or on some of them, as `share` says, and then `subject` is ours on
    those alone."""

    library: Library
    task: Task
    share: str = ""
    subject: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """`subject` is timed against `plain`, a loop of `ratio_to` over the same inputs, and against
    `rivals`; `before`, not timed, runs ahead of every turn of the subject."""

    name: str
    subject: Callable[[], object]
    plain: Callable[[], object]
    before: Callable[[], None] = forget
    ratio_to: str = STRING_COMPARISON
    rivals: tuple[Rival, ...] = ()

    def lines(self, turns: int = TURNS, limit: float = LIMIT_SECONDS) -> Iterator[Line]:
        """A line against the plain loop, and one against each rival."""
        value = seconds(self.subject, self.before, turns)
        yield self._line(value, self.ratio_to, seconds(self.plain, nothing, turns))
        for rival in self.rivals:
            mine = value
            if rival.subject is not None:
                mine = seconds(rival.subject, self.before, turns)
            theirs = run(rival.library, rival.task, limit).seconds
            how = [rival.share] if rival.share else []
            if theirs is None:
                how.append(f"stopped after {limit:g} s")
            told = f"{rival.library} ({', '.join(how)})" if how else str(rival.library)
            yield self._line(mine, told, limit if theirs is None else theirs)

    def _line(self, value: float, ratio_to: str, other: float) -> Line:
        return {
            "bench": self.name,
            "value": float(f"{value * 1_000:.3g}"),
            "unit": "ms",
            "ratio_to": ratio_to,
            "ratio": float(f"{value / other:.3g}"),
        }


def seconds(subject: Callable[[], object], before: Callable[[], None], turns: int) -> float:
    """The best time of `subject`, of one call."""
    if before is not nothing:
        return min(_turn(subject, before, 1) for _ in range(turns))
    count = 1
    while (spent := _turn(subject, before, count)) < _SHORTEST_SECONDS:
        count *= 2
    return min(spent, *(_turn(subject, before, count) for _ in range(turns))) / count


def _turn(subject: Callable[[], object], before: Callable[[], None], count: int) -> float:
    before()
    started = time.perf_counter()
    for _ in range(count):
        subject()
    return time.perf_counter() - started


def compare(texts: Sequence[str], entries: Sequence[str]) -> int:
    """What a list check does: every text against every entry, byte for byte."""
    return sum(text == entry for text in texts for entry in entries)
