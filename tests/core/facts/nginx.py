"""ingress-nginx as behaviours: controller v1.15.1, its `CORS` template block measured on nginx."""

from auditor.core.hop.behaviour import Behaviour, Respond, UnreadBehaviour
from auditor.core.hop.guard import (
    ALWAYS,
    OPTIONS,
    Guard,
    OriginIn,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    MAX_AGE,
)
from auditor.core.hop.op import (
    Literal,
    Op,
    TheOrigin,
    set_,
)
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.path.run import Surroundings
from tests.core.facts.asking import (
    APP,
    EVIL,
    Ask,
    Fact,
    Lines,
    app,
    get,
    lines,
    once,
    options,
    preflight,
)


def nginx(origin: Literal | TheOrigin) -> tuple[Op, ...]:
    """The lines of the controller's CORS block, in its order."""
    return (
        set_(ALLOW_ORIGIN, origin, "cors-allow-origin"),
        set_(ALLOW_CREDENTIALS, "true", "cors-allow-credentials"),
        set_(ALLOW_METHODS, "GET, PUT", "cors-allow-methods"),
        set_(ALLOW_HEADERS, "X-Test", "cors-allow-headers"),
        set_(MAX_AGE, "1728000", "cors-max-age"),
    )


def nginx_lines(origin: str) -> Lines:
    return lines(
        origin=origin, credentials="true", methods="GET, PUT", headers="X-Test", age="1728000"
    )


LISTED: Guard = (OriginIn((Pattern(Dialect.INGRESS_NGINX, APP),)),)
NGINX_LIST = Behaviour(
    responds=(Respond((*OPTIONS, *LISTED), (204,), nginx(TheOrigin())),),
    edits=(once(*nginx(TheOrigin()), when=LISTED),),
)
NGINX_ANY = Behaviour(
    responds=(Respond(OPTIONS, (204,), nginx(Literal("*"))),),
    edits=(once(*nginx(Literal("*"))),),
)
ERROR_PAGES = Respond(ALWAYS, (404, 503), certain=False, field="custom-http-errors")
NGINX_ERRORS = Behaviour((*NGINX_LIST.responds, ERROR_PAGES), NGINX_LIST.edits)
LAST_IF_WINS = Behaviour(responds=NGINX_LIST.responds)

FROZEN = UnreadBehaviour("annotation over the risk level: what ran before stays live")

ANY_WITHIN = app(*lines(vary="Cookie", origin="*"))
LOOSE = app(*lines(origin="*", methods="DELETE"))
LOOSE_GET = app(*lines(origin="*"))


NGINX: tuple[Fact, ...] = (
    Fact(
        1,
        "ingress-nginx, a list: sets when matched, and answers every OPTIONS that matched",
        (
            Ask(
                NGINX_LIST, get(APP), ((200, lines(vary="Cookie") + nginx_lines(APP)),), ANY_WITHIN
            ),
            Ask(NGINX_LIST, get(EVIL), ((200, lines(vary="Cookie", origin="*")),), ANY_WITHIN),
            Ask(NGINX_LIST, get(), ((200, lines(vary="Cookie", origin="*")),), ANY_WITHIN),
            Ask(NGINX_LIST, get(f"x{APP}"), ((200, nginx_lines(f"x{APP}")),)),
            Ask(NGINX_LIST, options(APP), ((204, nginx_lines(APP)),), LOOSE),
            Ask(NGINX_LIST, preflight(EVIL), ((200, lines(origin="*", methods="DELETE")),), LOOSE),
            Ask(NGINX_LIST, get(APP), ((500, nginx_lines(APP)),), app(status=500)),
        ),
    ),
    Fact(
        2,
        "ingress-nginx, any origin: the literal star, also without Origin",
        (
            Ask(NGINX_ANY, get(), ((200, nginx_lines("*")),), app(*lines(origin=APP))),
            Ask(NGINX_ANY, get(EVIL), ((200, nginx_lines("*")),)),
            Ask(NGINX_ANY, options(), ((204, nginx_lines("*")),)),
        ),
    ),
    Fact(
        3,
        "ingress-nginx: error pages come without CORS, the hop's own edits left out",
        (
            Ask(NGINX_ERRORS, get(APP), ((200, nginx_lines(APP)), (404, ()), (503, ()))),
            Ask(NGINX_ERRORS, preflight(APP), ((204, nginx_lines(APP)),)),
        ),
    ),
    Fact(
        34,
        "ingress-nginx: frozen by the risk level is unread; the last `if` wins is settled when read",
        (
            Ask(
                FROZEN,
                get(APP),
                tuple(
                    (200, (lines(origin=o) if o else ()) + (lines(credentials=c) if c else ()))
                    for o in (None, APP, "*", "?")
                    for c in (None, "true", "?")
                ),
            ),
            Ask(
                FROZEN,
                get(APP),
                ((200, lines(origin="*")),),
                LOOSE_GET,
                Surroundings(transparent=True),
            ),
            Ask(LAST_IF_WINS, preflight(APP), ((204, nginx_lines(APP)),)),
            Ask(LAST_IF_WINS, get(APP), ((200, ()),)),
        ),
    ),
)
