"""Whatever stands behind an unknown, the capabilities lie between the meet and the join.

Every unknown of a chain (hop, end, value, guard, pattern, version) is replaced by something known,
at random; then no origin can do more than the join said, nor less than the meet.
"""

import pytest

from auditor.core.decision import bounds
from tests.core.agreement import Look, Tally, kinds, outside
from tests.core.chains import Wild
from tests.core.concrete import concrete

UNKNOWN = ("UnknownValue", "UnknownGuard", "UnreadBehaviour", "UnreadEnd", "Either")
QUICK = Look(range(700, 712), Wild(caches=False), origins=3)
CACHED = Look(range(800, 806), Wild(), origins=4)
FORMS = 2


def first_outside(look: Look, tally: Tally) -> str | None:
    """The first concrete form, of any chain with unknowns, that leaves the bounds."""
    for seed, (chain, origins) in zip(look.seeds, look.chains(), strict=True):
        occurring = kinds(chain)
        tally.kinds.update(kind for kind in UNKNOWN if occurring[kind])
        for form in range(FORMS):
            known = concrete(chain, seed * FORMS + form, look.wild)
            wrong = outside(chain, known, tally, origins)
            if wrong is not None:
                return wrong
    return None


@pytest.mark.parametrize("look", [QUICK, CACHED], ids=["plain", "cached"])
def test_what_is_known_lies_between_meet_and_join(look: Look) -> None:
    tally = Tally()
    assert first_outside(look, tally) is None, tally
    print(tally)
    assert tally.seen["with a gap"] > 10
    assert set(tally.kinds) == set(UNKNOWN) or look is CACHED


@pytest.mark.long
@pytest.mark.parametrize("look", [QUICK, CACHED], ids=["plain", "cached"])
def test_what_is_known_lies_between_meet_and_join_at_length(look: Look) -> None:
    tally = Tally()
    assert first_outside(look.longer(), tally) is None, tally


def test_a_meet_of_some_world_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "covers", lambda courses: bool(list(courses)))
    assert first_outside(QUICK, Tally()) is not None
