"""Canonical chains: names put back exactly, equal for what differs in names alone, and for no other."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from auditor.core.decision.canonical import Names, alike, canonical, compares_host
from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Either,
    Respond,
    Service,
    Silent,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import OriginIn
from auditor.core.hop.op import Op, set_
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.choice import Choices, TooManyError, worlds
from auditor.core.path.exchange import HopChain, Line, Request, Response
from auditor.core.path.run import Run
from tests.core.strategies import CAUSES, FIELDS, HOST, ORIGINS, behaviours, doings

T = TypeVar("T")
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def chains() -> SearchStrategy[HopChain]:
    ends: SearchStrategy[Terminal] = st.one_of(
        st.just(Silent()),
        st.builds(Service, behaviours()),
        st.builds(UnreadEnd, st.sampled_from(CAUSES)),
    )
    return st.builds(
        HopChain, st.lists(doings(), min_size=1, max_size=2).map(tuple), ends, st.just(HOST)
    )


def requests() -> SearchStrategy[Request]:
    origin = st.none() | st.sampled_from(ORIGINS)
    actual = st.builds(Request, st.sampled_from(("GET", "PUT", "OPTIONS")), origin)
    preflight = st.builds(
        lambda who, names: Request("OPTIONS", who, "PUT", names),
        origin,
        st.none() | st.just(("x-test",)),
    )
    return actual | preflight


def renamed(tree: T, field: Callable[[str], str], cause: Callable[[str], str]) -> T:
    """`tree` with other texts for fields and for the causes of what was not read, and nothing else:
    written over any dataclass, so that it knows no shape of the model."""
    if isinstance(tree, tuple):
        return cast("T", tuple(renamed(one, field, cause) for one in tree))
    if not is_dataclass(tree) or isinstance(tree, type):
        return tree
    new = {f.name: renamed(getattr(tree, f.name), field, cause) for f in fields(tree)}
    if isinstance(tree, Op | Respond):
        new["field"] = field(tree.field)
    if isinstance(tree, UnreadBehaviour | UnreadEnd):
        new["cause"] = cause(tree.cause)
    return cast("T", replace(tree, **new))


def bare(chain: HopChain) -> HopChain:
    return renamed(chain, lambda _text: "", lambda _text: "")


def answers(chain: HopChain, request: Request) -> set[Response]:
    """Every answer that `chain` may give, in any world."""

    def ask(choices: Choices) -> Response:
        return Run(chain, choices).ask(request)

    return {response for world in worlds(ask) for response in world.results}


@settings(QUICK, max_examples=25)
@given(chains(), requests())
def test_answers_have_their_own_names_again(chain: HopChain, request: Request) -> None:
    names = Names()
    numbered = canonical(chain, names)
    restored = names.restored()
    try:
        expected = answers(chain, request)
        found = {restored.response(one) for one in answers(numbered, request)}
    except TooManyError:
        reject()
    assert found == expected


@QUICK
@given(chains())
def test_chains_that_differ_in_names_alone_are_equal(chain: HopChain) -> None:
    other = renamed(chain, lambda text: f"other {text}", lambda text: f"{text} again")
    first, second = Names(), Names()
    assert canonical(chain, first) == canonical(other, second)
    assert [f"other {text}" for text in first.fields] == list(second.fields)
    assert [f"{text} again" for text in first.causes] == list(second.causes)


@QUICK
@given(chains(), chains())
def test_chains_that_differ_in_anything_else_are_not(one: HopChain, other: HopChain) -> None:
    same = canonical(one, Names()) == canonical(other, Names())
    assert not same or bare(one) == bare(other)
    assert bare(canonical(one, Names())) == bare(one)


@QUICK
@given(chains(), chains())
def test_chains_are_alike_where_their_canonical_forms_are_equal(
    one: HopChain, other: HopChain
) -> None:
    first, second, third = Names(), Names(), Names()
    copied = renamed(one, str, str)
    kept = alike(one, first)
    assert kept == alike(copied, second)
    assert hash(kept) == hash(alike(copied, Names()))
    canonical(one, third)
    assert first.texts == second.texts == third.texts
    for chain in (other, renamed(one, lambda text: f"other {text}", lambda text: f"{text} again")):
        same = canonical(one, Names()) == canonical(chain, Names())
        assert (kept == alike(chain, Names())) == same


def test_names_that_two_hops_share_tell_chains_apart() -> None:
    def written(first: str, second: str) -> HopChain:
        hops = (Behaviour((Respond((), (200,), field=text),)) for text in (first, second))
        return HopChain(tuple(hops), Silent())

    def unread(first: str, second: str) -> HopChain:
        return HopChain((UnreadBehaviour(first),), UnreadEnd(second))

    for made in (written, unread):
        apart, shared = alike(made("a", "b"), Names()), alike(made("a", "a"), Names())
        assert apart == alike(made("c", "d"), Names())
        assert shared == alike(made("c", "c"), Names())
        assert apart != shared
    two = tuple(map(UnreadBehaviour, "ab"))
    same = tuple(map(UnreadBehaviour, "aa"))
    assert alike(HopChain(two, Silent()), Names()) != alike(HopChain(same, Silent()), Names())


def test_the_host_counts_where_some_hop_compares_it() -> None:
    compares = (OriginIn((Pattern(Dialect.SAME_HOST, "http"),)),)
    plain = Behaviour((Respond((), (200,)),))
    asks = Behaviour((Respond(compares, (200,)),))
    either = Either("version", (plain, asks))
    for doing, expected in ((plain, False), (asks, True), (either, True)):
        assert compares_host(HopChain((TRANSPARENT, doing), Silent())) is expected
        assert compares_host(HopChain((), Service(doing))) is expected


@QUICK
@given(chains())
def test_canonical_chains_are_their_own_canonical_form(chain: HopChain) -> None:
    once = canonical(chain, Names())
    assert canonical(once, Names()) == once


@QUICK
@given(chains(), st.sampled_from(FIELDS[1:]))
def test_a_name_is_shared_where_it_was_shared(chain: HopChain, text: str) -> None:
    """Whether two places name the same field tells chains apart: it decides who is blamed."""
    merged = renamed(chain, lambda _text: text, lambda cause: cause)
    names = Names()
    canonical(chain, names)
    if len(names.fields) > 1:
        assert canonical(merged, Names()) != canonical(chain, Names())


def test_numbers_are_given_in_the_order_in_which_names_are_met() -> None:
    names = Names()
    writes = Behaviour(
        responds=(Respond((), (200,), (set_("vary", "a", "second"),), field="first"),)
    )
    chain = HopChain((UnreadBehaviour("denied"), writes), UnreadEnd("nothing there"))
    canonical(chain, names)
    assert names.fields == {"second": "#0", "first": "#1"}
    assert names.causes == {"denied": "?0", "nothing there": "?1"}


def test_one_numbering_serves_both_ways_of_a_request() -> None:
    names = Names()
    first = canonical(HopChain((TRANSPARENT,), UnreadEnd("a")), names)
    second = canonical(HopChain((TRANSPARENT,), UnreadEnd("b")), names)
    again = canonical(HopChain((TRANSPARENT,), UnreadEnd("a")), names)
    assert first == again != second
    assert [names.restored().cause(number) for number in ("?0", "?1", "?2", "version")] == [
        "a",
        "b",
        "?2",
        "version",
    ]


def test_lines_that_no_field_wrote_keep_their_texts() -> None:
    names = Names()
    canonical(HopChain((Behaviour(edits=()),), Silent()), names)
    response = Response(200, (Line("vary", "x", 0, "#7"), Line("vary", "y", 1, "")), 0)
    assert names.restored().response(response) == response
