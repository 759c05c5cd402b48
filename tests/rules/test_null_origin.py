"""`null-origin`: entries that let the opaque origin in."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import Behaviour, UnreadEnd
from auditor.core.language.membership import unread_cause
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import Layer
from rules.null_origin import RULE
from rules.rule import View
from tests.rules.world import (
    ANY_TEXT,
    APP,
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


def test_a_list_that_names_null() -> None:
    assert told(only(RULE, view(gateway(lists(APP, "null", credentials=True))))) == {
        "rule": "null-origin",
        "severity": Severity.HIGH,
        "subject": "null",
        "what": f"Any page, as the opaque origin null, can read {HOST}/v1/* with cookies.",
        "why": "gateway hop lists null (allow_origins). Any page can have the origin null, by a "
        "sandboxed frame.",
        "do": "Remove null from allow_origins of gateway hop.",
        "witness": "null",
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred"),
        "because": (),
        "documents": ("gateway document",),
    }


@pytest.mark.parametrize(
    "doing", [constant("null"), lists(Pattern(Dialect.SUBSTRING_OF, "https://a.example,null"))]
)
def test_every_way_to_write_it(doing: Behaviour) -> None:
    found = only(RULE, view(gateway(doing)))
    assert (found.subject, found.severity) == ("null", Severity.MEDIUM)


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP))),
        view(gateway(constant("*"))),
        view(gateway(lists(ANY_TEXT, credentials=True))),
        view(gateway(echoes(True))),
        view(gateway(lists("null")), allow=allowed(public=True, credentials=False)),
    ],
    ids=["not named", "literal", "any", "echo", "public"],
)
def test_what_is_not_about_null_is_silent(world: View) -> None:
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
