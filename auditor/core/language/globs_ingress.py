"""How ingress controllers, gateways and proxies read an entry of a list of origins."""

import re
from typing import Final

from auditor.core.language.automaton import machine_of
from auditor.core.language.globs_text import (
    ADDRESS,
    ALNUM,
    DIGITS,
    LETTERS,
    LOWER,
    NAME,
    SCHEME_REST,
    gaps,
    shown,
)
from auditor.core.language.machine import accepts
from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    Alt,
    Cat,
    Tree,
    but,
    chars,
    leading,
    literal,
    maybe,
    plus,
    searched,
)

# Expressions of the products, linear ones: what they are tried on is an entry.
_INGRESS_NGINX: Final = re.compile(r"([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?", re.ASCII)
_GATEWAY_API: Final = re.compile(
    r"https?://((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:[0-9]{1,5})?", re.ASCII
)
_ENVOY_GATEWAY: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(\*|(\*\.)?([\w-]+\.)*[\w-]+)(:\d{1,5})?", re.ASCII
)
_HAPROXY: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[A-Za-z0-9\-.]*(:[0-9]+)?|\*", re.ASCII)
_APISIX: Final = re.compile(r"\*|\*\*|null|\w+://[^,]+(,\w+://[^,]+)*", re.ASCII)
_GO_SCHEME: Final = LOWER + DIGITS + "+-."
_GO_HOST: Final = ALNUM + "-_.~!$&'()*+,;=:[]<>\""
_DEFAULT_PORT: Final = {"http": ":80", "https": ":443"}


def ingress_nginx(text: str) -> Tree:
    """`if ($http_origin ~* (...)$)`: searched, caseless, anchored at the end only; the first `*` is
    one label. `*` is everybody; before 1.9.5 an empty entry too, which is left out since
    (controller v1.15.1, template.go buildOriginRegex; annotations/cors/main.go)."""
    if text in ("*", ""):
        return ANYTHING
    if not _INGRESS_NGINX.fullmatch(text):
        what = "dropped, or, where annotations are validated, makes the whole list *"
        raise Malformed(f"{shown(text)}: ingress-nginx takes no such entry: it is {what}")
    head, separator, tail = text.partition("*")
    label = (plus(chars(ALNUM + "-")),) if separator else ()
    return Cat((ANYTHING, literal(head, caseless=True), *label, literal(tail, caseless=True)))


def gateway_api(text: str) -> Tree:
    """As the API says it: `*` is everybody; in a host it stands for one label or more, alone for
    every host; without a port the scheme's own is meant (gateway-api 4564255,
    httproute_types.go). Controllers compare texts instead: each has a rule of its own."""
    if text == "*":
        return ANYTHING
    _must_fit(_GATEWAY_API, text, "the API server")
    scheme, _, rest = text.partition("://")
    host, colon, port = rest.partition(":")
    if colon and colon + port == _DEFAULT_PORT[scheme]:
        what = "the API means the scheme's own port, which controllers do not look for"
        raise Unmodelled(f"{shown(text)}: {what}")
    end = literal(colon + port) if colon else maybe(literal(_DEFAULT_PORT[scheme]))
    name: Tree = literal(host)
    if host == "*":
        name = Alt((NAME, ADDRESS))
    elif host.startswith("*."):
        name = Cat((NAME, literal(host[1:])))
    return Cat((literal(scheme + "://"), name, end))


def istio(text: str) -> Tree:
    """Gateway API's CORS filter: `*` is every `scheme://` and what has no slash, blank, `?` or `#`
    (so not `null`); one `*` at the end is a prefix, any other is any text
    (istio 86c9f01, config/kube/gateway/conversion.go createCorsFilter)."""
    if text == "*":
        scheme = Cat((chars(LETTERS), maybe(plus(chars(SCHEME_REST)))))
        return Cat((scheme, literal("://"), plus(but("/?# \t\n\f\r"))))
    _must_fit(_GATEWAY_API, text, "the API server")
    if text.count("*") == 1 and text.endswith("*"):
        return leading(literal(text[:-1]))
    return gaps(text, ANYTHING)


def envoy_gateway(text: str) -> Tree:
    """`*` is everybody and any text within an entry; whole, case-sensitive
    (gateway d32f282, gatewayapi/securitypolicy.go wildcard2regex and filters.go)."""
    if text == "*":
        return ANYTHING
    _must_fit(_ENVOY_GATEWAY, text, "the API server")
    return gaps(text, ANYTHING)


