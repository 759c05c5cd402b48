"""What waivers for findings take, row by row: by id, by globs, until a day, and what has grown since."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from auditor.core.allowlist import RouteMatch
from auditor.core.finding import Finding, Severity
from auditor.core.language.pattern import exact
from auditor.core.reading import Where
from auditor.core.waiver.acceptance import Accepted, Footprint, accept
from auditor.core.waiver.waiver import (
    OfFinding,
    OfOrigins,
    OfSelection,
    Scope,
    Waiver,
    hosts_of,
    place_of,
)
from tests.core.claims import FINDING

TODAY = date(2026, 11, 22)
OTHER = replace(FINDING, rule="null-origin", host="b.example.com", routes=("b.example.com/*",))


def waiver(of: Scope, expires: date = TODAY, worst: Severity | None = None) -> Waiver:
    return Waiver(of, "why", "who", expires, Where("waivers.yaml", 3), None, worst)


BY_ID = waiver(OfFinding(FINDING.fingerprint[:8]))
BY_RULE = waiver(OfSelection(rule="widened-*"))


def night(
    *found: Finding, of: Waiver = BY_ID, then: Footprint | None = None, days: int = 0
) -> Accepted:
    kept = {} if then is None else {of.key: then}
    return accept((of,), found, kept, TODAY + timedelta(days))


def met(of: Waiver, *found: Finding) -> Footprint:
    """The footprint of a first night."""
    return night(*found, of=of).footprints[of.key]


@pytest.mark.parametrize(
    ("of", "takes", "leaves"),
    [
        (OfFinding(FINDING.fingerprint), True, True),
        (OfFinding(FINDING.fingerprint[:8]), True, True),
        (OfFinding("0" * 8), False, True),
        (OfSelection(rule="widened-origin"), True, True),
        (OfSelection(rule="*-origin"), True, False),
        (OfSelection(host="api.example.com"), True, True),
        (OfSelection(host="*.example.com"), True, False),
        (OfSelection(host="api"), False, True),
        (OfSelection(environment="prod"), True, False),
        (OfSelection(environment="staging"), False, True),
        (OfSelection(owner="team-*"), True, False),
        (OfSelection(owner="team-web"), False, True),
        (OfSelection(rule="widened-*", host="b.*"), False, True),
        (OfSelection(rule="widened-*", host="api.*", environment="p*", owner="*s"), True, True),
    ],
)
def test_what_a_waiver_is_for(of: Scope, takes: bool, leaves: bool) -> None:
    taken = night(FINDING, OTHER, of=waiver(of)).waived
    assert (FINDING.fingerprint in taken) is takes
    assert (OTHER.fingerprint not in taken) is leaves


def test_what_has_no_owner_is_not_taken_by_a_name() -> None:
    nobodys = replace(FINDING, owner=None)
    assert not night(nobodys, of=waiver(OfSelection(owner="team-*"))).waived
    assert night(nobodys, of=waiver(OfSelection(owner="*"))).waived


@pytest.mark.parametrize(("days", "holds"), [(-1, True), (0, True), (1, False)])
def test_the_last_day_is_included(days: int, holds: bool) -> None:
    accepted = night(FINDING, days=days)
    assert bool(accepted.waived) is holds
    assert accepted.uses[0].active is holds


def test_what_is_said_of_an_accepted_finding() -> None:
    (said,) = night(FINDING).waived.values()
    assert (said.until, said.reason, said.approved_by) == ("2026-11-22", "why", "who")
    assert said.where == "waivers.yaml:3"


@pytest.mark.parametrize(
    ("grown", "words"),
    [
        (FINDING, ""),
        (replace(FINDING, what="other words", witness="https://x.example"), ""),
        (replace(FINDING, severity=Severity.LOW), ""),
        (replace(FINDING, routes=()), ""),
        (replace(FINDING, capabilities=()), ""),
        (replace(FINDING, routes=("api.example.com/v2/*", *FINDING.routes)), ""),
        (replace(FINDING, severity=Severity.HIGH), "it is high now, was medium"),
        (
            replace(FINDING, capabilities=("read_anon", "read_cred")),
            "it lets in more now: read_cred",
        ),
        (
            replace(FINDING, routes=(*FINDING.routes, "c.example.com/*")),
            "it reaches more hosts now: c.example.com",
        ),
        (
            replace(FINDING, routes=tuple(f"h{at}.example.com/*" for at in range(5))),
            "it reaches more hosts now: h0.example.com, h1.example.com, h2.example.com and 2 more",
        ),
    ],
)
@pytest.mark.parametrize("of", [BY_ID, BY_RULE])
def test_what_grows_shows_again(of: Waiver, grown: Finding, words: str) -> None:
    accepted = night(grown, of=of, then=met(of, FINDING))
    assert bool(accepted.waived) is not bool(words)
    assert [more for _, more in accepted.uses[0].beyond] == ([words] if words else [])


def test_several_kinds_of_growth_are_all_said() -> None:
    grown = replace(FINDING, severity=Severity.CRITICAL, capabilities=("read_cred",))
    ((_, more),) = night(grown, then=met(BY_ID, FINDING)).uses[0].beyond
    assert more == "it is critical now, was medium; it lets in more now: read_cred"


def test_what_came_later_is_not_taken_by_globs() -> None:
    later = replace(FINDING, subject="https://new.example")
    accepted = night(FINDING, later, of=BY_RULE, then=met(BY_RULE, FINDING))
    assert set(accepted.waived) == {FINDING.fingerprint}
    assert [(one.subject, more) for one, more in accepted.uses[0].beyond] == [
        ("https://new.example", "it came after the approval")
    ]


def test_a_footprint_stays_as_it_was() -> None:
    then = met(BY_RULE, FINDING)
    grown = replace(FINDING, severity=Severity.HIGH)
    assert night(grown, of=BY_RULE, then=then).footprints == {}, "nothing new is to be kept"
    assert not night(grown, of=BY_RULE, then=then).waived
    assert night(FINDING, of=BY_RULE, then=then).waived


@pytest.mark.parametrize(
    ("worst", "taken"),
    [(Severity.LOW, False), (Severity.MEDIUM, True), (Severity.CRITICAL, True), (None, True)],
)
def test_what_is_worse_than_accepted_is_never_taken(worst: Severity | None, taken: bool) -> None:
    bounded = waiver(OfSelection(rule="widened-*"), worst=worst)
    accepted = night(FINDING, of=bounded)
    assert bool(accepted.waived) is taken
    if not taken:
        ((_, more),) = accepted.uses[0].beyond
        assert more == "it is medium, and at most low was accepted"
    # Even where it has become milder since: it was not approved.
    milder = replace(FINDING, severity=Severity.LOW)
    kept = night(milder, of=bounded, then=accepted.footprints[bounded.key])
    assert bool(kept.waived) is taken


def test_of_two_that_take_the_same_the_longer_speaks() -> None:
    short, long = waiver(OfFinding(FINDING.fingerprint)), waiver(BY_RULE.of, TODAY + timedelta(9))
    for order in ((short, long), (long, short)):
        (said,) = accept(order, (FINDING,), {}, TODAY).waived.values()
        assert said.key == long.key


def test_whether_it_is_used() -> None:
    assert night(FINDING).uses[0].used
    assert not night(OTHER).uses[0].used
    grown = replace(FINDING, severity=Severity.HIGH)
    assert night(grown, then=met(BY_ID, FINDING)).uses[0].used, "it still means something"
    origin = waiver(OfOrigins(exact("https://old.example"), RouteMatch("api.example.com")))
    for used in (frozenset[str](), frozenset({origin.key})):
        (use,) = accept((origin,), (FINDING,), {}, TODAY, used).uses
        assert use.used is bool(used)
        assert use.taken == ()


def test_any_other_approval_is_another_waiver() -> None:
    others = [
        BY_RULE,
        replace(BY_ID, reason="another"),
        replace(BY_ID, approved_by="someone else"),
        replace(BY_ID, expires=TODAY + timedelta(1)),
        replace(BY_ID, max_severity=Severity.HIGH),
    ]
    assert len({BY_ID.key, *(one.key for one in others)}) == len(others) + 1
    moved = replace(BY_ID, where=Where("waivers.yaml", 9), ticket="SEC-1")
    assert moved.key == BY_ID.key, "another line, or a ticket beside it, is no approval"


@pytest.mark.parametrize(
    ("route", "place"),
    [
        ("api.example.com/*", ("api.example.com", "/")),
        ("api.example.com/v1/*", ("api.example.com", "/v1")),
        ("api.example.com/v1/me", ("api.example.com", "/v1/me")),
        ("GET,PUT api.example.com/v1/*", ("api.example.com", "/v1")),
        ("M-SEARCH api.example.com/*", ("api.example.com", "/")),
        ("api.example.com/* (not told apart)", ("api.example.com", "/* (not told apart)")),
    ],
)
def test_the_place_of_a_route(route: str, place: tuple[str, str]) -> None:
    assert place_of(route) == place


def test_hosts_are_those_of_the_routes() -> None:
    several = replace(
        FINDING, routes=("GET a.example.com/*", "a.example.com/v1", "b.example.com/*")
    )
    assert hosts_of(several) == ("a.example.com", "b.example.com")
    assert hosts_of(replace(FINDING, routes=())) == ("api.example.com",)


def anything(random: Random) -> Finding:
    hosts = random.sample(["a.example.com", "b.example.com", "c.example.com"], random.randint(1, 3))
    return replace(
        FINDING,
        rule=random.choice(["widened-origin", "null-origin"]),
        subject=f"https://o{random.randint(0, 9)}.example",
        severity=random.choice(list(Severity)),
        routes=tuple(f"{host}/*" for host in hosts),
        capabilities=tuple(random.sample(["read_anon", "read_cred", "send_cred"], 2)),
    )


@pytest.mark.parametrize("seed", range(60))
def test_never_more_than_was_there(seed: int) -> None:
    random = Random(seed)
    worst = random.choice([None, *Severity])
    of = waiver(OfSelection(rule=random.choice(["*", "null-*"])), worst=worst)
    first = tuple({one.fingerprint: one for one in (anything(random) for _ in range(8))}.values())
    then = {one.fingerprint: one for one in first}
    start = night(*first, of=of)
    second = tuple({one.fingerprint: one for one in (anything(random) for _ in range(8))}.values())
    for found in (first, second):
        kept = start.footprints[of.key]
        accepted = night(*found, of=of, then=kept)
        for one in found:
            if one.fingerprint not in accepted.waived:
                continue
            was = then[one.fingerprint]
            assert one.severity <= was.severity
            assert set(one.capabilities) <= set(was.capabilities)
            assert set(hosts_of(one)) <= set(hosts_of(was))
            assert worst is None or one.severity <= worst
        meant = {one.fingerprint for one in found if of.of.takes(one)}  # type: ignore[union-attr]
        (use,) = accepted.uses
        told = {one.fingerprint for one in use.taken} | {one.fingerprint for one, _ in use.beyond}
        assert told == meant, "each is accepted, or said to have grown"
