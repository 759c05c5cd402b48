"""Other ingress controllers, the mesh and gateways in a cluster, as behaviours.

Sources: Envoy `001cbf14` and 1.40.0, Traefik `fd5a576d` header.go, Kong `22246ef2` handler.lua,
haproxy-ingress `465a51ce`, NGINX Ingress Controller (F5) `0eb3072d` policy.go, gin-contrib/cors
cors.go.
"""

from auditor.core.hop.behaviour import Behaviour, Case, Respond
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    PREFLIGHT,
    Guard,
    Not,
    OriginIn,
    OriginPresent,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    MAX_AGE,
    VARY,
)
from auditor.core.hop.op import (
    Act,
    Literal,
    Op,
    RequestedHeaders,
    TheOrigin,
    add_line,
    remove,
    set_,
)
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
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

EXACT_APP: Guard = (OriginIn((exact(APP),)),)
ENVOY = Behaviour(
    responds=(
        Respond(
            (*PREFLIGHT, *EXACT_APP),
            (200,),
            (
                set_(ALLOW_ORIGIN, TheOrigin()),
                set_(ALLOW_CREDENTIALS, "true"),
                set_(ALLOW_METHODS, "PUT"),
            ),
        ),
    ),
    edits=(once(set_(ALLOW_ORIGIN, TheOrigin()), set_(ALLOW_CREDENTIALS, "true"), when=EXACT_APP),),
)
ENVOY_IGNORE = Behaviour((*ENVOY.responds, Respond(PREFLIGHT, (200,))), ENVOY.edits)

CREDENTIALS = set_(ALLOW_CREDENTIALS, "true", "accessControlAllowCredentials")
TRAEFIK_LISTS = (set_(ALLOW_METHODS, "GET,PUT"),)
TRAEFIK = Behaviour(
    responds=(
        Respond(
            (*PREFLIGHT, *EXACT_APP),
            (200,),
            (CREDENTIALS, *TRAEFIK_LISTS, set_(ALLOW_ORIGIN, TheOrigin())),
        ),
        Respond(PREFLIGHT, (200,), (CREDENTIALS, *TRAEFIK_LISTS)),
    ),
    edits=(once(set_(ALLOW_ORIGIN, TheOrigin()), when=EXACT_APP), once(CREDENTIALS)),
)

VARY_ORIGIN = Op(Act.ADD_TOKEN, (VARY,), Literal("Origin"))
KONG_LIST = Behaviour(
    edits=(
        (
            Case((OriginIn((exact(APP), exact(ADMIN))),), (set_(ALLOW_ORIGIN, TheOrigin()),)),
            Case(ALWAYS, (remove(ALLOW_ORIGIN),)),
        ),
        once(VARY_ORIGIN),
    )
)
KONG_ONE = Behaviour(edits=(once(set_(ALLOW_ORIGIN, APP), VARY_ORIGIN),))
# `app\.example\.com`: a regular expression without a colon, which Kong holds against the host only.
KONG_HOST = Behaviour(
    edits=(
        (
            Case(
                (OriginIn((Pattern(Dialect.HOST_ONLY, "app.example.com"),)),),
                (set_(ALLOW_ORIGIN, TheOrigin()),),
            ),
            Case(ALWAYS, (remove(ALLOW_ORIGIN),)),
        ),
    )
)
SAME_HOST = tuple(Pattern(Dialect.SAME_HOST, scheme) for scheme in ("http", "https"))
GIN = Behaviour(
    responds=(
        Respond((OriginPresent(), Not(OriginIn((*SAME_HOST, exact(APP))))), (403,)),
        Respond((*OPTIONS, *EXACT_APP), (204,), (set_(ALLOW_ORIGIN, TheOrigin()),)),
    ),
    edits=(once(set_(ALLOW_ORIGIN, TheOrigin()), when=EXACT_APP),),
)

HAPROXY = Behaviour(
    responds=(Respond(OPTIONS, (204,), (set_(MAX_AGE, "86400"),), edited=True),),
    edits=(
        once(
            set_(ALLOW_ORIGIN, TheOrigin()),
            set_(ALLOW_HEADERS, RequestedHeaders()),
            when=(OriginIn((ANY,)),),
        ),
    ),
)


def entry(written: str) -> Case:
    """One string key of an nginx `map`: caseless, and what it emits is the text as written."""
    pattern = Pattern(Dialect.EXACT_CASELESS, written)
    return Case((OriginIn((pattern,)),), (add_line(ALLOW_ORIGIN, written, "allowOrigin"),))


F5 = Behaviour(
    responds=(Respond(OPTIONS, (204,), edited=True),),
    edits=((entry("https://App.example.com"), entry(ADMIN)),),
)
ANY_WITHIN = app(*lines(vary="Cookie", origin="*"))
LOOSE = app(*lines(origin="*", methods="DELETE"))
LOOSE_GET = app(*lines(origin="*"))


