"""What the CorsConfiguration of an HTTP API writes on responses.

Facts, where not said otherwise from the developer guide, http-api-cors:
- With a configuration the gateway ignores the CORS headers of the integration and adds its own.
- It adds them only to a request with Origin; for OPTIONS Access-Control-Request-Method as well.
- AllowOrigins: `*`, `https://*` (all that start so), `http://*`, or an origin as it is.
- `*` with AllowCredentials is refused: 400 "allow-credentials is not supported if 'allow-origin'
  is *" (aws/aws-cdk issue 9076).
Not documented, not verified: `*` is sent as `*` (answers recorded in public show that); lists are
joined by commas; other wildcards, capitals and a last slash (each is an `UnknownGuard` here).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.hop.behaviour import Case, Step
from auditor.core.hop.guard import (
    ALWAYS,
    PREFLIGHT,
    Guard,
    MethodIn,
    Not,
    OriginIn,
    OriginPresent,
    ResponseHeaderPresent,
    Term,
    UnknownGuard,
)
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from auditor.core.hop.op import (
    Op,
    RequestedHeaders,
    RequestedMethod,
    TheOrigin,
    Value,
    remove,
    set_,
)
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.reading import Json
from collectors.answers.fields import flag, texts

FIELD = "CorsConfiguration"
ORIGINS_FIELD = f"{FIELD}.AllowOrigins"
ANY = "*"
WILDCARDS = (ANY, "https://*", "http://*")

WILDCARD_CAUSE = "an HTTP API takes other wildcards than *, https://* and http://* (unverified)"
SPELLING_CAUSE = "an HTTP API matches AllowOrigins without case or a last slash (unverified)"
STAR_CAUSE = (
    "an HTTP API answers * in AllowMethods or AllowHeaders with what was asked (unverified)"
)

_NOT_OPTIONS = Not(MethodIn(frozenset({"OPTIONS"})))
_GRANTED = ResponseHeaderPresent(ALLOW_ORIGIN)


@dataclass(frozen=True, slots=True)
class Cors:
    """A CorsConfiguration; lists in the order of the service, `max_age` in seconds."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None


def parse_cors(configuration: Mapping[str, Json]) -> Cors:
    """Return the settings of a CorsConfiguration whose shape has been checked."""
    max_age = configuration.get("MaxAge")
    return Cors(
        texts(configuration, "AllowOrigins"),
        texts(configuration, "AllowMethods"),
        texts(configuration, "AllowHeaders"),
        texts(configuration, "ExposeHeaders"),
        flag(configuration, "AllowCredentials"),
        max_age if isinstance(max_age, int) else None,
    )


def edits(cors: Cors) -> tuple[Step, ...]:
    """Return what the gateway does to the lines of every response, its own preflights included."""
    steps: list[Step] = [(Case(ALWAYS, (remove(*CORS_NAMES, field=FIELD),)),)]
    if cors.origins:
        steps.append(_allow_origin(cors))
    if cors.methods:
        steps.append(_preflight_list(cors, ALLOW_METHODS, "AllowMethods", RequestedMethod()))
    if cors.headers:
        steps.append(_preflight_list(cors, ALLOW_HEADERS, "AllowHeaders", RequestedHeaders()))
    if cors.max_age is not None:
        age = set_(MAX_AGE, str(cors.max_age), f"{FIELD}.MaxAge")
        steps.append((Case((_GRANTED, *PREFLIGHT), (age,)),))
    if cors.exposed:
        exposed = set_(EXPOSE_HEADERS, ",".join(cors.exposed), f"{FIELD}.ExposeHeaders")
        steps.append((Case((_GRANTED, _NOT_OPTIONS), (exposed,)),))
    return tuple(steps)


def notes(cors: Cors) -> tuple[str, ...]:
    """Return what people should know of a configuration beside what it does."""
    found = [
        f"AllowOrigins[{index}] {text!r}: {remark}"
        for index, text in enumerate(cors.origins)
        if (remark := _remark(text))
    ]
    if ANY in cors.origins and cors.credentials:
        found.append("AllowCredentials with * in AllowOrigins: the service refuses this (400)")
    if ANY in cors.origins and len(cors.origins) > 1:
        found.append("AllowOrigins holds *: its other entries change nothing")
    return tuple(found)


def _allow_origin(cors: Cors) -> Step:
    credentials = set_(ALLOW_CREDENTIALS, "true", f"{FIELD}.AllowCredentials")
    extra = (credentials,) if cors.credentials else ()
    if ANY in cors.origins:
        field = f"{ORIGINS_FIELD}[{cors.origins.index(ANY)}]"
        return _cases((OriginPresent(),), (set_(ALLOW_ORIGIN, ANY, field), *extra))
    listed = OriginIn(tuple(map(_pattern, cors.origins)))
    step = _cases((listed,), (set_(ALLOW_ORIGIN, TheOrigin(), ORIGINS_FIELD), *extra))
    for index, text in enumerate(cors.origins):
        if perhaps := _perhaps(text):
            field = f"{ORIGINS_FIELD}[{index}]"
            step += _cases(perhaps, (set_(ALLOW_ORIGIN, TheOrigin(), field), *extra))
    return step


def _pattern(text: str) -> Pattern:
    return Pattern(Dialect.HTTP_API, text) if text in WILDCARDS else exact(text)


def _cases(when: Guard, ops: tuple[Op, ...]) -> Step:
    """One case for requests that are not OPTIONS, one for preflights; a bare OPTIONS gets none."""
    return (Case((*when, _NOT_OPTIONS), ops), Case((*when, *PREFLIGHT), ops))


def _preflight_list(cors: Cors, name: str, key: str, echo: Value) -> Step:
    values = cors.methods if name == ALLOW_METHODS else cors.headers
    field = f"{FIELD}.{key}"
    when: Guard = (_GRANTED, *PREFLIGHT)
    literal = Case(when, (set_(name, ",".join(values), field),))
    # With credentials a browser takes `*` as a name (Fetch standard), so the two are not the same.
    if ANY not in values or not cors.credentials:
        return (literal,)
    return (Case((UnknownGuard(STAR_CAUSE), *when), (set_(name, echo, field),)), literal)


def _perhaps(text: str) -> tuple[Term, ...]:
    """The most that an entry could match beyond its own text; nothing for a plain one."""
    if text in WILDCARDS:
        return ()
    if ANY in text:
        ends = (
            Pattern(Dialect.PREFIX, text.partition(ANY)[0]),
            Pattern(Dialect.SUFFIX, text.rpartition(ANY)[2]),
        )
        return (UnknownGuard(WILDCARD_CAUSE), *(OriginIn((end,)) for end in ends if end.text))
    if text != text.lower() or text.endswith("/"):
        bare = Pattern(Dialect.EXACT_CASELESS, text.rstrip("/"))
        return (UnknownGuard(SPELLING_CAUSE), OriginIn((bare,)))
    return ()


def _remark(text: str) -> str:
    if text in WILDCARDS or text == "null":
        return ""
    if ANY in text:
        return "not a documented wildcard, so it may match nothing [unverified]"
    _, mark, rest = text.partition("://")
    if not mark or "/" in rest or text != text.lower():
        return "never matches a browser's Origin, which is a lower-case scheme://host[:port] [unverified]"
    return ""
