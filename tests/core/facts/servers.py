"""Web servers, as behaviours.

Sources: answers recorded from nginx 1.22.1 and Apache httpd 2.4.71; nginx ngx_http_headers_module
and IIS CORS module documentation.
"""

from auditor.core.hop.behaviour import Behaviour, Case
from auditor.core.hop.guard import (
    Not,
    OriginIn,
    StatusIn,
)
from auditor.core.hop.header import (
    ALLOW_METHODS,
    ALLOW_ORIGIN,
)
from auditor.core.hop.op import (
    Act,
    Literal,
    Op,
    add_line,
    set_,
)
from auditor.core.language.pattern import ANY, Dialect, Pattern
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
)

STAR = set_(ALLOW_ORIGIN, "*")

LOOSE = app(*lines(origin="*"))

# The statuses that `add_header` without `always` writes on (nginx, ngx_http_headers_module).
SUCCESSES = frozenset({200, 201, 204, 206, 301, 302, 303, 304, 307, 308})

ADD_HEADER = Behaviour(edits=(once(add_line(ALLOW_ORIGIN, "*"), when=(StatusIn(SUCCESSES),)),))


def join(text: str) -> Op:
    return Op(Act.JOIN, (ALLOW_ORIGIN,), Literal(text))


# Two tables: `set` replaces in the one that holds the answer from within, `always set` writes into
# its own, and both are sent. Which of the lines comes first is not claimed; no browser minds.
APACHE_ALWAYS = Behaviour(edits=(once(add_line(ALLOW_ORIGIN, APP)),))

APACHE_BOTH = Behaviour(edits=(once(set_(ALLOW_ORIGIN, ADMIN), add_line(ALLOW_ORIGIN, APP)),))

APACHE_APPEND = Behaviour(edits=(once(join(APP), join(ADMIN)),))

APACHE_MERGE = Behaviour(edits=(once(Op(Act.ADD_TOKEN, (ALLOW_METHODS,), Literal("PUT"))),))

PLAIN_HTTP = OriginIn((Pattern(Dialect.PREFIX, "http://"),))

IIS = Behaviour(edits=((Case((PLAIN_HTTP,), ()), Case((OriginIn((ANY,)),), (STAR,))),))

IIS_NEGATED = Behaviour(edits=(once(STAR, when=(OriginIn((ANY,)), Not(PLAIN_HTTP))),))

SERVERS: tuple[Fact, ...] = (
    Fact(
        21,
        "nginx `add_header` without `always` writes on some statuses only",
        (
            Ask(ADD_HEADER, get(EVIL), ((200, lines(origin="*")),)),
            Ask(
                ADD_HEADER,
                get(EVIL),
                ((204, lines(origin=APP) + lines(origin="*")),),
                app(*lines(origin=APP), status=204),
            ),
            Ask(ADD_HEADER, get(EVIL), ((404, ()),), app(status=404)),
        ),
    ),
    Fact(
        22,
        "Apache: two tables are two lines, and `append` or `merge` is one line with a comma",
        (
            Ask(
                APACHE_ALWAYS,
                get(EVIL),
                ((200, lines(origin=APP) + lines(origin=APP)),),
                app(*lines(origin=APP)),
            ),
            Ask(APACHE_BOTH, get(EVIL), ((200, lines(origin=ADMIN) + lines(origin=APP)),), LOOSE),
            Ask(APACHE_APPEND, get(EVIL), ((200, lines(origin=f"{APP}, {ADMIN}")),)),
            Ask(APACHE_APPEND, get(EVIL), ((200, lines(origin=f"*, {APP}, {ADMIN}")),), LOOSE),
            Ask(
                APACHE_MERGE,
                get(EVIL),
                ((200, lines(methods="GET, PUT")),),
                app(*lines(methods="GET, PUT")),
            ),
            Ask(
                APACHE_MERGE,
                get(EVIL),
                ((200, lines(methods="GET, PUT")),),
                app(*lines(methods="GET")),
            ),
        ),
    ),
    Fact(
        33,
        "IIS `allowed=false`: origins taken out of a wider entry, by order or by negation",
        tuple(
            Ask(iis, get(asked), ((200, sent),))
            for iis in (IIS, IIS_NEGATED)
            for asked, sent in (
                (EVIL, lines(origin="*")),
                ("null", lines(origin="*")),
                ("http://app.example.com", ()),
                (None, ()),
            )
        ),
    ),
)
