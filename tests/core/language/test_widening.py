"""The name of a widening: what is proved, what is guessed, and that guesses rest on members."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.language import cut as cut_module
from auditor.core.language.algebra import of
from auditor.core.language.cut import Cut
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from auditor.core.language.widening import Named, Naming, Widening, name_of
from tests.core.language.samples import ORIGINS, PATTERNS, valid
from tests.core.naive_match import takes

D, W = Dialect, Widening
APP = "https://app.example.com"
WILD = "https://*.example.com"
PROVED, GUESSED = True, False


def allowlist(*texts: str) -> tuple[Pattern, ...]:
    return tuple(Pattern(D.ALLOWLIST, text) if "*" in text else exact(text) for text in texts)


def named(dialect: Dialect, text: str, *allowed: str) -> Named:
    return name_of((Pattern(dialect, text),), allowlist(*allowed), valid)


TABLE: list[tuple[Dialect, str, tuple[str, ...], Widening, bool]] = [
    (D.EXACT, APP, (), W.EXACT, PROVED),
    (D.EXACT_CASELESS, "HTTPS://App.Example.com", (), W.EXACT, PROVED),
    (D.PCRE_NGINX, r"^https://app\.example\.com$", (), W.EXACT, PROVED),
    (D.INGRESS_NGINX, APP, (), W.EXACT, PROVED),
    (D.EXACT, APP + "/", (), W.NOTHING, PROVED),
    (D.EXACT, "https://App.example.com", (), W.NOTHING, PROVED),
    (D.PCRE_NGINX, "^HTTPS://", (), W.NOTHING, PROVED),
    (D.ANY, "*", (), W.ANY_ORIGIN, PROVED),
    (D.SPRING, "*", (APP,), W.ANY_ORIGIN, PROVED),
    (D.HTTP_API, "*", (APP, WILD), W.ANY_ORIGIN, PROVED),
    (D.PCRE_SEARCH, "", (), W.ANY_ORIGIN, PROVED),
    (D.PCRE_SEARCH, "^[^n]", (), W.ANY_ORIGIN, PROVED),
    (D.ENVOY, ".", (), W.ANY_ORIGIN, PROVED),
    (D.JS_TEST, "/:/", (), W.ANY_ORIGIN, PROVED),
    (D.PREFIX, "https://", (), W.ANY_HTTPS, PROVED),
    (D.SPRING, "https://*", (APP,), W.ANY_HTTPS, PROVED),
    (D.PCRE_NGINX, "^https?://", (APP,), W.ANY_HTTPS, PROVED),
    (D.GO_SEARCH, "^https", (), W.ANY_HTTPS, PROVED),
    (D.HTTP_API, "http://*", (), W.ANY_HTTP, PROVED),
    (D.PREFIX, "http:", (APP,), W.ANY_HTTP, PROVED),
    (D.PCRE_NGINX, r"^https://[^.]+\.[a-z]+$", (), W.ANY_HTTPS, GUESSED),
    (D.PCRE_NGINX, r"^http://[a-z.]+$", (APP,), W.ANY_HTTP, GUESSED),
    (D.ALLOWLIST, WILD, (), W.ANY_SUBDOMAIN, PROVED),
    (D.INGRESS_NGINX, WILD, (APP,), W.ANY_SUBDOMAIN, PROVED),
    (D.SPRING, WILD, (), W.ANY_SUBDOMAIN, PROVED),
    (D.SPRING, WILD, (WILD,), W.ANY_SUBDOMAIN, PROVED),
    (D.ALLOWLIST, WILD + ":8443", (APP,), W.ANY_SUBDOMAIN, PROVED),
    (D.SUFFIX, ".example.com", (), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^https?://.*\.example\.com$", (), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^https?://.*\.example\.com(:\d+)?$", (APP,), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^http://.*\.example\.com$", (), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^https://([a-z0-9-]+\.)*example\.com$", (APP,), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^https://[a-z0-9-]{1,63}\.example\.com$", (), W.ANY_SUBDOMAIN, PROVED),
    (D.JAVA_FULL, r"https://[^.]+[.]example[.]com", (), W.ANY_SUBDOMAIN, PROVED),
    (D.PCRE_NGINX, r"^https://[a-z]+\.example\.com$", (), W.ANY_SUBDOMAIN, GUESSED),
    (D.EXACT, "http://app.example.com", (APP,), W.OTHER_SCHEME, PROVED),
    (D.PCRE_NGINX, r"^https?://app\.example\.com$", (APP,), W.OTHER_SCHEME, PROVED),
    (D.HOST_ONLY, "app.example.com", (APP,), W.OTHER_SCHEME, PROVED),
    (D.INGRESS_NGINX, "http://*.example.com", (WILD,), W.OTHER_SCHEME, PROVED),
    (D.EXACT, APP + ":8443", (APP,), W.OTHER_PORT, PROVED),
    (D.EXACT, APP, (APP + ":8443",), W.OTHER_PORT, PROVED),
    (D.PCRE_NGINX, r"^https://app\.example\.com(:\d+)?$", (APP,), W.OTHER_PORT, PROVED),
    (D.ALLOWLIST, WILD + ":8443", (WILD,), W.OTHER_PORT, PROVED),
    (D.SPRING, "https://app.example.com:[*]", (APP,), W.OTHER_PORT, PROVED),
    (D.PYTHON_MATCH, r"https://app\.example\.com", (), W.SUFFIX_CONFUSION, GUESSED),
    (D.PYTHON_MATCH, r"https://app\.example\.com", (APP,), W.SUFFIX_CONFUSION, GUESSED),
    (D.PREFIX, APP, (), W.SUFFIX_CONFUSION, GUESSED),
    (D.JS_TEST, r"/^https:\/\/app\.example\.com/i", (APP,), W.SUFFIX_CONFUSION, GUESSED),
    (D.PCRE_NGINX, r"^https://.*\.example\.com", (WILD,), W.SUFFIX_CONFUSION, GUESSED),
    (D.SPRING, "http://app.example.com*", (), W.SUFFIX_CONFUSION, GUESSED),
    (D.SPRING, "https://*example.com", (), W.PREFIX_CONFUSION, GUESSED),
    (D.JS_TEST, r"/example\.com$/", (APP,), W.PREFIX_CONFUSION, GUESSED),
    (D.SUFFIX, "example.com", (), W.PREFIX_CONFUSION, GUESSED),
    (D.JS_TEST, r"/app\.example\.com$/", (APP,), W.PREFIX_CONFUSION, GUESSED),
    (D.PCRE_NGINX, "^https://app.example.com$", (), W.UNESCAPED_DOT, GUESSED),
    (D.PCRE_NGINX, r"^https://app.example\.com$", (APP,), W.UNESCAPED_DOT, GUESSED),
    (D.JS_TEST, "/app.example.com$/", (APP,), W.UNESCAPED_DOT, GUESSED),
    (D.RE2_FULL, "https://app.example.com:8443", (), W.UNESCAPED_DOT, GUESSED),
    (D.EXACT, "null", (), W.NULL, PROVED),
    (D.PCRE_NGINX, r"^(https://app\.example\.com|null)$", (APP,), W.NULL, PROVED),
    (D.EXACT, "https://old.example.com", (APP,), W.ONE_EXTRA, PROVED),
    (D.PCRE_NGINX, r"^https://(app|old)\.example\.com$", (APP,), W.ONE_EXTRA, PROVED),
    (D.EXACT, "https://a.b.example.com", (WILD,), W.ONE_EXTRA, PROVED),
    (D.EXACT, APP, (APP,), W.NOTHING, PROVED),
    (D.EXACT, APP, (WILD,), W.NOTHING, PROVED),
    (D.ALLOWLIST, WILD, (WILD,), W.NOTHING, PROVED),
    (D.HOST_ONLY, "app.example.com", (), W.SEVERAL, PROVED),
    (D.PCRE_NGINX, r"^https://(a|b|c)\.example\.com$", (APP,), W.SEVERAL, PROVED),
    (D.JS_TEST, r"/^https:\/\/(.+)\.\1$/", (APP,), W.UNREAD, GUESSED),
    (D.JS_TEST, "/(/", (), W.UNREAD, GUESSED),
]


@pytest.mark.parametrize(("dialect", "text", "allowed", "name", "proved"), TABLE)
def test_the_name_of_a_widening(
    dialect: Dialect, text: str, allowed: tuple[str, ...], name: Widening, proved: bool
) -> None:
    found = named(dialect, text, *allowed)
    assert (found.name, found.proved) == (name, proved)


def test_the_table_has_every_name_but_one() -> None:
    assert {row[3] for row in TABLE} == set(Widening) - {W.UNDECIDED}


@given(
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2).map(tuple),
    st.lists(st.sampled_from(PATTERNS), max_size=2).map(tuple),
)
@settings(max_examples=80, deadline=None)
def test_a_witness_is_beyond_the_allowlist(
    patterns: tuple[Pattern, ...], against: tuple[Pattern, ...]
) -> None:
    found = name_of(patterns, against, valid)
    assert (found.witness is None) == (found.name is W.NOTHING)
    if found.witness is not None:
        assert valid(found.witness)
        assert any(takes(one, found.witness) for one in patterns)
        assert not any(takes(one, found.witness) for one in against)


_LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
_SUBDOMAINS = [row for row in TABLE if row[3] is W.ANY_SUBDOMAIN and row[4]]


@pytest.mark.parametrize("row", _SUBDOMAINS, ids=lambda row: f"{row[0]}-{row[1]}")
@given(labels=st.lists(_LABEL, min_size=1, max_size=3), origin=ORIGINS)
@settings(max_examples=30, deadline=None)
def test_what_is_proved_of_subdomains_holds_for_each(
    row: tuple[Dialect, str, tuple[str, ...], Widening, bool], labels: list[str], origin: str
) -> None:
    dialect, text, allowed, _, _ = row
    found, subject = named(dialect, text, *allowed), of([Pattern(dialect, text)])
    scheme, _, rest = (found.witness or "").partition("://")
    beneath = f"{scheme}://{'.'.join(labels)}.{found.host}{rest.partition(found.host)[2]}"
    if valid(beneath):
        deep = "however deep" in found.notes
        assert subject.takes(beneath) is (len(labels) == 1 or deep)
    assert f"nothing outside {found.host}" in found.notes
    if subject.takes(origin):
        assert origin.partition("://")[2].partition(":")[0].endswith(found.host)


@pytest.mark.parametrize("row", [row for row in TABLE if not row[4] and row[3] is not W.UNREAD])
def test_a_guess_shows_an_origin_that_is_let_in(
    row: tuple[Dialect, str, tuple[str, ...], Widening, bool],
) -> None:
    dialect, text, allowed, _, _ = row
    found = named(dialect, text, *allowed)
    beyond = of([Pattern(dialect, text)]) - of(allowlist(*allowed))
    assert found.witness is not None
    assert beyond.takes(found.witness) is True
    assert found.witness in found.words


@pytest.mark.parametrize(
    ("dialect", "text", "words"),
    [
        (
            D.INGRESS_NGINX,
            WILD,
            "any subdomain of example.com, one label deep, nothing outside example.com (proved)",
        ),
        (
            D.SPRING,
            WILD,
            "any subdomain of example.com, however deep, nothing outside example.com (proved)",
        ),
        (
            D.PCRE_NGINX,
            r"^https://(.*\.)?example\.com$",
            "any subdomain of example.com, however deep, example.com itself too, nothing outside "
            "example.com (proved)",
        ),
        (
            D.PCRE_NGINX,
            r"^https://([^.]+\.example\.com|partner\.example)$",
            "any subdomain of example.com, one label deep, and others (proved)",
        ),
        (D.ANY, "*", "any origin, null too (proved)"),
        (D.PCRE_SEARCH, "^[^n]", "any origin, but not null (proved)"),
        (
            D.PCRE_NGINX,
            "^(https?://|null)",
            "any https origin, any http origin too, null too (proved)",
        ),
        (D.HOST_ONLY, "a.example", "several origins, nothing outside a.example (proved)"),
        (D.EXACT, APP + "/", "no origin (proved)"),
        (
            D.PYTHON_MATCH,
            r"https://a\.example",
            "suffix confusion, anything may follow a.example (a guess, from "
            "https://a.example.evil.com)",
        ),
        (
            D.JS_TEST,
            r"/(a)\1/",
            "not known, the pattern could not be read (back-references)",
        ),
    ],
)
def test_the_words_for_people(dialect: Dialect, text: str, words: str) -> None:
    assert named(dialect, text).words == words


def test_several_patterns_have_one_name() -> None:
    found = name_of((exact(APP), Pattern(D.SPRING, WILD)), allowlist(APP), valid)
    assert (found.name, found.host, found.proved) == (W.ANY_SUBDOMAIN, "example.com", True)
    everything = name_of((exact(APP), ANY), allowlist(APP), valid)
    assert everything.name is W.ANY_ORIGIN


def test_an_unread_pattern_beside_a_read_one_leaves_proofs_of_members() -> None:
    unread = Pattern(D.JS_TEST, r"/(a)\1/")
    found = name_of((unread, Pattern(D.PREFIX, APP)), allowlist(APP), valid)
    assert (found.name, found.proved) == (W.SUFFIX_CONFUSION, False)
    anyway = name_of((unread, ANY), (), valid)
    assert (anyway.name, anyway.proved) == (W.ANY_ORIGIN, True)


def test_a_search_that_ended_early_proves_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def early(*args: object, **options: object) -> Cut:
        found = cut_module.cut(*args, **options)  # type: ignore[arg-type]
        return Cut(found.classes, found.opaque, unfinished="more than 1 states")

    monkeypatch.setattr("auditor.core.language.algebra.cut", early)
    # Answers are kept, of whichever search: these patterns are asked about nowhere else.
    tried = (
        "https://*.early.example",
        "https:*",
        "**",
        "https://*early.example",
        "https://early.example",
    )
    found = [Naming((Pattern(D.SPRING, text),), (), valid).name() for text in tried]
    assert [(one.name, one.proved) for one in found] == [
        (W.ANY_SUBDOMAIN, False),
        (W.ANY_HTTPS, False),
        (W.ANY_HTTPS, False),
        (W.PREFIX_CONFUSION, False),
        (W.SEVERAL, False),
    ]


def test_where_a_search_found_nothing_and_did_not_end_nothing_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = Cut((), unfinished="more than 1 states")
    monkeypatch.setattr("auditor.core.language.algebra.cut", lambda *_a, **_o: nothing)
    found = Naming((Pattern(D.PCRE_SEARCH, "^https://[ab]{9}$"),), (), valid).name()
    assert found == Named(W.UNDECIDED, False, reason="more than 1 states")
    assert found.words == "not decided (more than 1 states)"
    guessed = Naming((Pattern(D.PREFIX, "https://early.example"),), (), valid).name()
    assert (guessed.name, guessed.proved) == (W.SUFFIX_CONFUSION, False)


def test_what_an_attacker_could_own_comes_before_what_lies_within_the_domain() -> None:
    naming = Naming((Pattern(D.JS_TEST, r"/app.example.com$/"),), allowlist(APP), valid)
    found = list(naming.shapes())
    assert [shape.foreign for shape in found] == sorted((s.foreign for s in found), reverse=True)
    assert found[0].witness == "https://appxexample.com"
    assert not any(s.foreign for s in found if s.witness.endswith(".example.com"))


def test_an_allowlist_of_thousands_is_no_obstacle() -> None:
    many = allowlist(*(f"https://h{n}.example" for n in range(3_000)))
    found = name_of((exact("http://h2999.example"),), many, valid)
    assert (found.name, found.host) == (W.OTHER_SCHEME, "h2999.example")
