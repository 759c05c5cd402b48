"""Waivers for origins: the allowlist until a day, on their routes and nowhere else."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.reading import PathKind, PathMatch, Where
from auditor.core.waiver.extension import extended, permitting
from auditor.core.waiver.waiver import OfFinding, OfOrigins, Waiver, Waivers
from tests.core.claims import FINDING

TODAY = date(2026, 11, 22)
APP, OLD, TENANT = "https://app.example.com", "https://old.example", "https://a.tenants.example"
TENANTS = Pattern(Dialect.ALLOWLIST, "https://*.tenants.example")
WHERE = Where("allowlist.yaml", 5)
HOSTS = ("api.example.com", "b.example.com", "a.b.example.com", "other.test")
PATHS = ("/", "/v1", "/v1/a", "/v1/a/x", "/v2", "/v1x")
ENVIRONMENTS = ("prod", "staging")
MATCHES = [
    RouteMatch(host, path)
    for host in ("api.example.com", "b.example.com", "*.example.com", "*.b.example.com")
    for path in (
        PathMatch(PathKind.PREFIX, "/"),
        PathMatch(PathKind.PREFIX, "/v1"),
        PathMatch(PathKind.PREFIX, "/v1/a"),
        PathMatch(PathKind.EXACT, "/v1"),
        PathMatch(PathKind.EXACT, "/v1/a/x"),
    )
]


def prefix(host: str, path: str = "/") -> RouteMatch:
    return RouteMatch(host, PathMatch(PathKind.PREFIX, path))


def entry(text: str) -> OriginEntry:
    return OriginEntry(exact(text), "team", WHERE)


def listed(match: RouteMatch, *origins: str, environment: str | None = None) -> AllowedRoute:
    return AllowedRoute(match, tuple(map(entry, origins)), True, WHERE, environment)


def waiver(
    match: RouteMatch, text: str = OLD, days: int = 0, *, credentials: bool = True, line: int = 3
) -> Waiver:
    pattern = TENANTS if "*" in text else exact(text)
    expires = TODAY + timedelta(days)
    of = OfOrigins(pattern, match, credentials)
    return Waiver(of, "why", "who", expires, Where("waivers.yaml", line))


def told(allowlist: Allowlist | None, *waivers: Waiver) -> Allowlist:
    found = extended(allowlist, Waivers(waivers), TODAY)
    assert found is not None
    return found


def permitted(allowlist: Allowlist, place: str, origin: str = OLD, at: str = "prod") -> Capability:
    """What is waived for `origin` at `place`."""
    host, _, path = place.partition("/")
    route = allowlist.route(host, f"/{path}", at)
    return Capability.NONE if route is None else route.wanted(origin, TODAY).waived


ONE = Allowlist((listed(prefix("api.example.com"), APP),), digest="d")


@pytest.mark.parametrize(
    ("match", "inside", "outside"),
    [
        (
            prefix("api.example.com"),
            ("api.example.com/", "api.example.com/v1/a"),
            ("b.example.com/",),
        ),
        (prefix("*.example.com"), ("api.example.com/v1",), ("other.test/",)),
        (
            prefix("api.example.com", "/v1"),
            ("api.example.com/v1", "api.example.com/v1/a"),
            ("api.example.com/", "api.example.com/v1x", "api.example.com/v2"),
        ),
        (
            RouteMatch("api.example.com", PathMatch(PathKind.EXACT, "/v1")),
            ("api.example.com/v1",),
            ("api.example.com/v1/a", "api.example.com/"),
        ),
        (prefix("*.example.com", "/v1"), ("api.example.com/v1/a",), ("api.example.com/v2",)),
        (prefix("b.example.com"), (), ("api.example.com/", "b.example.com/")),
    ],
)
def test_it_is_permitted_on_its_routes_alone(
    match: RouteMatch, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    found = told(ONE, waiver(match))
    assert [permitted(found, place) for place in inside] == [EVERYTHING] * len(inside)
    assert [permitted(found, place) for place in outside] == [Capability.NONE] * len(outside)
    assert all(
        permitted(found, place, "https://evil.example") is Capability.NONE for place in inside
    )


def test_it_is_permitted_and_never_required() -> None:
    route = told(ONE, waiver(prefix("api.example.com"))).route("api.example.com", "/", "prod")
    assert route is not None
    wanted = route.wanted(OLD, TODAY)
    assert (wanted.caps, wanted.unreviewed, wanted.waived) == (
        Capability.NONE,
        EVERYTHING,
        EVERYTHING,
    )
    assert route.wanted(APP, TODAY).caps == EVERYTHING


def test_without_cookies_unless_it_says_so() -> None:
    found = told(ONE, waiver(prefix("api.example.com"), credentials=False))
    assert permitted(found, "api.example.com/") == ANONYMOUS


def test_what_the_allowlist_has_needs_no_waiver() -> None:
    found = told(ONE, waiver(prefix("api.example.com"), APP))
    assert permitted(found, "api.example.com/", APP) == Capability.NONE


@pytest.mark.parametrize(("days", "holds"), [(0, True), (-1, False)])
def test_the_last_day_is_included(days: int, holds: bool) -> None:
    found = told(ONE, waiver(prefix("api.example.com"), days=days))
    assert bool(permitted(found, "api.example.com/")) is holds
    assert (found is ONE) is not holds


def test_without_an_allowlist_there_is_nothing_to_extend() -> None:
    assert extended(None, Waivers((waiver(prefix("api.example.com")),)), TODAY) is None
    other = Waiver(OfFinding("0" * 8), "why", "who", TODAY, WHERE)
    assert told(ONE, other) is ONE


def test_the_digest_tells_another_waiver() -> None:
    digests = {
        found.digest
        for found in (
            ONE,
            told(ONE, waiver(prefix("api.example.com"))),
            told(ONE, waiver(prefix("api.example.com"), days=1)),
            told(ONE, waiver(prefix("api.example.com"), credentials=False)),
        )
    }
    assert len(digests) == 4


def test_what_an_environment_wants_stays_its_own() -> None:
    general = listed(prefix("api.example.com"), APP)
    prod = listed(prefix("api.example.com", "/v1"), TENANT, environment="prod")
    found = told(Allowlist((general, prod)), waiver(prefix("api.example.com", "/v1/a")))
    for environment, trusted in (("prod", TENANT), ("staging", APP)):
        route = found.route("api.example.com", "/v1/a", environment)
        assert route is not None
        assert [e.text for e in route.entries] == [trusted, OLD], environment


def some_allowlist(random: Random) -> Allowlist:
    routes = {
        (match, environment): AllowedRoute(
            match,
            tuple(map(entry, random.sample([APP, OLD, TENANT], random.randint(0, 2)))),
            random.random() < 0.7,
            Where("allowlist.yaml", at),
            environment,
            public=random.random() < 0.2,
            methods=random.choice([None, frozenset({"GET"})]),
        )
        for at, (match, environment) in enumerate(
            random.sample(list(product(MATCHES, (None, *ENVIRONMENTS))), random.randint(1, 7))
        )
    }
    return Allowlist(tuple(routes.values()))


@pytest.mark.parametrize("seed", range(200))
def test_everything_outside_a_waiver_is_as_it_was(seed: int) -> None:
    random = Random(seed)
    allowlist = some_allowlist(random)
    waivers = tuple(
        waiver(
            random.choice(MATCHES),
            random.choice([OLD, "https://*.tenants.example"]),
            random.choice([0, 0, -1]),
            credentials=random.random() < 0.5,
            line=at,
        )
        for at in range(random.randint(1, 3))
    )
    found = told(allowlist, *waivers)
    for host, path, environment in product(HOSTS, PATHS, ENVIRONMENTS):
        before = allowlist.route(host, path, environment)
        after = found.route(host, path, environment)
        if before is None or after is None:
            assert before is after, (host, path, environment)
            continue
        plain = replace(after, match=before.match, entries=before.entries)
        assert plain == before, "all that the route wants beside its origins"
        for origin in (APP, OLD, TENANT, "https://evil.example"):
            old, new = before.wanted(origin, TODAY), after.wanted(origin, TODAY)
            given = Capability.NONE
            for one in waivers:
                of = one.of
                assert isinstance(of, OfOrigins)
                named = of.match.takes(host, path) and entry_takes(of.pattern, origin)
                given |= of.caps if named and one.active(TODAY) else Capability.NONE
            assert new.caps == old.caps
            assert new.waived == given & ~old.caps, (host, path, environment, origin)


def entry_takes(pattern: Pattern, origin: str) -> bool:
    return OriginEntry(pattern, "", WHERE).takes(origin)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (prefix("api.example.com"), prefix("*.example.com"), prefix("api.example.com")),
        (prefix("*.example.com"), prefix("api.example.com"), prefix("api.example.com")),
        (
            prefix("*.example.com", "/v1"),
            prefix("api.example.com"),
            prefix("api.example.com", "/v1"),
        ),
        (
            prefix("api.example.com"),
            prefix("*.example.com", "/v1"),
            prefix("api.example.com", "/v1"),
        ),
        (prefix("*.b.example.com"), prefix("*.example.com"), prefix("*.b.example.com")),
        (prefix("api.example.com"), prefix("b.example.com"), None),
        (prefix("api.example.com", "/v1"), prefix("api.example.com", "/v2"), None),
        (prefix("api.example.com", "/v1"), prefix("api.example.com", "/v1x"), None),
    ],
)
def test_what_two_routes_both_speak_of(
    one: RouteMatch, other: RouteMatch, both: RouteMatch | None
) -> None:
    assert one.within(other) == both


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, True),
        ({"match": prefix("b.example.com")}, False),
        ({"match": prefix("*.example.com", "/v1")}, True),
        ({"text": APP}, False),
        ({"days": -1}, False),
        ({"credentials": False}, False),
    ],
)
def test_which_waiver_permits_what_a_finding_was_about(
    changed: dict[str, object], found: bool
) -> None:
    about = replace(FINDING, routes=("GET,PUT api.example.com/v1/*",), capabilities=("read_cred",))
    given = {"match": prefix("api.example.com"), **changed}
    said = permitting((waiver(**given),), about, TODAY)  # type: ignore[arg-type]
    assert (said is not None) is found
