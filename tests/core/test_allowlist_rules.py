"""The allowlist's own rules: which entry speaks of a request, and what it wants for an origin."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.allowlist import (
    AllowedRoute,
    Allowlist,
    OriginEntry,
    RouteMatch,
    Wanted,
    ties,
)
from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.reading import PathKind, PathMatch, Where

TODAY = date(2026, 11, 22)
NONE = Capability.NONE
APP, PARTNER = "https://app.example.com", "https://partner.test"
TENANTS = Pattern(Dialect.ALLOWLIST, "https://*.tenants.example.com")
UNREAD = Pattern(Dialect.PYTHON_FULLMATCH, r"https://(a|b)\.\1\.test")


def matching(text: str) -> RouteMatch:
    """`host/v1/*` or `host/v1`, as the allowlist writes it."""
    host, slash, rest = text.partition("/")
    if rest.endswith("*") or not slash:
        return RouteMatch(host, PathMatch(PathKind.PREFIX, (slash + rest[:-1]).rstrip("/") or "/"))
    return RouteMatch(host, PathMatch(PathKind.EXACT, slash + rest))


def entry(
    pattern: str | Pattern, proposed: bool = False, expires: date | None = None, line: int = 1
) -> OriginEntry:
    found = exact(pattern) if isinstance(pattern, str) else pattern
    where = Where("allowlist.yaml", line)
    return OriginEntry(found, "team-web", where, proposed=proposed, expires=expires)


def route(
    text: str = "api.example.com/*",
    *entries: OriginEntry,
    environment: str | None = None,
    line: int = 3,
    credentials: bool = True,
) -> AllowedRoute:
    where = Where("allowlist.yaml", line)
    return AllowedRoute(matching(text), entries, credentials, where, environment)


@pytest.mark.parametrize(
    ("text", "taken", "left"),
    [
        ("a.test", "a.test/ a.test/x a.test/x/y", "b.test/ x.a.test/"),
        ("a.test/v1/*", "a.test/v1 a.test/v1/x", "a.test/v10 a.test/ a.test/v2"),
        ("a.test/v1", "a.test/v1", "a.test/v1/ a.test/v1/x"),
        ("*.a.test/*", "x.a.test/ x.y.a.test/v1", "a.test/ xa.test/ a.test.evil/"),
    ],
)
def test_what_a_match_takes(text: str, taken: str, left: str) -> None:
    match = matching(text)
    for url in taken.split():
        host, _, path = url.partition("/")
        assert match.takes(host, "/" + path), url
    for url in left.split():
        host, _, path = url.partition("/")
        assert not match.takes(host, "/" + path), url


@pytest.mark.parametrize("text", ["a.test/*", "a.test/v1/*", "a.test/v1", "*.a.test/v1/*"])
def test_a_match_is_told_as_it_is_written(text: str) -> None:
    assert str(matching(text)) == text


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("api.example.com/v1/me", 1),
        ("api.example.com/v1/orders/7", 2),
        ("api.example.com/v1/other", 3),
        ("api.example.com/v2", 4),
        ("www.eu.example.com/v1/me", 5),
        ("www.example.com/v1/me", 6),
        ("www.example.com/v2", 7),
        ("example.com/", None),
        ("api.test/", None),
    ],
)
def test_the_most_specific_route_speaks(path: str, line: int | None) -> None:
    routes = [
        route("api.example.com/v1/me", line=1),
        route("api.example.com/v1/orders/*", line=2),
        route("api.example.com/v1/*", line=3),
        route("api.example.com/*", line=4),
        route("*.eu.example.com/*", line=5),
        route("*.example.com/v1/*", line=6),
        route("*.example.com/*", line=7),
    ]
    host, _, rest = path.partition("/")
    for given in (routes, routes[::-1]):
        found = Allowlist(tuple(given)).route(host, "/" + rest, None)
        assert (None if found is None else found.where.line) == line


def test_an_exact_path_is_more_specific_than_a_longer_prefix_elsewhere() -> None:
    assert matching("a.test/v1").specificity > matching("a.test/v1/*").specificity
    assert matching("a.test/*").specificity > matching("*.long.name.a.test/v1").specificity


@pytest.mark.parametrize(("environment", "line"), [("prod", 1), ("staging", 2), (None, None)])
def test_a_route_of_an_environment_speaks_of_that_one_alone(
    environment: str | None, line: int | None
) -> None:
    listed = Allowlist(
        (route(environment="prod", line=1), route(environment="staging", line=2)),
    )
    found = listed.route("api.example.com", "/v1", environment)
    assert (None if found is None else found.where.line) == line


def test_a_route_without_an_environment_speaks_of_all() -> None:
    listed = Allowlist((route(),))
    assert listed.route("api.example.com", "/", "prod") is not None
    assert listed.route("api.example.com", "/", None) is not None


def test_the_paths_of_a_host_come_from_every_route_that_may_speak_of_it() -> None:
    listed = Allowlist(
        (route("api.example.com/v1"), route("*.example.com/v2/*"), route("other.test/v3/*"))
    )
    assert set(listed.paths("api.example.com")) == {
        PathMatch(PathKind.EXACT, "/v1"),
        PathMatch(PathKind.PREFIX, "/v2"),
    }
    assert list(listed.paths("example.com")) == []


def test_ties_are_routes_that_say_the_same_match_twice_for_one_environment() -> None:
    first, again = route(line=1), route(line=2)
    other = route(line=3, environment="prod")
    narrower = route("api.example.com/v1/*", line=4)
    assert list(ties((first, other, narrower, again))) == [(first, again)]
    assert list(ties((first, other, narrower))) == []


@pytest.mark.parametrize(("days", "counts"), [(1, True), (0, True), (-1, False)])
def test_an_entry_counts_up_to_its_last_day(days: int, counts: bool) -> None:
    one = entry(APP, expires=TODAY + timedelta(days=days))
    assert one.active(TODAY) is counts
    wanted = route("api.example.com/*", one).wanted(APP, TODAY)
    assert wanted == Wanted(EVERYTHING if counts else NONE)


def test_origins_are_denied_unless_they_are_listed() -> None:
    listed = route("api.example.com/*", entry(APP), entry(TENANTS))
    assert listed.wanted(APP, TODAY) == Wanted(EVERYTHING)
    assert listed.wanted("https://a.tenants.example.com", TODAY) == Wanted(EVERYTHING)
    for other in ("https://tenants.example.com", APP + ":8443", "http://app.example.com", "null"):
        assert listed.wanted(other, TODAY) == Wanted(NONE), other


def test_without_credentials_an_entry_gives_what_is_anonymous() -> None:
    listed = route("api.example.com/*", entry(APP), credentials=False)
    assert listed.wanted(APP, TODAY) == Wanted(ANONYMOUS)


def test_a_pattern_that_is_not_read_takes_nobody() -> None:
    listed = route("api.example.com/*", entry(UNREAD))
    assert listed.wanted("https://a.a.test", TODAY) == Wanted(NONE)


def test_what_a_proposed_entry_covers_is_unreviewed() -> None:
    listed = route("api.example.com/*", entry(APP, proposed=True), entry(PARTNER))
    assert listed.wanted(APP, TODAY) == Wanted(NONE, EVERYTHING)
    assert listed.wanted(PARTNER, TODAY) == Wanted(EVERYTHING)


def test_what_is_approved_is_not_unreviewed_by_a_second_entry() -> None:
    listed = route("api.example.com/*", entry(TENANTS, proposed=True), entry(TENANTS))
    assert listed.wanted("https://a.tenants.example.com", TODAY) == Wanted(EVERYTHING, NONE)


def test_a_proposed_route_makes_every_entry_unreviewed() -> None:
    listed = replace(route("api.example.com/*", entry(APP)), proposed=True)
    assert listed.wanted(APP, TODAY) == Wanted(NONE, EVERYTHING)


def test_a_public_route_gives_everybody_what_is_anonymous() -> None:
    public = replace(route("api.example.com/*", entry(APP)), public=True)
    assert public.wanted("https://evil.test", TODAY) == Wanted(ANONYMOUS)
    assert public.wanted("null", TODAY) == Wanted(ANONYMOUS)
    assert public.wanted(APP, TODAY) == Wanted(EVERYTHING)
    proposed = replace(public, proposed=True)
    assert proposed.wanted("https://evil.test", TODAY) == Wanted(NONE, ANONYMOUS)


def test_exact_origins_are_literals_of_the_cut_and_the_rest_its_patterns() -> None:
    listed = route("api.example.com/*", entry(APP), entry(TENANTS), entry(PARTNER))
    assert list(listed.patterns()) == [TENANTS]
    assert list(listed.literals()) == [APP, PARTNER]


def test_routes_that_want_the_same_have_equal_terms() -> None:
    one = route("api.example.com/*", entry(APP), line=3)
    same = replace(
        route("other.test/v1/*", replace(entry(APP, line=9), owner="team-b", ticket="T-1"), line=8),
        environment="prod",
        owner="team-b",
    )
    assert one.terms == same.terms
    assert hash(one.terms) == hash(same.terms)


BASE = route("api.example.com/*", entry(APP))


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, credentials=False),
        replace(BASE, public=True),
        replace(BASE, proposed=True),
        replace(BASE, methods=frozenset({"GET"})),
        replace(BASE, headers=frozenset({"x-a"})),
        replace(BASE, entries=(entry(PARTNER),)),
        replace(BASE, entries=(entry(APP), entry(PARTNER))),
        replace(BASE, entries=(entry(APP, proposed=True),)),
        replace(BASE, entries=(entry(APP, expires=TODAY),)),
        replace(BASE, entries=()),
    ],
    ids=str,
)
def test_routes_that_want_something_else_have_other_terms(other: AllowedRoute) -> None:
    assert BASE.terms != other.terms
