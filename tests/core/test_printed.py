"""The printed form: readable, deterministic, and never the same for two different behaviours."""

from typing import get_args

import pytest

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Doing,
    Either,
    Forward,
    Inward,
    Mix,
    Respond,
    UnreadBehaviour,
)
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    PREFLIGHT,
    Atom,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    StatusIn,
    UnknownGuard,
)
from auditor.core.hop.header import ALLOW_ORIGIN, CORS_NAMES, VARY, HeaderNames
from auditor.core.hop.op import (
    Act,
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestedMethod,
    RequestHeader,
    TheOrigin,
    UnknownValue,
    Value,
    add_line,
    remove,
    set_,
)
from auditor.core.hop.printed import printed
from auditor.core.language.pattern import Dialect, Pattern, exact

SUBDOMAINS = Pattern(Dialect.INGRESS_NGINX, "https://*.example.com")
NASTY = (
    "",
    "a",
    "a b",
    "a, b",
    "a,",
    "a:",
    "a: set x",
    'a"',
    "a\\",
    "a\\u{22}",
    "a)",
    "(a)",
    "{a}",
    "a*",
    "*",
    "any",
    "a and origin present",
    "a\n  and set x",
    "a\x00",
    "\u202ea",
    "\u0430",
    "\U0001f600",
    "\\u{1f600}",
)


def edit(*ops: Op, when: Guard = ALWAYS) -> Behaviour:
    return Behaviour(edits=((Case(when, ops),),))


# -- readable --------------------------------------------------------------------------------------


def test_an_answer_stands_on_one_line_with_its_condition_and_its_setting() -> None:
    answer = Respond(
        (*OPTIONS, OriginIn((SUBDOMAINS,))),
        (204,),
        (set_(ALLOW_ORIGIN, TheOrigin(), "cors-allow-origin"),),
    )
    assert printed(Behaviour(responds=(answer,))) == (
        "answer 204 when OPTIONS and origin in glob-ingress-nginx:https://*.example.com: "
        "set access-control-allow-origin the origin (cors-allow-origin)",
    )


def test_a_whole_behaviour_in_the_words_of_the_model() -> None:
    behaviour = Behaviour(
        responds=(
            Respond(PREFLIGHT, (200, 204), edited=True),
            Respond(ALWAYS, (403,), (set_(ALLOW_ORIGIN, "*"),), certain=False, field="WAF"),
        ),
        edits=(
            (
                Case((OriginIn((exact("https://a.test"), SUBDOMAINS)),), (_reflect(), _vary())),
                Case((Not(StatusIn(frozenset({404, 200}))),), (remove(*CORS_NAMES),)),
                Case(ALWAYS, ()),
            ),
        ),
        inward=Inward(Literal("https://fixed.test"), Forward.DROP),
        cache=Cache(frozenset({"origin", "accept"}), statuses=frozenset({200})),
    )
    assert printed(behaviour) == (
        "answer 200 or 204 when preflight, edited as below: nothing",
        'sometimes answer 403 (WAF): set access-control-allow-origin "*"',
        "edit when origin in {exact:https://a.test, glob-ingress-nginx:https://*.example.com}: "
        "set access-control-allow-origin the origin (origins)",
        '  and add_token vary "Origin"',
        "else edit when not (status in {200, 404}): remove all CORS names",
        "else edit: nothing",
        'inward: Origin is "https://fixed.test"',
        "inward: Access-Control-Request-* dropped",
        "cache: key {accept, origin}, honours Vary, does not store OPTIONS, statuses {200}",
    )


def _reflect() -> Op:
    return set_(ALLOW_ORIGIN, TheOrigin(), "origins")


def _vary() -> Op:
    return Op(Act.ADD_TOKEN, (VARY,), Literal("Origin"))


def test_choices_are_indented_under_their_cause() -> None:
    canary = Mix("canary", (edit(_reflect(), _vary()), TRANSPARENT))
    assert printed(Either("version of ingress-nginx", (canary, UnreadBehaviour("denied")))) == (
        'either, not known which: "version of ingress-nginx"',
        '  - mix, each request meets one: "canary"',
        "      - edit: set access-control-allow-origin the origin (origins)",
        '          and add_token vary "Origin"',
        "      - passes everything as it is",
        '  - unread, everything is possible: "denied"',
    )


