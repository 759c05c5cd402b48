"""Behaviours drawn from a small closed world, in which every kind of the language occurs.

Small on purpose: things drawn independently meet (an origin and the pattern that takes it, a header
and the guard on it), and a property over all of `ORIGINS` is a property over the whole world.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from auditor.core.hop.behaviour import (
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
    Forward,
    Inward,
    Mix,
    Respond,
    Step,
    UnreadBehaviour,
)
from auditor.core.hop.guard import (
    OPTIONS,
    PREFLIGHT,
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    StatusIn,
    Term,
    UnknownGuard,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ANY_HEADER,
    CORS_NAMES,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    Act,
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
)
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact

HOST = "api.example.com"
"""The host of the route, for same-host patterns."""

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
ORIGINS: tuple[str, ...] = (
    APP,
    ADMIN,
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://example.com",
    "https://deep.app.example.com",
    "https://evilapp.example.com",
    "https://app.example.com.evil.test",
    "https://evil.test",
    "http://localhost:3000",
    "capacitor://localhost",
    f"http://{HOST}",
    "null",
)
"""Every origin of the world, each as a browser sends it."""

UNREAD_PATTERN = Pattern(Dialect.PCRE_SEARCH, r"^https://(a|b(?R)?)\.test$")
"""Not regular, so that what it takes is not known for any origin."""

PATTERNS: tuple[Pattern, ...] = (
    exact(APP),
    exact(ADMIN),
    exact("null"),
    ANY,
    Pattern(Dialect.EXACT_CASELESS, "HTTPS://App.Example.Com"),
    Pattern(Dialect.PREFIX, APP),
    Pattern(Dialect.SUFFIX, ".example.com"),
    Pattern(Dialect.ALLOWLIST, "https://*.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "null"),
    Pattern(Dialect.HTTP_API, "https://*"),
    Pattern(Dialect.SPRING, "https://*.example.com:[443,8443]"),
    Pattern(Dialect.SPRING_LIST, f"{APP}/"),
    Pattern(Dialect.DJANGO_LIST, "null"),
    Pattern(Dialect.SUBSTRING_OF, f"{APP},{ADMIN}"),
    Pattern(Dialect.HOST_ONLY, "app.example.com"),
    Pattern(Dialect.SAME_HOST, "http"),
    UNREAD_PATTERN,
)

METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
STATUSES = (200, 204, 400, 403, 404)
CAUSES = ("version", "flag")
FIELDS = ("", "cors-allow-origin", "AllowOrigins[0]")
REQUEST_HEADERS = ("cookie", "authorization")
REQUESTED_HEADERS = ("content-type", "x-amz-date", "x-test")
NAMES = (
    ALLOW_ORIGIN,
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
)
TEXTS = ("*", "true", "false", APP, "https://old.example.com", "null", "GET, PUT", "x-test", "600")


def _sets(options: tuple[str, ...]) -> SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(options), max_size=2)


def header_names() -> SearchStrategy[HeaderNames]:
    """Sets of requested header names: listed, with a prefix, or any."""
    listed = st.builds(
        HeaderNames,
        _sets(REQUESTED_HEADERS),
        st.sampled_from([frozenset[str](), frozenset({"x-"})]),
    )
    return st.just(ANY_HEADER) | listed


def atoms() -> SearchStrategy[Atom]:
    """One atom of any kind."""
    patterns = st.lists(st.sampled_from(PATTERNS), max_size=3, unique=True).map(tuple)
    return st.one_of(
        st.builds(OriginIn, patterns),
        st.just(OriginPresent()),
        st.builds(MethodIn, _sets(METHODS)),
        st.builds(RequestedMethodIn, st.none() | _sets(METHODS)),
        st.builds(RequestedHeadersWithin, header_names()),
        st.builds(RequestHeaderPresent, st.sampled_from(REQUEST_HEADERS)),
        st.builds(StatusIn, st.frozensets(st.sampled_from(STATUSES), max_size=3)),
        st.builds(ResponseHeaderPresent, st.sampled_from(NAMES)),
        st.builds(UnknownGuard, st.sampled_from(CAUSES)),
    )


def guards() -> SearchStrategy[Guard]:
    """Conjunctions of up to two terms, at times behind OPTIONS or a preflight."""
    terms: SearchStrategy[Term] = atoms() | st.builds(Not, atoms())
    rest = st.lists(terms, max_size=2).map(tuple)
    return st.builds(
        lambda head, tail: (*head, *tail), st.sampled_from(((), OPTIONS, PREFLIGHT)), rest
    )


def values() -> SearchStrategy[Value]:
    """One value of any kind."""
    return st.one_of(
        st.builds(Literal, st.sampled_from(TEXTS)),
        st.just(TheOrigin()),
        st.just(RequestedMethod()),
        st.builds(RequestedHeaders, header_names(), st.booleans()),
        st.builds(RequestHeader, st.sampled_from(("origin", *REQUEST_HEADERS))),
        st.builds(InnerHeader, st.sampled_from(NAMES)),
        st.builds(UnknownValue, st.sampled_from(CAUSES)),
    )


def ops() -> SearchStrategy[Op]:
    """One operation of any kind, on one name, several or all CORS names."""
    several = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)
    names = several | st.just(CORS_NAMES)
    writing = st.sampled_from([act for act in Act if act is not Act.REMOVE])
    fields = st.sampled_from(FIELDS)
    return st.one_of(
        st.builds(Op, writing, names, values(), fields),
        st.builds(Op, st.just(Act.REMOVE), names, st.none(), fields),
    )


def responds() -> SearchStrategy[Respond]:
    """One answer of a hop's own."""
    return st.builds(
        Respond,
        guards(),
        st.lists(st.sampled_from(STATUSES), min_size=1, max_size=2, unique=True).map(tuple),
        st.lists(ops(), max_size=3).map(tuple),
        st.booleans(),
        st.booleans(),
        st.sampled_from(FIELDS),
    )


def steps() -> SearchStrategy[Step]:
    """One ordered choice of up to two cases."""
    cases = st.builds(Case, guards(), st.lists(ops(), max_size=3).map(tuple))
    return st.lists(cases, max_size=2).map(tuple)


def inwards() -> SearchStrategy[Inward]:
    """What reaches the hop behind."""
    literals = st.builds(Literal, st.sampled_from(ORIGINS))
    return st.builds(Inward, st.sampled_from(Forward) | literals, st.sampled_from(Forward))


def caches() -> SearchStrategy[Cache]:
    """A store of answers."""
    return st.builds(
        Cache,
        _sets(("origin", "authorization", "*")),
        st.booleans(),
        st.booleans(),
        st.frozensets(st.sampled_from(STATUSES), max_size=3),
    )


def behaviours() -> SearchStrategy[Behaviour]:
    """One plain behaviour: at most two answers and two steps."""
    return st.builds(
        Behaviour,
        st.lists(responds(), max_size=2).map(tuple),
        st.lists(steps(), max_size=2).map(tuple),
        inwards(),
        st.none() | caches(),
    )


def doings() -> SearchStrategy[Doing]:
    """What stands at one place of a path: plain, unread, or a choice of those, nested at times."""
    single: SearchStrategy[Doing] = behaviours() | st.builds(
        UnreadBehaviour, st.sampled_from(CAUSES)
    )
    return st.recursive(single, _choices, max_leaves=4)


def _choices(inner: SearchStrategy[Doing]) -> SearchStrategy[Doing]:
    options = st.lists(inner, min_size=2, max_size=3).map(tuple)
    causes = st.sampled_from(CAUSES)
    return st.builds(Either, causes, options) | st.builds(Mix, causes, options)
