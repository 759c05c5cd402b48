"""A pattern in the words of an engineer: its kind, examples, and what it takes beyond a list."""

import pytest

from auditor.core.language.description import Kind, contains, describe
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from tests.core.language.samples import PATTERNS, valid
from tests.core.naive_match import takes

APP = "https://app.example.com"


@pytest.mark.parametrize(
    ("dialect", "text", "kind"),
    [
        (Dialect.EXACT, APP, Kind.EXACT),
        (Dialect.EXACT_CASELESS, "HTTPS://App.Example.com", Kind.EXACT),
        (Dialect.EXACT, "null", Kind.EXACT),
        (Dialect.EXACT, "https://APP.example.com", Kind.NOTHING),
        (Dialect.EXACT, APP + "/", Kind.NOTHING),
        (Dialect.EXACT, APP + ":443", Kind.NOTHING),
        (Dialect.EXACT, "*", Kind.NOTHING),
        (Dialect.ANY, "*", Kind.ANY_ORIGIN),
        (Dialect.HTTP_API, "*", Kind.ANY_ORIGIN),
        (Dialect.INGRESS_NGINX, "", Kind.ANY_ORIGIN),
        (Dialect.SPRING, "*", Kind.ANY_ORIGIN),
        (Dialect.PREFIX, "https://", Kind.ANY_HTTPS),
        (Dialect.SPRING, "https://*", Kind.ANY_HTTPS),
        (Dialect.HTTP_API, "http://*", Kind.ANY_HTTP),
        (Dialect.ALLOWLIST, "https://*.example.com", Kind.ANY_SUBDOMAIN),
        (Dialect.INGRESS_NGINX, "https://*.example.com", Kind.ANY_SUBDOMAIN),
        (Dialect.SPRING, "https://*.example.com", Kind.ANY_SUBDOMAIN),
        (Dialect.SUFFIX, ".example.com", Kind.SEVERAL),
        (Dialect.INGRESS_NGINX, "*://app.example.com", Kind.SEVERAL),
        (Dialect.SPRING, "https://*example.com", Kind.PREFIX_CONFUSION),
        (Dialect.PREFIX, APP, Kind.SUFFIX_CONFUSION),
        (Dialect.HOST_ONLY, "app.example.com", Kind.SEVERAL),
        (Dialect.PCRE_NGINX, "^https://", Kind.UNREAD),
    ],
)
def test_the_kind_of_a_pattern(dialect: Dialect, text: str, kind: Kind) -> None:
    assert describe(Pattern(dialect, text), valid).kind is kind


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_witnesses_are_taken(pattern: Pattern) -> None:
    found = describe(pattern, valid)
    assert (not found.witnesses) == (found.kind is Kind.NOTHING)
    assert len(found.witnesses) <= 3
    assert all(takes(pattern, text) for text in found.witnesses)


def test_what_it_takes_beyond_a_list() -> None:
    wide = Pattern(Dialect.SUFFIX, ".example.com")
    allowed = [Pattern(Dialect.ALLOWLIST, "https://*.example.com"), exact("http://a.example.com")]
    found = describe(wide, valid, allowed)
    assert found.widened
    for text in found.widened:
        assert takes(wide, text)
        assert not any(takes(one, text) for one in allowed)


@pytest.mark.parametrize(
    ("pattern", "against"),
    [
        (exact(APP), ANY),
        (exact(APP), exact(APP)),
        (
            Pattern(Dialect.ALLOWLIST, "https://*.example.com"),
            Pattern(Dialect.SPRING, "https://*.example.com"),
        ),
        (Pattern(Dialect.DJANGO_LIST, APP), exact(APP)),
    ],
    ids=str,
)
def test_nothing_is_beyond_a_list_that_covers_it(pattern: Pattern, against: Pattern) -> None:
    assert describe(pattern, valid, [against]).widened == ()


def test_without_a_list_nothing_is_widened() -> None:
    assert describe(ANY, valid).widened == ()


def test_a_pattern_that_is_not_read_gives_its_reason() -> None:
    regex = Pattern(Dialect.JS_TEST, "/x/i")
    found = describe(regex, valid, [ANY])
    assert (found.witnesses, found.widened) == ((), ())
    assert found.reason == "regular expressions (js-test) are not read yet"
    assert contains(regex, APP) is None


def test_contains() -> None:
    assert contains(exact(APP), APP) is True
    assert contains(exact(APP), APP + ":8443") is False
