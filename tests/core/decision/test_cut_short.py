"""What was not run to its end is never clean: it is undecided, and says so, with or without a list."""

from dataclasses import replace

import pytest

from auditor.core.decision import classes as asking
from auditor.core.decision import judged as judging
from auditor.core.decision import verdict
from auditor.core.decision.verdict import Judged, Verdict
from auditor.core.hop.behaviour import Behaviour, Respond
from auditor.core.hop.guard import PREFLIGHT, RequestedHeadersWithin
from auditor.core.hop.header import HeaderNames
from tests.rules.world import APP, allowed, gateway, view

ANSWERS = Behaviour(
    responds=(
        Respond((*PREFLIGHT, RequestedHeadersWithin(HeaderNames(frozenset({"x-a"})))), (204,)),
    )
)


def judged(*, compared: bool) -> Judged:
    return view(gateway(ANSWERS), allow=allowed(APP) if compared else None).judged


def test_asked_whole_it_is_decided() -> None:
    assert judged(compared=False).causes == frozenset()


@pytest.mark.parametrize("compared", [True, False])
def test_more_requests_than_are_asked_about(
    compared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "REQUEST_CAP", 2)
    monkeypatch.setattr(judging, "REQUEST_CAP", 2)
    found = judged(compared=compared)
    assert found.verdict is not Verdict.CLEAN
    assert any("not all asked about" in cause for cause in found.causes)


def test_a_search_that_stopped_early(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = verdict.origin_classes
    monkeypatch.setattr(
        verdict, "origin_classes", lambda *given: replace(whole(*given), unfinished="stopped")
    )
    for compared in (True, False):
        found = judged(compared=compared)
        assert found.verdict is not Verdict.CLEAN
        assert "not every class of origins was found: stopped" in found.causes
