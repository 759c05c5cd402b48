"""Whether courses leave no world out: the search against going through all worlds."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.decision import cover
from auditor.core.decision.cover import Met, covers, restrict
from auditor.core.path.choice import TooManyError, Variable

VARIABLES: tuple[Variable, ...] = (("a", 2), ("b", 3), ("c", 2), ("d", 2))
PAIRS = [(variable, value) for variable in VARIABLES for value in range(variable[1])]


def met_sets() -> st.SearchStrategy[Met]:
    pairs = st.lists(st.sampled_from(PAIRS), max_size=3, unique_by=lambda pair: pair[0])
    return pairs.map(frozenset)


def brute(courses: list[Met]) -> bool:
    worlds = product(*(range(size) for _, size in VARIABLES))
    every = (frozenset(zip(VARIABLES, world, strict=True)) for world in worlds)
    return all(any(one <= world for one in courses) for world in every)


@given(st.lists(met_sets(), max_size=9))
def test_it_covers_what_going_through_all_worlds_says(courses: list[Met]) -> None:
    assert covers(courses) == brute(courses)


@given(st.lists(met_sets(), max_size=9), met_sets())
def test_restricted_it_covers_the_worlds_of_one_course(courses: list[Met], to: Met) -> None:
    others = [frozenset({pair}) for pair in PAIRS if pair[0] in dict(to) and pair not in to]
    assert covers(restrict(courses, to)) == brute([*courses, *others])


def test_all_values_together_cover_and_one_less_does_not() -> None:
    every: list[Met] = [frozenset({(("b", 3), value), (("a", 2), 0)}) for value in range(3)]
    assert covers([*every, frozenset({(("a", 2), 1)})])
    assert not covers([*every[:2], frozenset({(("a", 2), 1)})])
    half = frozenset({(("a", 2), 0)})
    # As many worlds as there are, counted twice: the other half is left out.
    assert not covers([half, *(half | {(("c", 2), value)} for value in range(2))])
    assert covers([frozenset()])
    assert not covers([])


def test_too_much_work_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "WORK_CAP", 3)
    with pytest.raises(TooManyError):
        covers([frozenset({pair}) for pair in PAIRS])
