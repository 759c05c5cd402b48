"""Answers of a hop's own, what it changes on the way inwards, and the end of a path."""

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Doing,
    Forward,
    Inward,
    Respond,
    Service,
    Silent,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    PREFLIGHT,
    Not,
    OriginIn,
    OriginPresent,
    StatusIn,
)
from auditor.core.hop.header import ALLOW_METHODS, ALLOW_ORIGIN, VARY
from auditor.core.hop.op import (
    Literal,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    add_line,
    set_,
)
from auditor.core.language.pattern import exact
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Event, Run, Surroundings
from tests.core.facts.asking import (
    APP,
    EVIL,
    Answer,
    answers,
    answers_by_world,
    app,
    get,
    lines,
    once,
    options,
    preflight,
)

FIXED = "https://fixed.example.com"
ECHO = Behaviour(
    responds=(Respond(PREFLIGHT, (204,), (set_(ALLOW_METHODS, RequestedMethod()),), edited=True),),
    edits=(once(set_(ALLOW_ORIGIN, TheOrigin())),),
)


def met(*hops: Doing, request: Request, within: Terminal) -> set[Answer]:
    return answers(HopChain(hops, within), request)


def responses(chain: HopChain, request: Request) -> list[Response]:
    """The response of every course of events."""
    found = worlds(lambda choices: Run(chain, choices).ask(request))
    return [response for world in found for response in world.results]


# -- answers ---------------------------------------------------------------------------------------


def test_the_first_answer_whose_guard_holds_is_given() -> None:
    hop = Behaviour(
        responds=(
            Respond(PREFLIGHT, (201,)),
            Respond(OPTIONS, (202,)),
            Respond(OPTIONS, (203,)),
        )
    )
    within = app(status=200)
    assert met(hop, request=preflight(APP), within=within) == {(201, ())}
    assert met(hop, request=options(APP), within=within) == {(202, ())}
    assert met(hop, request=get(APP), within=within) == {(200, ())}


def test_what_happens_sometimes_may_give_way_to_the_next_and_to_what_is_within() -> None:
    hop = Behaviour(
        responds=(
            Respond(ALWAYS, (401, 403), certain=False),
            Respond(OPTIONS, (429,), certain=False),
        )
    )
    assert met(hop, request=get(APP), within=app()) == {(401, ()), (403, ()), (200, ())}
    chain = HopChain((hop,), app())
    assert answers(chain, options(APP)) == {(401, ()), (403, ()), (429, ()), (200, ())}
    assert len(answers_by_world(chain, options(APP))) == 1


def test_an_answer_is_usual_unless_it_is_an_error_or_happens_sometimes() -> None:
    def usual(respond: Respond, request: Request | None = None) -> set[tuple[int, bool]]:
        chain = HopChain((Behaviour(responds=(respond,)),), app(status=500))
        found = responses(chain, request or get(APP))
        return {(response.status, response.usual) for response in found}

    assert usual(Respond(ALWAYS, (204,))) == {(204, True)}
    assert usual(Respond(ALWAYS, (403,))) == {(403, False)}
    assert usual(Respond(ALWAYS, (403,)), preflight(APP)) == {(403, True)}
    assert usual(Respond(ALWAYS, (401, 403)), preflight(APP)) == {(401, False), (403, False)}
    assert usual(Respond(ALWAYS, (200, 403))) == {(200, True), (403, False)}
    assert usual(Respond(ALWAYS, (204,), certain=False)) == {(204, False), (500, False)}


def test_an_edited_answer_meets_the_edits_of_its_hop_with_its_own_status_and_lines() -> None:
    def hop(edited: bool) -> Behaviour:
        return Behaviour(
            responds=(Respond(OPTIONS, (204, 400), (add_line(VARY, "own"),), edited=edited),),
            edits=(once(add_line(VARY, "edited"), when=(StatusIn(frozenset({204})),)),),
        )

    plain, more = lines(vary="own"), lines(vary="own") + lines(vary="edited")
    assert met(hop(edited=False), request=options(), within=app()) == {(204, plain), (400, plain)}
    assert met(hop(edited=True), request=options(), within=app()) == {(204, more), (400, plain)}


def test_a_status_guard_asks_the_answer_from_within() -> None:
    errors = frozenset({404, 500})
    hop = Behaviour(
        edits=(
            once(add_line(VARY, "error"), when=(StatusIn(errors),)),
            once(add_line(VARY, "fine"), when=(Not(StatusIn(errors)),)),
        )
    )
    chain = HopChain((hop,), Silent())
    got = answers(chain, get(APP), Surroundings(statuses=(200, 404)))
    assert got == {(200, lines(vary="fine")), (404, lines(vary="error"))}


