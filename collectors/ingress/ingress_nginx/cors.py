"""The CORS annotations of one Ingress, read as a release of the controller reads them.

Source: internal/ingress/annotations/cors/main.go of ingress-nginx at the tags named in `versions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from collectors.ingress.ingress_nginx.annotations import Annotations
from collectors.ingress.ingress_nginx.scanners import (
    BLANKS,
    is_expose_headers,
    is_headers,
    is_methods,
    is_old_headers,
    is_old_origin,
    is_origin,
    is_origin_list,
)
from collectors.ingress.ingress_nginx.versions import Change, Version

ANY_ORIGIN = "*"
DEFAULT_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS"
DEFAULT_HEADERS = (
    "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,"
    "Cache-Control,Content-Type,Range,Authorization"
)
OLD_DEFAULT_HEADERS = (
    "DNT,X-CustomHeader,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,"
    "Cache-Control,Content-Type,Authorization"
)
DEFAULT_MAX_AGE = 1_728_000

ORIGIN_KEY = "cors-allow-origin"


@dataclass(frozen=True, slots=True)
class Cors:
    """What the controller makes of the CORS annotations of one Ingress.

    `origins`: entries as written (blanks around them removed), `("*",)` for any; empty: the headers
    are never set. `positions`: of each entry, its place between the commas of the annotation.
    `max_age` in seconds. `trouble`: why the outcome cannot be told, or None.
    """

    enabled: bool
    origins: tuple[str, ...]
    positions: tuple[int, ...]
    methods: str
    headers: str
    credentials: bool
    expose: str
    max_age: int
    trouble: str | None = None


def read_cors(annotations: Annotations, version: Version) -> Cors:
    """Read as `version` does; what was not taken as written goes to the annotations' notes."""
    origins = _read_origins(annotations, version)
    new = version.has(Change.VALIDATORS)
    is_allowed = is_headers if new else is_old_headers
    default_headers = DEFAULT_HEADERS if version.has(Change.RANGE_HEADER) else OLD_DEFAULT_HEADERS
    headers = annotations.text("cors-allow-headers", is_headers)
    methods = annotations.text("cors-allow-methods", is_methods)
    expose = annotations.text("cors-expose-headers", is_expose_headers)
    cors = Cors(
        enabled=annotations.flag("enable-cors", default=False),
        origins=tuple(item for _, item in origins.items),
        positions=tuple(at for at, _ in origins.items),
        methods=methods if methods and is_methods(methods) else DEFAULT_METHODS,
        headers=headers if headers and is_allowed(headers) else default_headers,
        credentials=annotations.flag("cors-allow-credentials", default=True),
        expose=expose if expose and is_expose_headers(expose) else "",
        max_age=annotations.number("cors-max-age", DEFAULT_MAX_AGE),
    )
    dead = sorted(key for key in annotations.values if key.startswith("cors-"))
    if dead and not cors.enabled:
        annotations.notes.append(f"enable-cors is not true, so {', '.join(dead)} have no effect")
    return replace(cors, trouble=origins.trouble or _broken_header(cors))


@dataclass(frozen=True, slots=True)
class _Origins:
    items: tuple[tuple[int, str], ...]
    trouble: str | None = None


_ANY = _Origins(((0, ANY_ORIGIN),))


def _read_origins(annotations: Annotations, version: Version) -> _Origins:
    any_scheme = version.has(Change.ANY_SCHEME)
    value = annotations.text(ORIGIN_KEY, partial(is_origin_list, any_scheme=any_scheme))
    if value is None:
        if ORIGIN_KEY in annotations.values:
            annotations.notes.append(f"{ORIGIN_KEY} is not taken as written: any origin is let in")
        return _ANY
    if not version.has(Change.ORIGIN_LIST):
        return _single_origin(annotations, value)
    return _origin_list(annotations, value, version)


def _single_origin(annotations: Annotations, value: str) -> _Origins:
    if is_old_origin(value):
        return _Origins(((0, value),))
    annotations.notes.append(f"{ORIGIN_KEY} is no single origin, so any origin is let in")
    return _ANY


def _origin_list(annotations: Annotations, value: str, version: Version) -> _Origins:
    any_scheme, null = version.has(Change.ANY_SCHEME), version.has(Change.NULL_ORIGIN)
    taken: list[tuple[int, str]] = []
    skipped: list[str] = []
    for at, written in enumerate(value.split(",")):
        item = written.strip(BLANKS)
        if item == "" and version.has(Change.EMPTY_ITEMS_SKIPPED):
            continue
        if item == ANY_ORIGIN:
            return _Origins(((at, ANY_ORIGIN),), _deletion_trouble(skipped, version))
        if is_origin(item, any_scheme=any_scheme, null=null):
            taken.append((at, item))
        else:
            skipped.append(item)
    annotations.notes.extend(
        f"{ORIGIN_KEY} item {item!r} is no origin: skipped" for item in skipped
    )
    return _Origins(tuple(taken), _deletion_trouble(skipped, version))


def _deletion_trouble(skipped: list[str], version: Version) -> str | None:
    if not skipped or version.has(Change.INVALID_ITEMS_SKIPPED):
        return None
    return f"ingress-nginx {version} removes the wrong items beside the invalid {skipped[0]!r}"


def _broken_header(cors: Cors) -> str | None:
    for key, text in (
        ("cors-allow-methods", cors.methods),
        ("cors-allow-headers", cors.headers),
        ("cors-expose-headers", cors.expose),
    ):
        if "\n" in text:
            return f"{key} holds a line break, which nginx sends inside of the header"
    return None
