"""What a ticket says can be acted on: its lines load where they are pasted, its commands are whole."""

import shlex
from dataclasses import replace
from datetime import date

import pytest

from auditor.core.allowlist import Allowlist
from auditor.core.drift import Cause, State
from auditor.core.finding import Finding, Severity
from auditor.core.waiver.waiver import OfFinding, Waivers
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.reports.days import minute
from auditor.edge.tickets.answers import UNALLOWABLE, in_short
from auditor.edge.tickets.prose import BlockKind, Prose
from auditor.edge.tickets.telling import Telling
from auditor.edge.tickets.text import ticket_body, verdict, when
from auditor.edge.tickets.title import TITLED, WAIVER_RULES, capability, ticket_title
from auditor.edge.tickets.trial import url_of
from auditor.edge.waivers import load_waivers
from rules import RULES
from tests.edge.tickets.tales import (
    BEYOND,
    FULL,
    LEAK,
    NARROWED,
    NIGHT,
    NULL,
    OLD,
    RELEASED,
    ROLLOUT,
    ROUTE,
    RUN,
    TICKETS,
    TODAY,
    UNREAD,
    WIDENED,
    drift,
)


def code_after(prose: Prose, words: str) -> str:
    """The lines to copy that follow the text with `words`."""
    index = next(i for i, block in enumerate(prose) if words in block.text)
    found = next(block for block in prose[index + 1 :] if block.text)
    assert found.kind is BlockKind.CODE
    return found.text


def says(prose: Prose, words: str) -> bool:
    return any(words in one for b in prose for one in (b.text, *(c for row in b.rows for c in row)))


def test_every_rule_has_a_title_of_its_own() -> None:
    assert {rule.name for rule in RULES} <= TITLED | {"wildcard-credentials"}
    assert {*UNALLOWABLE, *WAIVER_RULES} <= {rule.name for rule in RULES} | TITLED


def test_a_title_holds_nothing_that_changes_while_the_cause_stays() -> None:
    other = replace(WIDENED, severity=Severity.LOW, witness="https://x.example", why="y", do="z")
    assert ticket_title(other) == ticket_title(WIDENED)
    for part in (OLD, "high", "2026", WIDENED.short):
        assert part not in ticket_title(WIDENED)


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        (("read_cred", "send_cred"), "readable with cookies by "),
        (("read_anon",), "readable without cookies by "),
        (("read_anon", "read_cred"), "readable with cookies by "),
        (("send_anon",), "open to requests without cookies from "),
        (("send_cred",), "open to requests with cookies from "),
    ],
)
def test_a_capability_is_said_in_plain_words(caps: tuple[str, ...], words: str) -> None:
    found = capability(replace(WIDENED, capabilities=caps))
    assert found == f"{words}an origin that is not allowed"


def test_credentials_with_any_origin_are_told_apart() -> None:
    echo = replace(WIDENED, rule="wildcard-credentials", subject="*")
    assert capability(echo) == "readable with cookies by any site"
    assert "browsers refuse" in capability(replace(echo, capabilities=("read_anon",)))


def test_a_title_is_never_longer_than_trackers_take() -> None:
    long = replace(WIDENED, environment="e" * 500, routes=("\u202e" * 5_000, "b"))
    assert len(ticket_title(long)) <= 240


@pytest.mark.parametrize("telling", [FULL, LEAK, NARROWED, UNREAD, NULL])
def test_the_waiver_line_loads_and_means_this_finding(telling: Telling) -> None:
    line = code_after(ticket_body(telling), "3. Not now")
    found = load_waivers(f"version: 1\nwaivers:\n{line}\n".encode(), "waivers.yaml", TODAY)
    assert isinstance(found, Waivers), found
    (waiver,) = found.waivers
    assert isinstance(waiver.of, OfFinding)
    assert telling.finding.fingerprint.startswith(waiver.of.fingerprint)
    assert waiver.expires == date(2026, 12, 22)


