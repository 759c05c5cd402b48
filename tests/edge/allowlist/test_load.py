"""Allowlist files: what they may say, and every way in which they may be wrong."""

from datetime import date

import pytest

from auditor.core.allowlist import Allowlist
from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.core.language.pattern import Dialect
from auditor.core.reading import Where
from auditor.edge.allowlist.load import (
    is_allowlist,
    load_allowlist,
    read_team_files,
    review_intervals,
    uncompared,
)

TODAY = date(2026, 11, 22)
SMALLEST = """\
version: 1
origins:
  - {origin: "https://app.example.com", owner: team-web}
  - {origin: "https://admin.example.com", owner: team-web}
routes:
  - match: api.example.com/v1/*
    allow_origins: ["https://app.example.com", "https://admin.example.com"]
    allow_credentials: true
  - {match: static.example.com/*, public: true}      # "*" without cookies is right here
"""
FULL = """\
version: 1
defaults: {environment: prod, owner: team-accounts, review_every: 180d}
origins:
  - {origin: "https://app.example.com", purpose: customer web app}
  - {origin: "https://shop.partner.example", party: partner, ticket: SEC-1042, review_by: 2027-02-03}
  - pattern: "https://*.tenants.example.com"         # one label
    owner: team-tenancy
    reason: one host per tenant, content is ours
    expires: 2026-12-31
groups:
  browsers: ["https://app.example.com", "https://*.tenants.example.com"]
routes:
  - match: api.example.com/v1/accounts/*
    allow_origins: [browsers]
    allow_credentials: true
    allow_headers: [Content-Type, x-csrf-token]      # left out = not compared
    authority: gateway
  - {match: api.example.com/v1/push/*, allow_origins: []}      # no browsers here
"""


def allowlist_of(*texts: str) -> Allowlist:
    loaded = load_allowlist([(f"{at}.yaml", text.encode()) for at, text in enumerate(texts)])
    assert isinstance(loaded, Allowlist), "\n".join(map(str, loaded))
    return loaded


def problems_of(*texts: str) -> list[str]:
    loaded = load_allowlist([(f"{at}.yaml", text.encode()) for at, text in enumerate(texts)])
    assert not isinstance(loaded, Allowlist)
    return [str(problem) for problem in loaded]


def test_the_smallest_example_loads() -> None:
    allowlist = allowlist_of(SMALLEST)
    api, static = allowlist.routes
    assert api.wanted("https://app.example.com", TODAY).caps == EVERYTHING
    assert api.wanted("https://evil.example", TODAY).caps is Capability.NONE
    assert static.wanted("https://evil.example", TODAY).caps == ANONYMOUS
    assert (api.methods, api.headers, api.environment) == (None, None, None)
    assert api.where == Where("0.yaml", 6)


def test_the_full_example_loads() -> None:
    allowlist = allowlist_of(FULL)
    accounts, push = allowlist.routes
    assert [entry.pattern.dialect for entry in accounts.entries] == [
        Dialect.EXACT,
        Dialect.ALLOWLIST,
    ]
    assert accounts.wanted("https://a.tenants.example.com", TODAY).caps == EVERYTHING
    assert accounts.wanted("https://a.b.tenants.example.com", TODAY).caps is Capability.NONE
    assert accounts.wanted("https://a.tenants.example.com", date(2027, 1, 1)).caps == 0
    assert accounts.headers == {"content-type", "x-csrf-token"}
    assert (accounts.authority, accounts.environment) == ("gateway", "prod")
    assert (push.entries, push.owner) == ((), "team-accounts")
    app, shop, tenants = allowlist.origins
    assert (app.owner, app.purpose, app.review_by) == ("team-accounts", "customer web app", None)
    assert (shop.party, shop.ticket, shop.review_by) == ("partner", "SEC-1042", date(2027, 2, 3))
    assert (tenants.owner, tenants.expires) == ("team-tenancy", date(2026, 12, 31))
    assert allowlist.route("api.example.com", "/v1/push/x", "prod") == push


def test_proposed_is_neither_wanted_nor_unwanted() -> None:
    whole = allowlist_of(SMALLEST.replace("version: 1", "version: 1\nstatus: proposed"))
    wanted = whole.routes[0].wanted("https://app.example.com", TODAY)
    assert (wanted.caps, wanted.unreviewed) == (Capability.NONE, EVERYTHING)
    one = SMALLEST.replace("owner: team-web}", "owner: team-web, status: proposed}", 1)
    route = allowlist_of(one).routes[0]
    assert route.wanted("https://app.example.com", TODAY).unreviewed == EVERYTHING
    assert route.wanted("https://admin.example.com", TODAY).caps == EVERYTHING


