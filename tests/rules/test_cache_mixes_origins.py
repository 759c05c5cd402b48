"""`cache-mixes-origins`: a cache without Origin in its key, in front of an answer that depends on it."""

from dataclasses import replace

import pytest

from auditor.core.finding import Certainty, Finding, Severity
from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Cache, UnreadEnd
from auditor.core.hop.header import VARY
from auditor.core.hop.op import Act, Literal, Op
from auditor.core.reading import Layer
from rules.cache_mixes_origins import RULE
from rules.narrowed_origin import RULE as NARROWED
from rules.rule import Rule, View
from tests.rules.world import (
    APP,
    HOST,
    OLD,
    allowed,
    app,
    blamed,
    cdn,
    constant,
    lists,
    only,
    reason,
    told,
    view,
)

BLIND = Behaviour(cache=Cache(honours_vary=False))
KEYED = Behaviour(cache=Cache(frozenset({"origin"}), honours_vary=False))
VARIES = Behaviour(cache=Cache())


def found(rule: Rule, world: View) -> list[Finding]:
    return [one for one in rule.check(world) if isinstance(one, Finding)]


def stored(cache: Behaviour, inner: Behaviour, **more: object) -> View:
    return view(cdn(cache), app(inner), allow=allowed(APP, OLD), **more)  # type: ignore[arg-type]


def with_vary(inner: Behaviour) -> Behaviour:
    """`inner`, with `Vary: Origin` on every answer."""
    (step,) = inner.edits
    vary = Op(Act.SET, (VARY,), Literal("Origin"))
    always = replace(step[0], when=(), ops=(vary,))
    return replace(inner, edits=((always,), step))


def test_a_list_behind_a_blind_cache() -> None:
    assert told(only(RULE, stored(BLIND, lists(APP, OLD)))) == {
        "rule": "cache-mixes-origins",
        "severity": Severity.MEDIUM,
        "subject": "cache key",
        "what": f"{APP} and 1 more can be blocked on {HOST}/v1/* by answers stored for other sites.",
        "why": "cdn hop stores answers without Origin in its key and does not look at Vary, and "
        "what it stores depends on who asked first.",
        "do": "Put Origin into the cache key of cdn hop, or let cdn hop alone write CORS headers.",
        "witness": APP,
        "grantor": blamed(Layer.CDN, "cache key"),
        "owner": "team-cdn",
        "certainty": Certainty.CERTAIN,
        "capabilities": ("read_anon",),
        "because": (),
        "documents": ("app document", "cdn document"),
    }


@pytest.mark.parametrize(
    ("cache", "inner"),
    [
        (KEYED, lists(APP, OLD)),
        (VARIES, with_vary(lists(APP, OLD))),
        (BLIND, constant("*")),
        (TRANSPARENT, lists(APP, OLD)),
    ],
    ids=["origin in the key", "Vary honoured", "the same for all", "no cache"],
)
def test_what_mixes_nothing(cache: Behaviour, inner: Behaviour) -> None:
    assert found(RULE, stored(cache, inner)) == []


def test_what_is_missing_without_the_cache_as_well_is_narrowed() -> None:
    world = stored(BLIND, lists(OLD, credentials=True))
    assert {one.witness for one in found(NARROWED, world)} == {APP}
    assert [one.witness for one in found(RULE, world)] == [OLD]


def test_an_answer_that_bears_no_vary_is_mixed_where_vary_would_count() -> None:
    (one,) = found(RULE, stored(VARIES, lists(APP, OLD)))
    assert "does not look at Vary" not in one.why


def test_what_was_not_read_leaves_it_open() -> None:
    world = view(cdn(BLIND), end=UnreadEnd("nobody read it"), allow=allowed(APP, OLD))
    assert "nobody read it" in reason(RULE, world)
