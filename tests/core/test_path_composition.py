"""What operations do to header lines, alone and one hop in front of another."""

import pytest

from auditor.core.hop.behaviour import TRANSPARENT, Behaviour, Case, Doing, Respond
from auditor.core.hop.guard import ALWAYS, Guard, MethodIn, OriginIn, ResponseHeaderPresent
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN, CORS_NAMES, VARY
from auditor.core.hop.op import (
    Act,
    InnerHeader,
    Literal,
    Op,
    RequestedMethod,
    TheOrigin,
    add_line,
    remove,
    set_,
    set_if_absent,
)
from auditor.core.language.pattern import exact
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Line, Request, Response
from auditor.core.path.run import Event, Run
from tests.core.facts.asking import (
    ADMIN,
    APP,
    EVIL,
    Lines,
    answers,
    app,
    get,
    lines,
    once,
    preflight,
)

LISTED: Guard = (OriginIn((exact(APP),)),)
STAR = app(*lines(origin="*"))
ECHO = TheOrigin()


def through(*hops: Doing, sent: Lines = (), request: Request | None = None) -> Lines:
    """The lines that reach the browser from an app that sends `sent`."""
    ((status, got),) = answers(HopChain(hops, app(*sent)), request or get(APP))
    assert status == 200
    return got


def edit(*ops: Op, when: Guard = ALWAYS) -> Behaviour:
    return Behaviour(edits=(once(*ops, when=when),))


def run(chain: HopChain, request: Request) -> tuple[Response, list[Event]]:
    """The one course of events of a chain that leaves nothing open."""

    def ask(choices: Choices) -> tuple[Response, list[Event]]:
        course = Run(chain, choices)
        return course.ask(request), course.events

    (world,) = worlds(ask)
    (result,) = world.results
    return result


# -- one allowlist in front of a loose app ---------------------------------------------------------

OWN = Behaviour(edits=(once(remove(*CORS_NAMES)), once(set_(ALLOW_ORIGIN, ECHO), when=LISTED)))
SET = edit(set_(ALLOW_ORIGIN, ECHO), when=LISTED)
APPEND = edit(add_line(ALLOW_ORIGIN, ECHO), when=LISTED)
IF_ABSENT = edit(set_if_absent(ALLOW_ORIGIN, ECHO), when=LISTED)


@pytest.mark.parametrize(
    ("outer", "origin", "sent", "allowed"),
    [
        (OWN, APP, lines(origin=APP), True),
        (OWN, EVIL, (), False),
        (SET, APP, lines(origin=APP), True),
        (SET, EVIL, lines(origin="*"), True),
        (APPEND, APP, lines(origin="*") + lines(origin=APP), False),
        (APPEND, EVIL, lines(origin="*"), True),
        (IF_ABSENT, APP, lines(origin="*"), True),
        (IF_ABSENT, EVIL, lines(origin="*"), True),
    ],
)
def test_a_strict_hop_in_front_of_a_loose_app(
    outer: Behaviour, origin: str, sent: Lines, allowed: bool
) -> None:
    got = through(outer, sent=lines(origin="*"), request=get(origin))
    assert got == sent
    joined = ", ".join(value for name, value in got if name == ALLOW_ORIGIN)
    assert (joined in ("*", origin)) is allowed


def test_owning_twice_is_owning_once() -> None:
    for origin in (APP, EVIL):
        once_ = through(OWN, sent=lines(origin="*"), request=get(origin))
        assert through(OWN, OWN, sent=lines(origin="*"), request=get(origin)) == once_


def test_a_transparent_hop_changes_nothing() -> None:
    sent = lines(origin="*", vary="Accept") + lines(origin=APP)
    assert through(TRANSPARENT, TRANSPARENT, sent=sent) == sent


# -- each operation --------------------------------------------------------------------------------

TWICE = lines(origin="a", vary="v") + lines(origin="b")


@pytest.mark.parametrize(
    ("op", "sent", "got"),
    [
        (set_(ALLOW_ORIGIN, "x"), TWICE, lines(vary="v", origin="x")),
        (set_(ALLOW_ORIGIN, "x"), (), lines(origin="x")),
        (set_if_absent(ALLOW_ORIGIN, "x"), TWICE, TWICE),
        (set_if_absent(ALLOW_ORIGIN, "x"), lines(vary="v"), lines(vary="v", origin="x")),
        (add_line(ALLOW_ORIGIN, "x"), TWICE, TWICE + lines(origin="x")),
        (add_line(ALLOW_ORIGIN, "b"), TWICE, TWICE + lines(origin="b")),
        (remove(ALLOW_ORIGIN), TWICE, lines(vary="v")),
        (remove(ALLOW_ORIGIN, VARY), TWICE, ()),
        (remove(ALLOW_CREDENTIALS), TWICE, TWICE),
        (Op(Act.JOIN, (ALLOW_ORIGIN,), Literal("x")), TWICE, (*TWICE[:2], (ALLOW_ORIGIN, "b, x"))),
        (Op(Act.JOIN, (ALLOW_ORIGIN,), Literal("x")), (), lines(origin="x")),
        (Op(Act.JOIN, (VARY,), Literal("v")), TWICE, (TWICE[0], (VARY, "v, v"), TWICE[2])),
        (Op(Act.ADD_TOKEN, (VARY,), Literal("w")), TWICE, (TWICE[0], (VARY, "v, w"), TWICE[2])),
        (Op(Act.ADD_TOKEN, (VARY,), Literal("V")), TWICE, TWICE),
        (Op(Act.ADD_TOKEN, (VARY,), Literal("w")), (), lines(vary="w")),
        (Op(Act.ADD_TOKEN, (VARY,), Literal("B")), lines(vary="a , b") + lines(vary="c"), None),
        (Op(Act.ADD_TOKEN, (VARY,), Literal("a")), lines(vary="ab"), lines(vary="ab, a")),
        (
            set_(VARY, InnerHeader(ALLOW_ORIGIN)),
            TWICE,
            lines(origin="a") + lines(origin="b", vary="a, b"),
        ),
        (set_(VARY, InnerHeader("x-none")), TWICE, TWICE),
        (set_(VARY, RequestedMethod()), TWICE, TWICE),
        (
            Op(Act.SET_IF_ABSENT, (ALLOW_ORIGIN, ALLOW_CREDENTIALS), Literal("x")),
            TWICE,
            TWICE + lines(credentials="x"),
        ),
    ],
)
def test_an_operation(op: Op, sent: Lines, got: Lines | None) -> None:
    assert through(edit(op), sent=sent) == (sent if got is None else got)