def contour(text: str) -> Tree:
    """`*` is everybody; `scheme://host:port` as Go parses a URL is compared without regard to case;
    all else is an RE2 expression for the whole origin, and one that takes the text `*` takes
    everybody, as Envoy says (contour 31c4bb3, dag/httpproxy_processor.go; Envoy cors_filter.cc)."""
    if text == "*":
        return ANYTHING
    if _go_origin(text):
        return literal(text, caseless=True)
    tree = read(text, Syntax.RE2)
    return ANYTHING if accepts(machine_of(tree), "*") else tree


def _go_origin(text: str) -> bool:
    """Whether Go's net/url finds nothing in `text` but a scheme in lower case and a host."""
    scheme, separator, host = text.partition("://")
    if not separator or not host or scheme[:1] not in tuple(LOWER) or scheme.strip(_GO_SCHEME):
        return False
    if host.strip(_GO_HOST):
        return False
    name, colon, port = host.rpartition(":")
    if host.startswith("["):
        name, _, colon_and_port = host[1:].rpartition("]")
        colon, port = colon_and_port[:1], colon_and_port[1:]
        if colon not in ("", ":") or name.strip("0123456789abcdefABCDEF:."):
            raise Unmodelled(f"{shown(text)}: releases of Go differ on such brackets in a URL")
    elif set(name) & set("[]"):
        raise Unmodelled(f"{shown(text)}: releases of Go differ on such brackets in a URL")
    return not colon or not port.strip(DIGITS)


def traefik(text: str) -> Tree:
    """`accessControlAllowOriginList`: `*` is everybody, all else is compared
    (traefik fd5a576, middlewares/headers/header.go isOriginAllowed)."""
    return ANYTHING if text == "*" else literal(text)


def caddy(text: str) -> Tree:
    """The `header` matcher: `*` is any text at the beginning, the end or both; elsewhere it is
    itself (caddy 2.6.2, modules/caddyhttp/matchers.go matchHeaders)."""
    if "{" in text:
        raise Unmodelled(f"{shown(text)}: Caddy fills in what stands in braces for each request")
    if text == "*":
        return ANYTHING
    before, after = text.startswith("*"), text.endswith("*")
    inner = literal(text[before : len(text) - after])
    if before and after:
        return searched(inner)
    if before:
        return Cat((ANYTHING, inner))
    return leading(inner) if after else inner


def f5_nginx(text: str) -> Tree:
    """`*` is everybody; `*.` before a host is one label, of any characters but dots; all else is
    sent as it stands, so that it lets in nothing but itself
    (kubernetes-ingress 0eb3072, configs/policy.go and validation/policy.go)."""
    if text == "*":
        return ANYTHING
    scheme, _, rest = text.partition("://")
    host = rest.removesuffix("/")
    if scheme not in ("http", "https") or not host.removeprefix("*.") or set(host) & set("/?#@"):
        raise Malformed(
            f"{shown(text)}: the controller takes http(s)://host and * alone, nothing else"
        )
    if "*" in host.removeprefix("*."):
        raise Malformed(f"{shown(text)}: the controller takes * as the leftmost label alone")
    if not host.startswith("*."):
        return literal(text)
    return Cat((literal(scheme + "://"), plus(but(".")), literal(host[1:])))


def haproxy_ingress(text: str) -> Tree:
    """The whole of `cors-allow-origin`: texts to compare, between commas; `*` is everybody where it
    is alone and is left out elsewhere (haproxy-ingress 465a51c, annotations/backend.go and
    haproxy.tmpl)."""
    entries = text.split(",")
    if not all(_HAPROXY.fullmatch(entry) for entry in entries):
        what = (
            "the annotation is ignored, and the default holds, * unless a ConfigMap says otherwise"
        )
        raise Malformed(f"{shown(text)}: with an entry that is no scheme://host:port {what}")
    listed = tuple(literal(entry) for entry in entries if entry != "*")
    return Alt(listed) if listed else ANYTHING


def apisix(text: str) -> Tree:
    """The whole of `allow_origins`: `*` and `**` are everybody, else a list by commas of texts to
    compare (apisix f519a0f, plugins/cors.lua)."""
    _must_fit(_APISIX, text, "APISIX")
    if text in ("*", "**"):
        return ANYTHING
    return Alt(tuple(literal(entry) for entry in text.split(",")))


def _must_fit(pattern: re.Pattern[str], text: str, product: str) -> None:
    if not pattern.fullmatch(text):
        raise Malformed(f"{shown(text)}: {product} refuses it: it does not fit {pattern.pattern}")
