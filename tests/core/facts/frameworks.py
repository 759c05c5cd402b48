"""Application frameworks, as behaviours.

Sources: answers recorded from flask-cors 6.0.5, jupyter_server 2.21.1, rack-cors 3.0.0 and
@koa/cors 5.0.0; read: Spring 7.0.9 DefaultCorsProcessor, Keycloak Cors, html5-boilerplate.
"""

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import (
    OPTIONS,
    PREFLIGHT,
    Guard,
    Not,
    OriginIn,
    OriginPresent,
    RequestedMethodIn,
    RequestHeaderPresent,
    ResponseHeaderPresent,
    UnknownGuard,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    Act,
    Literal,
    Op,
    RequestedHeaders,
    TheOrigin,
    Value,
    add_line,
    set_,
)
from auditor.core.language.pattern import exact
from tests.core.facts.asking import (
    ADMIN,
    APP,
    EVIL,
    Ask,
    Fact,
    Lines,
    app,
    get,
    lines,
    once,
    preflight,
)

LISTED: Guard = (OriginIn((exact(APP),)),)

REFUSED: Guard = (OriginPresent(), Not(OriginIn((exact(APP),))))

TRUE = set_(ALLOW_CREDENTIALS, "true")

ECHO = set_(ALLOW_ORIGIN, TheOrigin())

STAR = set_(ALLOW_ORIGIN, "*")

VARY_ORIGIN = Op(Act.ADD_TOKEN, (VARY,), Literal("Origin"))

LOOSE = app(*lines(origin="*"))

TWO_HEADERS = HeaderNames(frozenset({"x-a", "x-b"}))

FLASK = Behaviour(
    responds=(
        Respond(
            (*PREFLIGHT, *LISTED),
            (200,),
            (
                ECHO,
                set_(ALLOW_HEADERS, RequestedHeaders(TWO_HEADERS, ordered=True)),
                set_(ALLOW_METHODS, "GET, PUT"),
            ),
        ),
    )
)

SPRING_VARY = tuple(
    add_line(VARY, name)
    for name in ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers")
)

SPRING_VARY_LINES: Lines = tuple(
    (VARY, op.value.text) for op in SPRING_VARY if isinstance(op.value, Literal)
)

# Spring takes a preflight when *some* requested header is listed, which no guard says; a browser
# refuses alike when none is, so only preflights with a listed one are asked here.
SPRING = Behaviour(
    responds=(
        Respond(REFUSED, (403,), SPRING_VARY),
        Respond(
            (*PREFLIGHT, RequestedMethodIn(frozenset({"GET", "PUT"}))),
            (200,),
            (
                *SPRING_VARY,
                ECHO,
                set_(ALLOW_METHODS, "GET,PUT"),
                set_(ALLOW_HEADERS, RequestedHeaders(TWO_HEADERS)),
            ),
        ),
        Respond(PREFLIGHT, (403,), SPRING_VARY),
    ),
    edits=(
        once(*SPRING_VARY),
        (Case((ResponseHeaderPresent(ALLOW_ORIGIN),), ()), Case(LISTED, (ECHO,))),
    ),
)

EARLIER_FILTER = Behaviour(edits=(once(STAR), *SPRING.edits))

FONTS = Behaviour(edits=(once(STAR, when=(UnknownGuard("content type of the response"),)),))

JUPYTER = Behaviour(
    responds=(
        Respond(
            OPTIONS,
            (200,),
            (
                set_(ALLOW_ORIGIN, APP),
                set_(ALLOW_HEADERS, "accept"),
                set_(ALLOW_METHODS, "GET, PUT"),
            ),
        ),
        Respond(REFUSED, (404,)),
    ),
    edits=(once(set_(ALLOW_ORIGIN, APP)),),
)


def rack(value: Value, *more: Op) -> tuple[Op, ...]:
    """The lines of one `allow` block of rack-cors with `methods: [:get]`."""
    rest = (set_(EXPOSE_HEADERS, ""), set_(MAX_AGE, "7200"))
    return (set_(ALLOW_ORIGIN, value), set_(ALLOW_METHODS, "GET"), *rest, *more)


RACK_GETS: Guard = (RequestedMethodIn(frozenset({"GET"})),)

RACK = Behaviour(
    responds=(
        Respond((*PREFLIGHT, *LISTED, *RACK_GETS), (200,), rack(TheOrigin(), TRUE)),
        Respond((*PREFLIGHT, *LISTED), (200,)),
        Respond((*PREFLIGHT, *RACK_GETS), (200,), rack(Literal("*"))),
        Respond(PREFLIGHT, (200,)),
    ),
    edits=(
        (Case(LISTED, rack(TheOrigin(), TRUE)), Case((OriginPresent(),), rack(Literal("*")))),
        once(VARY_ORIGIN),
    ),
)

AUTHENTICATED = (RequestHeaderPresent("authorization"),)

KEYCLOAK = Behaviour(
    responds=(Respond(PREFLIGHT, (200,), (ECHO,)),),
    edits=(
        once(ECHO, when=LISTED),
        (
            Case((*LISTED, *AUTHENTICATED), (TRUE,)),
            Case(LISTED, (set_(ALLOW_CREDENTIALS, "false"),)),
        ),
    ),
)

