"""`widened-origin`: what the path gives beyond the allowlist, one finding for one setting."""

from dataclasses import replace
from datetime import date

import pytest

from auditor.core.finding import Certainty, Finding, Severity
from auditor.core.hop.behaviour import Behaviour, Mix, Respond, UnreadBehaviour, UnreadEnd
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN
from auditor.core.hop.op import set_
from auditor.core.language.membership import unread_cause
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.reading import Layer, Remedy
from rules.widened_origin import RULE
from tests.rules.world import (
    APP,
    EVIL,
    FIELD,
    HOST,
    OLD,
    RECURSIVE,
    TENANTS,
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

TRUSTED = allowed(APP)
NAMED = (FIELD, f"{FIELD}[0]", f"{FIELD}[1]")


def test_one_origin_too_many() -> None:
    world = view(
        cdn(Behaviour()),
        gateway(
            lists(APP, OLD, credentials=True),
            fields=NAMED,
            remedies=[Remedy(FIELD, "remove {origin} from the stack")],
            assumed=["the gateway is new"],
        ),
        allow=TRUSTED,
    )
    assert told(only(RULE, world)) == {
        "rule": "widened-origin",
        "severity": Severity.CRITICAL,
        "subject": OLD,
        "what": f"{OLD} can read {HOST}/v1/* with cookies. Not allowed.",
        "why": f"gateway hop lists {OLD} (allow_origins[1]). The allowlist does not.",
        "do": f"Remove {OLD} from the stack.",
        "witness": OLD,
        "grantor": blamed(Layer.GATEWAY, line=7, entry=f"{FIELD}[1]"),
        "owner": "team-gateway",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon", "read_cred"),
        "because": ("the gateway is new",),
        "documents": ("cdn document", "gateway document"),
    }


def test_nothing_beyond_the_allowlist_is_silent() -> None:
    world = view(gateway(lists(APP, credentials=True)), allow=TRUSTED)
    assert list(RULE.check(world)) == []


def test_without_an_allowlist_it_says_nothing() -> None:
    assert list(RULE.check(view(gateway(echoes(True))))) == []


@pytest.mark.parametrize(
    ("world", "told"),
    [
        (
            view(gateway(lists(APP)), end=UnreadEnd("nothing answers"), allow=TRUSTED),
            "nothing answers",
        ),
        (
            view(gateway(lists(RECURSIVE, credentials=True)), allow=TRUSTED),
            unread_cause(RECURSIVE),
        ),
    ],
)
def test_what_was_not_read_is_no_pass(world, told) -> None:
    assert reason(RULE, world) == told


def test_what_is_behind_an_unread_hop_is_conditional() -> None:
    world = view(cdn(UnreadBehaviour("cdn: denied")), app(echoes(True)), allow=TRUSTED)
    found = only(RULE, world)
    assert found.certainty is Certainty.CONDITIONAL
    assert found.because == ("cdn: denied",)
    assert found.grantor == blamed(Layer.APP)
    assert found.witness == EVIL
    assert found.what == (
        f"Any site can read {HOST}/v1/* with cookies, if what was not read passes answers on as they "
        "are. Not allowed."
    )


@pytest.mark.parametrize(
    ("doing", "subject", "who"),
    [
        (lists(APP, TENANTS), TENANTS.text, f"Any origin matching {TENANTS.text}"),
        (constant("*"), "*", "Any site"),
        (echoes(), "reflect", "Any site"),
        (constant(OLD), OLD, OLD),
        (lists(APP, "http://localhost:3000"), "http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_one_finding_for_each_entry(doing: Behaviour, subject: str, who: str) -> None:
    found = only(RULE, view(gateway(doing), allow=allowed(APP, credentials=False)))
    assert found.subject == subject
    assert found.what == f"{who} can read {HOST}/v1/* without cookies. Not allowed."
    assert found.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("entry", "trusted", "named"),
    [
        (
            TENANTS,
            [APP],
            "Beyond the allowlist that is any subdomain of tenants.example.com, one label deep, "
            "nothing outside tenants.example.com (proved).",
        ),
        (
            TENANTS,
            [],
            "That is any subdomain of tenants.example.com, one label deep, nothing outside "
            "tenants.example.com (proved).",
        ),
        (
            Pattern(Dialect.PYTHON_MATCH, r"https://app\.example\.com"),
            [APP],
            "Beyond the allowlist that is suffix confusion, anything may follow app.example.com (a "
            "guess, from https://app.example.com.evil.com).",
        ),
        (
            Pattern(Dialect.JS_TEST, "/^https:..app.example.com$/"),
            [APP],
            "Beyond the allowlist that is an unescaped dot in app.example.com, which any character "
            "fits (a guess, from https://appxexample.com).",
        ),
        (
            "http://app.example.com",
            [APP],
            "Beyond the allowlist that is another scheme of app.example.com (proved).",
        ),
        (
            f"{APP}:8443",
            [APP, OLD],
            "Beyond the allowlist that is another port of app.example.com (proved).",
        ),
        (OLD, [APP], ""),
        (Pattern(Dialect.ANY, "*"), [APP], ""),
    ],
)
def test_what_was_widened_is_said_by_name(
    entry: str | Pattern, trusted: list[str], named: str
) -> None:
    found = only(RULE, view(gateway(lists(entry)), allow=allowed(*trusted)))
    text = entry if isinstance(entry, str) else entry.text
    echoed = " and echoes the origin of every request" if text == "*" else ""
    base = f"gateway hop lists {text}{echoed} (allow_origins). The allowlist does not."
    assert found.why == f"{base} {named}".rstrip()


def test_an_expired_entry_does_not_name_what_is_beyond_it() -> None:
    trusted = allowed(APP, TENANTS)
    app_entry, tenants = trusted.entries
    gone = replace(trusted, entries=(app_entry, replace(tenants, expires=date(2026, 1, 1))))
    found = only(RULE, view(gateway(lists(TENANTS)), allow=gone))
    assert "Beyond the allowlist that is any subdomain of tenants.example.com" in found.why


def test_the_name_is_no_part_of_the_cause() -> None:
    worlds = [view(gateway(lists(TENANTS)), allow=allowed(*some)) for some in ([], [APP])]
    one, other = (only(RULE, world) for world in worlds)
    assert one.why != other.why
    assert (one.fingerprint, one.evidence) == (other.fingerprint, other.evidence)


def test_several_entries_are_several_findings() -> None:
    world = view(gateway(lists(APP, OLD, EVIL, credentials=True)), allow=TRUSTED)
    assert {one.subject for one in RULE.check(world) if isinstance(one, Finding)} == {OLD, EVIL}


def test_a_canary_counts_when_any_of_it_lets_in() -> None:
    doing = Mix("canary", (lists(APP, credentials=True), lists(APP, OLD, credentials=True)))
    assert only(RULE, view(gateway(doing), allow=TRUSTED)).subject == OLD


def test_an_error_page_that_lets_in_counts() -> None:
    page = Respond(ALWAYS, (403,), (set_(ALLOW_ORIGIN, "*", "error page"),), certain=False)
    world = view(gateway(Behaviour((page,))), app(lists(APP, credentials=True)), allow=TRUSTED)
    found = only(RULE, world)
    assert (found.subject, found.grantor) == ("*", blamed(Layer.GATEWAY, "error page"))


def test_preflights_that_any_site_passes() -> None:
    world = view(
        gateway(
            Behaviour(responds=echoes(methods="PUT").responds, edits=echoes(methods="PUT").edits)
        ),
        allow=allowed(),
    )
    assert only(RULE, world).what == (
        f"Any site can read {HOST}/v1/* and send PUT to it without cookies. Not allowed."
    )


# -- trusted origins, beyond what the allowlist says of them -----------------------------------------


def test_cookies_for_trusted_origins_are_one_finding() -> None:
    world = view(
        gateway(lists(APP, OLD, credentials=True)), allow=allowed(APP, OLD, credentials=False)
    )
    found = only(RULE, world)
    assert found.subject == ALLOW_CREDENTIALS
    assert found.grantor == blamed(Layer.GATEWAY, "allow_credentials")
    assert found.what == (
        f"{APP} and 1 more can read {HOST}/v1/* with cookies. Allowed without cookies only."
    )
    assert (found.severity, found.capabilities) == (Severity.CRITICAL, ("read_cred",))


@pytest.mark.parametrize(
    ("subject", "field", "sent"),
    [
        (ALLOW_METHODS, "allow_methods", "DELETE, PUT"),
        (ALLOW_HEADERS, "allow_headers", "requests with x-b"),
    ],
)
def test_methods_and_headers_that_the_allowlist_does_not_name(
    subject: str, field: str, sent: str
) -> None:
    doing = lists(APP, credentials=True, owns=True, methods="GET,PUT,DELETE", headers="x-a,x-b")
    world = view(gateway(doing), allow=allowed(APP, methods=["GET"], headers=["x-a"]))
    found = [
        one for one in RULE.check(world) if isinstance(one, Finding) and one.subject == subject
    ]
    assert len(found) == 1
    assert found[0].what == (
        f"{APP} can send {sent} to {HOST}/v1/* with cookies. The allowlist does not name that."
    )
    assert found[0].grantor == blamed(Layer.GATEWAY, field)
    assert found[0].severity is Severity.MEDIUM


def test_methods_that_are_not_compared_are_silent() -> None:
    doing = lists(APP, credentials=True, owns=True, methods="GET,PUT", headers="x-a")
    assert list(RULE.check(view(gateway(doing), allow=TRUSTED))) == []
