"""Rollouts: which findings are information while layers are changed one after another."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.allowlist import RouteMatch
from auditor.core.finding import Severity
from auditor.core.reading import PathKind, PathMatch, Where
from auditor.core.waiver.waiver import Rollout
from auditor.run.rollout import rolled_out, rolls_out
from tests.core.claims import FINDING

TODAY = date(2026, 11, 22)
LAYERS = replace(
    FINDING, rule="layers-disagree", routes=("api.example.com/v1/*", "b.example.com/*")
)


def rollout(host: str, path: str = "/", days: int = 0, reason: str = "new list") -> Rollout:
    match = RouteMatch(host, PathMatch(PathKind.PREFIX, path))
    return Rollout(match, TODAY + timedelta(days), reason, Where("waivers.yaml", 9))


API, B, BOTH = rollout("api.example.com"), rollout("b.example.com"), rollout("*.example.com")


@pytest.mark.parametrize(
    ("rollouts", "calm"),
    [
        ((), False),
        ((API,), False),
        ((B,), False),
        ((API, B), True),
        ((BOTH,), True),
        ((rollout("api.example.com", "/v1"), B), True),
        ((rollout("api.example.com", "/v1/a"), B), False),
        ((rollout("api.example.com", "/v"), B), False),
        ((rollout("*.example.com", days=-1),), False),
        ((rollout("*.example.com", days=1),), True),
    ],
)
def test_all_of_its_routes_have_to_be_rolled_out(rollouts: tuple[Rollout, ...], calm: bool) -> None:
    found = rolled_out(LAYERS, rollouts, TODAY)
    assert (found.severity is Severity.INFO) is calm
    assert (found == LAYERS) is not calm
    assert found.fingerprint == LAYERS.fingerprint


def test_it_says_until_when() -> None:
    later = rollout("b.example.com", days=9, reason="other list")
    found = rolled_out(replace(LAYERS, because=("x",)), (API, later), TODAY)
    assert found.because == ("x", "a rollout runs until 2026-12-01: new list")


@pytest.mark.parametrize(
    ("changed", "calm"),
    [
        ({}, True),
        ({"rule": "narrowed-origin"}, True),
        ({"rule": "widened-origin"}, False),
        ({"rule": "inner-policy-leaks"}, False),
        ({"routes": ()}, False),
        ({"routes": ("GET,PUT api.example.com/v1/*",)}, True),
        ({"routes": ("GET other.test/*",)}, False),
    ],
)
def test_which_findings_such_layers_show(changed: dict[str, object], calm: bool) -> None:
    finding = replace(LAYERS, **changed)  # type: ignore[arg-type]
    assert (rolled_out(finding, (BOTH,), TODAY).severity is Severity.INFO) is calm
    assert rolls_out(BOTH, finding) is calm
    assert not rolls_out(rollout("x.test"), finding)