V = "version: 1\n"
OWNED = V + "defaults: {owner: t}\n"
ONE = OWNED + 'origins:\n  - {origin: "https://a.example"}\n'
PATTERN = OWNED + 'origins:\n  - {pattern: "%s", reason: r, expires: 2027-01-01}\n'
ROUTE = ONE + "routes:\n  - "


def origin(text: str) -> str:
    return OWNED + f"origins:\n  - {{origin: {text}}}\n"


WRONG = [
    ("", None, "the file is empty; write version: 1"),
    (V + "a: 1\n", 2, "'a' is an unknown key; use one of version, status, defaults"),
    (V + "originz: []\n", 2, "'originz' is an unknown key; write origins"),
    (V + "tickets: {}\n", 2, "'tickets' is an unknown key"),
    (ONE + "version: 1\n", 5, "the key 'version' is here twice, first on line 1"),
    (origin("https://a.example/"), 4, "'https://a.example/' has a path (a trailing slash"),
    (origin("https://a.example/"), 4, "; write https://a.example"),
    (origin("https://a.example/x"), 4, "has a path"),
    (origin("https://A.example"), 4, "has upper-case letters; write https://a.example"),
    (origin("https://a.example:443"), 4, "names the default port, which browsers leave out"),
    (origin("a.example"), 4, "does not start with a scheme and ://"),
    (origin('"https://a.example, https://b.example"'), 4, "holds several origins"),
    (origin('"https://bücher.example"'), 4, "holds non-ASCII characters"),
    (origin('"https://u:p@a.example"'), 4, "holds a user name or password, which origins have not"),
    (origin('"*"'), 4, "allows every origin; list the origins, or write public: true"),
    (origin("reflect"), 4, "allows every origin"),
    (origin('"null"'), 4, "is the origin of every sandboxed page"),
    (origin("null"), 4, "'origins[0].origin' is empty"),
    (origin("on"), 4, "is read by YAML as true or false, not as a text; put it in quotes"),
    (origin("8080"), 4, "is read by YAML as a number"),
    (origin("[a]"), 4, "'origins[0].origin' is a list; write a text"),
    (origin('"https://*.a.example"'), 4, "is a pattern, not one origin; write it under pattern:"),
    (origin("https://a.example, expires: 01.02.2027"), 4, "is no date"),
    (origin("https://a.example, review_by: 2027-13-01"), 4, "is no date; write it as 2027-02-03"),
    (origin("https://a.example, review_every: 180"), 4, "is read by YAML as a number"),
    (origin("https://a.example, review_every: 6m"), 4, "is no number of days; write 180d"),
    (origin("https://a.example, status: approved"), 4, "is none of proposed; write"),
    (origin("https://a.example, owner: 7"), 4, "'origins[0].owner' is read by YAML as a number"),
    (origin("https://a.example, ownr: t"), 4, "'ownr' of 'origins[0]' is an unknown key"),
    (
        origin("https://a.example, pattern: 'https://*.a.example', reason: r, expires: 2027-01-01"),
        4,
        "has origin and pattern;",
    ),
    (V + 'origins:\n  - {origin: "https://a.example"}\n', 3, "'https://a.example' has no owner"),
    (V + "origins:\n  - {owner: t}\n", 3, "write exactly one of origin, pattern"),
    (V + "origins:\n  - https://a.example\n", 3, "'origins[0]' is a text; write a mapping"),
    (ONE + '  - {origin: "https://a.example"}\n', 5, "is here twice, first on line 4; join"),
    (PATTERN % "https://a.*.example.com", 4, "has a * elsewhere"),
    (PATTERN % "https://*x.example.com", 4, "has a * elsewhere"),
    (PATTERN % "https://x*.example.com", 4, "has a * elsewhere"),
    (PATTERN % "https://*.*.example.com", 4, "has a * elsewhere"),
    (PATTERN % "*://*.example.com", 4, "has a * elsewhere"),
    (PATTERN % "https://*.example.com:*", 4, "has a * elsewhere"),
    (PATTERN % "https://*", 4, "has a * elsewhere"),
    (PATTERN % "*", 4, "allows every origin"),
    (PATTERN % "https://*.example.com/", 4, "has a path (a trailing slash is one), which"),
    (PATTERN % "https://*.Example.com", 4, "; write https://*.example.com"),
    (PATTERN % "https://*.10.0.0.1", 4, "ends in a number"),
    (PATTERN % "https://a.example.com", 4, "is one origin; write it under origin:"),
    (PATTERN % "https://*.vercel.app", 4, "is over the public suffix vercel.app"),
    (PATTERN % "https://*.co.uk", 4, "is over the public suffix co.uk"),
    (PATTERN % "https://*.com:8443", 4, "is over the public suffix com"),
    ((PATTERN % "https://*.a.example").replace("reason: r, ", ""), 4, "pattern but no reason"),
    ((PATTERN % "https://*.a.example").replace(", expires: 2027-01-01", ""), 4, "but no expires"),
    ((PATTERN % "https://*.a.example").replace("defaults: {owner: t}", "#"), 4, "has no owner"),
    (ROUTE + "{match: api.example/*}\n", 6, "has no allow_origins or public; add allow_origins"),
    (ROUTE + "{match: api.example/*, public: false}\n", 6, "is false, and there is no allow_orig"),
    (ROUTE + "{allow_origins: []}\n", 6, "'routes[0]' has no match; add match: host/path"),
    (ROUTE + "{match: a.example/*, public: true, allow_credentials: true}\n", 6, "beside public"),
    (ROUTE + "{match: a.example/*, allow_origins: [brwsers]}\n", 6, "'brwsers' is no group"),
    (ROUTE + "{match: a.example/*, allow_origins: ['*']}\n", 6, "or write public: true on the"),
    (ROUTE + "{match: a.example/*, allow_origins: ['null']}\n", 6, "sandboxed page"),
    (ROUTE + "{match: a.example/*, allow_origins: [null]}\n", 6, "allow_origins[0]' is empty"),
    (
        ROUTE + "{match: a.example/*, allow_origins: https://a.example}\n",
        6,
        "is a text; write a list",
    ),
    (ROUTE + "{match: a.example/*, allow_origins: ['https://b.example']}\n", 6, "is not declared"),
    (
        ROUTE + "{match: a.example/*, allow_origins: ['https://b.example']}\n",
        6,
        "it https://a.exam",
    ),
    (ROUTE + "{match: a.example/*, allow_origins: ['https://*.a.example']}\n", 6, "not declared"),
    (
        ROUTE + "{match: a.example/*, allow_origins: ['https://a.example/']}\n",
        6,
        "a trailing slash",
    ),
    (ROUTE + "{match: https://a.example/*, public: true}\n", 6, "has a scheme; write host/path"),
    (ROUTE + "{match: 'a.example:8443/*', public: true}\n", 6, "names a port"),
    (ROUTE + "{match: A.example/*, public: true}\n", 6, "has a host that has upper-case letters"),
    (ROUTE + "{match: '*/v1/*', public: true}\n", 6, "has a host that is a pattern"),
    (ROUTE + "{match: a.example/v1*, public: true}\n", 6, "has a pattern inside its path"),
    (ROUTE + "{match: 'a.example/{id}/*', public: true}\n", 6, "has a pattern inside its path"),
    (ROUTE + "{match: a.example/a/../b, public: true}\n", 6, "has an empty or a dot segment"),
    (ROUTE + "{match: 'a.example/v1?x', public: true}\n", 6, "has a path that no request has"),
    (ROUTE + "{match: a.example/*, public: yes please}\n", 6, "'routes[0].public' is a text"),
    (ROUTE + "{match: a.example/*, public: true, allow_methods: [get]}\n", 6, "write GET"),
    (ROUTE + "{match: a.example/*, public: true, allow_methods: ['*']}\n", 6, "is no method"),
    (
        ROUTE + "{match: a.example/*, public: true, allow_headers: ['a b']}\n",
        6,
        "is no header name",
    ),
    (ROUTE + "{match: a.example/*, public: true, max_age: -2}\n", 6, "is not between -1 and"),
    (ROUTE + "{match: a.example/*, public: true, authority: edge}\n", 6, "is none of cdn, gateway"),
    (
        ROUTE + "{match: a.example/*, public: true}\n  - {match: a.example, public: true}\n",
        7,
        "'a.example/*' is here twice for all environments, first at 0.yaml:6; join",
    ),
    (ONE + "groups: {g: [h]}\n", 5, "'h' is not declared; declare it under origins"),
    (ONE + "groups: {'https://g': []}\n", 5, "is no name of a group"),
    (ONE + "groups: {g: ['https://b.example']}\n", 5, "'https://b.example' is not declared"),
    (ONE + "groups: {g: [], g: []}\n", 5, "the key 'g' is here twice, first on line 5"),
]


