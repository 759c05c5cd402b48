"""A pattern in the words of an engineer: its name, examples, what it misses, and what cannot be said."""

import pytest

from auditor.core.language.description import (
    MISSES,
    REGULAR_EXPRESSIONS,
    SHOWN,
    contains,
    describe,
)
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from auditor.core.language.widening import Widening
from tests.core.language.samples import PATTERNS, valid
from tests.core.naive_match import takes

D = Dialect
APP = "https://app.example.com"
WILD = "https://*.example.com"
BACK_REFERENCE = Pattern(D.JS_TEST, r"/^(https):\/\/(?!\1)app.example.com/")


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_witnesses_are_taken_and_misses_are_not(pattern: Pattern) -> None:
    found = describe(pattern, valid)
    assert (not found.witnesses) == (found.kind is Widening.NOTHING)
    assert len(found.witnesses) <= SHOWN
    assert len(found.misses) <= MISSES
    assert all(valid(text) and takes(pattern, text) for text in found.witnesses)
    assert all(valid(m.origin) and not takes(pattern, m.origin) for m in found.misses)
    assert len({m.origin for m in found.misses}) == len(found.misses)


@pytest.mark.parametrize(
    ("dialect", "text", "witnesses"),
    [
        (D.EXACT, APP, (APP,)),
        (D.ANY, "*", ("https://evil-example.com", "http://evil-example.com", "null")),
        (
            D.SPRING,
            WILD,
            ("https://new.example.com", "https://beta.example.com", "https://a.b.example.com"),
        ),
        (
            D.JS_TEST,
            r"/example\.com/",
            ("https://example.com.evil.com", "https://evil-example.com", "https://new.example.com"),
        ),
        (
            D.PCRE_NGINX,
            r"^https?://app.example\.com",
            (
                "https://app.example.com.evil.com",
                "https://appxexample.com",
                "http://app.example.com",
            ),
        ),
    ],
)
def test_witnesses_are_telling_and_differ_in_kind(
    dialect: Dialect, text: str, witnesses: tuple[str, ...]
) -> None:
    assert describe(Pattern(dialect, text), valid).witnesses == witnesses


@pytest.mark.parametrize(
    ("dialect", "text", "misses"),
    [
        (
            D.INGRESS_NGINX,
            WILD,
            (
                ("https://example.com", "the domain itself"),
                ("https://a.b.example.com", "deeper subdomains"),
                ("http://new.example.com", "http"),
                ("https://new.example.com:8443", "other ports"),
            ),
        ),
        (
            D.SPRING,
            WILD + ":[*]",
            (("https://example.com", "the domain itself"), ("http://new.example.com", "http")),
        ),
        (D.PYTHON_MATCH, r"https://app\.example\.com", (("http://app.example.com", "http"),)),
        (D.EXACT, APP, ()),
        (D.EXACT, "https://App.example.com/", ((APP, "what was meant"),)),
        (D.SPRING, "http*", (("null", "the opaque origin"),)[:0]),
        (D.PCRE_SEARCH, "^[^n]", (("null", "the opaque origin"),)),
    ],
)
def test_what_one_would_expect_and_is_not_taken(
    dialect: Dialect, text: str, misses: tuple[tuple[str, str], ...]
) -> None:
    found = describe(Pattern(dialect, text), valid)
    assert tuple((miss.origin, miss.why) for miss in found.misses) == misses


@pytest.mark.parametrize(
    ("dialect", "text", "why"),
    [
        (D.EXACT, APP + "/", "a slash at the end, which no origin has"),
        (D.EXACT, "https://APP.example.com", "upper case, and browsers send lower case"),
        (D.EXACT, APP + ":443", "the default port, which browsers leave out"),
        (D.EXACT, "http://a.example:80", "the default port, which browsers leave out"),
        (D.EXACT, f" {APP}", "white space around it"),
        (D.EXACT, "app.example.com", "no scheme"),
        (D.EXACT, "*", "* is no wildcard here: the text is compared as it is"),
        (D.ALLOWLIST, WILD + "/", "a slash at the end, which no origin has"),
        (D.PCRE_NGINX, "^HTTPS://", "no origin that a browser sends is in it"),
        (D.EXACT, "https://App.example.com/path", "no origin that a browser sends is in it"),
        (D.EXACT, "https://a b.example/", "no origin that a browser sends is in it"),
    ],
)
def test_a_pattern_that_takes_nothing_says_why(dialect: Dialect, text: str, why: str) -> None:
    found = describe(Pattern(dialect, text), valid)
    assert (found.kind, found.dead, found.witnesses) == (Widening.NOTHING, why, ())