def test_an_id_of_digits_alone_is_no_number() -> None:
    # 8 digits, or 1e234567, are numbers in YAML: the line has it in quotes.
    assert f'"{WIDENED.short}"' in code_after(ticket_body(FULL), "3. Not now")


def test_the_rollout_line_loads() -> None:
    line = code_after(ticket_body(ROLLOUT), "2. It is being rolled out")
    found = load_waivers(f"version: 1\nrollouts:\n{line}\n".encode(), "waivers.yaml", TODAY)
    assert isinstance(found, Waivers), found
    assert [str(one.match) for one in found.rollouts] == [ROUTE]


def test_the_allowlist_lines_load_and_allow_the_origin() -> None:
    lines = code_after(ticket_body(FULL), "2. It is right").splitlines()
    assert [lines[0], lines[2]] == [
        "# under origins:",
        f'# and to allow_origins of the route "{ROUTE}":',
    ]
    text = (
        f"version: 1\norigins:\n{lines[1]}\nroutes:\n"
        f'  - match: "{ROUTE}"\n    allow_credentials: true\n    allow_origins:\n    -{lines[3]}\n'
    )
    found = load_allowlist([("a.yaml", text.encode())])
    assert isinstance(found, Allowlist), found
    route = found.route("api.example.com", "/v1/accounts/1", None)
    assert route is not None
    assert route.wanted(OLD, TODAY).caps
    assert found.origins[0].review_by == date(2027, 5, 21)


@pytest.mark.parametrize(
    "rule", ["null-origin", "wildcard-credentials", "doubled-header", "cache-mixes-origins"]
)
def test_what_cannot_be_allowed_is_not_offered(rule: str) -> None:
    finding = replace(WIDENED, rule=rule)
    prose = ticket_body(Telling(finding, drift(finding), RUN))
    assert says(prose, "2. It cannot be allowed")
    assert not says(prose, "under origins:")
    assert not any("allowlist" in one for one in in_short(finding))


@pytest.mark.parametrize(
    "subject", ["*", "https://*.example.com", r"^https://.*\.example$", "null"]
)
def test_a_pattern_gets_no_line_that_would_allow_it_whole(subject: str) -> None:
    finding = replace(WIDENED, subject=subject)
    prose = ticket_body(Telling(finding, drift(finding), RUN))
    assert says(prose, "2. It is right for some")
    assert not says(prose, "under origins:")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("widened-origin", "written into the allowlist"),
        ("narrowed-origin", "taken out of the allowlist"),
        ("unread-hop", "accept the gap"),
        ("layers-disagree", "under rollouts"),
        ("expired-waiver", "mend it"),
    ],
)
def test_the_choices_in_short_are_those_of_the_ticket(rule: str, words: str) -> None:
    found = list(in_short(replace(WIDENED, rule=rule)))
    assert any(words in one for one in found)
    assert any("waivers.yaml, with a reason" in one for one in found) is (rule not in WAIVER_RULES)


def test_methods_beyond_the_allowlist_are_named_there() -> None:
    assert says(ticket_body(BEYOND), "2. It is right: name what they may do")


@pytest.mark.parametrize(
    "witness", ["https://a.example", "null", "https://a'; rm -rf ~; '.example", "$(id)", "a\nb"]
)
def test_curl_takes_the_witness_as_one_word(witness: str) -> None:
    finding = replace(WIDENED, witness=witness)
    lines = code_after(ticket_body(replace(FULL, finding=finding)), "See it")
    words = shlex.split(lines.replace("\\\n", " "))
    assert words[0] == "curl"
    assert words[words.index("-H") + 1] == f"Origin: {witness}"
    assert words.count("-H") == 1
    assert "https://api.example.com/v1/accounts/1" in words


def test_curl_asks_a_preflight_where_sending_is_the_point() -> None:
    assert "-X OPTIONS" in code_after(ticket_body(NARROWED), "See it")
    both = code_after(ticket_body(LEAK), "See it")
    assert both.count("curl") == 2
    assert "-X OPTIONS" not in code_after(ticket_body(FULL), "See it")


