"""Each dialect, from the table of its source, and against a second opinion without automata."""

from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.core.language.dialect import TEXT_CAP, Opaque, compile_pattern, singleton
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.machine import accepts
from tests.core.language.samples import ORIGINS, PATTERNS, READABLE
from tests.core.naive_match import takes

APP = "https://app.example.com"
EVIL = "https://evil-example.com"


class Row(NamedTuple):
    dialect: Dialect
    text: str
    takes: tuple[str, ...]
    refuses: tuple[str, ...]


TABLE = (
    Row(
        Dialect.EXACT, APP, (APP,), ("https://APP.example.com", APP + "/", APP + ":8443", "", EVIL)
    ),
    Row(Dialect.EXACT, "*", ("*",), (APP, "null")),
    Row(
        Dialect.EXACT_CASELESS,
        "HTTPS://App.Example.com",
        (APP,),
        (APP + ".evil.test", "https://appxexample.com"),
    ),
    Row(Dialect.ANY, "*", (APP, "null", ""), ()),
    Row(
        Dialect.PREFIX,
        APP,
        (APP, APP + ".evil.test", APP + "evil.test"),
        ("http://app.example.com", EVIL),
    ),
    Row(
        Dialect.SUFFIX,
        "example.com",
        (APP, EVIL, "http://evilexample.com"),
        (APP + ":8443", APP + "."),
    ),
    Row(
        Dialect.ALLOWLIST,
        "https://*.example.com",
        (APP, "https://a-b.example.com"),
        (
            "https://example.com",
            "https://.example.com",
            "https://a.b.example.com",
            "http://app.example.com",
            APP + ":8443",
            APP + ".evil.test",
            "https://app.exampleXcom",
        ),
    ),
    Row(
        Dialect.ALLOWLIST,
        "http://localhost:*",
        ("http://localhost:3000",),
        ("http://localhost", "http://localhost:1.a"),
    ),
    Row(
        Dialect.INGRESS_NGINX,
        "https://*.example.com",
        (APP, "https://A.EXAMPLE.COM", "xhttps://app.example.com"),
        (
            "https://a.b.example.com",
            "https://a_b.example.com",
            "https://example.com",
            APP + ".evil.test",
            APP + ":8443",
        ),
    ),
    Row(
        Dialect.INGRESS_NGINX,
        "*.example.com",
        (APP, "http://a.b.example.com", "null.example.com"),
        (EVIL, ".example.com"),
    ),
    Row(Dialect.INGRESS_NGINX, "https://*.*.com", ("https://a.*.com",), (APP,)),
    Row(Dialect.INGRESS_NGINX, "", (APP, "null", ""), ()),
    Row(Dialect.HTTP_API, "*", (APP, "null"), ()),
    Row(Dialect.HTTP_API, "https://*", (APP, EVIL), ("http://app.example.com", "null")),
    Row(Dialect.HTTP_API, "http://*", ("http://a.com",), (APP,)),
    Row(Dialect.HTTP_API, "https://*.example.com", ("https://*.example.com",), (APP,)),
    Row(
        Dialect.SPRING,
        "https://*.example.com",
        (APP, "https://a.b.example.com", "https://evil.test:1.example.com", APP + "/"),
        (
            "https://example.com",
            "https://app.EXAMPLE.com",
            APP + ":8443",
            "https://app.exampleXcom",
        ),
    ),
    Row(
        Dialect.SPRING,
        "https://*.example.com:[8080,8443]",
        (APP + ":8080", APP + ":8443"),
        (APP, APP + ":80", APP + ":80808443"),
    ),
    Row(
        Dialect.SPRING,
        "https://example.com:[*]",
        ("https://example.com", "https://example.com:1"),
        ("https://example.com:", APP),
    ),
    Row(Dialect.SPRING_LIST, "https://App.example.com/", (APP, APP + "/"), (APP + "//", EVIL)),
    Row(
        Dialect.DJANGO_LIST,
        APP + "/path",
        (APP, "HTTPS://app.example.com", APP + "/x"),
        (APP + ":443", "https://APP.example.com", "null"),
    ),
    Row(Dialect.DJANGO_LIST, "app.example.com", ("null", ""), (APP, "http://app.example.com")),
    Row(
        Dialect.SUBSTRING_OF,
        APP + ",null",
        (APP, "https://app.example.co", "https://a", "null", ""),
        (EVIL, "https://b"),
    ),
    Row(
        Dialect.HOST_ONLY,
        "localhost",
        ("http://localhost", "capacitor://localhost", "http://localhost:3000"),
        ("http://localhost.evil.test", "localhost", "http://a.localhost"),
    ),
)
CASES = [
    pytest.param(Pattern(row.dialect, row.text), text, taken, id=f"{row.dialect} {row.text} {text}")
    for row in TABLE
    for taken, texts in ((True, row.takes), (False, row.refuses))
    for text in texts
]


