"""Laws of composition, on random chains and every origin of a closed world."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from auditor.core.capability import Capability
from auditor.core.decision.bounds import Bounds
from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Doing,
    Respond,
    Service,
    Silent,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import PREFLIGHT, OriginIn
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    MAX_AGE,
    VARY,
)
from auditor.core.hop.op import Act, Literal, Op, TheOrigin, add_line, remove, set_
from auditor.core.language.pattern import exact
from auditor.core.path.exchange import HopChain
from tests.core.agreement import judged, seen_for
from tests.core.chains import UNIVERSE, Draw, Wild
from tests.core.strategies import APP, HOST

KNOWN = Wild(unknowns=False, caches=False)
CACHED = Wild(unknowns=False)
SEEDS = range(900, 908)
UNREAD = UnreadBehaviour("nobody read it")


def edit(*ops: Op) -> Behaviour:
    return Behaviour(edits=((Case((), ops),),))


def own(listed: OriginIn, cache: Cache | None = None) -> Behaviour:
    """Removes what comes from within, answers preflights itself, and lets the listed origins in."""
    ops = (set_(ALLOW_ORIGIN, TheOrigin()), set_(ALLOW_CREDENTIALS, "true"))
    steps = ((Case((), (remove(*CORS_NAMES),)),), (Case((listed,), ops),))
    return Behaviour((Respond(PREFLIGHT, (204,), edited=True),), steps, cache=cache)


def within(chain: HopChain, at: int, hop: Doing) -> HopChain:
    """`chain` with one more hop at `at`."""
    return HopChain((*chain.doings[:at], hop, *chain.doings[at:]), chain.terminal, chain.host)


def bounds_of(chain: HopChain) -> dict[str, tuple[Bounds, ...]]:
    """For every origin, the bounds of reading, and of each preflight in the order of its name."""
    found = judged(chain)
    rows = {}
    for origin in UNIVERSE:
        seen = seen_for(found, origin)
        assert seen.undecided is None
        sends = sorted(seen.sends, key=lambda send: (send.asked.method, send.asked.headers))
        rows[origin] = (seen.reads, *(send.bounds for send in sends))
    return rows


def pairs(wild: Wild, change: Callable[[Draw, HopChain], HopChain]) -> list[tuple[Bounds, Bounds]]:
    """The bounds before and after `change`, of all chains, origins and questions."""
    found = []
    for seed in SEEDS:
        draw = Draw(seed, wild)
        chain = draw.chain()
        before, after = bounds_of(chain), bounds_of(change(draw, chain))
        for origin in UNIVERSE:
            found += list(zip(before[origin], after[origin], strict=True))
    assert len({before for before, _ in found}) > 3, "the chains hardly differ"
    return found


@pytest.mark.parametrize("wild", [KNOWN, CACHED])
def test_a_transparent_hop_changes_nothing(wild: Wild) -> None:
    def change(draw: Draw, chain: HopChain) -> HopChain:
        return within(chain, draw.rng.randint(0, len(chain.doings)), TRANSPARENT)

    assert all(before == after for before, after in pairs(wild, change))


def test_owning_twice_is_owning_once() -> None:
    def once(draw: Draw, chain: HopChain) -> HopChain:
        return within(chain, 0, own(OriginIn(Draw(draw.rng.randint(0, 999), KNOWN).patterns())))

    def twice(_draw: Draw, chain: HopChain) -> HopChain:
        return within(chain, 0, chain.doings[0])

    for seed in SEEDS:
        owned = once(Draw(seed, KNOWN), Draw(seed, KNOWN).chain())
        assert bounds_of(owned) == bounds_of(twice(Draw(seed, KNOWN), owned))


def test_stripping_outside_leaves_nothing_and_widens_nothing() -> None:
    bare = pairs(CACHED, lambda _, chain: within(chain, 0, edit(remove(*CORS_NAMES))))
    assert all(after.join is Capability.NONE for _, after in bare)
    credentials = edit(remove(ALLOW_CREDENTIALS))
    found = pairs(CACHED, lambda _, chain: within(chain, 0, credentials))
    assert all(not after.join & ~before.join for before, after in found)
    assert all(not after.meet & ~before.meet for before, after in found)


def test_a_line_added_outside_an_emitter_never_widens() -> None:
    def emits(chain: HopChain) -> HopChain:
        return within(chain, 0, edit(set_(ALLOW_ORIGIN, TheOrigin())))

    shut = 0
    for seed in SEEDS:
        draw = Draw(seed, KNOWN)
        inner = emits(draw.chain())
        line = add_line(ALLOW_ORIGIN, draw.value(ALLOW_ORIGIN))
        adding = Behaviour(edits=((Case(draw.guard(), (line,)),),))
        before, after = bounds_of(inner), bounds_of(within(inner, 0, adding))
        for origin in UNIVERSE:
            assert not after[origin][0].join & ~before[origin][0].join
            shut += after[origin][0].join != before[origin][0].join
    assert shut


def test_an_unread_hop_never_makes_anything_more_certain() -> None:
    def change(draw: Draw, chain: HopChain) -> HopChain:
        return within(chain, draw.rng.randint(0, len(chain.doings)), UNREAD)

    for before, after in pairs(KNOWN, change):
        assert not after.meet & ~before.meet
        assert not before.join & ~after.join


@pytest.mark.parametrize("cache", [None, Cache(), Cache(honours_vary=False)])
def test_an_owning_hop_proves_cleanliness_of_what_nobody_read(cache: Cache | None) -> None:
    hop = own(OriginIn((exact(APP),)), cache)
    rows = bounds_of(HopChain((hop, UNREAD), UnreadEnd("nor this"), HOST))
    for origin, (reads, *sends) in rows.items():
        wanted = Capability.READ_ANON | Capability.READ_CRED if origin == APP else Capability.NONE
        assert reads.join == reads.meet == wanted, origin
        assert all(send.join == Capability.NONE for send in sends) or origin == APP


def test_setting_when_matched_proves_nothing_of_what_nobody_read() -> None:
    hop = Behaviour(edits=own(OriginIn((exact(APP),))).edits[1:])
    rows = bounds_of(HopChain((hop,), UnreadEnd("nobody read it"), HOST))
    assert rows["https://evil.test"][0].join == Capability.READ_ANON | Capability.READ_CRED
    assert rows["https://evil.test"][0].meet == Capability.NONE


def test_hops_that_touch_different_headers_change_places() -> None:
    for seed in SEEDS:
        chain = Draw(seed, KNOWN).chain()
        texts = Random(seed).sample(("Origin", "accept", "*"), 2)
        one = edit(set_(MAX_AGE, "600"))
        other = edit(add_line(VARY, texts[0]), set_(VARY, texts[1]))
        there = within(within(chain, 0, one), 0, other)
        back = within(within(chain, 0, other), 0, one)
        assert bounds_of(there) == bounds_of(back)


def test_a_constant_without_the_origin_is_taken_from_the_app() -> None:
    """The facts' example: no guard names the origin, and it is let in all the same."""
    old = "https://old.example.com"
    app = Service(Behaviour((Respond((), (200,), (set_(ALLOW_ORIGIN, old),)),)))
    rows = bounds_of(HopChain((), app, HOST))
    allowed = {origin for origin, row in rows.items() if row[0].meet}
    assert allowed == {old}