def test_before_there_is_an_answer_no_status_holds() -> None:
    refusing = Behaviour(responds=(Respond((StatusIn(frozenset({200})),), (418,)),))
    assert met(refusing, request=get(APP), within=app()) == {(200, ())}


# -- on the way inwards ----------------------------------------------------------------------------


def test_an_origin_that_is_dropped_is_not_there_for_the_hop_behind() -> None:
    outer = Behaviour(inward=Inward(Forward.DROP))
    assert met(outer, ECHO, request=get(APP), within=app()) == {(200, ())}
    assert met(outer, ECHO, request=preflight(APP), within=app(status=405)) == {(405, ())}


def test_an_origin_that_is_replaced_is_what_the_hop_behind_answers() -> None:
    outer = Behaviour(inward=Inward(Literal(FIXED)))
    assert met(outer, ECHO, request=get(EVIL), within=app()) == {(200, lines(origin=FIXED))}
    assert met(outer, ECHO, request=get(), within=app()) == {(200, lines(origin=FIXED))}


def test_the_hop_that_changes_it_still_sees_the_origin_that_came() -> None:
    hop = Behaviour(
        responds=(Respond((OriginIn((exact(EVIL),)),), (403,)),),
        edits=(once(add_line(VARY, RequestHeader("origin"))),),
        inward=Inward(Forward.DROP),
    )
    behind = Behaviour(responds=(Respond((OriginPresent(),), (500,)),))
    assert met(hop, behind, request=get(EVIL), within=app()) == {(403, ())}
    assert met(hop, behind, request=get(APP), within=app()) == {(200, lines(vary=APP))}


def test_changes_on_the_way_inwards_add_up() -> None:
    first = Behaviour(inward=Inward(Literal(FIXED)))
    assert met(
        first, Behaviour(inward=Inward(Forward.DROP)), ECHO, request=get(APP), within=app()
    ) == {(200, ())}
    second = Behaviour(inward=Inward(Literal(APP)))
    assert met(first, second, ECHO, request=get(EVIL), within=app()) == {(200, lines(origin=APP))}


def test_a_preflight_without_its_requested_headers_is_none() -> None:
    outer = Behaviour(inward=Inward(requested=Forward.DROP))
    assert met(ECHO, request=preflight(APP), within=app()) == {
        (204, lines(methods="PUT", origin=APP))
    }
    assert met(outer, ECHO, request=preflight(APP), within=app()) == {(200, lines(origin=APP))}


def test_the_trace_says_where_the_origin_changed() -> None:
    chain = HopChain(
        (
            Behaviour(inward=Inward(requested=Forward.DROP)),
            Behaviour(inward=Inward(Literal(FIXED))),
            Behaviour(inward=Inward(Literal(FIXED))),
        ),
        app(),
    )

    def ask(choices: Choices) -> list[Event]:
        course = Run(chain, choices)
        course.ask(preflight(APP))
        return course.events

    (world,) = worlds(ask)
    assert world.results == [
        [
            Event(0, "passes"),
            Event(1, "passes, Origin changed"),
            Event(2, "passes"),
            Event(3, "answers 200"),
        ]
    ]


# -- the end of a path -----------------------------------------------------------------------------


def test_a_silent_app_may_refuse_options_in_one_world_and_take_it_in_another() -> None:
    chain = HopChain((), Silent())
    assert answers_by_world(chain, options(APP)) == [{(200, ())}, {(405, ())}]
    assert answers_by_world(chain, get(APP)) == [{(200, ())}]


def test_behind_a_service_that_passes_stands_its_own_silent_core() -> None:
    bucket = Behaviour(
        responds=(Respond(PREFLIGHT, (403,)),), edits=(once(set_(ALLOW_ORIGIN, TheOrigin())),)
    )
    chain = HopChain((TRANSPARENT,), Service(bucket))
    assert answers(chain, preflight(APP)) == {(403, ())}
    assert answers(chain, get(APP)) == {(200, lines(origin=APP))}
    assert answers(chain, options()) == {(200, ()), (405, ())}
    assert {response.by for response in responses(chain, get(APP))} == {1}


def test_a_service_or_an_end_that_was_not_read_is_silent_when_taken_as_transparent() -> None:
    around = Surroundings(transparent=True)
    ends: tuple[Terminal, ...] = (Service(UnreadBehaviour("denied")), UnreadEnd("denied"))
    for end in ends:
        chain = HopChain((ECHO,), end)
        assert answers(chain, get(APP), around) == {(200, lines(origin=APP))}
        assert len(answers(HopChain((), end), get(APP))) == 12
