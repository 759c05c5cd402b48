"""Automata against the meaning of their trees, and what a search asks of them."""

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from auditor.core.language.atom import NotRegular
from auditor.core.language.automaton import machine_of
from auditor.core.language.machine import Machine, accepts
from auditor.core.language.pattern import Pattern
from auditor.core.language.positions import POSITION_CAP, REPEAT_CAP
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    Alt,
    At,
    Back,
    Cat,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    but,
    chars,
    leading,
    literal,
    maybe,
    plus,
    searched,
    star,
)
from tests.core.language.meaning import takes
from tests.core.language.samples import PATTERNS, REGEXES, read
from tests.core.language.trees import ALPHABET, atomic_trees, regular_trees, texts
from tests.core.language.ways import same_ways, state_after, states_of

SHORT = texts(4)
A, B, DASH = chars("a"), chars("B"), chars("-")
BEGIN, END = At(Edge.BEGIN), At(Edge.END)
some = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def built(tree: Tree) -> Machine:
    try:
        return machine_of(tree)
    except NotRegular:
        assume(False)
        raise


def ahead(inner: Tree, *, wanted: bool = True) -> Look:
    return Look(inner, ahead=True, wanted=wanted)


def behind(inner: Tree, *, wanted: bool = True) -> Look:
    return Look(inner, ahead=False, wanted=wanted)


@given(regular_trees())
@example(Cat((ahead(Cat((A, behind(Cat((BEGIN, A)))))), ANYTHING)))
@example(Repeat(Alt((At(Edge.NO_BOUNDARY), A)), 2, 2))
@example(Repeat(Alt((BEGIN, A)), 3, None, leaves=True))
@some
def test_an_automaton_takes_what_its_tree_means(tree: Tree) -> None:
    machine = built(tree)
    assert [t for t in SHORT if accepts(machine, t) is not takes(tree, t)] == []


@given(regular_trees() | atomic_trees())
@some
def test_the_ways_on_are_the_single_steps(tree: Tree) -> None:
    same_ways(built(tree), ALPHABET + "é")


@pytest.mark.parametrize("pattern", [*PATTERNS, *REGEXES], ids=str)
def test_the_ways_on_of_patterns(pattern: Pattern) -> None:
    same_ways(read(pattern), "https://aB1*.:")


@given(regular_trees() | atomic_trees())
@some
def test_a_settled_state_stays_as_it_is(tree: Tree) -> None:
    machine = built(tree)
    for prefix in SHORT[:40]:
        state = state_after(machine, prefix)
        if machine.settled(state):
            after = {accepts(machine, prefix + text) for text in SHORT[:40]}
            assert after == {bool(state) and machine.accepting(state)}


@given(regular_trees() | atomic_trees(), st.sampled_from(SHORT))
@some
def test_no_text_is_shorter_than_what_remains(tree: Tree, prefix: str) -> None:
    machine = built(tree)
    state = state_after(machine, prefix)
    least = machine.remaining(state) if state else 0
    shorter = [text for text in SHORT if len(text) < least]
    assert not any(accepts(machine, prefix + text) for text in shorter)


@given(regular_trees() | atomic_trees())
@some
def test_what_is_forgotten_is_worked_out_again(tree: Tree) -> None:
    machine = built(tree)
    before = [accepts(machine, text) for text in SHORT]
    list(states_of(machine))
    machine.forget()
    assert [accepts(machine, text) for text in SHORT] == before


def test_what_remains_is_known_on_the_way() -> None:
    machine = machine_of(literal("abc"))
    assert [machine.remaining(state_after(machine, text)) for text in ("", "a", "abc")] == [3, 2, 0]


@pytest.mark.parametrize(
    ("tree", "inside"),
    [
        (leading(A), "aB"),
        (searched(A), "Ba-"),
        (Cat((A, star(Alt((but("a"), A))))), "a"),
        (Cat((ahead(literal("aa")), ANYTHING)), "aa"),
        (Cat((ANYTHING, behind(A), ANYTHING)), "aB"),
        (Cat((ANYTHING, At(Edge.BOUNDARY), ANYTHING)), "aB"),
    ],
)
def test_taking_everything_is_settled(tree: Tree, inside: str) -> None:
    machine = machine_of(tree)
    assert machine.settled(state_after(machine, inside))
    assert machine.settled(0)
    assert not machine.settled(machine.start)


def test_a_look_that_is_open_is_not_settled() -> None:
    machine = machine_of(Cat((ahead(Cat((ANYTHING, B)), wanted=False), A, ANYTHING)))
    assert not machine.settled(state_after(machine, "aa"))
    assert machine.settled(state_after(machine, "aB"))


TOO_MUCH: dict[str, tuple[Tree, str]] = {
    "again": (Cat((Group(A, 1), Back(1, caseless=False, unset_fits=False))), "back-references"),
    "ahead in behind": (behind(ahead(A)), "a look ahead inside a look behind"),
    "positions": (Repeat(Repeat(A, 100, 100), 100, 100), f"more than {POSITION_CAP} positions"),
    "looks": (Cat(tuple(behind(literal(f"a{n}")) for n in range(13))), "more than 12 look-arounds"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_refused_with_its_reason(name: str) -> None:
    tree, reason = TOO_MUCH[name]
    with pytest.raises(NotRegular) as refused:
        machine_of(tree)
    assert refused.value.reason == reason


@pytest.mark.parametrize("most", [REPEAT_CAP + 1, 1_000_000, None])
def test_more_repetitions_than_a_text_has_room_for(most: int | None) -> None:
    machine = machine_of(Repeat(A, 2, most))
    assert [accepts(machine, "a" * n) for n in (1, 2, REPEAT_CAP)] == [False, True, True]
    never = machine_of(Repeat(A, REPEAT_CAP + 1, most))
    assert not accepts(never, "a" * REPEAT_CAP)
    empty = machine_of(Repeat(maybe(A), REPEAT_CAP + 1, None))
    assert accepts(empty, "")
    assert accepts(empty, "a" * REPEAT_CAP)


WORDS = (
    (Cat((At(Edge.BOUNDARY), ANYTHING)), {"a", "aa", "a-"}),
    (Cat((ANYTHING, At(Edge.NO_BOUNDARY))), {"", "-", "--", "a-"}),
    (Cat((A, At(Edge.BOUNDARY), DASH)), {"a-"}),
    (Cat((A, At(Edge.NO_BOUNDARY), ANYTHING)), {"aa"}),
    (Cat((BEGIN, plus(A), END)), {"a", "aa"}),
    (Cat((A, BEGIN)), set[str]()),
    (Cat((END, A)), set[str]()),
    (Cat((star(A), BEGIN, star(DASH), END)), {"", "-", "--"}),
    (Alt((EMPTY_TEXT, Cat((BEGIN, END)))), {""}),
)


@pytest.mark.parametrize(("tree", "taken"), WORDS)
def test_edges(tree: Tree, taken: set[str]) -> None:
    machine = machine_of(tree)
    short = ("".join(text) for n in range(3) for text in product("a-", repeat=n))
    assert {text for text in short if accepts(machine, text)} == taken