LISTED = (APP, "https://old.example.com", "https://new.example.com")


def listing_hops(random: Random) -> tuple[Behaviour, ...]:
    """Hops that list origins one by one, each in its own manner; none of them lets everybody in."""
    acts = (Act.SET, Act.SET_IF_ABSENT, Act.ADD_LINE)
    hops = []
    for _ in range(random.choice((1, 2, 3))):
        patterns = tuple(map(exact, random.sample(LISTED, random.choice((1, 2, 3)))))
        act = random.choice(acts)
        ops = tuple(
            Op(act, (name,), value)
            for name, value in ((ALLOW_ORIGIN, TheOrigin()), (ALLOW_CREDENTIALS, Literal("true")))
        )
        owned = ((Case((), (remove(*CORS_NAMES),)),),) if random.random() < 0.4 else ()
        answers = (Respond(PREFLIGHT, (204,), edited=True),) if random.random() < 0.5 else ()
        hops.append(Behaviour(answers, (*owned, (Case((OriginIn(patterns),), ops),))))
    return tuple(hops)


def without(hop: Behaviour, origin: str) -> Behaviour:
    """`hop` with `origin` taken off its list."""
    (*before, (case,)) = hop.edits
    (listed,) = case.when
    assert isinstance(listed, OriginIn)
    kept = tuple(pattern for pattern in listed.patterns if pattern != exact(origin))
    return replace(hop, edits=(*before, (replace(case, when=(OriginIn(kept),)),)))


def test_taking_an_origin_off_every_list_never_lets_it_do_more_and_leaves_the_others() -> None:
    random, less = Random(7), 0
    for _ in range(60):
        hops, gone = listing_hops(random), random.choice(LISTED)
        before = bounds_of(HopChain(hops, Silent((200,)), HOST))
        after = bounds_of(HopChain(tuple(without(hop, gone) for hop in hops), Silent((200,)), HOST))
        for origin in UNIVERSE:
            for one, other in zip(before[origin], after[origin], strict=True):
                assert one == other if origin != gone else not other.join & ~one.join
                less += one != other
    assert less > 20