@pytest.mark.parametrize(("text", "line", "part"), WRONG)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int | None, part: str) -> None:
    found = problems_of(text)
    start = "0.yaml: " if line is None else f"0.yaml:{line}: "
    assert any(one.startswith(start) and part in one for one in found), found
    assert len(found) == 1, found


def test_every_problem_comes_at_once_in_order() -> None:
    first = (
        'version: 1\norigins:\n  - {origin: "https://a.example/", owner: t}\n'
        '  - {origin: "https://b.example"}\nroutes:\n'
        '  - {match: x.example/*, allow_origins: ["https://c.example", g]}\n'
        "  - {match: x.example/*, publc: true}\n"
    )
    where = [line.partition(": ")[0] for line in problems_of(first, "version: 3\n")]
    assert where == ["0.yaml:3", "0.yaml:4", *["0.yaml:6"] * 2, *["0.yaml:7"] * 3, "1.yaml:1"]


def test_a_password_in_an_origin_is_not_shown() -> None:
    for text in (origin("https://u:canary@a.example"), PATTERN % "https://u:canary@*.a.example"):
        assert not [line for line in problems_of(text) if "canary" in line]


def test_files_of_teams_make_one_allowlist() -> None:
    ours = (
        OWNED + 'origins:\n  - {origin: "https://a.example"}\ngroups: {ours: [https://a.example]}\n'
    )
    theirs = V + 'routes:\n  - {match: api.example/*, allow_origins: [ours, "https://a.example"]}\n'
    (route,) = allowlist_of(ours, theirs).routes
    assert [entry.where for entry in route.entries] == [Where("0.yaml", 4)]
    assert route.owner is None


