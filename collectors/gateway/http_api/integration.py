"""Where an HTTP API sends a request: the name behind an integration, and the path it gets there.

Facts (developer guide): an HTTP proxy sends to its URI, in which `{name}` is a variable of the
route (http-api-develop-integrations-http); `$default` sends the full request path
(http-api-develop-routes); a private integration names a listener or a Cloud Map service and gets
the stage's name before the path; `overwrite:path` replaces the path, `$request.path` in it is
the path without the stage (http-api-develop-integrations-private, http-api-parameter-mapping).
"""

from __future__ import annotations

from collections.abc import Mapping

from auditor.core.reading import Json
from collectors.answers.fields import text
from collectors.gateway.http_api.route import DEFAULT_KEY, Route
from collectors.gateway.target import (
    STAGE_VARIABLE,
    Target,
    function_name,
    host_and_path,
    prefix_change,
    segments,
    substituted,
    unread,
    variables_in,
)

BASE_ASSUMED = "$default puts the path of its integration's URI before the request path"
STAGE_ASSUMED = "a private integration gets the stage before the path on custom domains as well"

_REQUEST_PATH = "$request.path"


def target(
    integration: Mapping[str, Json], route: Route, stage: str, variables: Mapping[str, str] | None
) -> Target:
    """Return where `integration` sends what `route` took in `stage`.

    `variables`: the stage variables; None when the stage was not read.
    """
    address = substituted(text(integration, "IntegrationUri"), variables or {})
    path = substituted(text(integration, "OverwritePath"), variables or {})
    if STAGE_VARIABLE in address + path:
        return unread(f"{address + path!r} needs a stage variable that was not read")
    match text(integration, "IntegrationType"):
        case "AWS_PROXY":
            return _lambda(integration, address)
        case "HTTP_PROXY" if text(integration, "ConnectionType") == "VPC_LINK":
            return _private(address, path, route, stage)
        case "HTTP_PROXY":
            return _public(address, path, route)
        case other:
            return unread(f"an integration of type {other or 'unknown'} is not read")


def used_variables(integrations: Mapping[str, Json]) -> frozenset[str]:
    """Return the names of the stage variables that `integrations` (by id) use."""
    found: set[str] = set()
    for integration in integrations.values():
        if isinstance(integration, dict):
            whole = text(integration, "IntegrationUri") + text(integration, "OverwritePath")
            found |= variables_in(whole)
    return frozenset(found)


def _lambda(integration: Mapping[str, Json], address: str) -> Target:
    if subtype := text(integration, "IntegrationSubtype"):
        return unread(f"the service action {subtype} answers, which is not read")
    name = function_name(address)
    return Target((name,)) if name else unread(f"{address!r} is not the ARN of a function")


def _private(address: str, path: str, route: Route, stage: str) -> Target:
    if ":elasticloadbalancing:" in address:
        name = f"listener:{address}"
    elif ":servicediscovery:" in address:
        name = f"cloudmap:{address}"
    else:
        return unread(f"{address!r} is neither a listener nor a Cloud Map service")
    if path:
        return _rewritten(name, path, route)
    if stage == DEFAULT_KEY:
        return Target((name,))
    return Target((name,), add=f"/{stage}", assumed=STAGE_ASSUMED)


def _public(address: str, path: str, route: Route) -> Target:
    host, own_path = host_and_path(address)
    if not host:
        return unread(f"{address!r} is not a URL with a host")
    name = f"host:{host}"
    if path:
        return _rewritten(name, path, route)
    if not route.path:
        base = own_path.rstrip("/")
        return Target((name,), add=base, assumed=BASE_ASSUMED if base else "")
    return _rewritten(name, own_path or "/", route)


def _rewritten(name: str, template: str, route: Route) -> Target:
    if template == _REQUEST_PATH:
        return Target((name,))
    ends = route.path and prefix_change(segments(route.path), segments(_as_template(template)))
    if not ends:
        return unread(f"the path {template!r} at {name} cannot be followed from {route.key}")
    strip, add = ends
    return Target((name,), strip=strip, add=add)


def _as_template(template: str) -> str:
    """`/x/${request.path.id}` and `/x/$request.path.id` as `/x/{id}`."""
    parts = template.replace("${request.path.", "{").split("/")
    mark = "$request.path."
    return "/".join(
        f"{{{part.removeprefix(mark)}}}" if part.startswith(mark) else part for part in parts
    )