def test_what_takes_something_is_not_dead() -> None:
    assert all(
        describe(one, valid).dead is None for one in PATTERNS if describe(one, valid).witnesses
    )


def test_what_it_takes_beyond_a_list() -> None:
    wide = Pattern(D.SUFFIX, ".example.com")
    allowed = [Pattern(D.ALLOWLIST, WILD), exact("http://a.example.com")]
    found = describe(wide, valid, allowed)
    assert found.widened
    for text in found.widened:
        assert takes(wide, text)
        assert not any(takes(one, text) for one in allowed)


@pytest.mark.parametrize(
    ("pattern", "against", "kind", "itself"),
    [
        (exact("http://app.example.com"), APP, Widening.OTHER_SCHEME, Widening.EXACT),
        (exact(APP), APP, Widening.EXACT, Widening.EXACT),
        (exact("https://b.example.com"), APP, Widening.ONE_EXTRA, Widening.EXACT),
        (Pattern(D.SPRING, WILD), APP, Widening.ANY_SUBDOMAIN, Widening.ANY_SUBDOMAIN),
    ],
)
def test_the_kind_is_that_of_what_is_beyond_where_something_is(
    pattern: Pattern, against: str, kind: Widening, itself: Widening
) -> None:
    found = describe(pattern, valid, [exact(against)])
    assert (found.kind, found.itself.name) == (kind, itself)


def test_what_is_on_the_allowlist_and_not_taken_is_missed() -> None:
    found = describe(exact(APP), valid, [exact(APP), exact("https://b.example.com")])
    assert [(one.origin, one.why) for one in found.misses] == [
        ("https://b.example.com", "on the allowlist")
    ]


@pytest.mark.parametrize(
    ("pattern", "against"),
    [
        (exact(APP), ANY),
        (exact(APP), exact(APP)),
        (Pattern(D.ALLOWLIST, WILD), Pattern(D.SPRING, WILD)),
        (Pattern(D.DJANGO_LIST, APP), exact(APP)),
    ],
    ids=str,
)
def test_nothing_is_beyond_a_list_that_covers_it(pattern: Pattern, against: Pattern) -> None:
    assert describe(pattern, valid, [against]).widened == ()


def test_without_a_list_nothing_is_widened() -> None:
    found = describe(ANY, valid)
    assert (found.widened, found.beyond) == ((), None)


def test_a_pattern_that_no_automaton_holds_is_sampled() -> None:
    found = describe(BACK_REFERENCE, valid, [exact(APP)])
    assert (found.kind, found.proved, found.sampled) == (Widening.UNREAD, False, True)
    assert found.reason == "back-references"
    assert "https://app.example.com.evil.com" in found.witnesses
    assert APP not in found.widened
    assert contains(BACK_REFERENCE, "https://app.example.com.evil.com") is True
    assert contains(BACK_REFERENCE, "https://other.example") is False


def test_a_pattern_that_the_product_refuses_is_not_sampled() -> None:
    found = describe(Pattern(D.JS_TEST, "/(/"), valid, [ANY])
    assert (found.kind, found.sampled, found.witnesses, found.widened) == ("unread", False, (), ())
    assert "a ( is not closed" in (found.reason or "")
    assert contains(found.pattern, APP) is None


def test_contains() -> None:
    assert contains(exact(APP), APP) is True
    assert contains(exact(APP), APP + ":8443") is False
    assert contains(Pattern(D.PCRE_NGINX, "^https://"), APP) is True


@pytest.mark.parametrize("text", ["a\tb", "\x00", APP + "\n", "\x7f"])
def test_what_no_header_carries_is_not_answered(text: str) -> None:
    assert contains(ANY, text) is None
    assert contains(exact(text), text) is None


def test_characters_beyond_ascii() -> None:
    text = "https://é.example"
    assert [contains(Pattern(one, "."), text) for one in REGULAR_EXPRESSIONS] == [None] * 15
    assert contains(ANY, text) is True
    assert contains(exact(text), text) is True
    assert contains(exact(text), "https://ü.example") is False
    assert contains(Pattern(D.PREFIX, text), "https://ü.example") is None


def test_every_dialect_of_regular_expressions_is_known() -> None:
    others = {one for one in Dialect if one not in REGULAR_EXPRESSIONS}
    written = ("glob-", "list-", "exact", "prefix", "suffix", "substring", "any", "host", "same")
    assert all(one.startswith(written) for one in others)
    assert not any(one.startswith(written) for one in REGULAR_EXPRESSIONS)
