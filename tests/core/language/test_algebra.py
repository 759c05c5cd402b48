"""Sets of origins: laws against brute-force membership, proofs that stay proofs, types that cannot be
mistaken for truth values."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from auditor.core.language import cut as cut_module
from auditor.core.language.algebra import (
    EVERYTHING,
    UNREAD_CAP,
    OriginSet,
    divide,
    emptiness,
    equivalent,
    exactly,
    includes,
    of,
)
from auditor.core.language.answer import Emptiness, Empty, NonEmpty, Undecided
from auditor.core.language.cut import Cut
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from auditor.core.language.universe import origins
from tests.core.language.samples import BUILT, PATTERNS, valid
from tests.core.naive_match import takes

U = origins()
APP, EVIL = "https://app.example.com", "https://evil-example.com"
WILD = Pattern(Dialect.SPRING, "https://*.example.com")
UNREAD = Pattern(Dialect.JS_TEST, r"/^https:\/\/(.+)\.\1$/")
OTHER_UNREAD = Pattern(Dialect.JS_TEST, r"/(x)\1/")

Member = Callable[[str], bool]


@dataclass(frozen=True)
class Sample:
    """A set, and membership in it by definition."""

    found: OriginSet
    has: Member


def _of(patterns: list[Pattern]) -> Sample:
    return Sample(of(patterns), lambda text: any(takes(p, text) for p in patterns))


_LEAVES = st.lists(st.sampled_from(PATTERNS), max_size=3).map(_of)


def _joined(inner: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    return st.one_of(
        st.builds(
            lambda a, b: Sample(a.found | b.found, lambda t: a.has(t) or b.has(t)), inner, inner
        ),
        st.builds(
            lambda a, b: Sample(a.found & b.found, lambda t: a.has(t) and b.has(t)), inner, inner
        ),
        st.builds(
            lambda a, b: Sample(a.found - b.found, lambda t: a.has(t) > b.has(t)), inner, inner
        ),
        st.builds(lambda a: Sample(~a.found, lambda t: not a.has(t)), inner),
    )


SETS = st.recursive(_LEAVES, _joined, max_leaves=5)
ORIGINS = (st.just("null") | BUILT).filter(lambda text: valid(text) and not text.endswith(":0"))


@given(SETS, ORIGINS)
@settings(max_examples=300)
def test_a_set_takes_what_its_parts_say(sample: Sample, origin: str) -> None:
    assert sample.found.takes(origin) is sample.has(origin)


@given(SETS, st.lists(ORIGINS, min_size=5, max_size=30))
@settings(max_examples=60, deadline=None)
def test_emptiness_agrees_with_every_member(sample: Sample, tried: list[str]) -> None:
    match emptiness(sample.found, U, valid):
        case Empty():
            assert not any(map(sample.has, tried))
        case NonEmpty(witness):
            assert valid(witness)
            assert sample.has(witness)
        case Undecided():
            pytest.fail("every pattern is readable and small")


@given(SETS, SETS)
@settings(max_examples=30, deadline=None)
def test_laws(one: Sample, two: Sample) -> None:
    a, b = one.found, two.found
    alike = [
        (~(a | b), ~a & ~b),
        (~(a & b), ~a | ~b),
        (a - b, a & ~b),
        (~~a, a),
        (a | (a & b), a),
        (a | b, b | a),
    ]
    for left, right in alike:
        assert equivalent(left, right, U, valid) == Empty()
    assert includes(a | b, a, U, valid) == Empty()
    assert includes(a, a & b, U, valid) == Empty()


@given(SETS, SETS, ORIGINS)
@settings(max_examples=40, deadline=None)
def test_inclusion_and_equivalence_are_refuted_by_a_member(
    one: Sample, two: Sample, origin: str
) -> None:
    within, same = (ask(one.found, two.found, U, valid) for ask in (includes, equivalent))
    if two.has(origin) and not one.has(origin):
        assert isinstance(within, NonEmpty)
        assert isinstance(same, NonEmpty)
    if isinstance(within, NonEmpty):
        assert two.has(within.witness)
        assert not one.has(within.witness)


def test_exact_origins_are_texts_and_are_joined_at_once() -> None:
    many = of([exact(APP), Pattern(Dialect.EXACT_CASELESS, "HTTPS://B.example.com")])
    assert many.listed == {APP, "https://b.example.com"}
    assert (many - exactly(APP)).listed == {"https://b.example.com"}
    assert (many | exactly(EVIL)).listed == {APP, EVIL, "https://b.example.com"}
    assert (many & ~exactly(APP)).listed == {"https://b.example.com"}
    assert (~many).listed is None
    assert (~~many).listed == many.listed
    assert of([exact(APP), ANY]) == EVERYTHING


def test_exact_origins_need_no_automaton(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> Cut:
        raise AssertionError

    monkeypatch.setattr("auditor.core.language.algebra.cut", refuse)
    a, b = (of([exact(f"https://a{n}.example") for n in range(size)]) for size in (50, 49))
    assert includes(a, b, U, valid) == Empty()
    assert includes(b, a, U, valid) == NonEmpty("https://a49.example")
    wide = of([Pattern(Dialect.SPRING, "https://*.asked-nowhere-else.example")])
    with pytest.raises(AssertionError):
        emptiness(wide - wide, U, valid)


def test_fifty_against_fifty_exact_origins_are_quick() -> None:
    patterns = [exact(f"https://a{n}.example") for n in range(50)]
    best = 1.0
    for _ in range(50):
        begun = time.perf_counter()
        assert includes(of(patterns), of(patterns), U, valid) == Empty()
        best = min(best, time.perf_counter() - begun)
    assert best < 0.0005  # ten times the aim, for slow machines


def test_texts_that_no_browser_sends_are_in_no_set() -> None:
    assert emptiness(exactly("https://APP.example.com", APP + "/"), U, valid) == Empty()


@pytest.mark.parametrize("answer", [Empty(), NonEmpty(APP), Undecided("not known")])
def test_no_answer_is_a_truth_value(answer: Emptiness) -> None:
    for ask in (bool, lambda one: not one, lambda one: one and True, lambda one: 1 if one else 2):
        with pytest.raises(TypeError, match="match it by its type"):
            ask(answer)
    match answer:
        case Empty() | NonEmpty() | Undecided():
            pass
        case _:
            assert_never(answer)


def test_what_could_not_be_read_is_neither_in_nor_out() -> None:
    answer = emptiness(of([UNREAD]), U, valid)
    assert isinstance(answer, Undecided)
    assert answer.reason == "back-references"
    assert EVIL in answer.probes
    assert of([UNREAD]).takes(EVIL) is None


def test_probes_are_in_the_set_if_the_unread_pattern_takes_them() -> None:
    answer = emptiness((of([UNREAD]) & of([WILD])) - exactly(APP), U, valid)
    assert isinstance(answer, Undecided)
    assert answer.probes
    assert all(takes(WILD, text) and text != APP and valid(text) for text in answer.probes)
    refused = emptiness(of([WILD]) - of([UNREAD]), U, valid)
    assert isinstance(refused, Undecided)
    assert refused.probes == ()


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (of([UNREAD, exact(APP)]), NonEmpty(APP)),
        (of([UNREAD]) - of([UNREAD]), Empty()),
        (of([UNREAD]) & exactly(), Empty()),
        (of([UNREAD, WILD]) & ~of([UNREAD, WILD]), Empty()),
        (~of([UNREAD]) | of([UNREAD]), NonEmpty(EVIL)),
        ((of([UNREAD]) | of([OTHER_UNREAD])) - of([UNREAD, OTHER_UNREAD]), Empty()),
        (of([UNREAD]) - EVERYTHING, Empty()),
    ],
)
def test_an_answer_that_is_the_same_either_way_is_given(
    found: OriginSet, answer: Emptiness
) -> None:
    assert emptiness(found, U, valid) == answer


def test_too_many_unread_patterns_stay_undecided() -> None:
    many = of([Pattern(Dialect.JS_TEST, rf"/({n})\1/") for n in range(UNREAD_CAP + 1)])
    assert isinstance(emptiness(many - many, U, valid), Undecided)
    assert isinstance(emptiness(many | exactly(APP), U, valid), NonEmpty)


def test_a_search_that_ended_early_proves_members_and_no_absence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def early(*args: object, **options: object) -> Cut:
        found = cut_module.cut(*args, **options)  # type: ignore[arg-type]
        return Cut(found.classes, found.opaque, unfinished="more than 1 states")

    # Answers are kept: this pattern is asked about nowhere else.
    wild = of([Pattern(Dialect.SPRING, "https://*.early.example")])
    monkeypatch.setattr("auditor.core.language.algebra.cut", early)
    assert isinstance(emptiness(wild, U, valid), NonEmpty)
    answer = emptiness(wild - wild, U, valid)
    assert answer == Undecided("more than 1 states")


@given(st.lists(SETS, min_size=2, max_size=3))
@settings(max_examples=20, deadline=None)
def test_one_division_answers_like_many(samples: list[Sample]) -> None:
    sets = [sample.found for sample in samples]
    assume(any(one.listed is None for one in sets))
    division = divide(sets, U, valid)
    for found in (*sets, sets[0] - sets[1], ~sets[0] & sets[-1]):
        assert type(division.emptiness(found)) is type(emptiness(found, U, valid))
        assert all(found.takes(text) for text in division.members(found))


def test_witnesses_are_those_that_an_attacker_could_own() -> None:
    assert emptiness(~exactly(APP), U, valid) == NonEmpty(EVIL)
    prefix = of([Pattern(Dialect.PYTHON_MATCH, r"https://app\.example\.com")])
    answer = emptiness(prefix - exactly(APP), U, valid)
    assert answer == NonEmpty("https://app.example.com.evil.com")
