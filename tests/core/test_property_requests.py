"""The classes of preflighted requests that are asked about stand for all there are.

Over every method and set of header names of a closed world, what can be sent at all is what the
engine finds with the few it asks about.
"""

from itertools import combinations
from random import Random

import pytest

from auditor.core.decision import judged as judging
from auditor.core.decision.classes import Asked
from tests.core import naive
from tests.core.agreement import Check, Look, Tally, difference, judged, preflight_for, seen_for
from tests.core.chains import UNIVERSE, Wild

NAMES = ("content-type", "x-amz-date", "x-test", "x-other", "authorization")
SETS = [group for size in range(4) for group in combinations(sorted(NAMES), size)]
REQUESTS = [
    Asked(method, names)
    for method in ("GET", "PUT", "DELETE", "PATCH", "PURGE")
    for names in SETS
    if names or method != "GET"
]
QUICK = Look(range(600, 624), Wild(unknowns=False, caches=False))


def disagreement(look: Look) -> str | None:
    """The first chain and origin for which some request fares better than those asked about."""
    for chain, _ in look.chains():
        found, check = judged(chain), Check(chain, Tally())
        for origin in Random(str(chain)).sample(UNIVERSE, 2):
            total = {part: set[str]() for part in ("meet", "join", "sure", "best")}
            for asked in REQUESTS:
                for part, caps in check.sends(origin, asked, []).items():
                    total[part] |= caps
            wrong = difference("any send", seen_for(found, origin).any_send, total, 2)
            if wrong is not None:
                return f"{origin}: {wrong}\n{chain}"
    return None


def test_every_request_is_among_those_asked_about() -> None:
    assert disagreement(QUICK) is None


@pytest.mark.long
def test_every_request_is_among_those_asked_about_at_length() -> None:
    assert disagreement(QUICK.longer()) is None


def test_it_is_seen_when_requests_are_taken_to_be_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "depends_on_request", lambda _about: False)
    assert disagreement(QUICK) is not None


def test_the_naive_preflight_is_the_engine_s() -> None:
    asked = preflight_for(Asked("PUT", ("x-a",)), UNIVERSE[0])
    assert asked == naive.request("OPTIONS", UNIVERSE[0], asks="PUT", names=["x-a"])
    assert preflight_for(Asked("PUT"), None)["names"] is None