def test_a_name_is_looked_up_in_its_own_file_first() -> None:
    def team(owner: str, host: str) -> str:
        return (
            f'{V}defaults: {{owner: {owner}}}\norigins:\n  - {{origin: "https://a.example"}}\n'
            f"groups: {{g: [https://a.example]}}\n"
            f"routes:\n  - {{match: {host}/*, allow_origins: [g, 'https://a.example']}}\n"
        )

    one, two = allowlist_of(team("t1", "one.example"), team("t2", "two.example")).routes
    assert [entry.owner for entry in one.entries] == ["t1"]
    assert [entry.owner for entry in two.entries] == ["t2"]
    third = V + "routes:\n  - {match: three.example/*, allow_origins: [g]}\n"
    (problem,) = problems_of(team("t1", "one.example"), team("t2", "two.example"), third)
    assert problem.startswith("2.yaml:3: 'g' is a group of several other files; declare")


def test_two_files_may_not_speak_of_one_route() -> None:
    route = "routes:\n  - {match: a.example/v1/*, public: true, environment: prod}\n"
    (problem,) = problems_of(V + route, V + "#\n" + route)
    assert problem.startswith("1.yaml:4: 'a.example/v1/*' is here twice for environment prod")
    allowlist_of(V + route, V + route.replace("prod", "staging"))


def test_the_digest_is_of_the_contents() -> None:
    one, two = SMALLEST.encode(), (V + "routes: []\n").encode()
    first = load_allowlist([("a", one), ("b", two)])
    renamed = load_allowlist([("c", two), ("d", one)])
    changed = load_allowlist([("a", one), ("b", two + b"#")])
    assert isinstance(first, Allowlist)
    assert isinstance(renamed, Allowlist)
    assert isinstance(changed, Allowlist)
    assert first.digest == renamed.digest != changed.digest


def test_no_file_at_all_is_a_problem() -> None:
    (problem,) = problems_of()
    assert problem.startswith("allowlist: there is no allowlist file")


def test_what_is_read_but_not_compared_is_said() -> None:
    text = FULL.replace("authority: gateway", "authority: gateway\n    max_age: 600")
    teams, problems = read_team_files([("a.yaml", text.encode())])
    assert problems == ()
    assert [str(one) for one in uncompared(teams)] == [
        "a.yaml:13: max_age of api.example.com/v1/accounts/* is not compared by this release; "
        "it may stay; nothing is judged by it"
    ]
    assert review_intervals(teams) == {Where("a.yaml", line): 180 for line in (4, 5, 6)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMALLEST, True),
        ("version: 1\n", True),
        ("routes: []\naws: {}\n", True),
        ("version: 1\naws: {}\n", False),
        ("tickets: {}\n", False),
        ("%", True),
    ],
)
def test_its_keys_tell_an_allowlist(text: str, expected: bool) -> None:
    assert is_allowlist(text.encode(), "a.yaml") is expected
