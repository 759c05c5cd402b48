"""Caches: which stored answers a request may be served."""

from dataclasses import replace

import pytest

from auditor.core.hop.behaviour import Behaviour, Cache, Forward, Inward, Respond, Service
from auditor.core.hop.guard import ALWAYS, OPTIONS, OriginIn
from auditor.core.hop.header import ALLOW_ORIGIN, VARY
from auditor.core.hop.op import Literal, Op, TheOrigin, add_line, set_
from auditor.core.language.pattern import exact
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import Event, Run, Surroundings
from tests.core.facts.asking import (
    ADMIN,
    APP,
    EVIL,
    Answer,
    answers,
    answers_by_world,
    get,
    lines,
    once,
    options,
    preflight,
)

NO_KEY = Cache(honours_vary=False)


def echo(*more: Op, statuses: tuple[int, ...] = (200,)) -> Service:
    """An app that sends back whatever Origin it sees."""
    ops = (set_(ALLOW_ORIGIN, TheOrigin()), *more)
    return Service(Behaviour(responds=(Respond(ALWAYS, statuses, ops),)))


def served(
    cache: Cache | None,
    asked: Request,
    *stored: Request,
    within: Service | None = None,
    inward: Inward | None = None,
) -> set[Answer]:
    hop = Behaviour(cache=cache, inward=inward or Inward())
    return answers(HopChain((hop,), within or echo()), asked, Surroundings(stored))


def sent(*origins: str) -> set[Answer]:
    return {(200, lines(origin=origin)) for origin in origins}


def test_without_a_cache_nothing_is_stored() -> None:
    assert served(None, get(APP), get(ADMIN)) == sent(APP)


def test_a_key_without_origin_serves_what_was_made_for_another() -> None:
    assert served(NO_KEY, get(APP), get(ADMIN), get(EVIL)) == sent(APP, ADMIN, EVIL)
    assert served(NO_KEY, get(), get(ADMIN)) == {(200, ()), *sent(ADMIN)}
    assert served(NO_KEY, get(APP), get()) == {(200, ()), *sent(APP)}


def test_it_is_the_caches_choice_not_an_unknown() -> None:
    chain = HopChain((Behaviour(cache=NO_KEY),), echo())
    assert answers_by_world(chain, get(APP), Surroundings((get(ADMIN),))) == [sent(APP, ADMIN)]


def test_a_key_with_origin_serves_each_its_own() -> None:
    key = replace(NO_KEY, key=frozenset({"origin"}))
    assert served(key, get(APP), get(ADMIN), get(APP), get()) == sent(APP)


def test_another_header_in_the_key_separates_who_has_it() -> None:
    key = replace(NO_KEY, key=frozenset({"authorization"}))
    assert served(key, get(APP, "authorization"), get(ADMIN)) == sent(APP)
    assert served(key, get(APP), get(ADMIN, "authorization")) == sent(APP)
    assert served(key, get(APP), get(ADMIN, "cookie")) == sent(APP, ADMIN)
    both = (get(APP, "authorization"), get(ADMIN, "authorization"))
    assert served(key, *both) == sent(APP, ADMIN)


def test_every_header_in_the_key_stores_nothing_for_others() -> None:
    assert served(replace(NO_KEY, key=frozenset({"*"})), get(APP), get(ADMIN)) == sent(APP)


@pytest.mark.parametrize("vary", ["Origin", "accept,  ORIGIN", "*"])
def test_vary_counts_when_it_is_honoured(vary: str) -> None:
    within = echo(set_(VARY, vary))
    own, other = ((200, lines(origin=origin, vary=vary)) for origin in (APP, ADMIN))
    honouring = replace(NO_KEY, honours_vary=True)
    assert served(honouring, get(APP), get(ADMIN), within=within) == {own}
    assert served(NO_KEY, get(APP), get(ADMIN), within=within) == {own, other}


def test_vary_on_something_else_or_on_a_later_line() -> None:
    honouring = replace(NO_KEY, honours_vary=True)
    accept = echo(set_(VARY, "Accept"))
    assert len(served(honouring, get(APP), get(ADMIN), within=accept)) == 2
    two_lines = echo(add_line(VARY, "Accept"), add_line(VARY, "Origin"))
    assert len(served(honouring, get(APP), get(ADMIN), within=two_lines)) == 1