INGRESSES: tuple[Fact, ...] = (
    Fact(
        4,
        "Envoy and Istio: a match replaces, everything else passes; unmatched preflights too, or not",
        (
            Ask(ENVOY, get(APP), ((200, lines(origin=APP, credentials="true")),), LOOSE_GET),
            Ask(ENVOY, get(EVIL), ((200, lines(origin="*")),), LOOSE_GET),
            Ask(
                ENVOY,
                preflight(APP),
                ((200, lines(origin=APP, credentials="true", methods="PUT")),),
                LOOSE,
            ),
            Ask(ENVOY, preflight(EVIL), ((200, lines(origin="*", methods="DELETE")),), LOOSE),
            Ask(
                ENVOY,
                options(APP),
                ((200, lines(methods="DELETE", origin=APP, credentials="true")),),
                LOOSE,
            ),
            Ask(ENVOY_IGNORE, preflight(EVIL), ((200, ()),), LOOSE),
            Ask(ENVOY_IGNORE, get(EVIL), ((200, lines(origin="*")),), LOOSE_GET),
        ),
    ),
    Fact(
        16,
        "Traefik: a preflight is always answered, and credentials are on every response",
        (
            Ask(
                TRAEFIK,
                preflight(APP),
                ((200, lines(credentials="true", methods="GET,PUT", origin=APP)),),
                LOOSE,
            ),
            Ask(
                TRAEFIK,
                preflight(EVIL),
                ((200, lines(credentials="true", methods="GET,PUT")),),
                LOOSE,
            ),
            Ask(TRAEFIK, get(APP), ((200, lines(origin=APP, credentials="true")),), LOOSE_GET),
            Ask(TRAEFIK, get(EVIL), ((200, lines(origin="*", credentials="true")),), LOOSE_GET),
            Ask(TRAEFIK, get(), ((200, lines(credentials="true")),)),
        ),
    ),
    Fact(
        17,
        "Kong: a list clears what it does not match, one literal is sent to everybody",
        (
            Ask(KONG_LIST, get(ADMIN), ((200, lines(origin=ADMIN, vary="Origin")),), LOOSE_GET),
            Ask(KONG_LIST, get(EVIL), ((200, lines(vary="Origin")),), LOOSE_GET),
            Ask(KONG_ONE, get(EVIL), ((200, lines(origin=APP, vary="Origin")),), LOOSE_GET),
            Ask(KONG_ONE, get(), ((200, lines(origin=APP, vary="Origin")),)),
        ),
    ),
    Fact(
        18,
        "a host alone (Kong), and the request's own host over http or https (gin, Elasticsearch)",
        (
            Ask(
                KONG_HOST,
                get("http://app.example.com:81"),
                ((200, lines(origin="http://app.example.com:81")),),
            ),
            Ask(KONG_HOST, get("https://x.app.example.com"), ((200, ()),), LOOSE_GET),
            Ask(GIN, get("http://api.example.com"), ((200, ()),)),
            Ask(GIN, get("https://api.example.com:8443"), ((403, ()),)),
            Ask(
                GIN, get("https://api.example.com:8443"), ((200, ()),), host="api.example.com:8443"
            ),
            Ask(GIN, get("http://[::1]:3000"), ((200, ()),), host="[::1]:3000"),
            Ask(GIN, get("capacitor://api.example.com"), ((403, ()),)),
            Ask(GIN, get(APP), ((200, lines(origin=APP)),)),
            Ask(GIN, get(), ((200, ()),)),
        ),
    ),
    Fact(
        19,
        "haproxy-ingress: every OPTIONS is answered, edited like the rest, and `*` reflects",
        (
            Ask(
                HAPROXY,
                preflight(EVIL, "PUT", "x-b", "x-a"),
                ((204, lines(age="86400", origin=EVIL, headers="x-b, x-a")),),
            ),
            Ask(HAPROXY, options(), ((204, lines(age="86400")),)),
            Ask(HAPROXY, get(EVIL), ((200, lines(origin=EVIL)),), LOOSE_GET),
        ),
    ),
    Fact(
        20,
        "F5: a map entry emits its own text beside what is there, at any status",
        (
            Ask(F5, get(APP), ((200, lines(origin="https://App.example.com")),)),
            Ask(
                F5,
                get(ADMIN),
                ((404, lines(origin="*") + lines(origin=ADMIN)),),
                app(*lines(origin="*"), status=404),
            ),
            Ask(F5, get(EVIL), ((200, lines(origin="*")),), LOOSE_GET),
            Ask(F5, options(ADMIN), ((204, lines(origin=ADMIN)),), LOOSE),
        ),
    ),
)
