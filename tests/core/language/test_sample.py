"""The matcher against Python's `re`, against the automata, and against its budget."""

import re
import sys
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, assume, given, settings

from auditor.core.language.atom import NotRegular
from auditor.core.language.automaton import machine_of
from auditor.core.language.machine import accepts
from auditor.core.language.sample import STEP_CAP, holds
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    EVERY_CHARACTER,
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
    chars,
    leading,
    literal,
    maybe,
    plus,
    star,
)
from tests.core.language.trees import all_trees, atomic_trees, printed, regular_trees, texts

A, B, DASH = chars("a"), chars("B"), chars("-")
ANY = Chars(EVERY_CHARACTER)
SHORT = texts(4)
TABLED = texts(5)


def ahead(inner: Tree, *, wanted: bool = True) -> Tree:
    return Look(inner, ahead=True, wanted=wanted)


def behind(inner: Tree, *, wanted: bool = True) -> Tree:
    return Look(inner, ahead=False, wanted=wanted)


def back(number: int, *, caseless: bool = False, unset_fits: bool = False) -> Tree:
    return Back(number, caseless, unset_fits)


def lazily(inner: Tree, least: int, most: int | None) -> Tree:
    return Repeat(inner, least, most, lazy=True)


def either(*options: Tree) -> Tree:
    return Alt(options)


def cat(*parts: Tree) -> Tree:
    return Cat(parts)


A_OR_B = either(A, B)
TABLE: dict[str, Tree] = {
    "twice the same": cat(Group(plus(ANY), 1), back(1)),
    "thrice the same": cat(Group(plus(ANY), 1), Repeat(back(1), 2, 2)),
    "same in the middle": cat(Group(ANY, 1), ANYTHING, back(1)),
    "mirrored": cat(Group(ANY, 1), Group(ANY, 2), maybe(ANY), back(2), back(1)),
    "lazy capture": cat(Group(lazily(ANY, 1, None), 1), back(1), star(DASH)),
    "last iteration counts": cat(star(Group(A_OR_B, 1)), DASH, back(1)),
    "kept from an earlier iteration": cat(star(either(Group(A, 1), B)), DASH, back(1)),
    "given back when backtracking": cat(either(cat(Group(A, 1), B), ANY), back(1, unset_fits=True)),
    "unset does not fit": cat(maybe(Group(A, 1)), DASH, back(1)),
    "unset fits": cat(maybe(Group(A, 1)), DASH, back(1, unset_fits=True)),
    "empty capture fits": cat(Group(star(A), 1), DASH, back(1)),
    "caseless": cat(Group(plus(chars("aA")), 1), DASH, back(1, caseless=True)),
    "cased": cat(Group(plus(chars("aA")), 1), DASH, back(1)),
    "capture inside a look ahead": cat(ahead(Group(star(A), 1)), ANY, back(1), ANYTHING),
    "capture of the first way ahead": cat(ahead(Group(lazily(A, 1, None), 1)), star(A), B, back(1)),
    "no capture from a look that must fail": cat(
        ahead(cat(Group(A, 1), B), wanted=False), ANY, back(1, unset_fits=True)
    ),
    "capture behind": cat(ANY, behind(Group(ANY, 1)), DASH, back(1)),
    "atomic takes the first option": cat(Atomic(either(A, literal("aB"))), DASH),
    "atomic takes the longer first option": cat(Atomic(either(literal("aB"), A)), star(B)),
    "atomic option that must give back": cat(Atomic(either(literal("aB"), A)), B),
    "possessive gives nothing back": cat(Atomic(star(A)), A),
    "possessive, then another": cat(Atomic(star(A)), B),
    "possessive optional": cat(Atomic(maybe(A)), A),
    "possessive bounded": cat(Atomic(Repeat(A, 1, 2)), A),
    "lazy atomic takes the least": cat(Atomic(lazily(A, 1, None)), B),
    "atomic with way inside": cat(Atomic(cat(star(A), A)), B),
    "atomic in a loop": cat(star(Atomic(either(A, literal("aB")))), DASH),
    "atomic keeps the order of empties": cat(Atomic(either(EMPTY_TEXT, A)), B),
    "capture inside an atomic group": cat(Atomic(cat(Group(star(A), 1), maybe(B))), DASH, back(1)),
    "atomic loop that an empty iteration ends": cat(Atomic(plus(either(EMPTY_TEXT, A))), B),
    "atomic loop of options": cat(Atomic(Repeat(either(literal("aB"), A, B), 1, 2)), B),
    "look ahead asked again with another capture": cat(
        Group(star(A), 1), star(A), ahead(cat(DASH, back(1), B)), ANYTHING
    ),
    "look that does not take": cat(ahead(literal("aB")), ANYTHING),
    "look that must fail": cat(ahead(cat(ANYTHING, DASH), wanted=False), ANYTHING),
    "look inside a loop": star(cat(ahead(literal("aa"), wanted=False), ANY)),
    "look behind": cat(ANYTHING, behind(literal("aB")), DASH, ANYTHING),
    "look behind that must fail": cat(star(cat(ANY, behind(literal("aB"), wanted=False)))),
    "look behind at the beginning": cat(star(A), behind(cat(At(Edge.BEGIN), A)), ANYTHING),
    "look behind that looks ahead": cat(star(A), behind(cat(A, ahead(B))), ANYTHING),
    "edges": cat(ANYTHING, At(Edge.BOUNDARY), A, At(Edge.NO_BOUNDARY), ANYTHING),
    "boundary nowhere": cat(At(Edge.NO_BOUNDARY), star(DASH)),
    "begin in the middle": cat(star(A), At(Edge.BEGIN), star(B)),
    "end in the middle": cat(star(A), At(Edge.END), star(B)),
    "mandatory empties": cat(Repeat(either(DASH, A, At(Edge.BEGIN)), 2, 2), At(Edge.END)),
    "empty iterations": cat(star(star(A)), star(maybe(B)), plus(lazily(DASH, 0, None))),
    "bounded loop in a loop": cat(star(cat(Repeat(A, 1, 2), B)), DASH),
    "never": cat(A, Chars(0)),
}
TAKING_NOTHING = {"never", "possessive gives nothing back"}


