"""Whether courses of events, taken together, leave no world out.

A course is met in the worlds that agree with the unknowns it met. Asking world by world would be
hopeless where each of many origins has unknowns of its own; but those never meet in one course, so
the question falls into parts that share nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from auditor.core.path.choice import TooManyError, Variable

Met: TypeAlias = frozenset[tuple[Variable, int]]
"""The unknowns that a course met, each with its value."""

WORK_CAP = 200_000
"""Courses looked at for one question; beyond it the question is undecided."""
_ROUNDING = 1e-9


def met(values: Mapping[Variable, int]) -> Met:
    """`values` as this module takes them."""
    return frozenset(values.items())


def restrict(courses: Iterable[Met], to: Met) -> list[Met]:
    """The courses that can be met together with `to`, less what it settles."""
    fixed = dict(to)
    return [
        frozenset(pair for pair in one if pair[0] not in fixed)
        for one in courses
        if all(fixed.get(variable, value) == value for variable, value in one)
    ]


def covers(courses: Iterable[Met]) -> bool:
    """Whether every world meets one of `courses`; raises `TooManyError` when that takes too long."""
    return _Cover().covers(frozenset(courses))


class _Cover:
    def __init__(self) -> None:
        self._work = 0

    def covers(self, courses: frozenset[Met]) -> bool:
        if frozenset() in courses:
            return True
        self._work += len(courses)
        if self._work > WORK_CAP:
            raise TooManyError
        return any(_volume(part) >= 1 - _ROUNDING and self._split(part) for part in _parts(courses))

    def _split(self, courses: frozenset[Met]) -> bool:
        variable, _ = Counter(name for one in courses for name, _ in one).most_common(1)[0]
        return all(
            self.covers(frozenset(restrict(courses, frozenset({(variable, value)}))))
            for value in range(variable[1])
        )


def _volume(courses: Iterable[Met]) -> float:
    """The share of all worlds that the courses can meet at most."""
    total = 0.0
    for one in courses:
        share = 1.0
        for (_, size), _value in one:
            share /= size
        total += share
    return total


def _parts(courses: frozenset[Met]) -> Iterable[frozenset[Met]]:
    """Groups of courses that share no unknown."""
    groups: list[tuple[set[Variable], set[Met]]] = []
    for one in courses:
        variables, members = {name for name, _ in one}, {one}
        apart = []
        for group in groups:
            if group[0].isdisjoint(variables):
                apart.append(group)
            else:
                variables |= group[0]
                members |= group[1]
        groups = [*apart, (variables, members)]
    return [frozenset(members) for _, members in groups]
