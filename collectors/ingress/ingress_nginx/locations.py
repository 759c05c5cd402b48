"""What the controller writes into the location of one Ingress, or why that cannot be told.

Sources: rootfs/etc/nginx/template/nginx.tmpl, internal/ingress/annotations/*/main.go and
internal/ingress/controller/store/store.go (syncIngress) of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.core.hop.behaviour import Doing, UnreadBehaviour
from collectors.ingress.ingress_nginx.annotations import RISKS, Annotations
from collectors.ingress.ingress_nginx.behaviour import Location, compile_location
from collectors.ingress.ingress_nginx.cors import Cors, read_cors
from collectors.ingress.ingress_nginx.emission import cors_block
from collectors.ingress.ingress_nginx.header_maps import HeaderMaps
from collectors.ingress.ingress_nginx.ingress import Ingress
from collectors.ingress.ingress_nginx.redaction import UNREADABLE
from collectors.ingress.ingress_nginx.rewriting import HeaderLine, Headers, Return
from collectors.ingress.ingress_nginx.scanners import BLANKS, parse_int
from collectors.ingress.ingress_nginx.settings import Config, Controller
from collectors.ingress.ingress_nginx.snippets import (
    NO_SNIPPET,
    Snippet,
    UnreadSnippetError,
    read_snippet,
)
from collectors.ingress.ingress_nginx.versions import Change

_COOKIE = Snippet(Headers(added=(HeaderLine("set-cookie", "x", "auth-url"),)))
"""External auth adds a Set-Cookie line, which keeps `add_header` of outer levels out."""
_ADDRESS_LISTS = ("whitelist-source-range", "allowlist-source-range", "denylist-source-range")
_LIMITS = ("limit-rps", "limit-rpm", "limit-connections")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every location of a controller stands in: its settings and the ConfigMaps of headers."""

    controller: Controller
    maps: HeaderMaps


def frozen(annotations: Annotations, ingress: Ingress, controller: Controller) -> str | None:
    """Why the controller does not take this state of the Ingress over, or None.

    It then keeps what it had loaded before, or serves nothing: the object is not what runs.
    """
    config = controller.config
    start = f"{controller.prefix}/"
    for key, value in sorted(ingress.annotations.items()):
        word = next((w for w in config.blocked_words if w in value), None)
        if key.startswith(start) and word is not None:
            return f"{key} holds the word {word!r} of annotation-value-word-blocklist"
    if not controller.version.has(Change.VALIDATORS):
        return None
    risky = sorted(key for key in annotations.values if RISKS[key] > config.risk)
    if not risky:
        return None
    return f"{risky[0]} is over the annotations-risk-level {config.risk.name.capitalize()}"


def compile_ingress(
    ingress: Ingress, annotations: Annotations, server_snippet: str | None, around: Surroundings
) -> Doing:
    """What the location of `ingress` does; `server_snippet` is the one of its virtual host."""
    reason = frozen(annotations, ingress, around.controller)
    if reason is not None:
        return UnreadBehaviour(f"{ingress.title}: {reason}, so the controller refuses the Ingress")
    cors = read_cors(annotations, around.controller.version)
    if cors.enabled and cors.trouble is not None:
        return UnreadBehaviour(f"{ingress.title}: {cors.trouble}")
    try:
        location = _location(ingress, annotations, cors, server_snippet, around)
    except UnreadSnippetError as error:
        return UnreadBehaviour(str(error))
    return compile_location(location)


def compile_default(server_snippet: str | None, around: Surroundings) -> Doing:
    """What the location of the controller's own default backend does."""
    try:
        http, server = _outer_levels(server_snippet, around)
    except UnreadSnippetError as error:
        return UnreadBehaviour(str(error))
    return compile_location(Location(http, server))


def active_snippet(annotations: Annotations, key: str, config: Config) -> str | None:
    """The text of a snippet annotation when the controller lets it act, else None."""
    return annotations.values.get(key) or None if config.allow_snippets else None


