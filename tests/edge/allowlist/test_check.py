"""What is due in a valid allowlist, and what looks odd."""

from datetime import date

import pytest

from auditor.core.allowlist import Allowlist
from auditor.edge.allowlist.check import Note, check
from auditor.edge.allowlist.load import load_allowlist, read_team_files, review_intervals

TODAY = date(2026, 11, 22)


def checked(entry: str, environment: str = "prod") -> list[str]:
    """Check one origin entry that one route of `environment` uses."""
    text = (
        f"version: 1\ndefaults: {{owner: t, environment: {environment}}}\n"
        f"origins:\n  - {{{entry}}}\n"
        "routes:\n  - {match: api.example.com/*, allow_origins: [USED]}\n"
    )
    used = entry.partition("'")[2].partition("'")[0]
    files = [("a.yaml", text.replace("USED", f"'{used}'").encode())]
    allowlist = load_allowlist(files)
    assert isinstance(allowlist, Allowlist), "\n".join(map(str, allowlist))
    intervals = review_intervals(read_team_files(files)[0])
    found = check(allowlist, TODAY, frozenset({"stg"}), intervals)
    return [f"{'note' if isinstance(one, Note) else 'due'} {one}" for one in found]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("origin: 'https://a.example.com'", None),
        ("origin: 'https://a.example.com', review_by: 2026-11-22", None),
        ("origin: 'https://a.example.com', expires: 2026-11-22", None),
        ("origin: 'https://a.example.com', review_by: 2026-12-22, status: proposed", None),
        ("origin: 'https://a.example.com', review_by: 2027-05-21, review_every: 180d", None),
        (
            "origin: 'https://a.example.com', review_by: 2026-11-21",
            "due a.yaml:4: 'https://a.example.com' was to be reviewed by 2026-11-21; look at it",
        ),
        (
            "origin: 'https://a.example.com', expires: 2026-11-21",
            "due a.yaml:4: 'https://a.example.com' expired on 2026-11-21 and is denied; renew",
        ),
        (
            "origin: 'https://a.example.com', review_by: 2026-11-21, status: proposed",
            "due a.yaml:4: 'https://a.example.com' is proposed and stale since 2026-11-21; decide",
        ),
        (
            "origin: 'https://a.example.com', owner: unowned",
            "due a.yaml:4: 'https://a.example.com' has no owner but 'unowned'; find who answers",
        ),
        (
            "origin: 'https://a.example.com', review_every: 180d",
            "note a.yaml:4: 'https://a.example.com' has no review_by; write review_by: 2027-05-21",
        ),
        (
            "origin: 'https://a.example.com', review_every: 180d, review_by: 2027-05-22",
            "note a.yaml:4: 'https://a.example.com' has a review_by more than 180 days away",
        ),
        (
            "origin: 'http://a.example.com'",
            "note a.yaml:4: 'http://a.example.com' is plain http: anybody on the network",
        ),
        (
            "pattern: 'http://*.a.example.com', reason: r, expires: 2027-01-01",
            "note a.yaml:4: 'http://*.a.example.com' is plain http",
        ),
        (
            "origin: 'http://localhost:3000'",
            "note a.yaml:4: 'http://localhost:3000' is the user's own machine, in production",
        ),
    ],
)
def test_what_is_due_and_what_is_odd(entry: str, expected: str | None) -> None:
    found = checked(entry)
    if expected is None:
        assert found == []
    else:
        assert len(found) == 1, found
        assert found[0].startswith(expected)


@pytest.mark.parametrize("entry", ["origin: 'http://a.example.com'", "origin: 'http://localhost'"])
def test_outside_production_plain_http_is_at_home(entry: str) -> None:
    assert checked(entry, "stg") == []
    assert len(checked(entry, "dev")) == 1, "what is not declared non_production is production"


def test_what_no_route_uses_and_who_owns_no_route() -> None:
    data = (
        b"version: 1\norigins:\n  - {origin: 'https://a.example.com', owner: t}\n"
        b"routes:\n  - {match: api.example.com/*, public: true, status: proposed}\n"
    )
    allowlist = load_allowlist([("a.yaml", data)])
    assert isinstance(allowlist, Allowlist)
    assert [str(one) for one in check(allowlist, TODAY)] == [
        "a.yaml:3: 'https://a.example.com' is used by no route; name it in a route, or remove it",
        "a.yaml:5: the route 'api.example.com/*' has no owner; add owner here, or under defaults",
        "a.yaml:5: the route 'api.example.com/*' is proposed as public; "
        "confirm that it is public, and remove status: proposed",
    ]


OVERSHADOWING = """\
version: 1
defaults: {owner: t, environment: prod}
origins:
  - {pattern: 'https://*.example.com', reason: r, expires: 2027-06-01}
  - {origin: 'https://app.example.com', expires: 2027-01-01}
  - {origin: 'https://a.b.example.com'}
  - {origin: 'https://example.com'}
  - {origin: 'http://app.example.com'}
  - {pattern: 'https://*.b.example.com', reason: r, expires: 2027-06-01}
routes:
  - {match: api.example.com/*, allow_origins: [LIST]}
"""


def overshadowed(*origins: str) -> list[tuple[str, str]]:
    listed = ", ".join(f"'{origin}'" for origin in origins)
    text = OVERSHADOWING.replace("LIST", listed)
    allowlist = load_allowlist([("a.yaml", text.encode())])
    assert isinstance(allowlist, Allowlist), "\n".join(map(str, allowlist))
    found = (one for one in check(allowlist, TODAY) if "is let in by" in one.what)
    return [(one.where, one.what) for one in found]


WIDE, NARROWER = "https://*.example.com", "https://*.b.example.com"


def test_what_a_wildcard_lets_in_anyway_is_noted() -> None:
    others = ("https://a.b.example.com", "https://example.com", "http://app.example.com")
    by_other = f"'https://a.b.example.com' is let in by '{NARROWER}' (a.yaml:9) too"
    found = overshadowed(WIDE, "https://app.example.com", NARROWER, *others)
    assert found == [
        ("a.yaml:5", f"'https://app.example.com' is let in by '{WIDE}' (a.yaml:4) too"),
        ("a.yaml:6", by_other),
    ]


def test_entries_of_other_routes_overshadow_nothing() -> None:
    assert overshadowed("https://app.example.com", "https://example.com") == []
    assert overshadowed(NARROWER, "https://app.example.com") == []