def python_of(tree: Tree, alphabet: str) -> re.Pattern[str]:
    return re.compile(rf"\A(?:{printed(tree, alphabet)})\Z", re.ASCII)


def disagreements(tree: Tree, known: Iterable[tuple[str, bool]]) -> list[tuple[str, bool | None]]:
    """Texts on which the matcher says something else than is known, with what it says."""
    return [(text, said) for text, right in known if (said := holds(tree, text)) is not right]


@pytest.mark.parametrize("name", TABLE)
def test_python_takes_the_same_texts(name: str) -> None:
    tree = TABLE[name]
    engine = python_of(tree, "aB-")
    known = [(text, engine.match(text) is not None) for text in TABLED]
    assert not disagreements(tree, known)
    assert {right for _, right in known} == ({False} if name in TAKING_NOTHING else {True, False})


def test_case_is_folded_as_python_does() -> None:
    for name in ("caseless", "cased"):
        engine = python_of(TABLE[name], "aA-")
        known = [(text, engine.match(text) is not None) for text in texts(5, "aA-")]
        assert ("aA-Aa", name == "caseless") in known
        assert not disagreements(TABLE[name], known)


def test_case_folds_ascii_only() -> None:
    tree = cat(Group(ANY, 1), back(1, caseless=True))
    assert [holds(tree, text) for text in ("kK", "éé", "éÉ", "k\u212a", "[{", "@`")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(all_trees())
def test_python_agrees_on_any_tree(tree: Tree) -> None:
    engine = python_of(tree, "aB-")
    assert not disagreements(tree, ((text, engine.match(text) is not None) for text in SHORT))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(regular_trees() | atomic_trees())
def test_the_automaton_agrees_on_any_tree(tree: Tree) -> None:
    try:
        machine = machine_of(tree)
    except NotRegular:
        assume(False)
    assert not disagreements(tree, ((text, accepts(machine, text)) for text in SHORT))


LEAVING = Repeat(either(DASH, Repeat(A, 1, 3), At(Edge.BEGIN)), 2, 2, leaves=True)


@pytest.mark.parametrize(
    ("tree", "text", "taken"),
    [
        (LEAVING, "-", False),
        (LEAVING, "", True),
        (LEAVING, "-a", True),
        (Repeat(either(DASH, At(Edge.BEGIN)), 2, 2), "-", True),
        (Repeat(star(A), 3, 3, leaves=True), "aa", True),
        (Repeat(A, 3, 3, leaves=True), "aa", False),
        (Repeat(either(EMPTY_TEXT, A), 0, None, leaves=True), "aaa", True),
        (Repeat(either(A, EMPTY_TEXT), 5, None, lazy=True, leaves=True), "a", True),
        (cat(Atomic(Repeat(either(EMPTY_TEXT, A), 2, 2, leaves=True)), A), "aa", False),
        (cat(Atomic(Repeat(either(EMPTY_TEXT, A), 2, 2, leaves=True)), A), "a", True),
    ],
)
def test_a_loop_that_leaves_is_over_after_an_empty_iteration(
    tree: Tree, text: str, taken: bool
) -> None:
    assert holds(tree, text) is taken


def test_a_look_behind_may_be_of_any_length() -> None:
    tree = cat(ANYTHING, behind(cat(A, star(B), DASH)), A)
    assert [holds(tree, text) for text in ("a-a", "aBBB-a", "BB-a", "aB-aa")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_look_behind_captures_from_the_nearest_start() -> None:
    tree = cat(ANYTHING, behind(Group(plus(A), 1)), DASH, back(1))
    assert [holds(tree, text) for text in ("aaa-a", "aaa-aaa")] == [True, False]


def test_a_group_that_no_tree_has_is_unset() -> None:
    assert holds(back(7), "") is False
    assert holds(back(7, unset_fits=True), "") is True


def test_a_reference_inside_its_own_group_means_the_iteration_before() -> None:
    tree = plus(Group(either(A, cat(B, back(1))), 1))
    assert [holds(tree, text) for text in ("aBa", "aBaBBa", "aBB", "Ba")] == [
        True,
        True,
        False,
        False,
    ]


def test_what_is_not_ascii_is_one_kind_of_character_but_compared_as_itself() -> None:
    tree = cat(Group(Chars(1 << 128), 1), back(1))
    assert [holds(tree, text) for text in ("éé", "éè", "aa")] == [True, False, False]


LONG = "a" * 511 + "!"
NASTY: dict[str, Tree] = {
    "(a+)+$": plus(plus(A)),
    "(.*)*x": cat(star(ANYTHING), chars("x")),
    "(a|a)*b": cat(star(either(A, A)), B),
    "(a|aa)+$": plus(either(A, literal("aa"))),
    "(a?){500}a{500}": cat(Repeat(maybe(A), 40, 40), Repeat(A, 500, 500)),
    "((a*)*)*b": cat(star(star(star(A))), B),
    "(.*a){11}": Repeat(cat(ANYTHING, A), 11, 11),
    "(?=(a+)+b)": leading(ahead(cat(plus(plus(A)), B))),
    "(?>a+)+b": cat(plus(Atomic(plus(A))), B),
    "(a)(a+)+\\1b": cat(Group(A, 1), plus(plus(A)), back(1), B),
    "(?:.(?<=.))*b": cat(star(cat(ANY, behind(ANY))), B),
    "(|a){0,5000}b": cat(Repeat(either(EMPTY_TEXT, A), 0, 5000), B),
}


def doubled(times: int) -> Tree:
    """A tree that is small to keep and too large to walk."""
    tree: Tree = A
    for _ in range(times):
        tree = cat(tree, tree)
    return tree


DEAR: dict[str, Tree] = {
    "back-references over and over": cat(
        *(Group(ANYTHING, n) for n in range(6)), *(back(n) for n in range(6)), B
    ),
    "looking behind from everywhere": star(cat(ANY, behind(cat(plus(plus(A)), B), wanted=False))),
    "a million iterations of nothing": Repeat(EMPTY_TEXT, 1_000_000, 1_000_000),
    "doubled sixty times": doubled(60),
    "more options than steps": Alt((A,) * (STEP_CAP + 1)),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_tree_is_cheap(name: str) -> None:
    assert holds(NASTY[name], LONG) is False


@pytest.mark.parametrize("name", DEAR)
def test_a_dear_tree_ends_with_the_budget(name: str) -> None:
    answer = holds(DEAR[name], LONG)  # a name for it: some of these trees must not be printed
    assert answer is None


def test_the_budget_is_what_is_spent_and_no_more() -> None:
    tree = cat(A, A)
    answers = [holds(tree, "aa", budget=budget) for budget in range(30)]
    known = answers.index(True)
    assert answers == [None] * known + [True] * (30 - known)


def test_a_tree_that_is_larger_than_the_budget_is_not_begun() -> None:
    assert holds(Alt((A,) * 100), "a", budget=100) is None
    assert holds(Alt((A,) * 100), "a", budget=110) is True


def test_a_back_reference_costs_what_it_compares() -> None:
    tree = cat(Group(Repeat(A, 50, 50), 1), Repeat(back(1), 100, 100))
    assert holds(tree, "a" * 5050, budget=5000) is None
    assert holds(tree, "a" * 5050, budget=10_000) is True


def test_many_captures_cost_more() -> None:
    few, many = (cat(*(back(n, unset_fits=True) for n in range(most))) for most in (10, 1000))
    assert holds(few, "", budget=10_000) is True
    assert holds(many, "", budget=10_000) is None


def nested(depth: int, kind: int) -> Tree:
    tree: Tree = A
    for level in range(depth):
        match kind:
            case 0:
                tree = star(tree)
            case 1:
                tree = Group(Cat((EMPTY_TEXT, tree)), level)
            case 2:
                tree = Atomic(Alt((tree, EMPTY_TEXT)))
            case _:
                tree = cat(ahead(tree), A, ANYTHING)
    return tree


@pytest.mark.parametrize("kind", range(4))
def test_depth_costs_steps_and_nothing_else(kind: int) -> None:
    assert holds(nested(200, kind), "a") is True
    assert holds(nested(200, kind), "-") is False
    deeper = nested(3 * sys.getrecursionlimit(), kind)
    assert holds(deeper, "a") in (True, None)
