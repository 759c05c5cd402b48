"""Each dialect by its traps: what it takes and refuses that another one does not.

The wildcards of products are in `test_globs.py`; here are plain texts and regular expressions. Every
row of a regular expression is put to the real engine too.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor.core.language.dialect import TEXT_CAP, Opaque, compile_pattern, singleton
from auditor.core.language.globs import GLOBS
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.language.sample import holds
from tests.core.language.panel import Panel
from tests.core.language.samples import ORIGINS, PATTERNS, REGEXES, read, takes
from tests.engines.engine import Refused
from tests.engines.roster import ENGINES

APP = "https://app.example.com"
EVIL = "https://evil-example.com"


class Row(NamedTuple):
    dialect: Dialect
    text: str
    takes: tuple[str, ...]
    refuses: tuple[str, ...]


TEXTS = (
    Row(
        Dialect.EXACT, APP, (APP,), ("https://APP.example.com", APP + "/", APP + ":8443", "", EVIL)
    ),
    Row(Dialect.EXACT, "*", ("*",), (APP, "null")),
    Row(
        Dialect.EXACT_CASELESS,
        "HTTPS://App.Example.com",
        (APP, "HTTPS://APP.EXAMPLE.COM"),
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
        Dialect.SUBSTRING_OF,
        APP + ",null",
        (APP, "https://app.example.co", "https://a", "null", ""),
        (EVIL, "https://b"),
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
        Dialect.HOST_ONLY,
        "localhost",
        ("http://localhost", "capacitor://localhost", "http://localhost:3000"),
        ("http://localhost.evil.test", "localhost", "http://a.localhost"),
    ),
)
ALTERNATIVES = r"^https://a\.com|b\.com$"
LEAVING = r"(:|\d{1,3}|\A){2}$"
REGULAR = (
    # Where a match may begin and end.
    Row(Dialect.PYTHON_MATCH, r"https://a\.com", ("https://a.com.evil",), ("xhttps://a.com",)),
    Row(Dialect.PYTHON_FULLMATCH, r"https://a\.com|b", ("b",), ("https://a.com.evil", "xb")),
    Row(Dialect.PYTHON_SEARCH, "example.com", ("//examplexcom:1",), ("//EXAMPLE.com",)),
    Row(Dialect.PYTHON_SEARCH, ALTERNATIVES, ("https://a.com.evil", "evilb.com"), ("b.com.evil",)),
    Row(Dialect.PCRE_SEARCH, ALTERNATIVES, ("https://a.com.evil", "evilb.com"), ("b.com.evil",)),
    Row(Dialect.JS_TEST, ALTERNATIVES, ("https://a.com.evil", "evilb.com"), ("b.com.evil",)),
    Row(Dialect.JAVA_FIND, ALTERNATIVES, ("https://a.com.evil", "evilb.com"), ("b.com.evil",)),
    Row(Dialect.JAVA_FULL, ALTERNATIVES, ("https://a.com", "b.com"), ("https://a.com.evil", "xb")),
    Row(Dialect.RE2_FULL, r"https://a\.com|b", ("https://a.com", "b"), ("https://a.com.evil",)),
    Row(Dialect.GO_SEARCH, r"a\.com\z", ("https://a.com",), ("https://a.com.evil",)),
    # Case.
    Row(
        Dialect.PYTHON_MATCH_CASELESS, r"HTTPS://A\.com", ("https://a.COM.x",), ("xhttps://a.com",)
    ),
    Row(Dialect.PCRE_NGINX, r"A\.com$", ("https://A.com",), ("https://a.com",)),
    Row(Dialect.PCRE_NGINX_CASELESS, r"A\.com$", ("https://a.COM",), ("https://axcom",)),
    Row(Dialect.PYTHON_SEARCH, r"a(?i:b)c$", ("abc", "aBc"), ("Abc", "abC")),
    Row(Dialect.RUBY_SEARCH, "a(?i)b|c$", ("ab", "aB", "aC"), ("c", "A")),
    Row(Dialect.PCRE_SEARCH, "^(?:a(?i)b|c)$", ("aB", "C"), ("AB",)),
    # Delimiters and flags.
    Row(Dialect.JS_TEST, r"/^https:\/\/A\.com$/i", ("https://a.com",), ("/https://a.com/i",)),
    Row(Dialect.JS_TEST, r"/a\.com/y", ("a.com:1",), ("https://a.com",)),
    Row(Dialect.RUBY_SEARCH, r"/^https: \/\/A\.com$/ix", ("https://a.com",), ("https: //a.com",)),
    Row(Dialect.PHP_SEARCH, "{^https://A[.]com$}i", ("https://a.com",), ("https://a.comx",)),
    Row(Dialect.PHP_SEARCH, "~a.com~A", ("axcom.evil",), ("https://a.com",)),
    Row(Dialect.PHP_SEARCH, "#a#x", ("xax",), ("b",)),
    # The same letters, other meanings.
    Row(Dialect.JS_TEST, r"^a{,2}$", ("a{,2}",), ("aa", "")),
    Row(Dialect.PYTHON_SEARCH, r"^a{,2}$", ("aa", ""), ("a{,2}",)),
    Row(Dialect.RUBY_SEARCH, r"\Aa{,2}\z", ("aa", ""), ("a{,2}",)),
    Row(Dialect.GO_SEARCH, r"^a{,2}$", ("a{,2}",), ("aa",)),
    Row(Dialect.JS_TEST, r"\Ahttps", ("Ahttps",), ("https",)),
    Row(Dialect.JS_TEST, "^a[]|[^]b$", ("-b",), ("a", "b")),
    Row(Dialect.PYTHON_SEARCH, "^[]a]$", ("]", "a"), ("[", "")),
    Row(Dialect.RUBY_SEARCH, r"^\h+$", ("beef",), ("xyz", " ")),
    Row(Dialect.PCRE_SEARCH, r"^\h+$", (" ",), ("beef",)),
    Row(Dialect.PCRE_SEARCH, r"^[[:alpha:]-]+$", ("a-b",), ("a1", ":")),
    Row(Dialect.PYTHON_SEARCH, r"^[[:alpha:]-]+$", (":-]", "a-]]"), ("b]", "a")),
    Row(Dialect.JAVA_FULL, "[a-z&&[^x]]+", ("abc",), ("axc", "a&")),
    Row(Dialect.RUBY_SEARCH, "^[a-z&&[^x]]+$", ("abc",), ("axc", "a&")),
    Row(Dialect.PCRE_SEARCH, "^[a-z&&[^x]]+$", ("a]", "&]]", "x]"), ("abc", "]")),
    Row(Dialect.JAVA_FIND, r"^\Qa.b\E$", ("a.b",), ("axb",)),
    Row(Dialect.GO_SEARCH, r"^\Qa.b\E$", ("a.b",), ("axb",)),
    Row(Dialect.RE2_FULL, r"\Qa.b", ("a.b",), ("axb",)),
    Row(Dialect.GO_SEARCH, r"(?U)^a+?$", ("aa",), ("b",)),
    # An empty iteration ends a loop in Java and Ruby.
    Row(Dialect.PYTHON_SEARCH, LEAVING, (":", "12"), ("a",)),
    Row(Dialect.PCRE_SEARCH, LEAVING, (":", "12"), ("a",)),
    Row(Dialect.RUBY_SEARCH, LEAVING, ("::",), (":", "a")),
    Row(Dialect.JAVA_FIND, LEAVING, ("::",), (":", "a")),
    # Looking around, and giving nothing back.
    Row(Dialect.JS_TEST, r"^https://(?!evil)[a-z]+\.a$", ("https://app.a",), ("https://evil.a",)),
    Row(Dialect.PCRE_SEARCH, r"(?<![a-z])a\.com$", ("//a.com",), ("//ba.com",)),
    Row(Dialect.PCRE_SEARCH, "^a++b|c++c$", ("aab",), ("cc", "a")),
    Row(Dialect.PYTHON_SEARCH, "^(?>ab?)b$", ("abb",), ("ab",)),
    # Envoy tries each matcher on the text `*` first.
    Row(Dialect.ENVOY, ".", ("a", APP, "null"), ()),
    Row(Dialect.ENVOY, r"https://a\.com", ("https://a.com",), ("*", "https://a.com.evil")),
)
ROWS = (*TEXTS, *REGULAR)
CASES = [
    pytest.param(Pattern(row.dialect, row.text), text, taken, id=f"{row.dialect} {row.text} {text}")
    for row in ROWS
    for taken, texts in ((True, row.takes), (False, row.refuses))
    for text in texts
]


@pytest.mark.parametrize(("pattern", "text", "taken"), CASES)
def test_the_table(pattern: Pattern, text: str, taken: bool) -> None:
    assert accepts(read(pattern), text) is taken


@pytest.fixture(scope="module")
def panel() -> Iterator[Panel]:
    with Panel() as opened:
        yield opened


@pytest.mark.server
@pytest.mark.parametrize("dialect", sorted({row.dialect for row in REGULAR}))
def test_the_engine_says_so_too(dialect: Dialect, panel: Panel) -> None:
    rows = [row for row in REGULAR if row.dialect is dialect]
    for row in rows:
        pattern = Pattern(dialect, row.text)
        opinion = panel.opinions({pattern: (*row.takes, *row.refuses)})[pattern]
        assert not isinstance(opinion, Refused), opinion
        known = {text: opinion[text] for text in (*row.takes, *row.refuses) if text.strip(" ")}
        expected = {text: text in row.takes for text in known}
        assert known == expected, row.text


def test_every_dialect_is_in_a_table() -> None:
    assert {row.dialect for row in ROWS} | set(GLOBS) | {Dialect.SAME_HOST} == set(Dialect)
    assert set(ENGINES) == {row.dialect for row in REGULAR}


@given(st.sampled_from((*PATTERNS, *REGEXES)), ORIGINS)
@example(Pattern(Dialect.SPRING, "https://example.com:[*]"), "https://example.com:8080")
@settings(max_examples=2_000, deadline=None)
def test_machines_agree_with_string_functions(pattern: Pattern, text: str) -> None:
    assert accepts(read(pattern), text) is takes(pattern, text)


REFUSED = (
    (Dialect.GO_SEARCH, "(?!a)"),
    (Dialect.RE2_FULL, r"(a)\1"),
    (Dialect.RE2_FULL, "a{1001}"),
    (Dialect.ENVOY, "("),
    (Dialect.JS_TEST, "(?>a)"),
    (Dialect.JS_TEST, "/a{1}{2}/u"),
    (Dialect.PYTHON_SEARCH, "(?<name>a)"),
    (Dialect.PYTHON_MATCH, "a**"),
    (Dialect.PYTHON_FULLMATCH, "(?<=a+)b"),
    (Dialect.JAVA_FULL, "{"),
    (Dialect.JAVA_FIND, r"\y"),
    (Dialect.PCRE_NGINX, "[b-a]"),
    (Dialect.PCRE_NGINX_CASELESS, "a)"),
    (Dialect.PCRE_SEARCH, "a{2,1}"),
    (Dialect.RUBY_SEARCH, "(?<a>"),
    (Dialect.PHP_SEARCH, "https://a"),
    (Dialect.PHP_SEARCH, "/a"),
    (Dialect.PHP_SEARCH, "/a/q"),
)
OPEN = (
    (Dialect.PCRE_SEARCH, r"^(a|b)\1$", "back-reference", "aa", "ab"),
    (Dialect.JS_TEST, r"^(a+)-\1$", "back-reference", "aa-aa", "aa-a"),
    (Dialect.PYTHON_SEARCH, "^(?>(?:a|ab)+)-$", "atomic", "aa-", "ab-"),
)


@pytest.mark.parametrize(("dialect", "text"), REFUSED)
def test_what_the_product_refuses_says_so(dialect: Dialect, text: str, panel: Panel) -> None:
    pattern = Pattern(dialect, text)
    found = compile_pattern(pattern)
    assert isinstance(found, Opaque)
    assert found.pattern == pattern
    assert found.refused, found.reason
    assert found.reason
    assert isinstance(panel.opinions({pattern: ["a"]})[pattern], Refused)


@pytest.mark.parametrize(("dialect", "text", "reason", "takes_it", "refuses_it"), OPEN)
def test_what_no_automaton_takes_can_be_tried(
    dialect: Dialect, text: str, reason: str, takes_it: str, refuses_it: str
) -> None:
    found = compile_pattern(Pattern(dialect, text))
    assert isinstance(found, Opaque)
    assert reason in found.reason
    assert not found.refused
    assert found.tree is not None
    assert holds(found.tree, takes_it) is True
    assert holds(found.tree, refuses_it) is False


def test_what_depends_on_the_request_says_so() -> None:
    found = compile_pattern(Pattern(Dialect.SAME_HOST, "https"))
    assert isinstance(found, Opaque)
    assert found.reason == "same-host depends on the request"
    assert not found.refused


@pytest.mark.parametrize("dialect", sorted({Dialect.EXACT, Dialect.SUBSTRING_OF, *ENGINES}))
def test_a_pattern_of_hostile_length_is_not_read(dialect: Dialect) -> None:
    found = compile_pattern(Pattern(dialect, "a" * (TEXT_CAP + 1)))
    assert isinstance(found, Opaque)
    assert found.reason == f"pattern of {TEXT_CAP + 1} characters, over {TEXT_CAP}"
    assert len(repr(compile_pattern(Pattern(dialect, "a" * 600)))) < 10_000


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        (exact(APP), APP),
        (Pattern(Dialect.EXACT_CASELESS, "HTTPS://App.Example.com"), APP),
        (Pattern(Dialect.SPRING_LIST, "https://App.example.com/"), APP),
        (Pattern(Dialect.HTTP_API, "https://*"), None),
        (Pattern(Dialect.ALLOWLIST, APP), APP),
        (Pattern(Dialect.ALLOWLIST, "https://*.example.com"), None),
        (Pattern(Dialect.INGRESS_NGINX, APP), None),
        (Pattern(Dialect.PREFIX, APP), None),
        (Pattern(Dialect.SPRING, APP), None),
        (Pattern(Dialect.PYTHON_FULLMATCH, r"https://app\.example\.com"), None),
    ],
)
def test_singleton(pattern: Pattern, origin: str | None) -> None:
    assert singleton(pattern) == origin


@given(st.sampled_from((*PATTERNS, *REGEXES)), ORIGINS)
@settings(max_examples=1_000, deadline=None)
def test_a_singleton_takes_no_other_origin(pattern: Pattern, text: str) -> None:
    only = singleton(pattern)
    if only is not None:
        assert accepts(read(pattern), only)
        assert accepts(read(pattern), text) is (text == only)