def _location(
    ingress: Ingress,
    annotations: Annotations,
    cors: Cors,
    server_snippet: str | None,
    around: Surroundings,
) -> Location:
    controller = around.controller
    http, server = _outer_levels(server_snippet, around)
    custom = around.maps.custom(annotations, controller, ingress.title)
    if custom is None:
        denied = Snippet(statements=(Return(503),))
        return Location(http, server, denied, field=f"{ingress.title} custom-headers")
    own = cors_block(cors, controller.version, ingress.title)
    signs_in = _external_auth(annotations, controller) and annotations.has("auth-signin")
    codes = _error_codes(annotations, controller.config, signs_in=signs_in)
    return Location(
        http=http,
        server=server,
        block=own + _auth_block(annotations, controller) + _snippets(ingress, annotations, around)
        + custom + _redirect(annotations),
        access=_access(annotations, controller, signs_in=signs_in),
        challenge=annotations.has("auth-type") and not annotations.has("satisfy"),
        error_pages=codes,
        sign_in=_sign_in(own, controller) if signs_in else None,
        field=ingress.title,
    )  # fmt: skip


def _outer_levels(server_snippet: str | None, around: Surroundings) -> tuple[Snippet, Snippet]:
    config = around.controller.config
    texts = config.snippets or {}
    main = texts.get("main-snippet", "")
    if UNREADABLE in main or "include" in main:
        raise UnreadSnippetError("main-snippet of the ConfigMap is not read")
    http = around.maps.added(config) + Snippet(Headers(hidden=config.hidden))
    http += read_snippet(texts.get("http-snippet", ""), "http-snippet")
    server = read_snippet(server_snippet or "", "server-snippet")
    server += read_snippet(texts.get("server-snippet", ""), "server-snippet of the ConfigMap")
    return http, server


def _snippets(ingress: Ingress, annotations: Annotations, around: Surroundings) -> Snippet:
    config = around.controller.config
    own = active_snippet(annotations, "configuration-snippet", config)
    read = read_snippet(own or "", f"{ingress.title} configuration-snippet")
    shared = (config.snippets or {}).get("location-snippet", "")
    return read + read_snippet(shared, "location-snippet of the ConfigMap")


def _redirect(annotations: Annotations) -> Snippet:
    """`return` of permanent-redirect and temporal-redirect, the last statement of a location."""
    if annotations.has("temporal-redirect"):
        return Snippet(statements=(Return(302),))
    if annotations.has("permanent-redirect"):
        return Snippet(statements=(Return(301),))
    return NO_SNIPPET


# -- refusals ------------------------------------------------------------------------------------


def _external_auth(annotations: Annotations, controller: Controller) -> bool:
    if annotations.has("auth-url"):
        return True
    return controller.config.global_auth and annotations.flag("enable-global-auth", default=True)


def _auth_block(annotations: Annotations, controller: Controller) -> Snippet:
    return _COOKIE if _external_auth(annotations, controller) else NO_SNIPPET


def _sign_in(own: Snippet, controller: Controller) -> Snippet:
    """The location of the redirect to auth-signin: the CORS block again, then 302."""
    redirect = Snippet(statements=(Return(302),))
    block = own if controller.version.has(Change.SIGN_IN_CORS) else NO_SNIPPET
    return _COOKIE + block + redirect


def _access(annotations: Annotations, controller: Controller, *, signs_in: bool) -> tuple[int, ...]:
    statuses: list[int] = []
    if _external_auth(annotations, controller):
        statuses += [403] if signs_in else [401, 403]
    if annotations.has("auth-type"):
        statuses.append(401)
    if any(annotations.has(key) for key in _ADDRESS_LISTS):
        statuses.append(403)
    if any(annotations.has(key) for key in _LIMITS):
        statuses.append(503)
    return tuple(statuses)


def _error_codes(annotations: Annotations, config: Config, *, signs_in: bool) -> tuple[int, ...]:
    """Statuses with an error page: `error_page` of a location takes the place of the global ones."""
    text = annotations.values.get("custom-http-errors", "")
    items = [item for part in text.split(",") if (item := part.strip(BLANKS))]
    numbers = [parse_int(item) for item in items]
    own = tuple(number for number in numbers if number is not None)
    if own and len(own) == len(items):
        return tuple(sorted(set(own)))
    return () if signs_in else tuple(sorted(set(config.error_codes)))
