"""Waivers through the pipeline, night after night."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from auditor.core.drift import State
from auditor.core.finding import Finding, Severity
from auditor.core.language.membership import takes_all_alike
from auditor.core.waiver.waiver import OfOrigins, place_of
from auditor.edge.tickets.title import WAIVER_RULES
from auditor.run.audit import Outcome
from auditor.run.replay import ABOUT_WAIVERS
from auditor.run.selection import Selection
from tests.run.waived_estate import EVIL, OLD, App, Estate, about, line, waived

WIDENED, OUTGROWN = "widened-origin", "outgrown-waiver"
UNUSED, EXPIRED = "unused-waiver", "expired-waiver"
ON_API = f'origin: "{OLD}", match: api.example.com/*'


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path, {"api": App((OLD,)), "b": App()})


def only(outcome: Outcome, rule: str = WIDENED) -> Finding:
    found = [one.finding for one in outcome.record.drifts if one.finding is not None]
    (finding,) = [one for one in found if one.rule == rule]
    return finding


def verdicts(outcome: Outcome) -> dict[str, str]:
    return {one.name: one.verdict for one in outcome.record.routes}


# -- by finding ------------------------------------------------------------------------------------


def test_a_finding_until_its_last_day(estate: Estate) -> None:
    first = estate.night()
    assert first.exit_code == 10
    estate.lines = [line(f'finding: "{only(first).short}"', "2026-11-24")]
    for number in (2, 3):
        accepted = estate.night(number)
        assert accepted.exit_code == 0
        (drift,) = waived(accepted)
        assert (drift.state, drift.waived and drift.waived.until) == (State.STANDING, "2026-11-24")
        assert about(accepted, WIDENED) == []
    after = estate.night(4)
    assert after.exit_code == 10
    assert about(after, WIDENED) == [OLD]
    assert about(after, EXPIRED) == [f"finding {only(first).short}"]
    estate.lines = []
    assert about(estate.night(5), EXPIRED) == []


def test_a_finding_that_grows_shows_again(estate: Estate) -> None:
    estate.apps["api"].credentials = False
    estate.lines = [line(f'finding: "{only(estate.unkept()).short}"')]
    assert about(estate.night(), WIDENED) == []
    estate.apps["api"].credentials = True
    grown = estate.night()
    assert grown.exit_code == 10
    assert about(grown, WIDENED) == [OLD]
    assert "it lets in more now: read_cred" in only(grown, OUTGROWN).why
    estate.apps["api"].credentials = False
    back = estate.night()
    assert (about(back, WIDENED), about(back, OUTGROWN)) == ([], [])


def test_approved_again_it_takes_what_is_there_now(estate: Estate) -> None:
    estate.apps["api"].credentials = False
    id_of = only(estate.unkept()).short
    estate.lines = [line(f'finding: "{id_of}"')]
    estate.night()
    estate.apps["api"].credentials = True
    assert estate.night().exit_code == 10
    estate.lines = [line(f'finding: "{id_of}"', "2027-01-31")]
    again = estate.night()
    assert again.exit_code == 0
    assert about(again, OUTGROWN) == []


def test_a_waiver_that_waits_for_its_finding_takes_it_as_it_comes(estate: Estate) -> None:
    id_of = only(estate.unkept()).short
    estate.apps["api"] = App()
    estate.lines = [line(f'finding: "{id_of}"')]
    assert about(estate.night(), UNUSED) == [f"finding {id_of}"]
    estate.apps["api"] = App((OLD,))
    assert len(waived(estate.night())) == 1


# -- by globs --------------------------------------------------------------------------------------


def test_globs_take_what_was_there_when_a_run_first_met_them(estate: Estate) -> None:
    estate.lines = [line('rule: "widened-*", host: "api.*"')]
    assert estate.night().exit_code == 0
    estate.apps["api"] = App((OLD, EVIL))
    grown = estate.night()
    assert about(grown, WIDENED) == [EVIL]
    assert len(waived(grown)) == 1
    assert "it came after the approval" in only(grown, OUTGROWN).why
    estate.apps["b"] = App((OLD,))
    beside = estate.night()
    assert about(beside, WIDENED) == [EVIL, OLD], "on another host it was never meant"


def test_nothing_worse_than_was_said(estate: Estate) -> None:
    estate.lines = [line("rule: widened-origin", max_severity="medium")]
    found = estate.night()
    assert found.exit_code == 10
    assert only(found).severity > Severity.MEDIUM
    assert about(found, OUTGROWN) == ["rule widened-origin"]


def test_no_waiver_takes_what_is_said_of_waivers(estate: Estate) -> None:
    estate.apps["api"] = App()
    estate.lines = [line('rule: "*"'), line('rule: "*"', "2026-11-01"), line('owner: "who"')]
    found = estate.night()
    assert waived(found) == []
    assert len(about(found, UNUSED)) == 2
    assert len(about(found, EXPIRED)) == 1


# -- by origin -------------------------------------------------------------------------------------


def test_an_origin_is_the_allowlist_until_its_last_day(estate: Estate) -> None:
    estate.lines = [line(ON_API, "2026-11-23", allow_credentials="true")]
    for number in (1, 2):
        accepted = estate.night(number)
        assert accepted.exit_code == 0
        assert verdicts(accepted) == {"api.example.com/*": "waived", "b.example.com/*": "clean"}
        assert accepted.judgement.findings == ()
    after = estate.night(3)
    assert after.exit_code == 10
    assert (about(after, WIDENED), len(about(after, EXPIRED))) == ([OLD], 1)


def test_what_is_beyond_an_origin_shows(estate: Estate) -> None:
    estate.lines = [line(ON_API)]
    with_cookies = estate.night()
    assert about(with_cookies, WIDENED) == [OLD], "only without cookies was accepted"
    assert set(only(with_cookies).capabilities) == {"read_cred", "send_cred"}
    estate.lines = [line(ON_API, allow_credentials="true")]
    assert estate.night().exit_code == 0
    estate.apps["api"] = App((OLD, EVIL))
    assert about(estate.night(), WIDENED) == [EVIL]
    estate.apps = {"api": App((OLD,)), "b": App((OLD,))}
    elsewhere = estate.night()
    assert about(elsewhere, WIDENED) == [OLD]
    assert only(elsewhere).routes == ("b.example.com/*",)


def test_an_origin_that_is_not_let_in_is_no_loss(estate: Estate) -> None:
    estate.apps["api"] = App()
    estate.lines = [line(ON_API, allow_credentials="true")]
    found = estate.night()
    assert found.judgement.findings == ()
    assert found.exit_code == 0


def test_an_origin_on_a_part_of_the_routes(estate: Estate) -> None:
    estate.lines = [line(f'origin: "{OLD}", match: "*.example.com/v1/*"', allow_credentials="true")]
    found = estate.night()
    assert verdicts(found) == {
        "api.example.com/*": "widened",
        "api.example.com/v1/*": "waived",
        "b.example.com/*": "clean",
        "b.example.com/v1/*": "clean",
    }
    assert only(found).routes == ("api.example.com/*",)
    assert about(found, UNUSED) == []


def test_a_waiver_is_used_on_its_own_routes(estate: Estate) -> None:
    on_b = f'origin: "{OLD}", match: b.example.com/*'
    estate.lines = [line(one, allow_credentials="true") for one in (ON_API, on_b)]
    assert about(estate.night(), UNUSED) == [f"{OLD} on b.example.com/*"]


# -- unused, incomplete, partial -------------------------------------------------------------------


def test_only_a_complete_run_calls_a_waiver_unused(estate: Estate) -> None:
    estate.apps["api"] = App()
    estate.apps["b"].read = False
    estate.lines = [line(ON_API), line("rule: null-origin"), line('finding: "00000000"')]
    blind = estate.night()
    assert not blind.record.head.complete
    assert about(blind, UNUSED) == []
    assert UNUSED not in blind.record.head.rules
    estate.apps["b"].read = True
    assert len(about(estate.night(), UNUSED)) == 3
    estate.apps["b"].read = False
    again = estate.night()
    gone = [one for one in again.record.drifts if one.finding is None]
    assert {one.state for one in gone} == {State.UNVERIFIABLE}, "nobody looked: it stays open"


def test_a_run_that_could_not_look_accepts_as_before(estate: Estate) -> None:
    estate.lines = [line("rule: widened-origin")]
    estate.night()
    estate.apps["b"].read = False
    assert len(waived(estate.night())) == 1


def test_a_partial_run_keeps_no_footprint_and_says_nothing_of_waivers(estate: Estate) -> None:
    estate.apps["b"] = App((OLD,))
    estate.lines = [
        line("rule: widened-origin"),
        line("rule: null-origin"),
        line("rule: x", "2026-11-01"),
    ]
    part = estate.night(selection=Selection(host=("api.*",)))
    assert len(waived(part)) == 1
    assert [one for rule in WAIVER_RULES for one in about(part, rule)] == []
    whole = estate.night()
    assert len(waived(whole)) == 2, "the first whole run is what is frozen"
    assert (len(about(whole, UNUSED)), len(about(whole, EXPIRED))) == (1, 1)
    estate.apps["api"] = App((OLD, EVIL))
    estate.night(selection=Selection(host=("api.*",)))
    later = estate.night()
    assert about(later, WIDENED) == [EVIL]
    assert len(about(later, UNUSED)) == 1, "a partial run closes nothing outside its selection"


def test_a_partial_run_accepts_by_the_footprint_that_is_kept(estate: Estate) -> None:
    estate.lines = [line("rule: widened-origin")]
    estate.night()
    estate.apps["api"] = App((OLD, EVIL))
    part = estate.night(selection=Selection(host=("api.*",)))
    assert about(part, WIDENED) == [EVIL]
    assert part.exit_code == 10


# -- rollouts --------------------------------------------------------------------------------------


def rolled(number: int, match: str) -> str:
    return f"match: {match}, until: 2026-11-{21 + number}, reason: new list"


@pytest.mark.parametrize(
    ("match", "severity"),
    [
        ("api.example.com/*", Severity.INFO),
        ('"*.example.com/*"', Severity.INFO),
        ("b.example.com/*", Severity.MEDIUM),
        ("api.example.com/v1/*", Severity.MEDIUM),
    ],
)
def test_what_is_missing_while_it_is_rolled_out(
    tmp_path: Path, match: str, severity: Severity
) -> None:
    estate = Estate(tmp_path, {"api": App(credentials=False)})
    estate.rollouts = [rolled(2, match)]
    for number in (1, 2):
        found = estate.night(number)
        narrowed = only(found, "narrowed-origin")
        assert narrowed.severity is severity
        told = ("a rollout runs until 2026-11-23: new list",) if severity is Severity.INFO else ()
        assert narrowed.because[-len(told) or 99 :] == told
        assert found.exit_code == (0 if severity is Severity.INFO else 10)
    after = estate.night(3)
    assert (only(after, "narrowed-origin").severity, after.exit_code) == (Severity.MEDIUM, 10)


def test_a_rollout_hides_nothing_that_is_let_in(estate: Estate) -> None:
    estate.rollouts = [rolled(9, "api.example.com/*")]
    found = estate.night()
    assert only(found).severity is Severity.CRITICAL
    assert found.exit_code == 10


# -- always ----------------------------------------------------------------------------------------


def test_the_rules_about_waivers_are_those_that_tickets_know() -> None:
    assert WAIVER_RULES == ABOUT_WAIVERS


ORIGINS = (OLD, EVIL, "https://a.tenants.example", "http://plain.example")
MATCHES = ("api.example.com/*", '"*.example.com/*"', "api.example.com/v1/*", "b.example.com/v2/*")


def some_line(random: Random) -> str:
    match random.randrange(3):
        case 0:
            key = random.choice(
                [*(f'origin: "{one}"' for one in ORIGINS), 'pattern: "https://*.tenants.example"']
            )
            cookies = {"allow_credentials": "true"} if random.random() < 0.5 else {}
            return line(f"{key}, match: {random.choice(MATCHES)}", **cookies)
        case 1:
            return line(f'rule: "{random.choice(["widened-*", "plaintext-*", "*"])}"')
        case _:
            return line(f'host: "{random.choice(["api.*", "b.example.com"])}"')


@pytest.mark.parametrize("seed", range(40))
def test_a_waiver_brings_nothing_up_and_hides_nothing_else(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    estate = Estate(
        tmp_path,
        {
            name: App(
                tuple(random.sample(ORIGINS, random.randint(0, 3))),
                random.random() < 0.7,
                random.choice(["", f"{name}.example.com/v1/*"]),
            )
            for name in ("api", "b")
        },
    )
    before = estate.unkept()
    estate.lines = [some_line(random)]
    after = estate.unkept()
    (use,) = after.settled.weighed.accepted.uses
    then = {one.fingerprint: one for one in before.judgement.findings}
    now = {one.fingerprint: one for one in after.judgement.findings}
    came = {one.rule for key, one in now.items() if key not in then}
    assert came == set(), "no finding appears"
    extra = {one.rule for one in after.settled.weighed.findings} - {
        one.rule for one in now.values()
    }
    assert extra <= WAIVER_RULES
    of = use.waiver.of
    for key, one in then.items():
        if isinstance(of, OfOrigins):
            inside = [route for route in one.routes if of.match.takes(*place_of(route))]
            named = one.witness is not None and takes_all_alike(of.pattern, one.witness)
            if not named or len(inside) < len(one.routes):
                assert key in now, (one.what, use.waiver.about)
            if not named:
                kept = now[key]
                assert {place_of(r) for r in one.routes} <= {place_of(r) for r in kept.routes}
                assert replace(kept, routes=one.routes) == one, "and it says the same"
        else:
            assert now[key] == one, "what is accepted is still there"
            taken = key in after.settled.weighed.accepted.waived
            assert taken is of.takes(one)  # type: ignore[union-attr]
