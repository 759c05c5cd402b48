"""API Gateway, as behaviours.

Sources: API Gateway developer guide (http-api-cors, gateway responses, mapping templates, override
of response parameters, canary releases), aws-cdk aws-apigateway resource.ts.
"""

from auditor.core.hop.behaviour import (
    Behaviour,
    Mix,
    Respond,
)
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    PREFLIGHT,
    Guard,
    Not,
    OriginIn,
    RequestHeaderPresent,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    VARY,
)
from auditor.core.hop.op import (
    InnerHeader,
    Op,
    RequestHeader,
    TheOrigin,
    Value,
    remove,
    set_,
)
from auditor.core.language.pattern import exact
from tests.core.facts.asking import (
    ADMIN,
    APP,
    EVIL,
    Ask,
    Fact,
    app,
    get,
    lines,
    once,
    options,
    preflight,
)

FIRST = "https://first.example.com"

MATCHED: Guard = (OriginIn((exact(APP), exact(ADMIN))),)

LOOSE = app(*lines(origin="*", credentials="true"))


def origin(value: Value | str) -> Op:
    return set_(ALLOW_ORIGIN, value)


HTTP_API = Behaviour(
    responds=(
        Respond(
            (*PREFLIGHT, *MATCHED), (204,), (origin(TheOrigin()), set_(ALLOW_METHODS, "GET,PUT"))
        ),
        Respond(PREFLIGHT, (204,)),
    ),
    edits=(once(remove(*CORS_NAMES)), once(origin(TheOrigin()), when=MATCHED)),
)


def mock(value: Value | str) -> tuple[Op, ...]:
    """What the OPTIONS method of a REST API writes, the origin overridden or not."""
    return (origin(value), set_(ALLOW_METHODS, "GET,PUT"), set_(VARY, "Origin"))


CDK = Behaviour(
    responds=(
        Respond((*OPTIONS, *MATCHED), (204,), mock(TheOrigin())),
        Respond(OPTIONS, (204,), mock(FIRST)),
    )
)

# The language has no guard on the query string. Whoever asks writes the query, so each request meets
# one of what a query can lead to; that preflight and request share it is the part left unsaid.
QUERY = Mix(
    "?origin= is read before the header",
    (CDK, *(Behaviour(responds=(Respond(OPTIONS, (204,), mock(o)),)) for o in (APP, ADMIN, FIRST))),
)

GATEWAY_RESPONSES = Behaviour(
    responds=(
        Respond(ALWAYS, (401,), (origin("*"),), certain=False, field="UNAUTHORIZED"),
        Respond(ALWAYS, (429,), (origin(FIRST),), certain=False, field="THROTTLED"),
        Respond(ALWAYS, (403, 404), certain=False, field="DEFAULT_4XX"),
    )
)

REFLECTING_RESPONSE = Behaviour(
    responds=(Respond(ALWAYS, (403,), (origin(RequestHeader("origin")),), field="WAF_FILTERED"),)
)

MAPPED = Behaviour(
    edits=(once(remove(*CORS_NAMES, VARY), origin(InnerHeader("x-allowed")), set_(VARY, "Origin")),)
)

CROSSED = Behaviour(
    edits=(once(remove(*CORS_NAMES), set_(ALLOW_CREDENTIALS, InnerHeader(ALLOW_CREDENTIALS))),)
)


def locked(header: str, status: int) -> Behaviour:
    """An OPTIONS method that wants what a preflight never carries."""
    return Behaviour(responds=(Respond((*OPTIONS, Not(RequestHeaderPresent(header))), (status,)),))


OLD_RELEASE = Behaviour(edits=(once(origin("*")),))

NEW_RELEASE = Behaviour(edits=(once(origin(TheOrigin()), when=MATCHED),))

CANARY = Mix("canary of stage prod, 10 %", (OLD_RELEASE, NEW_RELEASE))

GATEWAYS: tuple[Fact, ...] = (
    Fact(
        5,
        "an HTTP API owns: it ignores the backend's CORS headers, for everybody",
        (
            Ask(HTTP_API, get(APP), ((200, lines(origin=APP)),), LOOSE),
            Ask(HTTP_API, get(EVIL), ((200, ()),), LOOSE),
            Ask(HTTP_API, get(), ((200, ()),), LOOSE),
            Ask(HTTP_API, preflight(APP), ((204, lines(origin=APP, methods="GET,PUT")),), LOOSE),
            Ask(HTTP_API, preflight(EVIL), ((204, ()),), LOOSE),
            Ask(HTTP_API, options(EVIL), ((200, ()),), LOOSE),
        ),
    ),
    Fact(
        6,
        "REST mock: the first origin for everybody, overridden when another one of the list asks",
        (
            Ask(
                CDK,
                preflight(ADMIN),
                ((204, lines(origin=ADMIN, methods="GET,PUT", vary="Origin")),),
            ),
            Ask(
                CDK,
                preflight(EVIL),
                ((204, lines(origin=FIRST, methods="GET,PUT", vary="Origin")),),
            ),
            Ask(CDK, options(), ((204, lines(origin=FIRST, methods="GET,PUT", vary="Origin")),)),
            Ask(CDK, get(EVIL), ((200, lines(origin="*", credentials="true")),), LOOSE),
        ),
    ),
    Fact(
        7,
        "REST `$input.params('origin')`: path and query string come before the header",
        tuple(
            Ask(
                QUERY,
                preflight(asked),
                tuple(
                    (204, lines(origin=sent, methods="GET,PUT", vary="Origin"))
                    for sent in (APP, ADMIN, FIRST)
                ),
            )
            for asked in (APP, EVIL)
        ),
    ),
    Fact(
        8,
        "gateway responses have header lines of their own, each type its own",
        (
            Ask(
                GATEWAY_RESPONSES,
                get(APP),
                (
                    (200, lines(origin="*", credentials="true")),
                    (401, lines(origin="*")),
                    (429, lines(origin=FIRST)),
                    (403, ()),
                    (404, ()),
                ),
                LOOSE,
            ),
        ),
    ),
    Fact(
        9,
        "a gateway response may take a value from the request: reflection",
        (
            Ask(REFLECTING_RESPONSE, get(EVIL), ((403, lines(origin=EVIL)),)),
            Ask(REFLECTING_RESPONSE, get(), ((403, ()),)),
        ),
    ),
    Fact(
        10,
        "REST without proxy: only mapped headers leave, and a value may be any inner header",
        (
            Ask(
                MAPPED,
                get(EVIL),
                ((200, (("x-allowed", APP), *lines(origin=APP, vary="Origin"))),),
                app(("x-allowed", APP), *lines(origin="*")),
            ),
            Ask(MAPPED, get(EVIL), ((200, lines(vary="Origin")),), LOOSE),
            Ask(CROSSED, get(EVIL), ((200, lines(credentials="true")),), LOOSE),
        ),
    ),
    Fact(
        11,
        "OPTIONS behind an authorizer or an API key refuses every preflight",
        (
            Ask(locked("authorization", 401), preflight(APP), ((401, ()),), LOOSE),
            Ask(locked("x-api-key", 403), preflight(APP), ((403, ()),), LOOSE),
            Ask(
                locked("x-api-key", 403),
                get(APP),
                ((200, lines(origin="*", credentials="true")),),
                LOOSE,
            ),
        ),
    ),
    Fact(
        32,
        "canary and continuous deployment: two configurations are live at once",
        (
            Ask(CANARY, get(APP), ((200, lines(origin="*")), (200, lines(origin=APP)))),
            Ask(CANARY, get(EVIL), ((200, lines(origin="*")), (200, ()))),
        ),
    ),
)
