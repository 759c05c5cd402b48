"""`inner-policy-leaks`: an inner answer that passes a list further out."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import Behaviour, Service, UnreadBehaviour, UnreadEnd
from auditor.core.hop.op import Act
from auditor.core.language.membership import unread_cause
from auditor.core.reading import Layer
from rules.inner_policy_leaks import RULE
from rules.rule import View
from tests.rules.world import (
    ANY_TEXT,
    APP,
    EVIL,
    HOST,
    OLD,
    RECURSIVE,
    allowed,
    app,
    blamed,
    cdn,
    constant,
    echoes,
    gateway,
    lists,
    only,
    reason,
    told,
    view,
)

STRICT = gateway(lists(APP, credentials=True))


@pytest.mark.parametrize(
    ("allow", "verdict"),
    [(None, ""), (allowed(APP), " Not allowed.")],
    ids=["observe", "allowlist"],
)
def test_an_app_that_echoes_behind_a_list(allow, verdict: str) -> None:
    assert told(only(RULE, view(STRICT, app(echoes(True)), allow=allow))) == {
        "rule": "inner-policy-leaks",
        "severity": Severity.CRITICAL,
        "subject": "reflect",
        "what": f"Any site can read {HOST}/v1/* with cookies.{verdict}",
        "why": "app hop echoes the origin of every request (allow_origins). gateway hop lists "
        "origins, but lets the answers for all others pass.",
        "do": "List the origins that are meant in allow_origins of app hop, instead of any.",
        "witness": EVIL,
        "grantor": blamed(Layer.APP),
        "owner": "team-app",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred"),
        "because": (),
        "documents": ("app document", "gateway document"),
    }


@pytest.mark.parametrize(
    ("inner", "subject", "severity"),
    [
        (constant("*"), "*", Severity.HIGH),
        (lists(ANY_TEXT, credentials=True), "*", Severity.CRITICAL),
        (lists(APP, OLD), OLD, Severity.HIGH),
    ],
)
def test_what_leaks(inner: Behaviour, subject: str, severity: Severity) -> None:
    found = only(RULE, view(STRICT, app(inner)))
    assert (found.subject, found.severity) == (subject, severity)


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP, owns=True)), app(echoes(True))),
        view(gateway(echoes(True)), app(lists(APP))),
        view(gateway(lists(ANY_TEXT)), app(echoes())),
        view(gateway(Behaviour()), app(echoes(True))),
        view(STRICT, app(Behaviour())),
        view(
            gateway(lists(OLD, credentials=True)),
            app(lists(APP, credentials=True)),
            allow=allowed(APP, OLD),
        ),
        view(STRICT, app(constant("*")), allow=allowed(public=True, credentials=False)),
    ],
    ids=["owns", "outer echoes", "outer lists any", "passes", "app silent", "trusted", "public"],
)
def test_what_does_not_leak_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []


def test_a_list_that_adds_lines_lets_the_others_pass() -> None:
    found = only(RULE, view(gateway(lists(APP, act=Act.ADD_LINE)), app(constant("*"))))
    assert (found.subject, found.witness) == ("*", EVIL)


def test_a_service_at_the_end_leaks_past_an_outer_hop() -> None:
    found = only(RULE, view(STRICT, app(Behaviour()), end=Service(echoes(True))))
    assert found.grantor == blamed(Layer.APP)


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(STRICT, end=UnreadEnd("nothing answers")), "nothing answers"),
        (view(STRICT, app(UnreadBehaviour("denied"))), "denied"),
        (view(gateway(lists(RECURSIVE)), app(constant("*"))), unread_cause(RECURSIVE)),
    ],
)
def test_what_was_not_read_is_no_pass(world: View, told: str) -> None:
    assert reason(RULE, world) == told


def test_an_unread_hop_in_front_makes_it_conditional() -> None:
    found = only(RULE, view(cdn(UnreadBehaviour("denied")), STRICT, app(echoes(True))))
    assert (found.certainty, found.because) == (Certainty.CONDITIONAL, ("denied",))
