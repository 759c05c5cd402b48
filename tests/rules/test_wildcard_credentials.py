"""`wildcard-credentials`: any origin and credentials, by what the product really sends."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.language.membership import unread_cause
from auditor.core.reading import Layer
from rules.rule import View
from rules.wildcard_credentials import RULE
from tests.rules.world import (
    ANY_TEXT,
    APP,
    EVIL,
    HOST,
    RECURSIVE,
    allowed,
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


@pytest.mark.parametrize("allow", [None, allowed(APP)], ids=["observe", "allowlist"])
def test_the_literal_is_broken(allow) -> None:
    assert told(only(RULE, view(gateway(constant("*", credentials=True)), allow=allow))) == {
        "rule": "wildcard-credentials",
        "severity": Severity.MEDIUM,
        "subject": "*",
        "what": f"Nobody can read {HOST}/v1/* with cookies, and any site can read it without.",
        "why": "gateway hop writes * (allow_origins). Browsers refuse * for a request with "
        "credentials, although they are allowed here.",
        "do": "List the origins that are meant in allow_origins of gateway hop, instead of any.",
        "witness": EVIL,
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon",),
        "because": (),
        "documents": ("gateway document",),
    }


def test_a_product_that_echoes_is_open() -> None:
    found = only(RULE, view(gateway(lists(ANY_TEXT, credentials=True))))
    assert found.severity is Severity.CRITICAL
    assert found.what == f"Any site can read {HOST}/v1/* with cookies."
    assert found.why == (
        "gateway hop lists * and echoes the origin of every request (allow_origins). "
        "Credentials are on."
    )
    assert found.capabilities == ("read_anon", "read_cred")


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(constant("*"))),
        view(gateway(lists(ANY_TEXT))),
        view(gateway(echoes(credentials=True))),
        view(gateway(lists(APP, credentials=True))),
        view(
            gateway(constant("*", credentials=True)),
            allow=allowed(public=True, credentials=False),
        ),
    ],
    ids=["no credentials", "echo without", "no wildcard", "a list", "public"],
)
def test_one_without_the_other_is_silent(world: View) -> None:
    assert list(RULE.check(world)) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (view(end=UnreadEnd("nothing answers")), "nothing answers"),
        (view(gateway(lists(RECURSIVE, credentials=True))), unread_cause(RECURSIVE)),
    ],
)
def test_what_was_not_read_is_no_pass(world: View, told: str) -> None:
    assert reason(RULE, world) == told
