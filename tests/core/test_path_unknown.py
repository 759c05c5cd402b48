"""What is not known: one variable for each cause, alike for every request of a run."""

import pytest

from auditor.core.hop.behaviour import (
    Behaviour,
    Cache,
    Doing,
    Either,
    Inward,
    Mix,
    Respond,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import ALWAYS, Guard, OriginIn, UnknownGuard
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    MAX_AGE,
    VARY,
)
from auditor.core.hop.op import Literal, Op, UnknownValue, remove, set_
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import Run, Surroundings
from tests.core.facts.asking import (
    ADMIN,
    APP,
    EVIL,
    SILENT,
    Lines,
    answers,
    answers_by_world,
    app,
    get,
    lines,
    once,
    options,
    preflight,
)

UNREAD = UnreadBehaviour("access denied")
STAR = app(*lines(origin="*"))


def writes(text: str) -> Behaviour:
    return edit(set_(ALLOW_ORIGIN, text))


def edit(*ops: Op, when: Guard = ALWAYS) -> Behaviour:
    return Behaviour(edits=(once(*ops, when=when),))


def asked_in_turn(*hops: Doing, requests: tuple[Request, ...]) -> list[list[tuple[Lines, ...]]]:
    """World by world, the lines that each request meets within one run."""
    chain = HopChain(hops, SILENT)

    def ask(choices: Choices) -> tuple[Lines, ...]:
        course = Run(chain, choices)
        return tuple(course.ask(request).pairs for request in requests)

    return [world.results for world in worlds(ask)]


A, B, C = (lines(origin=text) for text in "abc")
TWO = (get(APP), get(EVIL))


# -- either and mix --------------------------------------------------------------------------------


def test_either_is_the_same_for_every_request() -> None:
    hop = Either("version", (writes("a"), writes("b")))
    assert asked_in_turn(hop, requests=TWO) == [[(A, A)], [(B, B)]]


def test_a_mix_may_differ_from_request_to_request() -> None:
    hop = Mix("canary", (writes("a"), writes("b")))
    assert asked_in_turn(hop, requests=TWO) == [[(A, A), (A, B), (B, A), (B, B)]]


def test_one_cause_is_one_variable_wherever_it_stands() -> None:
    outer = Either("version", (edit(set_(VARY, "a")), edit(set_(VARY, "b"))))
    same = asked_in_turn(outer, Either("version", (writes("a"), writes("b"))), requests=TWO[:1])
    assert same == [[(lines(origin=x, vary=x),)] for x in "ab"]
    apart = asked_in_turn(outer, Either("flag", (writes("a"), writes("b"))), requests=TWO[:1])
    assert len(apart) == 4


def test_one_cause_with_another_number_of_options_is_another_variable() -> None:
    two = Either("version", (edit(set_(VARY, "a")), edit(set_(VARY, "b"))))
    three = Either("version", tuple(writes(x) for x in "abc"))
    got = asked_in_turn(two, three, requests=TWO[:1])
    assert got == [[(lines(origin=y, vary=x),)] for x in "ab" for y in "abc"]


def test_options_nest() -> None:
    canary = Mix("canary", (writes("a"), writes("b")))
    hop = Either("version", (canary, writes("c")))
    assert asked_in_turn(hop, requests=TWO) == [[(A, A), (A, B), (B, A), (B, B)], [(C, C)]]


# -- guards, patterns, values ----------------------------------------------------------------------


def test_an_unknown_condition_holds_for_all_or_for_none() -> None:
    hop = edit(set_(ALLOW_ORIGIN, "a"), when=(UnknownGuard("flag"),))
    assert asked_in_turn(hop, requests=TWO) == [[((), ())], [(A, A)]]


@pytest.mark.parametrize("text", ["a" * 70_000, r"https://(a|b)\.\1"])
def test_a_pattern_that_cannot_be_read_is_asked_once_for_each_origin(text: str) -> None:
    pattern = Pattern(Dialect.PYTHON_SEARCH, text)
    hop = edit(set_(ALLOW_ORIGIN, "a"), when=(OriginIn((pattern,)),))
    again = edit(set_(VARY, "a"), when=(OriginIn((pattern,)),))
    both = lines(vary="a") + A
    one_origin = asked_in_turn(hop, again, requests=(get(APP), get(APP)))
    assert one_origin == [[((), ())], [(both, both)]]
    two_origins = asked_in_turn(hop, again, requests=TWO)
    assert sorted(two_origins) == [[(x, y)] for x in ((), both) for y in ((), both)]
    assert asked_in_turn(hop, requests=(get(),)) == [[((),)]]


def test_a_pattern_that_matches_spares_asking_for_the_others() -> None:
    unread = Pattern(Dialect.PYTHON_SEARCH, "a" * 70_000)
    for patterns in ((unread, exact(APP)), (exact(APP), unread)):
        hop = edit(set_(ALLOW_ORIGIN, "a"), when=(OriginIn(patterns),))
        assert asked_in_turn(hop, requests=(get(APP),)) == [[(A,)]]
        assert len(asked_in_turn(hop, requests=(get(EVIL),))) == 2


