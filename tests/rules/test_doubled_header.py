"""`doubled-header`: several Allow-Origin values on one answer."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.hop.op import Act
from auditor.core.reading import Layer
from rules.doubled_header import RULE
from rules.rule import View
from tests.rules.world import (
    APP,
    EVIL,
    HOST,
    RECURSIVE,
    allowed,
    app,
    blamed,
    constant,
    echoes,
    gateway,
    lists,
    only,
    reason,
    told,
    view,
)

ADDS = gateway(lists(APP, act=Act.ADD_LINE))


@pytest.mark.parametrize("allow", [None, allowed(APP)], ids=["observe", "allowlist"])
def test_a_list_that_adds_a_line_to_a_star(allow) -> None:
    assert told(only(RULE, view(ADDS, app(constant("*")), allow=allow))) == {
        "rule": "doubled-header",
        "severity": Severity.HIGH,
        "subject": ALLOW_ORIGIN,
        "what": f"{APP} cannot read {HOST}/v1/*: the answer names several origins.",
        "why": "gateway hop and app hop wrote access-control-allow-origin. If only that of app hop "
        "stays, any site can read, without cookies. If only that of gateway hop stays, "
        f"{APP} can read, without cookies.",
        "do": "Let one layer alone answer CORS on this path, and take it out of the others.",
        "witness": APP,
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": (),
        "because": (),
        "documents": ("app document", "gateway document"),
    }


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (constant("*", act=Act.ADD_LINE), constant("*")),
        (constant(APP, act=Act.JOIN), constant(APP)),
    ],
    ids=["two lines", "one line of two"],
)
def test_nobody_reads_what_is_doubled_for_all(outer, inner) -> None:
    found = only(RULE, view(gateway(outer), app(inner)))
    assert found.what == f"Nobody can read {HOST}/v1/*: the answer names several origins."
    assert found.witness == EVIL


def test_with_cookies_the_copy_that_would_stay_says_so() -> None:
    world = view(ADDS, app(echoes(credentials=True)))
    assert (
        "If only that of app hop stays, any site can read, with cookies." in only(RULE, world).why
    )


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP)), app(constant("*"))),
        view(gateway(lists(APP, act=Act.SET_IF_ABSENT)), app(constant("*"))),
        view(ADDS),
    ],
    ids=["set", "set if absent", "one writer"],
)
def test_one_line_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(ADDS, end=UnreadEnd("nothing answers")), "nothing answers"),
        (view(gateway(lists(RECURSIVE, act=Act.ADD_LINE)), app(constant("*"))), "pattern"),
    ],
)
def test_what_was_not_read_is_no_pass(world: View, told: str) -> None:
    assert reason(RULE, world).startswith(told)
