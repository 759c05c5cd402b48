"""The CORS block that the controller writes into a location, as statements of the rewrite phase.

Source: `define "CORS"` of rootfs/etc/nginx/template/nginx.tmpl and buildCorsOriginRegex of
internal/ingress/controller/template/template.go, ingress-nginx v1.15.1; for a single origin the same
template at v1.0.4. No release sends Vary.
"""

from __future__ import annotations

from auditor.core.hop.guard import Atom, OriginIn
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from auditor.core.language.pattern import Dialect, Pattern
from collectors.ingress.ingress_nginx.conditions import Test
from collectors.ingress.ingress_nginx.cors import ANY_ORIGIN, ORIGIN_KEY, Cors
from collectors.ingress.ingress_nginx.rewriting import (
    HeaderLine,
    Headers,
    If,
    Return,
    SetVariable,
    Statement,
)
from collectors.ingress.ingress_nginx.snippets import NO_SNIPPET, Snippet
from collectors.ingress.ingress_nginx.versions import Change, Version

_OPTIONS = Test("$request_method", "=", "OPTIONS")


def cors_block(cors: Cors, version: Version, owner: str) -> Snippet:
    """What `cors` makes the controller write; `owner`: the Ingress, before each field."""
    if not cors.enabled:
        return NO_SNIPPET
    if not version.has(Change.ORIGIN_LIST):
        return _constant_block(cors, owner)
    lines = _lines(cors, "$http_origin", owner)
    statements = (
        *_origin_statements(cors),
        If(_OPTIONS, body=(SetVariable("cors", "${cors}options"),)),
        If(Test("$cors", "=", "true"), lines),
        If(Test("$cors", "=", "trueoptions"), lines, (Return(204),)),
    )
    return Snippet(statements=statements)


def origin_patterns(cors: Cors) -> tuple[Pattern, ...]:
    """The origins that `cors` lets in when it names them; empty for any and for none."""
    if cors.origins == (ANY_ORIGIN,):
        return ()
    return tuple(Pattern(Dialect.INGRESS_NGINX, item) for item in cors.origins if item)


def _origin_statements(cors: Cors) -> tuple[Statement, ...]:
    accept = SetVariable("cors", "true")
    if cors.origins == (ANY_ORIGIN,):
        return (SetVariable("http_origin", ANY_ORIGIN), accept)
    if not cors.origins:
        return ()
    # Before 1.9.5 an empty last item leaves `(a|)$`, which every value matches.
    matched: Atom | bool = True if cors.origins[-1] == "" else OriginIn(origin_patterns(cors))
    return (If(Test("$http_origin", "~*", known=matched), body=(accept,)),)


def _constant_block(cors: Cors, owner: str) -> Snippet:
    """Up to 1.0.4: one constant for every origin, and every OPTIONS is answered."""
    lines = _lines(cors, cors.origins[0], owner)
    on_requests = (ALLOW_ORIGIN, ALLOW_CREDENTIALS, EXPOSE_HEADERS)
    kept = tuple(line for line in lines.replaced if line.name in on_requests)
    return Snippet(Headers(replaced=kept), (If(_OPTIONS, lines, (Return(204),)),))


def _lines(cors: Cors, origin: str, owner: str) -> Headers:
    written = (
        (ALLOW_ORIGIN, origin, ORIGIN_KEY),
        (ALLOW_CREDENTIALS, "true" if cors.credentials else "", "cors-allow-credentials"),
        (ALLOW_METHODS, cors.methods, "cors-allow-methods"),
        (ALLOW_HEADERS, cors.headers, "cors-allow-headers"),
        (EXPOSE_HEADERS, cors.expose, "cors-expose-headers"),
        (MAX_AGE, str(cors.max_age), "cors-max-age"),
    )
    return Headers(
        replaced=tuple(
            HeaderLine(name, value, f"{owner} {key}") for name, value, key in written if value
        )
    )
