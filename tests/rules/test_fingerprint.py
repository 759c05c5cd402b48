"""Fingerprints name causes: they hold while the cause stays, and differ where it does."""

from collections.abc import Callable

import pytest

from auditor.core.finding import Finding
from auditor.core.hop.behaviour import Behaviour, Case, UnreadEnd
from auditor.core.hop.guard import OriginIn
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from auditor.core.hop.op import Act, TheOrigin, set_
from auditor.core.language.pattern import exact
from auditor.core.reading import Layer
from rules import run_rules
from rules.rule import View
from tests.rules.world import (
    APP,
    EVIL,
    FIELD,
    OLD,
    TENANTS,
    allowed,
    app,
    constant,
    echoes,
    gateway,
    hop,
    lists,
    view,
)

TRUSTED = allowed(APP)
NAMED = [FIELD, *(f"{FIELD}[{at}]" for at in range(4))]


def prints(world: View) -> set[str]:
    return {one.fingerprint for one in run_rules(world) if isinstance(one, Finding)}


def widened(*entries: str, **more: object) -> View:
    """One origin too many at the gateway."""
    shown = {"id": "api a1b2", "line": 7, "name": "HTTP API a1b2", "fields": NAMED}
    world = {key: more.pop(key) for key in ("environment", "path") if key in more}
    placed = gateway(lists(*entries, credentials=True), **{**shown, **more})
    return view(placed, allow=TRUSTED, **world)  # type: ignore[arg-type]


def written_in(field: str) -> Behaviour:
    """The same origins, in a setting of another name."""
    ops = (set_(ALLOW_ORIGIN, TheOrigin(), field), set_(ALLOW_CREDENTIALS, "true", "credentials"))
    return Behaviour(edits=((Case((OriginIn((exact(APP), exact(OLD))),), ops),),))


BASE = widened(APP, OLD)


@pytest.mark.parametrize(
    "same",
    [
        widened(OLD, APP),
        widened(APP, OLD, id="api z9y8", name="HTTP API z9y8"),
        widened(APP, OLD, line=99),
        widened(APP, OLD, path="/v2/*"),
        widened(APP, OLD, fields=()),
        widened(APP, OLD, assumed=["something"]),
    ],
    ids=["reordered", "redeployed", "moved", "another route", "fields not named", "assumption"],
)
def test_the_same_cause(same: View) -> None:
    assert prints(same) == prints(BASE)
    assert len(prints(BASE)) == 1


@pytest.mark.parametrize(
    "other",
    [
        widened(APP, EVIL),
        widened(APP, OLD, environment="staging"),
        view(hop(Layer.APP, lists(APP, OLD, credentials=True)), allow=TRUSTED),
        view(gateway(written_in("other_origins")), allow=TRUSTED),
    ],
    ids=["subject", "environment", "layer", "field"],
)
def test_another_cause(other: View) -> None:
    assert len(prints(other)) == 1
    assert not prints(other) & prints(BASE)


WORLDS: dict[str, Callable[[str], View]] = {
    "inner-policy-leaks": lambda id: view(gateway(lists(APP), id=id), app(echoes(), id=id + "b")),
    "reflected-origin": lambda id: view(gateway(echoes(True), id=id)),
    "wildcard-credentials": lambda id: view(gateway(constant("*", True), id=id)),
    "null-origin": lambda id: view(gateway(lists("null"), id=id)),
    "plaintext-origin": lambda id: view(gateway(lists("http://a.example.com"), id=id)),
    "doubled-header": lambda id: view(
        gateway(lists(APP, act=Act.ADD_LINE), id=id), app(lists(APP), id=id + "b")
    ),
    "layers-disagree": lambda id: view(
        gateway(lists(APP, owns=True), id=id), app(lists(TENANTS), id=id + "b")
    ),
    "narrowed-origin": lambda id: view(gateway(lists(APP), id=id), allow=TRUSTED),
    "unread-hop": lambda id: view(
        gateway(lists(APP), id=id), end=UnreadEnd("nothing answers"), allow=TRUSTED
    ),
}


@pytest.mark.parametrize("rule", WORLDS)
def test_no_rule_rests_on_ids_that_a_redeploy_changes(rule: str) -> None:
    one, other = WORLDS[rule]("first"), WORLDS[rule]("second")
    assert prints(one) == prints(other)
    assert rule in {found.rule for found in run_rules(one) if isinstance(found, Finding)}
