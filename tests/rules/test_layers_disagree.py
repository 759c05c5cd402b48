"""`layers-disagree`: two hops that decide differently about an origin."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import Behaviour, Service, UnreadBehaviour, UnreadEnd
from auditor.core.reading import Layer
from rules.layers_disagree import RULE
from rules.rule import View
from tests.rules.world import (
    APP,
    HOST,
    OLD,
    RECURSIVE,
    STRIPS,
    app,
    blamed,
    cdn,
    constant,
    gateway,
    lists,
    only,
    reason,
    told,
    view,
)


def test_the_inner_list_is_longer_and_masked() -> None:
    assert told(only(RULE, view(gateway(lists(APP, owns=True)), app(lists(APP, OLD))))) == {
        "rule": "layers-disagree",
        "severity": Severity.MEDIUM,
        "subject": "gateway gateway role",
        "what": f"Two layers of {HOST}/v1/* decide differently about {OLD}.",
        "why": "app hop lets it in and gateway hop does not. Browsers get the decision of gateway "
        "hop; the other is masked.",
        "do": "Let one layer decide: take CORS out of gateway hop or of app hop.",
        "witness": OLD,
        "grantor": blamed(Layer.APP),
        "owner": "team-app",
        "certainty": Certainty.CERTAIN,
        "capabilities": (),
        "because": (),
        "documents": ("app document", "gateway document"),
    }


@pytest.mark.parametrize(
    ("outer", "inner", "severity", "effective"),
    [
        (lists(APP, OLD, owns=True), lists(APP), Severity.LOW, "gateway hop"),
        (lists(APP), lists(APP, OLD), Severity.MEDIUM, "app hop"),
        (lists(APP, owns=True), constant("*"), Severity.MEDIUM, "gateway hop"),
    ],
    ids=["inner stricter and masked", "inner wider and effective", "inner wider and masked"],
)
def test_how_much_it_matters(
    outer: Behaviour, inner: Behaviour, severity: Severity, effective: str
) -> None:
    found = only(RULE, view(gateway(outer), app(inner)))
    assert found.severity is severity
    assert f"Browsers get the decision of {effective};" in found.why


def test_what_is_masked_is_shown_first() -> None:
    outer, inner = lists(APP, OLD, owns=True), lists(APP, "https://z.example.com")
    found = only(RULE, view(gateway(outer), app(inner)))
    assert (found.witness, found.severity) == ("https://z.example.com", Severity.MEDIUM)


def test_a_service_at_the_end_decides() -> None:
    world = view(gateway(lists(APP, owns=True)), app(Behaviour()), end=Service(lists(OLD)))
    assert only(RULE, world).grantor == blamed(Layer.APP)


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP, OLD)), app(lists(OLD, APP))),
        view(gateway(Behaviour()), app(lists(APP))),
        view(gateway(Behaviour(edits=(STRIPS,))), app(lists(APP))),
        view(gateway(lists(APP))),
    ],
    ids=["agree", "passes", "removes", "alone"],
)
def test_one_decision_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(gateway(lists(APP, owns=True)), end=UnreadEnd("nothing answers")), "nothing answers"),
        (
            view(gateway(lists(APP, owns=True)), app(UnreadBehaviour("denied"))),
            "what app hop decides is not known",
        ),
        (
            view(gateway(lists(RECURSIVE)), app(constant("*"))),
            "what gateway hop decides is not known",
        ),
        (
            view(cdn(UnreadBehaviour("a")), app(UnreadBehaviour("b"))),
            "what cdn hop decides is not known; what app hop decides is not known",
        ),
    ],
)
def test_what_was_not_read_is_no_pass(world: View, told: str) -> None:
    assert reason(RULE, world) == told