@pytest.mark.parametrize(
    ("name", "request_", "texts"),
    [
        (ALLOW_ORIGIN, get(APP), [APP, "*", "?", None]),
        (ALLOW_ORIGIN, get(), ["*", "?", None]),
        (ALLOW_CREDENTIALS, get(APP), ["?", "true", None]),
        (ALLOW_METHODS, preflight(APP, "PUT"), ["?", "PUT", None]),
        (ALLOW_METHODS, get(APP), ["?", "*", None]),
        (ALLOW_HEADERS, preflight(APP, "PUT", "x-b", "x-a"), ["?", "x-b,x-a", None]),
        (ALLOW_HEADERS, preflight(APP), ["?", "*", None]),
        (MAX_AGE, get(APP), ["?", "*", None]),
    ],
)
def test_the_values_that_stand_for_an_unknown_one(
    name: str, request_: Request, texts: list[str | None]
) -> None:
    hop = edit(set_(name, UnknownValue("edge code")))
    got = [pairs for ((pairs,),) in asked_in_turn(hop, requests=(request_,))]
    assert got == [() if text is None else ((name, text),) for text in texts]


def test_an_unknown_value_is_alike_for_one_origin_and_free_for_another() -> None:
    hop = edit(set_(ALLOW_CREDENTIALS, UnknownValue("edge code")))
    assert len(asked_in_turn(hop, requests=(get(APP), get(APP)))) == 3
    assert len(asked_in_turn(hop, requests=TWO)) == 9


def test_behind_a_fixed_origin_an_unknown_constant_may_be_the_one_that_asks() -> None:
    fixed = Behaviour(inward=Inward(Literal(ADMIN)))
    unknown = edit(set_(ALLOW_ORIGIN, UnknownValue("edge code")))

    def asks(*requests: Request) -> set[tuple[Lines, ...]]:
        return {got for (got,) in asked_in_turn(fixed, unknown, requests=requests)}

    assert asks(get(APP)) == {((),), *((lines(origin=text),) for text in (ADMIN, APP, "*", "?"))}
    # The two differ in the number of values that stand for it, in either order.
    assert len(asks(get(APP), get(ADMIN))) == 20
    assert len(asks(get(ADMIN), get(APP))) == 20


# -- hops that were not read -----------------------------------------------------------------------

TWELVE = [
    (lines(origin=origin) if origin else ()) + (lines(credentials=sent) if sent else ())
    for origin in (None, APP, "*", "?")
    for sent in (None, "true", "?")
]


@pytest.mark.parametrize(
    "chain",
    [
        HopChain((UNREAD,), STAR),
        HopChain((), UnreadEnd("access denied")),
        HopChain((UNREAD, writes("never reached")), STAR),
    ],
)
def test_twelve_answers_stand_for_a_hop_that_was_not_read(chain: HopChain) -> None:
    got = answers_by_world(chain, get(APP))
    assert len(got) == 12
    assert {answer for world in got for answer in world} == {(200, pairs) for pairs in TWELVE}


def test_a_request_without_origin_is_never_echoed() -> None:
    got = answers(HopChain((UNREAD,), STAR), get())
    assert {dict(pairs).get(ALLOW_ORIGIN) for _, pairs in got} == {None, "*", "?"}


def test_it_may_answer_a_preflight_or_not_with_lists_or_without() -> None:
    got = answers(HopChain((UNREAD,), STAR), preflight(APP, "PUT", "x-a"))
    lists = ((), lines(methods="PUT", headers="x-a"), lines(methods="?", headers="?"))
    assert got == {
        (status, (*pairs, *more)) for status in (204, 403) for pairs in TWELVE for more in lists
    }


def test_it_may_have_every_status_that_the_hops_outside_tell_apart() -> None:
    chain = HopChain((UNREAD,), STAR)
    got = answers(chain, get(APP), Surroundings(statuses=(200, 404)))
    assert got == {(status, pairs) for status in (200, 404) for pairs in TWELVE}


def test_it_may_vary_where_a_cache_outside_could_look_at_it() -> None:
    cached = Either("flag", (Behaviour(cache=Cache()), Behaviour()))
    got = answers(HopChain((cached, UNREAD), STAR), get(APP))
    assert got == {
        (200, (*pairs, *more)) for pairs in TWELVE for more in ((), lines(vary="origin"))
    }
    behind = HopChain((UNREAD, Behaviour(cache=Cache())), STAR)
    assert len(answers(behind, get(APP))) == 12


def test_it_answers_one_request_alike_and_knows_another_by_origin_and_method() -> None:
    assert len(asked_in_turn(UNREAD, requests=(get(APP), get(APP)))) == 12
    assert len(asked_in_turn(UNREAD, requests=TWO)) == 12 * 12
    assert len(asked_in_turn(UNREAD, UNREAD, requests=(get(APP),))) == 12


def test_what_is_outside_may_settle_it_all() -> None:
    own = Behaviour(
        responds=(Respond((), (403,), certain=False),),
        edits=(once(remove(ALLOW_ORIGIN, ALLOW_CREDENTIALS)), once(set_(ALLOW_ORIGIN, APP))),
    )
    assert answers(HopChain((own, UNREAD), STAR), get(EVIL)) == {
        (403, ()),
        (200, lines(origin=APP)),
    }


def test_taken_as_transparent_it_passes_everything() -> None:
    around = Surroundings(transparent=True)
    chain = HopChain((UNREAD, edit(set_(VARY, "inner"))), STAR)
    assert answers(chain, get(APP), around) == {(200, lines(origin="*", vary="inner"))}
    assert answers(chain, options(APP), around) == {(200, lines(origin="*", vary="inner"))}
    nothing = HopChain((UNREAD,), UnreadEnd("no backend"))
    assert answers(nothing, get(APP), around) == {(200, ())}
    assert answers(nothing, options(APP), around) == {(200, ())}
