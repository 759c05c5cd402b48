"""CloudFront and S3, as behaviours.

Sources: CloudFront developer guide (response headers policies, origin custom headers, cache keys),
Amazon S3 user guide (cors.md).
"""

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Cache,
    Case,
    Either,
    Inward,
    Respond,
    Service,
)
from auditor.core.hop.guard import (
    ALWAYS,
    PREFLIGHT,
    Guard,
    MethodIn,
    OriginIn,
    RequestedHeadersWithin,
    RequestedMethodIn,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    VARY,
    HeaderNames,
)
from auditor.core.hop.op import (
    Literal,
    Op,
    RequestedHeaders,
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
    preflight,
)

FIRST = "https://first.example.com"

MATCHED: Guard = (OriginIn((exact(APP), exact(ADMIN))),)

LOOSE = app(*lines(origin="*", credentials="true"))


def origin(value: Value | str) -> Op:
    return set_(ALLOW_ORIGIN, value)


def policy(*, override: bool, removes: bool = False) -> Behaviour:
    """A response headers policy of CloudFront."""
    put = set_ if override else set_if_absent
    return Behaviour(
        edits=(
            *([once(remove(ALLOW_ORIGIN))] if removes else []),
            once(put(ALLOW_ORIGIN, TheOrigin()), when=MATCHED),
            once(put(ALLOW_METHODS, "GET, PUT"), when=(*PREFLIGHT, *MATCHED)),
        )
    )


FIXED_ORIGIN = Behaviour(inward=Inward(Literal(FIRST)))

ECHO = Service(
    Behaviour(responds=(Respond(ALWAYS, (200,), (set_(VARY, "Origin"), origin(TheOrigin()))),))
)

OTHERS = Surroundings(stored=(get(ADMIN), get()))


def stored(*key: str, honours_vary: bool = False) -> Behaviour:
    """A cache behaviour with these request headers in its key."""
    return Behaviour(cache=Cache(frozenset(key), honours_vary))


def echoed(asked: str) -> tuple[int, tuple[tuple[str, str], ...]]:
    return 200, lines(vary="Origin", origin=asked)


def s3(*credentials: Op) -> Behaviour:
    """A bucket with two rules; a request gets the first that takes its origin, method, headers."""
    first: Guard = (OriginIn((exact(APP),)),)
    second: Guard = (OriginIn((Pattern(Dialect.PREFIX, "https://"),)),)
    dates = RequestedHeadersWithin(HeaderNames(prefixes=frozenset({"x-amz-"})))
    puts, gets = frozenset({"PUT"}), frozenset({"GET"})
    lists = (set_(ALLOW_METHODS, "PUT"), set_(ALLOW_HEADERS, RequestedHeaders()))
    one, two = (origin(TheOrigin()), *credentials), (origin(TheOrigin()), *credentials)
    return Behaviour(
        responds=(
            Respond((*PREFLIGHT, *first, RequestedMethodIn(puts), dates), (200,), (*one, *lists)),
            Respond(
                (*PREFLIGHT, *second, RequestedMethodIn(gets)),
                (200,),
                (*two, set_(ALLOW_METHODS, "GET")),
            ),
            Respond(PREFLIGHT, (403,)),
        ),
        edits=(
            (
                Case((*first, MethodIn(puts)), one),
                Case((*second, MethodIn(gets)), two),
            ),
        ),
    )


# Whether S3 sends Allow-Credentials for a rule without `*` is not verified: one of two is true.
S3 = Service(Either("S3 sends credentials", (s3(), s3(set_(ALLOW_CREDENTIALS, "true")))))


def bucket(asked: str, **more: str) -> tuple[tuple[int, tuple[tuple[str, str], ...]], ...]:
    return (
        (200, lines(origin=asked, **more)),
        (200, lines(origin=asked, credentials="true", **more)),
    )


EDGES: tuple[Fact, ...] = (
    Fact(
        12,
        "CloudFront policy: override or not, line by line; headers are removed before it writes",
        (
            Ask(
                policy(override=True),
                get(APP),
                ((200, lines(credentials="true", origin=APP)),),
                LOOSE,
            ),
            Ask(
                policy(override=True),
                get(EVIL),
                ((200, lines(origin="*", credentials="true")),),
                LOOSE,
            ),
            Ask(
                policy(override=False),
                get(APP),
                ((200, lines(origin="*", credentials="true")),),
                LOOSE,
            ),
            Ask(policy(override=False), get(APP), ((200, lines(origin=APP)),)),
            Ask(
                policy(override=False),
                preflight(APP),
                ((200, lines(origin="*", credentials="true", methods="GET, PUT")),),
                LOOSE,
            ),
            Ask(
                policy(override=False, removes=True),
                get(APP),
                ((200, lines(credentials="true", origin=APP)),),
                LOOSE,
            ),
            Ask(
                policy(override=False, removes=True),
                get(EVIL),
                ((200, lines(credentials="true")),),
                LOOSE,
            ),
        ),
    ),
    Fact(
        13,
        "CloudFront origin custom header `Origin`: what is behind answers for a fixed origin",
        (
            Ask(FIXED_ORIGIN, get(EVIL), (echoed(FIRST),), ECHO),
            Ask(FIXED_ORIGIN, get(), (echoed(FIRST),), ECHO),
        ),
    ),
    Fact(
        14,
        "CloudFront key without Origin: an answer made for one origin is served to another",
        (
            Ask(
                stored(),
                get(APP),
                (echoed(APP), echoed(ADMIN), (200, lines(vary="Origin"))),
                ECHO,
                OTHERS,
            ),
            Ask(stored("origin"), get(APP), (echoed(APP),), ECHO, OTHERS),
        ),
    ),
    Fact(
        15,
        "S3: the first rule that takes origin, method and requested headers, on every request",
        (
            Ask(
                TRANSPARENT,
                preflight(APP, "PUT", "x-amz-date"),
                bucket(APP, methods="PUT", headers="x-amz-date"),
                S3,
            ),
            Ask(TRANSPARENT, preflight(APP, "PUT", "x-test"), ((403, ()),), S3),
            Ask(TRANSPARENT, preflight(EVIL, "GET", "x-test"), bucket(EVIL, methods="GET"), S3),
            Ask(TRANSPARENT, preflight(EVIL, "PUT"), ((403, ()),), S3),
            Ask(TRANSPARENT, get(APP), bucket(APP), S3),
            Ask(TRANSPARENT, get(APP, method="PUT"), bucket(APP), S3),
            Ask(TRANSPARENT, get(EVIL, method="PUT"), ((200, ()),), S3),
            Ask(TRANSPARENT, get("null"), ((200, ()),), S3),
        ),
    ),
)
