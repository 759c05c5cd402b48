"""`plaintext-origin`: http origins on an https route."""

import pytest

from auditor.core.finding import Certainty, Severity
from auditor.core.hop.behaviour import Behaviour, UnreadEnd
from auditor.core.language.membership import unread_cause
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import Layer
from rules.plaintext_origin import RULE
from rules.rule import View
from tests.rules.world import (
    APP,
    HOST,
    RECURSIVE,
    TENANTS,
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

PLAIN = "http://app.example.com"


def test_an_http_origin_on_the_list() -> None:
    assert told(only(RULE, view(gateway(lists(APP, PLAIN, credentials=True))))) == {
        "rule": "plaintext-origin",
        "severity": Severity.HIGH,
        "subject": PLAIN,
        "what": f"{PLAIN} can read {HOST}/v1/* with cookies.",
        "why": f"gateway hop lists {PLAIN} (allow_origins). The network that carries a plain http "
        "page can change it.",
        "do": f"Remove {PLAIN} from allow_origins of gateway hop.",
        "witness": PLAIN,
        "grantor": blamed(Layer.GATEWAY),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred"),
        "because": (),
        "documents": ("gateway document",),
    }


@pytest.mark.parametrize(
    ("doing", "subject", "who"),
    [
        (constant(PLAIN), PLAIN, PLAIN),
        (lists(Pattern(Dialect.INGRESS_NGINX, PLAIN)), PLAIN, PLAIN),
        (
            lists(Pattern(Dialect.ALLOWLIST, "http://*.example.com")),
            "http://*.example.com",
            "Any http origin matching http://*.example.com",
        ),
        (
            lists(Pattern(Dialect.SUFFIX, ".example.com")),
            ".example.com over http",
            "Any http origin matching .example.com",
        ),
    ],
)
def test_every_way_to_write_it(doing: Behaviour, subject: str, who: str) -> None:
    found = only(RULE, view(gateway(doing)))
    assert (found.subject, found.severity) == (subject, Severity.MEDIUM)
    assert found.what == f"{who} can read {HOST}/v1/* without cookies."


def test_it_speaks_although_the_allowlist_names_the_origin() -> None:
    world = view(gateway(lists(PLAIN)), allow=allowed(PLAIN, credentials=False))
    assert only(RULE, world).what == f"{PLAIN} can read {HOST}/v1/* without cookies."


@pytest.mark.parametrize(
    "world",
    [
        view(gateway(lists(APP, TENANTS))),
        view(gateway(lists("http://localhost:3000", "http://127.0.0.1", "http://[::1]:8080"))),
        view(gateway(constant("*"))),
        view(gateway(echoes(True))),
        view(gateway(lists(PLAIN)), allow=allowed(public=True, credentials=False)),
    ],
    ids=["https", "this machine", "literal", "echo", "public"],
)
def test_what_is_not_about_http_is_silent(world: View) -> None:
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
