"""One cause, one finding: which rule speaks when several see the same."""

from dataclasses import replace

import pytest

from auditor.core.finding import Certainty, Finding, Severity, unite
from auditor.core.hop.behaviour import UnreadBehaviour
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import Act
from rules import run_rules
from rules.precedence import settle, settle_routes
from rules.rule import NotEvaluated, View
from rules.widened_origin import RULE as WIDENED
from tests.rules.world import (
    ANY_TEXT,
    APP,
    FIELD,
    HOST,
    OLD,
    allowed,
    app,
    cdn,
    constant,
    echoes,
    gateway,
    lists,
    only,
    view,
)

TRUSTED = allowed(APP)
READS = allowed(APP, credentials=False)
PLAIN = "http://app.example.com"


def spoken(world: View) -> set[tuple[str, str]]:
    """Rule and subject of every finding in `world`."""
    return {(one.rule, one.subject) for one in run_rules(world) if isinstance(one, Finding)}


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (
            view(gateway(lists(APP, credentials=True)), app(echoes(True)), allow=TRUSTED),
            {("inner-policy-leaks", "reflect")},
        ),
        (
            view(
                gateway(lists(APP, credentials=True)),
                app(lists(ANY_TEXT, credentials=True)),
                allow=TRUSTED,
            ),
            {("inner-policy-leaks", "*")},
        ),
        (
            view(gateway(constant("*", credentials=True)), allow=TRUSTED),
            {("wildcard-credentials", "*")},
        ),
        (
            view(gateway(lists(ANY_TEXT, credentials=True)), allow=TRUSTED),
            {("wildcard-credentials", "*")},
        ),
        (view(gateway(echoes(True)), allow=TRUSTED), {("reflected-origin", "reflect")}),
        (
            view(gateway(lists(APP, "null", OLD, credentials=True)), allow=TRUSTED),
            {("null-origin", "null"), ("widened-origin", OLD)},
        ),
        (
            view(gateway(lists(APP, PLAIN, credentials=True)), allow=TRUSTED),
            {("plaintext-origin", PLAIN)},
        ),
        (
            view(gateway(lists(APP, act=Act.ADD_LINE)), app(constant("*")), allow=READS),
            {("doubled-header", ALLOW_ORIGIN), ("inner-policy-leaks", "*")},
        ),
        (
            view(gateway(lists(APP, OLD, owns=True)), app(lists(APP)), allow=READS),
            {("widened-origin", OLD)},
        ),
        (
            view(gateway(lists(OLD, owns=True)), app(lists(APP, OLD)), allow=allowed(APP, OLD)),
            {("narrowed-origin", APP), ("narrowed-origin", "access-control-allow-credentials")},
        ),
        (
            view(gateway(lists(APP, owns=True)), app(lists(APP, OLD)), allow=READS),
            {("layers-disagree", "gateway gateway role")},
        ),
        (view(gateway(lists(APP, credentials=True)), allow=TRUSTED), set()),
    ],
)
def test_the_most_telling_rule_speaks(world: View, expected: set[tuple[str, str]]) -> None:
    assert spoken(world) == expected


def test_what_was_not_read_is_named_beside_what_it_may_hide() -> None:
    world = view(cdn(UnreadBehaviour("denied")), app(echoes(True)), allow=TRUSTED)
    assert spoken(world) == {("reflected-origin", "reflect"), ("unread-hop", "denied")}
    assert NotEvaluated("null-origin", "denied") in list(run_rules(world))


def test_rules_that_need_an_allowlist_are_left_out_without_one() -> None:
    world = view(cdn(UnreadBehaviour("denied")), app(lists(APP)))
    skipped = {one.rule for one in run_rules(world) if isinstance(one, NotEvaluated)}
    assert not skipped & {"widened-origin", "narrowed-origin"}
    assert "reflected-origin" in skipped


MILD = only(WIDENED, view(gateway(lists(APP, OLD, credentials=True)), allow=TRUSTED))


def test_the_worst_severity_and_the_surest_claim_stay() -> None:
    first = replace(
        MILD,
        rule="null-origin",
        severity=Severity.LOW,
        certainty=Certainty.CONDITIONAL,
        because=("a",),
    )
    (found,) = settle([replace(MILD, because=("b", "a")), first])
    assert (found.rule, found.severity) == ("null-origin", Severity.CRITICAL)
    assert (found.certainty, found.because) == (Certainty.CERTAIN, ("a", "b"))
    assert found.capabilities == first.capabilities


@pytest.mark.parametrize("change", [{"subject": "null"}, {"grantor": None}])
def test_other_causes_are_other_findings(change: dict[str, object]) -> None:
    assert len(settle([MILD, replace(MILD, rule="null-origin", **change)])) == 2


def test_what_was_not_read_speaks_for_nothing() -> None:
    latent = view(gateway(lists(APP, owns=True)), app(lists(APP, OLD)))
    (disagree,) = (one for one in run_rules(latent) if isinstance(one, Finding))
    unread = replace(disagree, rule="unread-hop", subject="denied")
    assert len(settle([disagree, unread])) == 2
    assert settle([disagree, MILD]) == (MILD,)


def test_order_does_not_matter() -> None:
    both = [MILD, replace(MILD, rule="null-origin")]
    assert settle(both) == settle(both[::-1])


def test_over_routes_one_setting_is_one_finding_and_the_more_telling_rule_speaks() -> None:
    listed = app(lists(APP, OLD, credentials=True), fields=[FIELD, f"{FIELD}[1]"])
    direct = view(listed, allow=allowed(APP), path="/direct/*")
    behind = view(gateway(lists(APP)), listed, allow=allowed(APP), path="/behind/*")
    found = [
        one for world in (direct, behind) for one in run_rules(world) if isinstance(one, Finding)
    ]
    assert {one.rule for one in found if one.subject == OLD} == {
        "widened-origin",
        "inner-policy-leaks",
    }
    (one,) = [one for one in settle_routes(unite(found)) if one.subject == OLD]
    assert one.rule == "inner-policy-leaks"
    assert one.routes == (f"{HOST}/behind/*", f"{HOST}/direct/*")