@pytest.mark.parametrize(("pattern", "text", "taken"), CASES)
def test_the_table(pattern: Pattern, text: str, taken: bool) -> None:
    machine = compile_pattern(pattern)
    assert not isinstance(machine, Opaque)
    assert accepts(machine, text) is taken


def test_every_dialect_is_in_the_tables_or_opaque() -> None:
    opaque = {d for d in Dialect if isinstance(compile_pattern(Pattern(d, "a")), Opaque)}
    assert {row.dialect for row in TABLE} == set(Dialect) - opaque == READABLE


@given(st.sampled_from(PATTERNS), ORIGINS)
@example(Pattern(Dialect.SPRING, "https://example.com:[*]"), "https://example.com:8080")
@settings(max_examples=2_000, deadline=None)
def test_machines_agree_with_string_functions(pattern: Pattern, text: str) -> None:
    machine = compile_pattern(pattern)
    assert not isinstance(machine, Opaque)
    assert accepts(machine, text) is takes(pattern, text)


@pytest.mark.parametrize(
    "dialect",
    [
        Dialect.SAME_HOST,
        Dialect.PYTHON_MATCH,
        Dialect.JS_TEST,
        Dialect.PCRE_NGINX,
        Dialect.ENVOY,
        Dialect.JAVA_FULL,
    ],
)
def test_what_is_not_read_says_so(dialect: Dialect) -> None:
    pattern = Pattern(dialect, r"^https://.*\.example\.com$")
    found = compile_pattern(pattern)
    assert isinstance(found, Opaque)
    assert found.pattern == pattern
    assert str(dialect) in found.reason


def test_a_pattern_of_hostile_length_is_not_read() -> None:
    assert not isinstance(compile_pattern(exact("a" * TEXT_CAP)), Opaque)
    found = compile_pattern(exact("a" * (TEXT_CAP + 1)))
    assert isinstance(found, Opaque)
    assert found.reason == f"pattern of {TEXT_CAP + 1} characters, over {TEXT_CAP}"


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        (exact(APP), APP),
        (Pattern(Dialect.EXACT_CASELESS, "HTTPS://App.Example.com"), APP),
        (Pattern(Dialect.SPRING_LIST, "https://App.example.com/"), APP),
        (Pattern(Dialect.HTTP_API, APP), APP),
        (Pattern(Dialect.HTTP_API, "https://*"), None),
        (Pattern(Dialect.ALLOWLIST, APP), APP),
        (Pattern(Dialect.ALLOWLIST, "https://*.example.com"), None),
        (Pattern(Dialect.INGRESS_NGINX, APP), None),
        (Pattern(Dialect.PREFIX, APP), None),
        (Pattern(Dialect.SPRING, APP), None),
    ],
)
def test_singleton(pattern: Pattern, origin: str | None) -> None:
    assert singleton(pattern) == origin


@given(st.sampled_from(PATTERNS), ORIGINS)
@settings(max_examples=1_000, deadline=None)
def test_a_singleton_takes_no_other_origin(pattern: Pattern, text: str) -> None:
    only = singleton(pattern)
    machine = compile_pattern(pattern)
    assert not isinstance(machine, Opaque)
    if only is not None:
        assert accepts(machine, only)
        assert accepts(machine, text) is (text == only)
