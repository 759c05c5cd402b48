"""The cut divides every origin that a browser can send, misses no class and invents none."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.language import cut as subject
from auditor.core.language import division, search
from auditor.core.language.cut import Cut, DecisionClass, cut
from auditor.core.language.machine import Machine
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.probe import probes
from auditor.core.language.survey import ARC_CAP, Survey
from auditor.core.language.universe import Universe
from tests.core.language.dividing import universe_of
from tests.core.language.samples import ORIGINS, PATTERNS, REGEXES, SAMPLES, takes, valid

APP = "https://app.example.com"
WORLD = tuple(dict.fromkeys((*filter(valid, SAMPLES), "http://127.0.0.1", "https://1.2.3.1")))

some_patterns = st.lists(
    st.sampled_from((*PATTERNS, *REGEXES)), min_size=1, max_size=4, unique=True
)
some_literals = st.lists(ORIGINS, max_size=4, unique=True)


def divided(
    patterns: list[Pattern], literals: list[str], tried: tuple[str, ...] | None = None
) -> Cut:
    texts = [*(pattern.text for pattern in patterns), *literals]
    universe = universe_of(patterns, literals)
    found = probes(texts) if tried is None else tried
    return cut(universe, patterns, literals, valid=valid, probes=found)


def taken(patterns: list[Pattern], text: str) -> frozenset[Pattern]:
    return frozenset(pattern for pattern in patterns if takes(pattern, text))


def holders(found: Cut, text: str) -> list[DecisionClass]:
    return [one for one in found.classes if text in one.members]


@given(some_patterns, some_literals, st.lists(ORIGINS, max_size=20), st.booleans())
@settings(max_examples=120, deadline=None)
def test_every_origin_is_in_exactly_the_class_of_its_vector(
    patterns: list[Pattern], literals: list[str], sample: list[str], blind: bool
) -> None:
    found = divided(patterns, literals, () if blind else None)
    assert found.unfinished is None
    shared = {one.matches for one in found.classes if not one.alone}
    assert len(shared) == sum(not one.alone for one in found.classes)
    for text in {*sample, *WORLD} - set(literals):
        assert taken(patterns, text) in shared, text


@given(some_patterns, some_literals, st.booleans())
@settings(max_examples=120, deadline=None)
def test_members_are_valid_and_have_the_vector(
    patterns: list[Pattern], literals: list[str], blind: bool
) -> None:
    found = divided(patterns, literals, () if blind else None)
    assert [one.members for one in found.classes if one.alone] == [(t,) for t in sorted(literals)]
    for one in found.classes:
        assert 1 <= len(set(one.members)) == len(one.members) <= 2
        assert one.alone or not set(one.members) & set(literals)
        for text in one.members:
            assert valid(text)
            assert taken(patterns, text) == one.matches


@given(some_patterns, some_literals)
@settings(max_examples=60, deadline=None)
def test_probes_choose_members_and_no_classes(patterns: list[Pattern], literals: list[str]) -> None:
    with_probes, blind = divided(patterns, literals), divided(patterns, literals, ())
    named = [
        [(one.matches, one.alone, len(one.members)) for one in found.classes]
        for found in (with_probes, blind)
    ]
    assert named[0] == named[1]


def test_a_probe_outside_the_universe_is_no_member() -> None:
    stray = "gopher://example.com"
    found = divided([Pattern(Dialect.SUFFIX, ".com")], [], (stray,))
    assert valid(stray)
    assert not holders(found, stray)


def test_a_literal_is_alone_and_only_once() -> None:
    found = divided([Pattern(Dialect.PREFIX, "https://app")], [APP, APP, "null"])
    assert [one.members for one in found.classes if one.alone] == [(APP,), ("null",)]
    assert len(holders(found, APP)) == 1


def test_a_literal_that_no_browser_sends_is_no_class() -> None:
    found = divided([Pattern(Dialect.PREFIX, "https://app")], ["https://App.example.com", "*"])
    assert not any(one.alone for one in found.classes)


@pytest.mark.parametrize("blind", [True, False])
def test_a_literal_that_fills_a_class_leaves_no_empty_one(blind: bool) -> None:
    only = Pattern(Dialect.DJANGO_LIST, APP)
    found = divided([only], [APP], () if blind else None)
    assert [one for one in found.classes if only in one.matches] == [
        DecisionClass((APP,), frozenset({only}), alone=True)
    ]


def test_a_class_of_one_origin_has_one_member() -> None:
    only = Pattern(Dialect.DJANGO_LIST, APP)
    (one,) = [one for one in divided([only], []).classes if only in one.matches]
    assert one == DecisionClass((APP,), frozenset({only}), alone=False)


def test_classes_that_probes_do_not_reach_are_found() -> None:
    numeric = Pattern(Dialect.INGRESS_NGINX, "http://*.0.0.1")
    port = Pattern(Dialect.SUFFIX, ".test:65000")
    found = divided([numeric, port], [])
    assert {one.matches for one in found.classes} == {
        frozenset(),
        frozenset({numeric}),
        frozenset({port}),
    }


def test_a_pattern_of_texts_that_no_browser_sends_takes_part_in_no_class() -> None:
    dead = Pattern(Dialect.INGRESS_NGINX, "https://*.example.com:443")
    upper = exact("https://APP.example.com")
    found = divided([dead, upper], [])
    assert [one.matches for one in found.classes] == [frozenset()]
    assert found.unfinished is None


def test_opaque_patterns_are_reported_and_divide_nothing() -> None:
    again = Pattern(Dialect.PCRE_NGINX, r"^(https?)://\1\.")
    host = Pattern(Dialect.SAME_HOST, "https")
    wide = Pattern(Dialect.PREFIX, "https://")
    found = divided([again, host, wide], [])
    assert {one.pattern for one in found.opaque} == {again, host}
    assert {one.matches for one in found.classes} == {frozenset(), frozenset({wide})}


@pytest.mark.parametrize("scheme", ["ws", "wss", "ftp", "file", "data", "about", "javascript"])
def test_a_scheme_whose_pages_have_no_origin_divides_nothing(scheme: str) -> None:
    sockets = Pattern(Dialect.ALLOWLIST, f"{scheme}://*.example.com")
    found = divided([sockets], [])
    assert [one.matches for one in found.classes] == [frozenset()]
    assert found.unfinished is None


def small(cap: int, patch: pytest.MonkeyPatch) -> None:
    """A survey of several patterns ends after `cap` ways; each of them alone stays small."""

    def survey(universe: Universe, machines: Sequence[Machine], *_cap: int) -> Survey:
        return Survey(universe, machines, cap if len(machines) > 1 else ARC_CAP)

    patch.setattr(division, "Survey", survey)


SELDOM = Pattern(Dialect.DJANGO_LIST, "https://seldom.example.com")
SEVERAL = [Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"), SELDOM]


def test_a_survey_that_got_too_large_is_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    assert divided(SEVERAL, []).unfinished is None
    small(10, monkeypatch)
    found = divided(SEVERAL, [APP])
    assert found.unfinished == "more than 10 ways through the patterns"
    assert len(holders(found, APP)) == 1


def test_a_class_that_only_a_probe_met_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    small(3, monkeypatch)
    found = divided(SEVERAL, [], ("https://seldom.example.com",))
    assert found.unfinished is not None
    (one,) = [one for one in found.classes if SELDOM in one.matches]
    assert one.members == ("https://seldom.example.com",)


@given(
    st.lists(st.sampled_from((*PATTERNS, *REGEXES)), min_size=1, max_size=3, unique=True),
    some_literals,
)
@settings(max_examples=15, deadline=None)
def test_patterns_that_are_taken_apart_make_the_same_classes(
    patterns: list[Pattern], literals: list[str]
) -> None:
    whole = divided(patterns, literals)
    with pytest.MonkeyPatch.context() as patch:

        def survey(universe: Universe, machines: Sequence[Machine], *_cap: int) -> Survey:
            return Survey(universe, machines, 60 if machines else ARC_CAP)

        patch.setattr(division, "Survey", survey)
        subject._divided.cache_clear()
        apart = divided(patterns, literals)
        subject._divided.cache_clear()
    assert whole.unfinished is None
    if apart.unfinished is None:
        assert classes(apart) == classes(whole)
    else:
        assert classes(apart) < classes(whole)


def classes(found: Cut) -> set[tuple[frozenset[Pattern], bool, int]]:
    return {(one.matches, one.alone, len(one.members)) for one in found.classes}


def test_too_much_searching_ends_as_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    numeric = [Pattern(Dialect.INGRESS_NGINX, "http://*.0.0.1"), Pattern(Dialect.SUFFIX, ".7.1")]
    assert divided(numeric, [], ()).unfinished is None
    monkeypatch.setattr(search, "SEARCH_CAP", 5)
    subject._divided.cache_clear()
    found = divided(numeric, [], ())
    subject._divided.cache_clear()
    assert found.unfinished is not None
    assert "steps of a search" in found.unfinished or "steps of searches" in found.unfinished
    assert 1 <= len(found.classes) < 3


def test_the_order_of_what_is_given_does_not_matter() -> None:
    texts = [APP, "null", "http://localhost:3000"]
    one, other = list(PATTERNS[4:9]), list(reversed(PATTERNS[4:9]))
    assert divided(one, texts, ()) == divided(other, texts[::-1], ())


@pytest.mark.parametrize(
    ("pattern", "witness"),
    [
        (Pattern(Dialect.ANY, "*"), "https://evil-example.com"),
        (Pattern(Dialect.PREFIX, "http://"), "http://evil-example.com"),
        (Pattern(Dialect.HTTP_API, "https://*"), "https://evil-example.com"),
        (Pattern(Dialect.ALLOWLIST, "https://*.example.com"), "https://new.example.com"),
        (Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"), "https://new.example.com"),
        (Pattern(Dialect.SPRING, "https://*.example.com:[8443]"), "https://new.example.com:8443"),
        (Pattern(Dialect.PREFIX, APP), "https://app.example.com.evil.com"),
        (Pattern(Dialect.SUFFIX, "app.example.com"), "https://new.app.example.com"),
        (Pattern(Dialect.HOST_ONLY, "app.example.com"), "http://app.example.com"),
        (Pattern(Dialect.ALLOWLIST, "https://x-*.example.com"), "https://x-a.example.com"),
    ],
)
def test_the_witness_of_a_pattern_is_telling(pattern: Pattern, witness: str) -> None:
    found = divided([pattern], [])
    (one,) = [one for one in found.classes if pattern in one.matches]
    assert one.witness == witness


def test_what_beside_an_allowed_wildcard_a_looser_one_takes() -> None:
    loose = Pattern(Dialect.SUFFIX, "example.com")
    strict = Pattern(Dialect.ALLOWLIST, "https://*.example.com")
    found = divided([loose, strict], ["https://example.com"])
    (beyond,) = [one for one in found.classes if one.matches == {loose} and not one.alone]
    assert beyond.witness == "https://evil-example.com"
