"""starlette as behaviours: every line as answered by 1.10.0, and by 0.27.0 for fact 28."""

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import (
    PREFLIGHT,
    Guard,
    OriginIn,
    OriginPresent,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    MAX_AGE,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    Act,
    Literal,
    Op,
    TheOrigin,
    set_,
)
from auditor.core.language.pattern import exact
from tests.core.facts.asking import (
    APP,
    EVIL,
    Ask,
    Fact,
    get,
    lines,
    once,
    options,
    preflight,
)

LISTED: Guard = (OriginIn((exact(APP),)),)

TRUE = set_(ALLOW_CREDENTIALS, "true")

ECHO = set_(ALLOW_ORIGIN, TheOrigin())

STAR = set_(ALLOW_ORIGIN, "*")

VARY_ORIGIN = Op(Act.ADD_TOKEN, (VARY,), Literal("Origin"))

STARLETTE_VARY = (
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
    "Access-Control-Request-Private-Network"
)

STARLETTE_HEADERS = "Accept, Accept-Language, Content-Language, Content-Type, X-Test"

STARLETTE_PREFLIGHT = (
    set_(VARY, STARLETTE_VARY),
    set_(ALLOW_METHODS, "GET, PUT"),
    set_(MAX_AGE, "600"),
    set_(ALLOW_HEADERS, STARLETTE_HEADERS),
    TRUE,
)

STARLETTE_FINE: Guard = (
    RequestedMethodIn(frozenset({"GET", "PUT"})),
    RequestedHeadersWithin(HeaderNames(frozenset(STARLETTE_HEADERS.lower().split(", ")))),
)

STARLETTE = Behaviour(
    responds=(
        Respond((*PREFLIGHT, *LISTED, *STARLETTE_FINE), (200,), (*STARLETTE_PREFLIGHT, ECHO)),
        Respond((*PREFLIGHT, *LISTED), (400,), (*STARLETTE_PREFLIGHT, ECHO)),
        Respond(PREFLIGHT, (400,), STARLETTE_PREFLIGHT),
    ),
    edits=(
        (Case(LISTED, (TRUE, ECHO)), Case((OriginPresent(),), (TRUE,))),
        once(VARY_ORIGIN),
    ),
)

PREFLIGHT_LINES = lines(
    vary=STARLETTE_VARY,
    methods="GET, PUT",
    age="600",
    headers=STARLETTE_HEADERS,
    credentials="true",
)

STARLETTE_OLD = Behaviour(
    edits=(
        (
            Case((OriginPresent(), RequestHeaderPresent("cookie")), (ECHO, TRUE, VARY_ORIGIN)),
            Case((OriginPresent(),), (STAR, TRUE)),
        ),
    )
)

STARLETTES: tuple[Fact, ...] = (
    Fact(
        23,
        "starlette: 400 unless method and headers are listed, and the origin is allowed all the same",
        (
            Ask(
                STARLETTE,
                preflight(APP, "PUT", "x-test"),
                ((200, PREFLIGHT_LINES + lines(origin=APP)),),
            ),
            Ask(STARLETTE, preflight(APP), ((200, PREFLIGHT_LINES + lines(origin=APP)),)),
            Ask(
                STARLETTE,
                preflight(APP, "PUT", "x-test", "x-other"),
                ((400, PREFLIGHT_LINES + lines(origin=APP)),),
            ),
            *(
                Ask(
                    STARLETTE,
                    preflight(APP, method, name),
                    ((400, PREFLIGHT_LINES + lines(origin=APP)),),
                )
                for method, name in (
                    ("PUT", "x-other"),
                    ("DELETE", "x-test"),
                    ("DELETE", "x-other"),
                )
            ),
            *(
                Ask(STARLETTE, preflight(EVIL, method, name), ((400, PREFLIGHT_LINES),))
                for method in ("PUT", "DELETE")
                for name in ("x-test", "x-other")
            ),
            Ask(
                STARLETTE, get(APP), ((200, lines(credentials="true", origin=APP, vary="Origin")),)
            ),
            Ask(STARLETTE, get(EVIL), ((200, lines(credentials="true", vary="Origin")),)),
            Ask(STARLETTE, get(), ((200, lines(vary="Origin")),)),
            Ask(
                STARLETTE,
                options(APP),
                ((200, lines(credentials="true", origin=APP, vary="Origin")),),
            ),
        ),
    ),
    Fact(
        28,
        "starlette 0.27, `*` with credentials: reflected only to a request with a cookie",
        (
            Ask(
                STARLETTE_OLD,
                get(EVIL, "cookie"),
                ((200, lines(origin=EVIL, credentials="true", vary="Origin")),),
            ),
            Ask(STARLETTE_OLD, get(EVIL), ((200, lines(origin="*", credentials="true")),)),
            Ask(STARLETTE_OLD, get(), ((200, ()),)),
        ),
    ),
)