KEYCLOAK_UNKNOWN = Behaviour(edits=(once(TRUE, when=(*LISTED, UnknownGuard("authenticated"))),))

KOA = Behaviour(
    edits=(once(VARY_ORIGIN, add_line(ALLOW_ORIGIN, APP), add_line(ALLOW_ORIGIN, ADMIN)),)
)

FRAMEWORKS: tuple[Fact, ...] = (
    Fact(
        24,
        "Allow-Headers out of the requested ones that are listed: sorted (flask-cors), as sent (Spring)",
        (
            Ask(
                FLASK,
                preflight(APP, "PUT", "x-b", "x-a"),
                ((200, lines(origin=APP, headers="x-a, x-b", methods="GET, PUT")),),
            ),
            Ask(
                FLASK,
                preflight(APP, "PUT", "x-a", "x-c"),
                ((200, lines(origin=APP, headers="x-a", methods="GET, PUT")),),
            ),
            Ask(
                FLASK, preflight(APP, "PUT", "x-c"), ((200, lines(origin=APP, methods="GET, PUT")),)
            ),
            Ask(FLASK, preflight(EVIL, "PUT", "x-a"), ((200, ()),)),
            Ask(
                SPRING,
                preflight(APP, "PUT", "x-b", "x-c", "x-a"),
                (
                    (
                        200,
                        SPRING_VARY_LINES
                        + lines(origin=APP, methods="GET,PUT", headers="x-b, x-a"),
                    ),
                ),
            ),
            Ask(
                SPRING,
                preflight(APP),
                ((200, SPRING_VARY_LINES + lines(origin=APP, methods="GET,PUT")),),
            ),
        ),
    ),
    Fact(
        25,
        "refused requests get 403 (Spring, Quarkus, gin, Elasticsearch), Jupyter's GET gets 404",
        (
            Ask(SPRING, get(EVIL), ((403, SPRING_VARY_LINES),), LOOSE),
            Ask(SPRING, preflight(EVIL), ((403, SPRING_VARY_LINES),), LOOSE),
            Ask(SPRING, get(), ((200, SPRING_VARY_LINES),)),
            Ask(JUPYTER, get(EVIL), ((404, ()),)),
            Ask(JUPYTER, get(), ((200, lines(origin=APP)),)),
            Ask(
                JUPYTER,
                preflight(EVIL),
                ((200, lines(origin=APP, headers="accept", methods="GET, PUT")),),
            ),
        ),
    ),
    Fact(
        26,
        "Spring leaves a response alone that has Allow-Origin; a map by content type is unknown",
        (
            Ask(SPRING, get(APP), ((200, SPRING_VARY_LINES + lines(origin=APP)),)),
            Ask(EARLIER_FILTER, get(APP), ((200, lines(origin="*") + SPRING_VARY_LINES),)),
            Ask(FONTS, get(EVIL), ((200, ()), (200, lines(origin="*")))),
        ),
    ),
    Fact(
        27,
        "rack-cors: the first block that takes the origin decides, also about the method",
        (
            Ask(
                RACK,
                get(APP),
                (
                    (
                        200,
                        lines(
                            origin=APP,
                            methods="GET",
                            expose="",
                            age="7200",
                            credentials="true",
                            vary="Origin",
                        ),
                    ),
                ),
            ),
            Ask(
                RACK,
                get(EVIL),
                ((200, lines(origin="*", methods="GET", expose="", age="7200", vary="Origin")),),
            ),
            Ask(RACK, get(), ((200, lines(vary="Origin")),)),
            Ask(
                RACK,
                preflight(APP, "GET"),
                (
                    (
                        200,
                        lines(origin=APP, methods="GET", expose="", age="7200", credentials="true"),
                    ),
                ),
            ),
            Ask(RACK, preflight(APP, "POST"), ((200, ()),)),
            Ask(
                RACK,
                preflight(EVIL, "GET"),
                ((200, lines(origin="*", methods="GET", expose="", age="7200")),),
            ),
        ),
    ),
    Fact(
        29,
        "Keycloak: credentials follow authentication; its preflight reflects any origin",
        (
            Ask(
                KEYCLOAK, get(APP, "authorization"), ((200, lines(origin=APP, credentials="true")),)
            ),
            Ask(KEYCLOAK, get(APP), ((200, lines(origin=APP, credentials="false")),)),
            Ask(KEYCLOAK, get(EVIL, "authorization"), ((200, ()),)),
            Ask(KEYCLOAK, preflight(EVIL), ((200, lines(origin=EVIL)),)),
            Ask(KEYCLOAK_UNKNOWN, get(APP), ((200, ()), (200, lines(credentials="true")))),
            Ask(KEYCLOAK_UNKNOWN, get(EVIL), ((200, ()),)),
        ),
    ),
    Fact(
        30,
        "koa with an array: two lines for everybody",
        tuple(
            Ask(KOA, asked, ((200, lines(vary="Origin", origin=APP) + lines(origin=ADMIN)),))
            for asked in (get(APP), get(EVIL), get())
        ),
    ),
)
