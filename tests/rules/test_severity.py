"""How severe each rule is, by credentials and by environment."""

from functools import lru_cache

import pytest

from auditor.core.capability import Capability
from auditor.core.finding import Severity
from auditor.core.hop.behaviour import Behaviour, Cache, UnreadEnd
from auditor.core.hop.op import Act
from rules import RULES
from rules.rule import View, raised
from tests.rules.world import (
    ANY_TEXT,
    APP,
    OLD,
    allowed,
    app,
    constant,
    echoes,
    gateway,
    lists,
    only,
    view,
)

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
RULE = {rule.name: rule for rule in RULES if rule.check is not None}
PLAIN = "http://app.example.com"


@lru_cache
def worlds(credentials: bool, production: bool) -> dict[str, View]:
    """A world in which each rule fires."""
    more = {"production": production}
    reads = allowed(APP, credentials=credentials)
    return {
        "widened-origin": view(
            gateway(lists(APP, OLD, credentials=credentials)), allow=reads, **more
        ),
        "narrowed-origin": view(gateway(lists(OLD)), allow=reads, **more),
        "cache-mixes-origins": view(
            gateway(Behaviour(cache=Cache(honours_vary=False))),
            app(lists(APP, credentials=credentials)),
            allow=reads,
            **more,
        ),
        "inner-policy-leaks": view(gateway(lists(APP)), app(echoes(credentials)), **more),
        "wildcard-credentials": view(
            gateway(lists(ANY_TEXT, credentials=True) if credentials else constant("*", True)),
            **more,
        ),
        "reflected-origin": view(gateway(echoes(credentials)), **more),
        "null-origin": view(gateway(lists("null", credentials=credentials)), **more),
        "plaintext-origin": view(gateway(lists(PLAIN, credentials=credentials)), **more),
        "doubled-header": view(
            gateway(lists(APP, act=Act.ADD_LINE)), app(lists(APP, credentials=credentials)), **more
        ),
        "layers-disagree": view(
            gateway(lists(APP, owns=True)), app(lists(OLD, credentials=credentials)), **more
        ),
        "unread-hop": view(
            gateway(lists(APP, credentials=credentials)), end=UnreadEnd("nothing answers"), **more
        ),
    }


@pytest.mark.parametrize(
    ("name", "plain", "cookies", "staging", "staging_cookies"),
    [
        ("widened-origin", HIGH, CRITICAL, MEDIUM, HIGH),
        ("narrowed-origin", MEDIUM, MEDIUM, LOW, LOW),
        ("cache-mixes-origins", MEDIUM, MEDIUM, LOW, LOW),
        ("inner-policy-leaks", HIGH, CRITICAL, MEDIUM, HIGH),
        ("wildcard-credentials", MEDIUM, CRITICAL, LOW, HIGH),
        ("reflected-origin", MEDIUM, CRITICAL, LOW, HIGH),
        ("null-origin", MEDIUM, HIGH, LOW, MEDIUM),
        ("plaintext-origin", MEDIUM, HIGH, LOW, MEDIUM),
        ("doubled-header", HIGH, HIGH, MEDIUM, MEDIUM),
        ("layers-disagree", MEDIUM, MEDIUM, LOW, LOW),
        ("unread-hop", MEDIUM, MEDIUM, LOW, LOW),
    ],
)
def test_by_credentials_and_environment(
    name: str, plain: Severity, cookies: Severity, staging: Severity, staging_cookies: Severity
) -> None:
    found = [
        only(RULE[name], worlds(credentials, production)[name]).severity
        for production in (True, False)
        for credentials in (False, True)
    ]
    assert found == [plain, cookies, staging, staging_cookies]
    assert RULE[name].severity is plain


def test_every_rule_is_in_the_table() -> None:
    assert set(worlds(True, True)) == set(RULE)


@pytest.mark.parametrize(
    ("severity", "caps", "production", "expected"),
    [
        (CRITICAL, Capability.READ_CRED, True, CRITICAL),
        (Severity.INFO, Capability.READ_ANON, False, Severity.INFO),
        (MEDIUM, Capability.SEND_CRED, False, MEDIUM),
        (MEDIUM, Capability.SEND_ANON, True, MEDIUM),
    ],
)
def test_the_scale_has_ends(
    severity: Severity, caps: Capability, production: bool, expected: Severity
) -> None:
    assert raised(severity, caps, production) is expected
