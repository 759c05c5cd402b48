"""One stage of one HTTP API as a hop: its cases in order, its names, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.hop.behaviour import Doing, UnreadEnd
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase, Remedy, Where
from collectors.answers.fields import pairs, text, texts
from collectors.answers.provenance import STACK_TAG
from collectors.gateway.http_api.behaviour import ERRORS_ASSUMED, NOWHERE, routed, unrouted
from collectors.gateway.http_api.configuration import CORS_KEYS
from collectors.gateway.http_api.cors import (
    FIELD,
    ORIGINS_FIELD,
    WILDCARDS,
    Cors,
    notes,
    parse_cors,
)
from collectors.gateway.http_api.estate import Api, Stage
from collectors.gateway.http_api.integration import target
from collectors.gateway.http_api.route import ANY_METHOD, Authorization, Route
from collectors.gateway.target import Target, unread

VARY_ASSUMED = "an HTTP API writes no Vary line (none is documented)"
JWT_ASSUMED = (
    "the JWT authorizers of an HTTP API take the token from a header, so no preflight has one"
)
ROUTES_ASSUMED = "no authorizer of this HTTP API refuses preflights (its routes were not read)"
DEPLOY_ASSUMED = "this stage, which does not deploy by itself, serves what is configured now"


@dataclass(frozen=True, slots=True)
class _Case:
    """A path case and what it rests on."""

    case: PathCase
    assumed: str = ""


def read_hop(api: Api, stage: Stage | None, *, unique: bool) -> Hop:
    """Return the hop of `stage`; None: of the API's own host, when its stages were not read.

    `unique`: no other API of the source has the same name.
    """
    body = api.document.body
    own_name = text(body, "Name")
    name = own_name if unique and own_name else f"{own_name} {api.id}".strip()
    label = name if stage is None else f"{name}/{stage.name}"
    account = text(body, "Account") or "unknown account"
    region = text(body, "Region") or "unknown region"
    cors = _cors(api)
    cases = tuple(_cases(api, stage, cors))
    addresses = sorted(
        mapping.address for mapping in api.mappings if stage and mapping.stage == stage.name
    )
    title = f"HTTP API {api.id} ({own_name}, {region})"
    return Hop(
        id=f"http-api:{account}/{region}/{label}",
        layer=Layer.GATEWAY,
        product="http-api",
        title=title if stage is None else f"{title}, stage {stage.name}",
        where=api.document.where,
        answers=(f"execute-api:{api.id}" if stage is None else f"http-api:{api.id}/{stage.name}",),
        cases=tuple(case.case for case in cases),
        source=api.document.source,
        document=api.document.key,
        role=addresses[0] if addresses else label,
        fields=_fields(api, cors),
        remedies=_remedies(api, cors),
        labels=_labels(api, stage, account, region),
        assumed=_assumed(api, stage, cors, cases),
        notes=_notes(api, cors),
    )


def _cors(api: Api) -> Cors | None:
    configuration = api.document.body.get(FIELD)
    return parse_cors(configuration) if isinstance(configuration, dict) else None


def _cases(api: Api, stage: Stage | None, cors: Cors | None) -> Iterator[_Case]:
    if api.routes is None or stage is None:
        part = "routes" if stage else "stages"
        end = UnreadEnd(f"the {part} of HTTP API {api.id} were not read")
        yield _Case(PathCase(ANY_PATH, routed(cors, Route(ANY_METHOD, "")), end))
        return
    for route in api.routes:
        found = _target(api, route, stage)
        yield _Case(_path_case(route, routed(cors, route), found), found.assumed)
    if all(route.path for route in api.routes):
        yield _Case(PathCase(ANY_PATH, unrouted(cors), NOWHERE, title="no route"))


def _path_case(route: Route, doing: Doing, found: Target) -> PathCase:
    return PathCase(
        route.match, doing, found.to, route.methods, found.strip, found.add, title=route.key
    )


def _target(api: Api, route: Route, stage: Stage) -> Target:
    if not route.integration:
        return unread(f"route {route.key} of HTTP API {api.id} has no target")
    integration = (api.integrations or {}).get(route.integration)
    if not isinstance(integration, dict):
        cause = f"integration {route.integration} of HTTP API {api.id} was not read"
        return unread(cause)
    return target(integration, route, stage.name, stage.variables)


def _fields(api: Api, cors: Cors | None) -> tuple[tuple[str, Where], ...]:
    if cors is None:
        return ()
    configuration = api.document.body[FIELD]
    present = configuration if isinstance(configuration, dict) else {}
    places = [(f"{FIELD}.{name}", f"/{FIELD}/{name}") for name in CORS_KEYS if name in present]
    places += [
        (f"{ORIGINS_FIELD}[{index}]", f"/{FIELD}/AllowOrigins/{index}")
        for index in range(len(cors.origins))
    ]
    where, lines = api.document.where, api.document.lines
    return tuple(
        (field, Where(where.place, lines.get(pointer, where.line))) for field, pointer in places
    )


def _remedies(api: Api, cors: Cors | None) -> tuple[Remedy, ...]:
    if cors is None:
        return ()
    stack = pairs(api.document.body, "Tags").get(STACK_TAG)
    owner = f" (in stack {stack}, which manages it: a console edit is undone)" if stack else ""
    of = f"of HTTP API {api.id}{owner}"
    wide = tuple(
        Remedy(
            f"{ORIGINS_FIELD}[{index}]",
            f"replace {entry!r} in AllowOrigins by the origins that are meant, {of}",
        )
        for index, entry in enumerate(cors.origins)
        if entry in WILDCARDS
    )
    return (
        *wide,
        Remedy(ORIGINS_FIELD, f"remove {{origin}} from AllowOrigins {of}"),
        Remedy(f"{FIELD}.AllowCredentials", f"set AllowCredentials to false {of}"),
        Remedy(FIELD, f"change the CORS configuration {of}"),
    )


def _labels(
    api: Api, stage: Stage | None, account: str, region: str
) -> tuple[tuple[str, str], ...]:
    tags = pairs(api.document.body, "Tags").items()
    return (
        ("account", account),
        ("region", region),
        *((("stage", stage.name),) if stage is not None else ()),
        *((f"tag:{name}", value) for name, value in tags),
    )


def _assumed(
    api: Api, stage: Stage | None, cors: Cors | None, cases: tuple[_Case, ...]
) -> tuple[str, ...]:
    found = [case.assumed for case in cases if case.assumed]
    if cors is not None:
        found += [VARY_ASSUMED, ERRORS_ASSUMED]
    if stage is not None and not stage.auto_deploy:
        found.append(DEPLOY_ASSUMED)
    if api.routes is None or stage is None:
        return tuple(sorted({*found, ROUTES_ASSUMED}))
    if any(
        route.takes_options and route.authorization is Authorization.JWT for route in api.routes
    ):
        found.append(JWT_ASSUMED)
    return tuple(sorted(set(found)))


def _notes(api: Api, cors: Cors | None) -> tuple[str, ...]:
    found = list(notes(cors)) if cors is not None else []
    found += [f"route key {key!r} is not understood and was left out" for key in api.strange_keys]
    unknown = texts(api.document.body, "UnknownCorsKeys")
    found += [f"CorsConfiguration.{name} is not known and was left out" for name in unknown]
    return tuple(found)
