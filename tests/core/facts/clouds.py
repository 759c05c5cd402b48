"""API Gateway, CloudFront and S3, as behaviours.

Sources: API Gateway developer guide (http-api-cors, gateway responses, mapping templates, override
of response parameters), aws-cdk aws-apigateway resource.ts, CloudFront developer guide (response
headers policies, cache keys), Amazon S3 user guide (cors.md).
"""

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Either,
    Inward,
    Mix,
    Respond,
    Service,
)
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    PREFLIGHT,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersWithin,
    RequestedMethodIn,
    RequestHeaderPresent,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    InnerHeader,
    Literal,
    Op,
    RequestedHeaders,
    RequestHeader,
    TheOrigin,
    Value,
    remove,
    set_,
    set_if_absent,
)
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.path.run import Surroundings
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
# The language has no guard on the query string, and needs none: whoever asks writes the query, so
# each request meets one of what any query can lead to.
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
    responds=(
        Respond(ALWAYS, (403,), (origin(RequestHeader("origin")),), field="WAF_FILTERED"),
    )
)
MAPPED = Behaviour(
    edits=(once(remove(*CORS_NAMES, VARY), origin(InnerHeader("x-allowed")), set_(VARY, "Origin")),)
)
CROSSED = Behaviour(
    edits=(once(remove(*CORS_NAMES), set_(ALLOW_CREDENTIALS, InnerHeader(ALLOW_CREDENTIALS))),)
)
AUTHORIZER = Behaviour(
    responds=(
        Respond((Not(RequestHeaderPresent("x-api-key")),), (403,), field="apiKeyRequired"),
        Respond((Not(RequestHeaderPresent("authorization")),), (401,), field="authorizationType"),
    )
)


def policy(write: type[object], *, removes: bool = False) -> Behaviour:
    """A response headers policy; `write`: the marker of how it writes."""
    put = set_ if write is bool else set_if_absent
    return Behaviour(
        edits=(
            *([once(remove(ALLOW_ORIGIN))] if removes else []),
            once(put(ALLOW_ORIGIN, TheOrigin()), when=MATCHED),
            once(put(ALLOW_METHODS, "GET, PUT"), when=(*PREFLIGHT, *MATCHED)),
        )
    )