@pytest.mark.parametrize(
    ("route", "url"),
    [
        ("api.example.com/v1/accounts/*", "https://api.example.com/v1/accounts/"),
        ("api.example.com/*", "https://api.example.com/"),
        ("GET,PUT api.example.com/v1/me", "https://api.example.com/v1/me"),
        ("*.example.com/v1", None),
        ("api.example.com/{id}", None),
        ("api.example.com/a*", None),
        ("api.example.com/a b", None),
        ("api.example.com", None),
        ("/v1", None),
        ("a@evil.example/x", None),
    ],
)
def test_a_url_is_made_of_plain_routes_alone(route: str, url: str | None) -> None:
    assert url_of(replace(WIDENED, routes=(route,))) == url


def test_the_first_route_that_is_plain_is_tried() -> None:
    assert url_of(replace(WIDENED, routes=("*.a.example/", "b.example/c"))) == "https://b.example/c"


@pytest.mark.parametrize("telling", [UNREAD, ROLLOUT])
def test_what_one_request_does_not_show_gets_no_curl(telling: Telling) -> None:
    assert not says(ticket_body(telling), "curl")


def test_who_and_when_or_not_known() -> None:
    assert list(when(FULL)) == ["22 Nov 2026 02:41 UTC, UpdateApi by role deploy-ci (CloudTrail)"]
    denied = replace(FULL, changes=(replace(FULL.changes[0], touch="CloudTrail: AccessDenied"),))
    assert list(when(denied)) == ["not known: CloudTrail: AccessDenied"]
    assert list(when(replace(FULL, changes=()))) == ["not known"]
    assert list(when(RELEASED)) == ["not known: it was there when its source was first read"]
    upgraded = replace(FULL, changes=(), drift=drift(WIDENED, State.NEW, Cause.VERSION))
    assert list(when(upgraded)) == [
        "the auditor or its rules are of another version; what was read may be the same"
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2026-11-22T02:41:00Z", "22 Nov 2026 02:41 UTC"), ("yesterday", "yesterday"), ("", "")],
)
def test_times_are_shown_for_people(text: str, shown: str) -> None:
    assert minute(text) == shown


def test_the_verdict_says_what_a_live_request_said() -> None:
    assert "Confirmed live 03:06. Due 27 Nov 2026." in verdict(FULL)
    refused = replace(FULL, confirmed="not confirmed live 03:06: status 200 without the header")
    assert "Not confirmed live 03:06: status 200 without the header." in verdict(refused)
    assert "not tried live" in verdict(replace(FULL, confirmed=None))


@pytest.mark.parametrize("telling", TICKETS.values())
def test_every_ticket_says_what_whose_and_how_it_ends(telling: Telling) -> None:
    prose, finding = ticket_body(telling), telling.finding
    for words in (finding.what, finding.do, finding.fingerprint, finding.owner or "no owner found"):
        assert says(prose, words), words
    assert says(prose, f"cors-audit recheck {finding.short}")


def test_what_is_left_out_is_counted() -> None:
    many = tuple(f"a.example/{index}" for index in range(500))
    changed = replace(FULL.changes[0], lines=tuple(map(str, range(100))))
    prose = ticket_body(
        replace(FULL, finding=replace(WIDENED, routes=many), changes=(changed,) * 9)
    )
    assert says(prose, f"and 479 more: cors-audit findings {WIDENED.short}")
    assert says(prose, "and 4 more documents")
    assert says(prose, "and 88 more changes")


def test_a_finding_of_an_unknown_rule_has_a_ticket_too() -> None:
    finding: Finding = replace(WIDENED, rule="a-new-rule", grantor=None, routes=(), witness=None)
    prose = ticket_body(Telling(finding, drift(finding), RUN))
    assert says(prose, "no setting that was read")
    assert ticket_title(finding) == (
        "[CORS] prod api.example.com: readable with cookies by an origin that is not allowed"
    )
    assert NIGHT.tzname() == "UTC"
