"""Drafting: what is proposed, what is left to people, and that it reads back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.allowlist import Allowlist
from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.edge.allowlist.draft import Draft, Kept, Observed, draft
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.allowlist.summary import summarize

TODAY = date(2026, 11, 22)


def seen(
    *origins: str,
    host: str = "api.example.com",
    path: str = "/v1/*",
    environment: str | None = "prod",
    owner: str | None = "team-a",
    credentials: bool = True,
    any_origin: bool = False,
    methods: tuple[str, ...] = ("GET",),
    production: bool = True,
) -> Observed:
    return Observed(
        host, path, environment, owner, origins, credentials, any_origin, methods, production
    )


def load(drafted: Draft) -> Allowlist:
    loaded = load_allowlist((name, text.encode()) for name, text in drafted.files)
    assert isinstance(loaded, Allowlist), "\n".join(map(str, loaded))
    return loaded


@pytest.mark.parametrize(
    ("observed", "why", "origin"),
    [
        (seen(any_origin=True), Kept.ANY_WITH_COOKIES, None),
        (seen(any_origin=True, credentials=False, methods=("PUT",)), Kept.ANY_SENDS, None),
        (seen("null"), Kept.NULL, "null"),
        (seen("http://app.example.com"), Kept.PLAIN_HTTP, "http://app.example.com"),
        (seen("http://app.example.com", production=False), Kept.PLAIN_HTTP, None),
        (seen("http://localhost:3000"), Kept.LOCAL, "http://localhost:3000"),
        (seen("https://10.0.0.1"), Kept.LOCAL, "https://10.0.0.1"),
        (seen("https://[::1]:8443"), Kept.LOCAL, "https://[::1]:8443"),
        (seen("https://*.example.com"), Kept.PATTERN, "https://*.example.com"),
        (seen("*"), Kept.PATTERN, "*"),
        (seen("https://vercel.app"), Kept.PUBLIC_SUFFIX, "https://vercel.app"),
        (seen("https://a.example.com/"), Kept.MALFORMED, "https://a.example.com/"),
        (seen("https://a.example.com", host="*"), Kept.NO_ROUTE, None),
        (seen("https://a.example.com", host="a.example.com:8443"), Kept.NO_ROUTE, None),
        (seen("https://a.example.com", path="/v1/{id}"), Kept.NO_ROUTE, None),
        (seen("https://a.example.com", path="v1"), Kept.NO_ROUTE, None),
    ],
)
def test_what_people_must_decide_is_not_drafted(
    observed: Observed, why: Kept, origin: str | None
) -> None:
    drafted = draft([observed], TODAY)
    assert drafted.files == ()
    (left,) = drafted.not_drafted
    assert left.why is why
    assert origin is None or left.origin == origin


def test_the_good_beside_the_bad_is_drafted() -> None:
    drafted = draft([seen("https://app.example.com", "null")], TODAY)
    (route,) = load(drafted).routes
    assert [entry.text for entry in route.entries] == ["https://app.example.com"]
    assert [one.why for one in drafted.not_drafted] == [Kept.NULL]


def test_everything_is_proposed_and_stale_after_thirty_days() -> None:
    drafted = draft([seen("https://app.example.com")], TODAY)
    assert drafted.stale == date(2026, 12, 22)
    allowlist = load(drafted)
    (entry,) = allowlist.origins
    assert (entry.proposed, entry.review_by, entry.owner) == (True, drafted.stale, "team-a")
    wanted = allowlist.routes[0].wanted("https://app.example.com", TODAY)
    assert (wanted.caps, wanted.unreviewed) == (Capability.NONE, EVERYTHING)


def test_a_star_without_cookies_is_proposed_as_public() -> None:
    drafted = draft([seen(any_origin=True, credentials=False)], TODAY)
    (route,) = load(drafted).routes
    assert (route.public, route.proposed, route.credentials, drafted.public) == (
        True,
        True,
        False,
        1,
    )
    assert route.wanted("https://x.example", TODAY).unreviewed == ANONYMOUS


def test_removing_the_status_line_approves_a_file() -> None:
    ((name, text),) = draft([seen("https://app.example.com")], TODAY).files
    approved = load_allowlist([(name, text.replace("status: proposed\n", "").encode())])
    assert isinstance(approved, Allowlist)
    assert approved.routes[0].wanted("https://app.example.com", TODAY).caps == EVERYTHING


def test_localhost_is_at_home_outside_production() -> None:
    drafted = draft([seen("http://localhost:3000", production=False)], TODAY)
    assert load(drafted).routes[0].entries[0].text == "http://localhost:3000"


def test_one_file_for_each_owner() -> None:
    drafted = draft(
        [
            seen("https://a.example.com", path=f"/{number}/*", owner=owner)
            for number, owner in enumerate(
                ["team-a", "Team A", "../../etc", None, " ", "unowned", "team-a\nx: 1", '"', "été"]
            )
        ],
        TODAY,
    )
    assert [name for name, _ in drafted.files] == [
        "etc.yaml",
        "t.yaml",
        "team-a-2.yaml",
        "team-a-x--1.yaml",
        "team-a.yaml",
        "team.yaml",
        "unowned-2.yaml",
        "unowned.yaml",
    ]
    owners = {entry.owner for entry in load(drafted).origins}
    assert owners == {"team-a", "Team A", "../../etc", "unowned", "team-a x: 1", '"', "été"}
    assert drafted.ownerless == 1


def test_routes_of_one_match_are_one_and_the_narrower_wins() -> None:
    drafted = draft(
        [
            seen("https://a.example.com", methods=("GET",)),
            seen("https://b.example.com", methods=("PUT",)),
            seen("https://c.example.com", path="/v2/*", credentials=False),
            seen("https://d.example.com", path="/v2/*", credentials=True),
            seen("https://e.example.com", path="/v3/*", owner="team-b"),
            seen("https://e.example.com", path="/v3/*", owner="team-c"),
        ],
        TODAY,
    )
    one, two, three = sorted(load(drafted).routes, key=lambda route: str(route.match))
    assert len(one.entries) == 2
    assert one.credentials
    assert not two.credentials
    assert three.owner == "unowned"
    assert [one.why for one in drafted.not_drafted] == [Kept.MIXED]


def test_the_summary_counts_what_was_left_out() -> None:
    drafted = draft(
        [
            seen("https://a.example.com", "null", "http://x.example"),
            seen("null", path="/v2/*", owner=None),
            seen("https://a.example.com", path="/v3/*", owner=None),
            seen(path="/v4/*", any_origin=True, credentials=False),
        ],
        TODAY,
    )
    lines = list(summarize(drafted, "allowlist/"))
    assert lines == [
        "wrote 2 files, one for each owner; 1 origin, 3 route groups (from 4 routes), "
        'all "proposed"',
        "  1 origin without an owner: allowlist/unowned.yaml",
        '  1 route group "*" without cookies: drafted as public: true, please confirm',
        "NOT drafted, decide by hand:",
        "     2  null, e.g. null on api.example.com/v1/*",
        "     1  http://, e.g. http://x.example on api.example.com/v1/*",
        'Proposed entries open no tickets and count as "unreviewed", never as clean, until the line',
        '"status: proposed" is gone. They go stale on 2026-12-22.',
        "next: cors-audit validate allowlist/    then commit; CODEOWNERS sends each file to its team",
    ]


ORIGINS = st.sampled_from(
    ["https://a.example.com", "https://b.example.com:8443", "http://localhost:1", "null", "*"]
)
OBSERVED = st.builds(
    Observed,
    host=st.one_of(st.sampled_from(["api.example.com", "*.example.com", "x.example."]), st.text()),
    path_text=st.one_of(st.sampled_from(["", "/", "/*", "/v1", "/v1/*", "/v1/"]), st.text()),
    environment=st.one_of(st.none(), st.sampled_from(["prod", "on", "1"]), st.text()),
    owner=st.one_of(st.none(), st.sampled_from(["team-a", "yes", "a: b # c"]), st.text()),
    origins=st.lists(st.one_of(ORIGINS, st.text()), max_size=4).map(tuple),
    credentials=st.booleans(),
    any_origin=st.booleans(),
    methods=st.sampled_from([(), ("GET",), ("PUT",)]),
    production=st.booleans(),
)


@settings(max_examples=300)
@given(st.lists(OBSERVED, max_size=8))
def test_what_is_drafted_reads_back(observed: list[Observed]) -> None:
    drafted = draft(observed, TODAY)
    if not drafted.files:
        assert drafted.routes == 0
        return
    allowlist = load(drafted)
    assert len(allowlist.routes) == drafted.routes
    assert len({entry.text for entry in allowlist.origins}) == drafted.origins
    assert all(entry.proposed for entry in allowlist.origins)
    assert all(route.proposed for route in allowlist.routes)
    granted = {origin for one in observed for origin in one.origins}
    assert {entry.text for entry in allowlist.origins} <= granted - {"*", "null"}
    for route in allowlist.routes:
        if route.credentials:
            assert route.entries
    assert all(line.isprintable() for line in summarize(drafted, "allowlist/"))
