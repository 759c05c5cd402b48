"""Whatever stands behind an unknown, the capabilities lie between the meet and the join.

Every unknown of a chain (hop, end, value, guard, pattern, version) is replaced by something known,
at random; then no origin can do more than the join said, nor less than the meet.
"""

import pytest

from auditor.core.capability import SEND
from auditor.core.decision import bounds
from auditor.core.hop.behaviour import Behaviour, Case, UnreadEnd
from auditor.core.hop.guard import OriginIn
from auditor.core.hop.header import ALLOW_HEADERS, ALLOW_METHODS
from auditor.core.hop.op import set_
from auditor.core.language.pattern import exact
from auditor.core.path.exchange import HopChain
from tests.core.agreement import Look, Tally, judged, outside, seen_for
from tests.core.chains import Wild, kinds
from tests.core.concrete import concrete
from tests.core.strategies import APP, HOST

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


@pytest.mark.parametrize("name", [ALLOW_METHODS, ALLOW_HEADERS])
def test_a_list_that_cannot_be_read_hides_nothing_of_what_nobody_read(name: str) -> None:
    """Found by the long run: a text that is no token was asked for, and spoilt all lists at once."""
    here = Case((OriginIn((exact(APP),)),), (set_(name, "GET; PUT"),))
    chain = HopChain((Behaviour(edits=((here,),)),), UnreadEnd("nobody read it"), HOST)
    sends = seen_for(judged(chain), "https://evil.test").sends
    assert all(send.bounds.join == SEND for send in sends)
    assert all(send.asked.method != "GET; PUT" for send in sends)