ATOMS: list[tuple[Atom, str]] = [
    (OriginIn(()), "origin in {}"),
    (OriginPresent(), "origin present"),
    (MethodIn(frozenset({"PUT", "GET"})), "method in {GET, PUT}"),
    (RequestedMethodIn(), "requested method present"),
    (RequestedMethodIn(frozenset({"PUT"})), "requested method in {PUT}"),
    (
        RequestedHeadersWithin(HeaderNames(frozenset({"x-a"}), frozenset({"x-amz-"}))),
        "requested headers within {x-a, x-amz-*}",
    ),
    (RequestHeaderPresent("cookie"), "request header cookie present"),
    (StatusIn(frozenset({204, 200})), "status in {200, 204}"),
    (ResponseHeaderPresent(VARY), "response header vary present"),
    (UnknownGuard("flag"), 'unknown "flag"'),
]
VALUES: list[tuple[Value, str]] = [
    (Literal("https://a.test"), '"https://a.test"'),
    (TheOrigin(), "the origin"),
    (RequestedMethod(), "the requested method"),
    (RequestedHeaders(), "the requested headers within any"),
    (
        RequestedHeaders(HeaderNames(frozenset({"x-a"})), ordered=True),
        "the requested headers within {x-a}, sorted",
    ),
    (RequestHeader("origin"), "the request header origin"),
    (InnerHeader(ALLOW_ORIGIN), "the inner header access-control-allow-origin"),
    (UnknownValue("edge code"), 'unknown "edge code"'),
]


def test_the_tables_below_name_every_kind() -> None:
    assert {type(atom) for atom, _ in ATOMS} == set(get_args(Atom))
    assert {type(value) for value, _ in VALUES} == set(get_args(Value))


@pytest.mark.parametrize(("atom", "text"), ATOMS)
def test_each_condition(atom: Atom, text: str) -> None:
    assert printed(edit(when=(atom,))) == (f"edit when {text}: nothing",)
    assert printed(edit(when=(Not(atom),))) == (f"edit when not ({text}): nothing",)


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_each_value(value: Value, text: str) -> None:
    assert printed(edit(add_line(VARY, value))) == (f"edit: add_line vary {text}",)


def test_regular_expressions_keep_their_backslashes() -> None:
    pattern = Pattern(Dialect.PYTHON_MATCH, r"^https://(.*\.)?example\.com$")
    assert printed(edit(when=(OriginIn((pattern,)),))) == (
        r'edit when origin in python-match:"^https://(.*\.)?example\.com$": nothing',
    )


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("CorsConfiguration.AllowOrigins[3]", "CorsConfiguration.AllowOrigins[3]"),
        ("spec/cors:origins", "spec/cors:origins"),
        ("add_header $http_origin", '"add_header $http_origin"'),
        ("a,b", '"a,b"'),
        ("a:", '"a:"'),
        ("Default (*)", '"Default (*)"'),
        ('say "a"', '"say \\u{22}a\\u{22}"'),
    ],
)
def test_what_others_wrote_is_bare_while_it_is_one_plain_word(field: str, text: str) -> None:
    (line,) = printed(edit(remove(VARY, field=field)))
    assert line == f"edit: remove vary ({text})"


# -- hostile texts ---------------------------------------------------------------------------------


def test_control_characters_bidi_marks_and_look_alikes_are_escaped() -> None:
    text = 'a\r\n\x1b[31m\u202eb\u2066\u00a0\u0430"\x7f'
    (line,) = printed(edit(set_(ALLOW_ORIGIN, text)))
    assert line == (
        "edit: set access-control-allow-origin "
        '"a\\u{d}\\u{a}\\u{1b}[31m\\u{202e}b\\u{2066}\\u{a0}\\u{430}\\u{22}\\u{7f}"'
    )


def _everywhere(text: str) -> Doing:
    """`text` at every place that takes one."""
    listed = HeaderNames(frozenset({text.lower()}), frozenset({text.lower()}))
    atoms: tuple[Atom, ...] = (
        OriginIn((Pattern(Dialect.EXACT, text),)),
        MethodIn(frozenset({text})),
        RequestedMethodIn(frozenset({text})),
        RequestedHeadersWithin(listed),
        RequestHeaderPresent(text),
        ResponseHeaderPresent(text),
        UnknownGuard(text),
    )
    values: tuple[Value, ...] = (
        Literal(text),
        RequestedHeaders(listed),
        RequestHeader(text),
        InnerHeader(text),
        UnknownValue(text),
    )
    ops = tuple(Op(Act.SET, (text.lower(),), value, text) for value in values)
    behaviour = Behaviour(
        responds=(Respond(atoms, (200,), ops, field=text),),
        inward=Inward(Literal(text)),
        cache=Cache(frozenset({text})),
    )
    return Either(text, (behaviour, Mix(text, (behaviour, UnreadBehaviour(text)))))


@pytest.mark.parametrize("text", NASTY)
def test_no_text_leaves_its_line_or_the_printable_characters(text: str) -> None:
    lines = printed(_everywhere(text))
    assert len(lines) == len(printed(_everywhere("a")))
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_no_two_texts_look_alike_anywhere() -> None:
    assert len({printed(_everywhere(text)) for text in NASTY}) == len(NASTY)