def test_a_value_that_is_not_there_writes_nothing_and_takes_nothing_away() -> None:
    got = through(edit(set_(ALLOW_ORIGIN, ECHO)), sent=lines(origin="*"), request=get())
    assert got == lines(origin="*")


def test_lines_stand_in_the_order_in_which_they_were_written() -> None:
    inner = edit(add_line(VARY, "inner"), set_(ALLOW_ORIGIN, "inner"))
    outer = edit(add_line(VARY, "outer"), set_(ALLOW_CREDENTIALS, "true"))
    assert through(outer, inner, sent=lines(credentials="false", vary="app")) == (
        *lines(vary="app"),
        *lines(vary="inner", origin="inner"),
        *lines(vary="outer", credentials="true"),
    )


def test_a_line_remembers_who_wrote_it() -> None:
    outer = edit(Op(Act.JOIN, (VARY,), Literal("b"), "outer.vary"))
    inner = edit(set_(ALLOW_ORIGIN, "*", "inner.origins"))
    response, _ = run(HopChain((outer, inner), app(*lines(vary="a"))), get(APP))
    assert response.lines == (
        Line(VARY, "a, b", 0, "outer.vary"),
        Line(ALLOW_ORIGIN, "*", 1, "inner.origins"),
    )
    assert response.by == 2


# -- ordered choices and steps ---------------------------------------------------------------------


def test_of_a_step_only_the_first_case_that_holds_applies() -> None:
    step = (
        Case((MethodIn(frozenset({"PUT"})),), (add_line(VARY, "put"),)),
        Case((OriginIn((exact(APP),)),), (add_line(VARY, "app"),)),
        Case((OriginIn((exact(APP), exact(ADMIN))),), (add_line(VARY, "known"),)),
        Case(ALWAYS, (add_line(VARY, "else"),)),
    )
    hop = Behaviour(edits=(step,))
    asked = [(APP, "PUT"), (APP, "GET"), (ADMIN, "GET"), (EVIL, "GET")]
    got = [through(hop, request=get(origin, method=method)) for origin, method in asked]
    assert got == [lines(vary=word) for word in ("put", "app", "known", "else")]


def test_a_first_case_without_operations_shuts_out_the_others() -> None:
    hop = Behaviour(edits=((Case(LISTED, ()), Case(ALWAYS, (remove(ALLOW_ORIGIN),))),))
    assert through(hop, sent=lines(origin="*")) == lines(origin="*")
    assert through(hop, sent=lines(origin="*"), request=get(EVIL)) == ()


def test_every_step_runs_and_sees_what_the_ones_before_wrote() -> None:
    hop = Behaviour(
        edits=(
            once(set_(ALLOW_ORIGIN, "*")),
            once(add_line(VARY, "seen"), when=(ResponseHeaderPresent(ALLOW_ORIGIN),)),
            once(remove(VARY), when=(ResponseHeaderPresent(ALLOW_CREDENTIALS),)),
        )
    )
    assert through(hop) == lines(origin="*", vary="seen")


def test_an_inner_value_is_what_came_from_within_not_what_an_earlier_operation_left() -> None:
    hop = edit(remove(ALLOW_ORIGIN), set_(VARY, "x"), set_(VARY, InnerHeader(ALLOW_ORIGIN)))
    assert through(hop, sent=lines(origin="*")) == lines(vary="*")
    inner = edit(set_(ALLOW_ORIGIN, "inner"))
    assert through(hop, inner, sent=lines(origin="*")) == lines(vary="inner")


def test_own_answers_are_built_from_none_and_edits_of_outer_hops_run_over_them() -> None:
    answering = Behaviour(
        responds=(
            Respond(ALWAYS, (200,), (add_line(VARY, InnerHeader(VARY)), add_line(VARY, "own"))),
        ),
        edits=(once(add_line(VARY, "not over its own")),),
    )
    outer = edit(add_line(VARY, "outer"))
    assert through(outer, answering, sent=lines(vary="never reached")) == (
        *lines(vary="own"),
        *lines(vary="outer"),
    )


def test_what_happened_is_told_hop_by_hop() -> None:
    answering = Behaviour(responds=(Respond((MethodIn(frozenset({"OPTIONS"})),), (204,)),))
    chain = HopChain((TRANSPARENT, answering), STAR)
    _, events = run(chain, preflight(APP))
    assert events == [Event(0, "passes"), Event(1, "answers 204")]
    _, events = run(chain, get(APP))
    assert events == [Event(0, "passes"), Event(1, "passes"), Event(2, "answers 200")]
