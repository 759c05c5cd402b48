"""`reflected-origin`: an echo without a list."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import Behaviour, Case, Respond, UnreadEnd
from auditor.core.hop.guard import PREFLIGHT, Not, OriginIn
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import RequestHeader, TheOrigin, set_
from auditor.core.language.membership import unread_cause
from auditor.core.language.pattern import exact
from auditor.core.reading import Layer
from rules.reflected_origin import RULE
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
    constant,
    echoes,
    gateway,
    lists,
    only,
    reason,
    told,
    view,
)


def test_an_echo_with_credentials() -> None:
    assert told(only(RULE, view(gateway(echoes(True)), allow=allowed(APP)))) == {
        "rule": "reflected-origin",
        "severity": Severity.CRITICAL,
        "subject": "reflect",
        "what": f"Any site can read {HOST}/v1/* with cookies. Not allowed.",
        "why": "gateway hop echoes the origin of every request (allow_origins). There is no list "
        "behind it.",
        "do": "List the origins that are meant in allow_origins of gateway hop, instead of any.",
        "witness": EVIL,
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred"),
        "because": (),
        "documents": ("gateway document",),
    }


def test_without_credentials_it_is_as_good_as_a_star() -> None:
    found = only(RULE, view(gateway(echoes())))
    assert (found.severity, found.capabilities) == (Severity.MEDIUM, ("read_anon",))


def test_a_block_list_is_no_list() -> None:
    but = Case((Not(OriginIn((exact(OLD),))),), (set_(ALLOW_ORIGIN, TheOrigin(), "map"),))
    found = only(RULE, view(gateway(Behaviour(edits=((but,),)))))
    assert (found.subject, found.witness) == ("reflect", EVIL)


def test_the_origin_read_as_a_request_header_is_an_echo() -> None:
    copied = Case((), (set_(ALLOW_ORIGIN, RequestHeader("origin"), "snippet"),))
    found = only(RULE, view(gateway(Behaviour(edits=((copied,),)))))
    assert found.grantor == blamed(Layer.GATEWAY, "snippet")


def test_preflights_that_echo_let_any_site_send() -> None:
    ops = (set_(ALLOW_ORIGIN, TheOrigin(), "mock"), set_(ALLOW_METHODS, "PUT, DELETE", "mock"))
    world = view(
        gateway(Behaviour((Respond(PREFLIGHT, (204,), ops),))), app(lists(APP)), allow=allowed(APP)
    )
    found = only(RULE, world)
    assert (
        found.what == f"Any site can send DELETE, PUT to {HOST}/v1/* without cookies. Not allowed."
    )
    assert found.capabilities == ("send_anon",)


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP, credentials=True))),
        view(gateway(lists(ANY_TEXT, credentials=True))),
        view(gateway(constant("*"))),
        view(gateway(echoes()), allow=allowed(public=True, credentials=False)),
        view(gateway(lists(APP, owns=True)), app(echoes(True))),
    ],
    ids=["a list", "lists any", "literal", "public", "owned in front"],
)
def test_what_is_no_open_echo_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(gateway(lists(APP)), end=UnreadEnd("nothing answers")), "nothing answers"),
        (view(gateway(lists(RECURSIVE))), unread_cause(RECURSIVE)),
    ],
)
def test_what_was_not_read_is_no_pass(world: View, told: str) -> None:
    assert reason(RULE, world) == told
