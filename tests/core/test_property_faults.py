"""Faults planted in the engine: the property tests have to see every one of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.core.decision import bounds, classes, judged, kinds
from auditor.core.hop.behaviour import Behaviour, Cache, Respond, Service
from auditor.core.hop.guard import Not, OriginIn, RequestHeaderPresent
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from auditor.core.hop.op import Act, TheOrigin, set_
from auditor.core.language.cut import Cut
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.path import lines, run, unknown
from auditor.core.path.exchange import HopChain
from auditor.core.path.run import Run
from tests.core.agreement import Check, Look, Tally
from tests.core.chains import UNIVERSE, Wild
from tests.core.strategies import APP, HOST

KNOWN = Look(range(80), Wild(unknowns=False, caches=False), origins=12, asks=2)
CACHED = Look(range(200, 260), Wild(unknowns=False), origins=8, asks=2)
UNKNOWN = Look(range(400, 480), Wild(caches=False), origins=3, asks=1)
Patch = Callable[[pytest.MonkeyPatch], None]


def no_literals(patch: pytest.MonkeyPatch) -> None:
    """Constants that a hop writes are left out of the cut."""
    patch.setattr(classes, "allow_origin_literals", lambda _doing: ())


def a_pattern_less(patch: pytest.MonkeyPatch) -> None:
    """The first pattern of every hop is left out of the cut."""
    every = classes.patterns
    patch.setattr(classes, "patterns", lambda doing: list(every(doing))[1:])


def last_case(patch: pytest.MonkeyPatch) -> None:
    """An ordered choice takes the last case that holds."""

    def last(self: Run, step: Any, request: Any, response: Any) -> Any:
        held = [case for case in step if self._holds(case.when, request, response)]
        return held[-1] if held else None

    patch.setattr(Run, "_first", last)


def one_line(patch: pytest.MonkeyPatch) -> None:
    """A line added to another replaces it."""
    patch.setitem(lines._WRITERS, Act.ADD_LINE, lines._set)


def always(patch: pytest.MonkeyPatch) -> None:
    """What happens sometimes happens always."""
    patch.setattr(Run, "_happens", lambda _self, _respond: True)


def one_method(patch: pytest.MonkeyPatch) -> None:
    """Answers to GET stand for those to all methods."""
    patch.setattr(classes, "method_kinds", lambda *_: ("GET",))


def nothing_carried(patch: pytest.MonkeyPatch) -> None:
    """Requests carry no header that hops look at."""
    patch.setattr(classes, "carried_kinds", lambda _plain: (frozenset(),))


def all_or_none(patch: pytest.MonkeyPatch) -> None:
    """Of the request headers that hops look at, all are there or none."""
    every = kinds.carried_kinds
    patch.setattr(classes, "carried_kinds", lambda plain: (every(plain)[0], every(plain)[-1]))


def one_member(patch: pytest.MonkeyPatch) -> None:
    """A class is never met by another of its members."""
    whole = classes.cut

    def cut(*args: Any, **more: Any) -> Cut:
        found = whole(*args, **more)
        single = (replace(one, members=one.members[:1]) for one in found.classes)
        return replace(found, classes=tuple(single))

    patch.setattr(classes, "cut", cut)


def no_strangers(patch: pytest.MonkeyPatch) -> None:
    """Nobody else asked before."""
    patch.setattr(judged, "_stored", lambda _ask: ())


def no_key(patch: pytest.MonkeyPatch) -> None:
    """A store's key and Vary separate nothing but methods."""
    patch.setattr(run, "serves", lambda _key, stored, request: stored.method == request.method)


def everyone_passes(patch: pytest.MonkeyPatch) -> None:
    """An answer is stored for requests that a hop in front refuses."""
    patch.setattr(Run, "_refused", lambda _self, _behaviour, _request: False)


def two_extremes(patch: pytest.MonkeyPatch) -> None:
    """What is not known is absent, or allows the origin."""

    def values(name: str, request: Any, *_rest: Any) -> tuple[str, ...]:
        if name == ALLOW_ORIGIN:
            return (request.origin or "*",)
        return ("true",) if name == ALLOW_CREDENTIALS else ("*",)

    patch.setattr(unknown, "_values", values)


def some_world(patch: pytest.MonkeyPatch) -> None:
    """What some world allows counts as certain."""
    patch.setattr(bounds, "covers", lambda courses: bool(list(courses)))


def one_of_two_unread(patch: pytest.MonkeyPatch) -> None:
    """A guard that is not known holds."""
    known = run.Choices.unknown

    def decided(self: Any, key: Any, options: Any) -> Any:
        return True if key[0] == "guard" else known(self, key, options)

    patch.setattr(run.Choices, "unknown", decided)


def guarded(taken: Pattern) -> HopChain:
    """A store, without a key, behind a door that lets in what `taken` takes."""
    door = Respond((Not(OriginIn((taken,))),), (403,))
    return HopChain((Behaviour((door,), cache=Cache(honours_vary=False)),), ECHO, HOST)


ECHO = Service(Behaviour((Respond((), (200,), (set_(ALLOW_ORIGIN, TheOrigin()),)),)))
ONLY_COOKIES = (RequestHeaderPresent("cookie"), Not(RequestHeaderPresent("authorization")))
WITH_COOKIES = HopChain((Behaviour((Respond(ONLY_COOKIES, (200,)),)),), ECHO, HOST)
SUBDOMAINS = guarded(Pattern(Dialect.ALLOWLIST, "https://*.example.com"))
APP_ALONE = guarded(exact(APP))

FAULTS: tuple[tuple[Patch, Look | HopChain], ...] = (
    *((fault, KNOWN) for fault in (no_literals, a_pattern_less, last_case, one_line, always)),
    *((fault, KNOWN) for fault in (one_method, nothing_carried)),
    *((fault, CACHED) for fault in (no_strangers, no_key)),
    *((fault, UNKNOWN) for fault in (two_extremes, some_world, one_of_two_unread)),
    (all_or_none, WITH_COOKIES),
    (one_member, SUBDOMAINS),
    (everyone_passes, APP_ALONE),
)
ROWS = [pytest.param(fault, look, id=fault.__name__) for fault, look in FAULTS]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Cuts are kept by content: one made under a fault must not outlive it."""
    classes._classes.cache_clear()
    yield
    classes._classes.cache_clear()


@pytest.mark.parametrize(("plant", "look"), ROWS)
def test_a_planted_fault_is_seen(
    plant: Patch, look: Look | HopChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert disagreement(look) is not None


@pytest.mark.parametrize("look", [WITH_COOKIES, SUBDOMAINS, APP_ALONE])
def test_without_the_fault_there_is_nothing_to_see(look: HopChain) -> None:
    assert disagreement(look) is None


def disagreement(look: Look | HopChain) -> str | None:
    if isinstance(look, Look):
        return look.disagreement(Tally())
    return Check(look, Tally(), UNIVERSE, 1).disagreement()
