"""Where an HTTP API sends a request: the name behind an integration, and the path it gets there.

Facts (developer guide): an HTTP proxy sends to its URI, in which `{name}` is a variable of the
route (http-api-develop-integrations-http); `$default` sends the full request path
(http-api-develop-routes); a private integration names a listener or a Cloud Map service and gets
the stage's name before the path; `overwrite:path` replaces the path, `$request.path` in it is
the path without the stage (http-api-develop-integrations-private, http-api-parameter-mapping).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auditor.core.hop.behaviour import Terminal, UnreadEnd
from auditor.core.reading import Json
from collectors.gateway.http_api.fields import text
from collectors.gateway.http_api.route import DEFAULT_KEY, Route, segments

BASE_ASSUMED = "$default puts the path of its integration's URI before the request path"
STAGE_ASSUMED = "a private integration gets the stage before the path on custom domains as well"

_VARIABLE = "${stageVariables."
_REQUEST_PATH = "$request.path"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """The names that a request goes to, or an end, and what becomes of its path on the way."""

    to: tuple[str, ...] | Terminal
    strip: str = ""
    add: str = ""
    assumed: str = ""


def target(
    integration: Mapping[str, Json], route: Route, stage: str, variables: Mapping[str, str] | None
) -> Target:
    """Return where `integration` sends what `route` took in `stage`.

    `variables`: the stage variables; None when the stage was not read.
    """
    address = _substituted(text(integration, "IntegrationUri"), variables or {})
    path = _substituted(text(integration, "OverwritePath"), variables or {})
    if _VARIABLE in address + path:
        return _unread(f"{address + path!r} needs a stage variable that was not read")
    match text(integration, "IntegrationType"):
        case "AWS_PROXY":
            return _lambda(integration, address)
        case "HTTP_PROXY" if text(integration, "ConnectionType") == "VPC_LINK":
            return _private(address, path, route, stage)
        case "HTTP_PROXY":
            return _public(address, path, route)
        case other:
            return _unread(f"an integration of type {other or 'unknown'} is not read")


def used_variables(integrations: Mapping[str, Json]) -> frozenset[str]:
    """Return the names of the stage variables that `integrations` (by id) use."""
    found: set[str] = set()
    for integration in integrations.values():
        if isinstance(integration, dict):
            whole = text(integration, "IntegrationUri") + text(integration, "OverwritePath")
            found |= {part.partition("}")[0] for part in whole.split(_VARIABLE)[1:]}
    return frozenset(found)


def _substituted(template: str, variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        template = template.replace(f"{_VARIABLE}{name}}}", value)
    return template


def _unread(cause: str) -> Target:
    return Target(UnreadEnd(cause))


def _lambda(integration: Mapping[str, Json], address: str) -> Target:
    if subtype := text(integration, "IntegrationSubtype"):
        return _unread(f"the service action {subtype} answers, which is not read")
    arn = address.rpartition("/functions/")[2].removesuffix("/invocations")
    parts = arn.split(":")
    # arn:partition:lambda:region:account:function:name[:version or alias]
    if len(parts) not in {7, 8} or parts[2] != "lambda" or parts[5] != "function":
        return _unread(f"{address!r} is not the ARN of a function")
    return Target(("lambda:" + ":".join(parts[:7]),))


def _private(address: str, path: str, route: Route, stage: str) -> Target:
    if ":elasticloadbalancing:" in address:
        name = f"listener:{address}"
    elif ":servicediscovery:" in address:
        name = f"cloudmap:{address}"
    else:
        return _unread(f"{address!r} is neither a listener nor a Cloud Map service")
    if path:
        return _rewritten(name, path, route)
    if stage == DEFAULT_KEY:
        return Target((name,))
    return Target((name,), add=f"/{stage}", assumed=STAGE_ASSUMED)


def _public(address: str, path: str, route: Route) -> Target:
    host, own_path = _host_and_path(address)
    if not host:
        return _unread(f"{address!r} is not a URL with a host")
    name = f"host:{host}"
    if path:
        return _rewritten(name, path, route)
    if not route.path:
        base = own_path.rstrip("/")
        return Target((name,), add=base, assumed=BASE_ASSUMED if base else "")
    return _rewritten(name, own_path or "/", route)


def _host_and_path(address: str) -> tuple[str, str]:
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return "", ""
    host = url.hostname or ""
    if url.scheme not in _PORTS or set("{}$") & set(host):
        return "", ""
    if port is not None and port != _PORTS[url.scheme]:
        host = f"{host}:{port}"
    return host, url.path


def _rewritten(name: str, template: str, route: Route) -> Target:
    if template == _REQUEST_PATH:
        return Target((name,))
    ends = route.path and _common_end(segments(route.path), segments(_as_template(template)))
    if not ends:
        return _unread(f"the path {template!r} at {name} cannot be followed from {route.key}")
    strip, add = ends
    return Target((name,), strip=strip, add=add)


def _as_template(template: str) -> str:
    """`/x/${request.path.id}` and `/x/$request.path.id` as `/x/{id}`."""
    parts = template.replace("${request.path.", "{").split("/")
    mark = "$request.path."
    return "/".join(
        f"{{{part.removeprefix(mark)}}}" if part.startswith(mark) else part for part in parts
    )


def _common_end(taken: tuple[str, ...], sent: tuple[str, ...]) -> tuple[str, str] | None:
    """The literal prefixes that turn the path `taken` into `sent`; None when no two do."""
    # The end is the same as long as the segments are: `{proxy}` stands for `{proxy+}`.
    length = 0
    for mine, theirs in zip(reversed(taken), reversed(sent), strict=False):
        if mine.replace("+}", "}") != theirs.replace("+}", "}"):
            break
        length += 1
    before, after = taken[: len(taken) - length], sent[: len(sent) - length]
    if any("{" in segment or "$" in segment for segment in before + after):
        return None
    strip = "".join(f"/{segment}" for segment in before)
    add = "".join(f"/{segment}" for segment in after)
    return (strip, add) if length else (strip or "/", add or "/")