def test_what_counts_is_the_vary_of_the_stored_answer() -> None:
    # Vary only for those that got a header: the copy without it is replayed to everybody.
    careless = Service(
        Behaviour(
            responds=(
                Respond(
                    (OriginIn((exact(APP),)),),
                    (200,),
                    (set_(ALLOW_ORIGIN, TheOrigin()), set_(VARY, "Origin")),
                ),
                Respond(ALWAYS, (200,)),
            )
        )
    )
    honouring = replace(NO_KEY, honours_vary=True)
    own = (200, lines(origin=APP, vary="Origin"))
    assert served(honouring, get(APP), get(), within=careless) == {own, (200, ())}
    assert served(honouring, get(), get(APP), within=careless) == {(200, ())}


def test_answers_to_options_are_stored_only_where_it_says_so() -> None:
    assert served(NO_KEY, preflight(APP), preflight(ADMIN)) == sent(APP)
    storing = replace(NO_KEY, stores_options=True)
    assert served(storing, preflight(APP), preflight(ADMIN)) == sent(APP, ADMIN)
    key = replace(storing, key=frozenset({"access-control-request-method"}))
    assert served(key, preflight(APP, "PUT"), preflight(ADMIN, "GET")) == sent(APP)
    assert served(key, preflight(APP, "PUT"), options(ADMIN)) == sent(APP)


def test_an_answer_serves_its_own_method_alone() -> None:
    storing = replace(NO_KEY, stores_options=True)
    assert served(storing, get(APP), preflight(ADMIN)) == sent(APP)
    assert served(storing, get(APP), get(ADMIN, method="HEAD")) == sent(APP)


def test_only_some_statuses_are_stored() -> None:
    within = echo(statuses=(200, 404, 500))
    cache = replace(NO_KEY, statuses=frozenset({404}))
    got = served(cache, get(APP), get(ADMIN), within=within)
    fresh = {(status, lines(origin=APP)) for status in (200, 404, 500)}
    assert got == {*fresh, (404, lines(origin=ADMIN))}


def test_own_answers_and_edits_of_the_caching_hop_are_not_stored() -> None:
    hop = Behaviour(
        responds=(Respond(OPTIONS, (204,), (set_(ALLOW_ORIGIN, TheOrigin()),)),),
        edits=(once(set_(VARY, TheOrigin())),),
        cache=replace(NO_KEY, stores_options=True),
    )
    chain = HopChain((hop,), echo())
    around = Surroundings((get(ADMIN), preflight(ADMIN)))
    assert answers(chain, get(APP), around) == {
        (200, lines(origin=APP, vary=APP)),
        (200, lines(origin=ADMIN, vary=APP)),
    }
    assert answers(chain, preflight(APP), around) == {(204, lines(origin=APP))}


def test_what_is_within_sees_what_is_sent_inwards() -> None:
    fixed = Inward(Literal("https://fixed.example.com"))
    assert served(NO_KEY, get(APP), get(ADMIN), inward=fixed) == sent("https://fixed.example.com")


def test_a_cache_sees_requests_as_the_hops_outside_pass_them() -> None:
    outer = Behaviour(inward=Inward(Forward.DROP))
    by_origin = Behaviour(cache=replace(NO_KEY, key=frozenset({"origin"})))
    chain = HopChain((outer, by_origin), echo())
    assert answers(chain, get(APP), Surroundings((get(ADMIN),))) == {(200, ())}


def test_what_was_stored_came_through_the_hops_outside_too() -> None:
    outer = Behaviour(inward=Inward(Literal("https://fixed.example.com")))
    chain = HopChain((outer, Behaviour(cache=NO_KEY)), echo())
    assert answers(chain, get(APP), Surroundings((get(ADMIN),))) == sent(
        "https://fixed.example.com"
    )


def test_two_caches_in_a_row() -> None:
    hop = Behaviour(cache=NO_KEY)
    chain = HopChain((hop, hop), echo())
    assert answers(chain, get(APP), Surroundings((get(ADMIN),))) == sent(APP, ADMIN)


def test_the_trace_holds_no_request_whose_answer_is_not_served() -> None:
    hop = Behaviour(cache=replace(NO_KEY, honours_vary=True))

    def courses(within: Service) -> list[list[Event]]:
        def ask(choices: Choices) -> list[Event]:
            course = Run(HopChain((hop,), within), choices, Surroundings((get(ADMIN),)))
            course.ask(get(APP))
            return course.events

        return [events for world in worlds(ask) for events in world.results]

    fresh = [Event(0, "passes"), Event(1, "answers 200")]
    stored = [Event(1, "answers 200"), Event(0, f"serves what was stored for {ADMIN}")]
    assert courses(echo()) == [fresh, stored]
    assert courses(echo(set_(VARY, "Origin"))) == [fresh]
