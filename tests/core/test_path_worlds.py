"""Worlds: every combination that a question really meets, each once, and never too many."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.path.choice import RUN_CAP, Choices, TooManyError, worlds

AB = ("a", "b")


def results(*sizes: int) -> list[list[tuple[int, ...]]]:
    """Worlds of a question that asks an unknown of each size."""

    def ask(choices: Choices) -> tuple[int, ...]:
        return tuple(choices.unknown(at, range(size)) for at, size in enumerate(sizes))

    return [world.results for world in worlds(ask)]


@given(st.lists(st.integers(1, 4), max_size=4))
def test_unknowns_make_a_world_of_each_combination(sizes: list[int]) -> None:
    found = [result for (result,) in results(*sizes)]
    assert found == list(itertools.product(*map(range, sizes)))


@given(st.lists(st.integers(1, 4), max_size=4))
def test_draws_stay_within_one_world(sizes: list[int]) -> None:
    (world,) = worlds(lambda choices: tuple(choices.draw(range(size)) for size in sizes))
    assert world.results == list(itertools.product(*map(range, sizes)))
    assert world.keys == ()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.integers(1, 3)), max_size=5))
def test_mixed_questions_meet_every_combination_once(
    asked: list[tuple[bool, int, int]],
) -> None:
    """`asked`: (an unknown or a draw, its key, its number of options)."""

    def ask(choices: Choices) -> tuple[int, ...]:
        return tuple(
            choices.unknown(key, range(size)) if unknown else choices.draw(range(size))
            for unknown, key, size in asked
        )

    found = list(worlds(ask))
    variables = {(key, size) for unknown, key, size in asked if unknown}
    draws = [size for unknown, _, size in asked if not unknown]
    assert len(found) == math.prod(size for _, size in variables)
    assert all(len(world.results) == math.prod(draws) for world in found)
    assert len({result for world in found for result in world.results}) == sum(
        len(world.results) for world in found
    )
    for world in found:
        for at, (unknown, _, _) in enumerate(asked):
            assert not unknown or len({result[at] for result in world.results}) == 1


def test_what_is_met_depends_on_what_came_before() -> None:
    def ask(choices: Choices) -> str:
        if choices.unknown("first", AB) == "a":
            return "a"
        return "b" + choices.unknown("second", ("x", "y", "z"))

    assert [world.results for world in worlds(ask)] == [["a"], ["bx"], ["by"], ["bz"]]
    first, *others = [world.keys for world in worlds(ask)]
    assert first == ("first",)
    assert others == [("first", "second")] * 3


def test_a_world_names_the_unknowns_that_it_met_and_no_others() -> None:
    def ask(choices: Choices) -> str:
        return choices.unknown("left" if choices.unknown("first", AB) == "a" else "right", AB)

    keys = [world.keys for world in worlds(ask)]
    assert keys == [("first", "left"), ("first", "left"), ("first", "right"), ("first", "right")]


def test_an_unknown_met_only_after_some_draws_is_still_one_for_its_world() -> None:
    def ask(choices: Choices) -> str:
        drawn = choices.draw(("0", "1", "2"))
        return drawn + (choices.unknown("k", AB) if drawn != "0" else "")

    assert [world.results for world in worlds(ask)] == [["0", "1a", "2a"], ["0", "1b", "2b"]]


def test_one_key_is_one_variable_however_often_it_is_asked() -> None:
    found = [w.results for w in worlds(lambda c: (c.unknown("k", AB), c.unknown("k", AB)))]
    assert found == [[("a", "a")], [("b", "b")]]


def test_one_option_is_no_choice() -> None:
    (world,) = worlds(lambda choices: (choices.unknown("k", "a"), choices.draw("b")))
    assert (world.results, world.keys) == ([("a", "b")], ())


def test_the_cap_counts_runs_of_all_worlds() -> None:
    exactly = [sum(1 for _ in worlds(lambda c: c.unknown("k", range(RUN_CAP))))]
    assert exactly == [RUN_CAP]
    with pytest.raises(TooManyError):
        list(worlds(lambda c: c.unknown("k", range(RUN_CAP + 1))))
    with pytest.raises(TooManyError):
        list(worlds(lambda c: c.draw(range(RUN_CAP + 1))))
    half = RUN_CAP // 100
    with pytest.raises(TooManyError):
        list(worlds(lambda c: (c.unknown("k", range(half)), c.draw(range(101)))))


def test_up_to_the_cap_worlds_are_given_as_they_come() -> None:
    endless = worlds(lambda choices: choices.unknown("k", range(RUN_CAP * 2)))
    assert next(endless).results == [0]
    assert next(endless).results == [1]
