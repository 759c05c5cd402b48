"""One concrete request: what is told, what is not known and why, and what counts as usual."""

from auditor.core.decision.answer import Answer, answer, fixed
from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Case,
    Doing,
    Either,
    Mix,
    Respond,
    Silent,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import ALWAYS, UnknownGuard
from auditor.core.hop.header import ALLOW_ORIGIN, VARY
from auditor.core.hop.op import set_
from auditor.core.path.exchange import HopChain, Request
from tests.rules.world import APP, EVIL, constant, echoes, lists

SILENT = Silent((200,))
GET = Request("GET", APP)
PREFLIGHT = Request("OPTIONS", APP, "PUT", ("x-a",))
DENIED = UnreadBehaviour("the gateway was denied")


def asked(request: Request, *doings: Doing, end: Terminal = SILENT) -> Answer:
    return answer(HopChain(doings, end), request)


def pairs(told: Answer) -> tuple[tuple[str, str], ...]:
    assert told.response is not None
    return told.response.pairs


def test_a_known_answer_has_its_status_lines_and_course() -> None:
    told = asked(GET, lists(APP))
    assert told.status == 200
    assert pairs(told) == ((ALLOW_ORIGIN, APP),)
    assert told.reason is None
    assert told.events
    assert pairs(asked(Request("GET", EVIL), lists(APP))) == ()
    assert pairs(asked(Request("GET", None), lists(APP))) == ()


def test_a_preflight_is_answered_by_the_hop_that_answers_it() -> None:
    told = asked(PREFLIGHT, TRANSPARENT, lists(APP, methods="PUT"))
    assert told.status == 204
    assert told.response is not None
    assert told.response.by == 1


def test_what_was_not_read_makes_the_answer_unknown_with_its_words() -> None:
    told = asked(GET, DENIED, lists(APP))
    assert (told.response, told.status) == (None, None)
    assert told.reason == "the gateway was denied"
    ended = asked(GET, lists(APP), end=UnreadEnd("the app was not read"))
    assert ended.reason == "the app was not read"


def test_every_unknown_that_was_met_is_named() -> None:
    edits = ((Case((UnknownGuard("a flag"),), (set_(ALLOW_ORIGIN, "*"),)),),)
    told = asked(GET, Behaviour(edits=edits), DENIED)
    assert told.reason == "a flag; the gateway was denied"


def test_an_unknown_that_makes_no_difference_is_not_told() -> None:
    owns = lists(APP, owns=True)
    either = Either("the version", (constant("*"), echoes()))
    assert pairs(asked(GET, owns, either)) == ((ALLOW_ORIGIN, APP),)
    assert asked(GET, either).reason == "the version"
    assert pairs(asked(GET, Either("the version", (lists(APP), echoes())))) == (
        (ALLOW_ORIGIN, APP),
    )


def test_requests_that_are_spread_over_different_answers_are_unknown() -> None:
    mix = Mix("two backends", (constant("*"), echoes()))
    told = asked(GET, mix)
    assert told.response is None
    assert told.reason == "requests are spread over hops that answer differently"


def test_answers_given_sometimes_count_only_if_no_other_is_left() -> None:
    refusal = Respond(ALWAYS, (401,), (set_(ALLOW_ORIGIN, "*"),), certain=False)
    sometimes = Behaviour((refusal,), lists(APP).edits)
    told = asked(GET, sometimes)
    assert told.status == 200
    assert pairs(told) == ((ALLOW_ORIGIN, APP),)
    always = Behaviour((Respond(ALWAYS, (401,), (set_(ALLOW_ORIGIN, "*"),)),))
    refused = asked(GET, always)
    assert refused.status == 401
    assert pairs(refused) == ((ALLOW_ORIGIN, "*"),)


def test_a_status_that_differs_while_the_lines_do_not_is_not_told() -> None:
    told = asked(Request("OPTIONS", APP), constant("*"), end=Silent((200, 204)))
    assert told.status is None
    assert told.reason is None
    assert pairs(told) == ((ALLOW_ORIGIN, "*"),)


def test_lines_that_no_browser_looks_at_make_no_difference() -> None:
    def writes(name: str, value: str) -> Behaviour:
        return Behaviour(edits=((Case(ALWAYS, (set_(name, value),)),),))

    server = Mix("two backends", (writes("server", "a"), writes("server", "b")))
    assert asked(GET, server).reason is None
    vary = Mix("two backends", (writes(VARY, "origin"), writes(VARY, "accept")))
    assert asked(GET, vary).response is None


def test_too_much_to_run_through_is_said() -> None:
    guards = tuple(UnknownGuard(f"flag {at}") for at in range(40))
    steps = tuple((Case((guard,), (set_("vary", str(at)),)),) for at, guard in enumerate(guards))
    told = asked(GET, Behaviour(edits=steps))
    assert told == Answer(None, None, (), "more combinations than can be run")


def test_a_fixed_end_gives_one_answer_to_everything_lines_in_order() -> None:
    end = fixed(418, (("Vary", "origin"), ("Access-Control-Allow-Origin", "*"), ("vary", "x")))
    for request in (GET, PREFLIGHT, Request("DELETE", None)):
        told = asked(request, TRANSPARENT, end=end)
        assert told.status == 418
        assert pairs(told) == ((VARY, "origin"), (ALLOW_ORIGIN, "*"), (VARY, "x"))
