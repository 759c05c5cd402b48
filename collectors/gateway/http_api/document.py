"""The documents of HTTP APIs: what is kept of the service's answers, and what is refused.

Answers of the live service and files of the AWS CLI have the same shape (botocore 1.44.5,
apigatewayv2 2018-11-29) and are reduced here to the same kinds of document. Nothing that may
hold a secret is kept: of integrations no credentials, headers or queries; of stage variables those
that integrations use, or, where the integrations are not at hand, those that look like a host or
an ARN; of tags those that say who owns the API or which stack manages it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import flag, pairs, rows, text
from collectors.answers.provenance import Provenance, kept_tags
from collectors.gateway.execute_api import is_id, region_of
from collectors.gateway.http_api.configuration import (
    CORS_KEYS,
    cors_faults,
    cors_lines,
    unrendered_lists,
)
from collectors.gateway.place import bare_address, looks_like_place


class Kind(StrEnum):
    """The kinds of document; ROUTES to STAGES have an API's id as key, MAPPINGS a domain's name.

    WEBSOCKET says only that an API is none that browsers apply CORS to.
    """

    API = "HttpApi"
    WEBSOCKET = "WebSocketApi"
    ROUTES = "HttpApiRoutes"
    INTEGRATIONS = "HttpApiIntegrations"
    STAGES = "HttpApiStages"
    DOMAIN = "DomainName"
    MAPPINGS = "ApiMappings"


def api_document(api: Mapping[str, Json], provenance: Provenance) -> Document | Unread:
    """Return the document of one item of `get_apis`, or why its CORS settings cannot be read."""
    key = text(api, "ApiId")
    body: dict[str, Json] = {
        "ApiId": key,
        "Name": text(api, "Name"),
        "ApiEndpoint": text(api, "ApiEndpoint"),
        "DisableExecuteApiEndpoint": flag(api, "DisableExecuteApiEndpoint"),
        "Account": provenance.account,
        "Region": provenance.region or region_of(text(api, "ApiEndpoint")),
        "Tags": kept_tags(api, "Tags"),
    }
    cors = api.get("CorsConfiguration")
    faults = [] if is_id(key) else ["ApiId is not an id of lower-case letters and digits"]
    if cors is not None:
        faults += cors_faults(cors)
    if faults:
        return _refused(key, Gap.INVALID, faults, provenance)
    if unrendered := unrendered_lists(cors):
        return _refused(key, Gap.UNRESOLVED, unrendered, provenance)
    if isinstance(cors, dict):
        body["CorsConfiguration"] = {name: cors[name] for name in CORS_KEYS if name in cors}
        body["UnknownCorsKeys"] = [*sorted(set(cors) - set(CORS_KEYS))]
    lines = cors_lines(cors, provenance.line)
    return Document(provenance.source, Kind.API, key, body, provenance.where, lines)


def websocket_document(api: Mapping[str, Json], provenance: Provenance) -> Document:
    """Return the document of one item of `get_apis` that is no HTTP API."""
    key = text(api, "ApiId")
    return Document(provenance.source, Kind.WEBSOCKET, key, {}, provenance.where)


def routes_document(
    key: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the routes of the API `key`, sorted by route key."""
    kept: list[Json] = [
        {name: text(item, name) for name in ("RouteKey", "AuthorizationType", "Target")}
        for item in sorted(items, key=lambda item: text(item, "RouteKey"))
    ]
    return Document(provenance.source, Kind.ROUTES, key, {"Routes": kept}, provenance.where)


def integrations_document(
    key: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the integrations of the API `key`, by id."""
    kept: dict[str, Json] = {}
    for item in sorted(items, key=lambda item: text(item, "IntegrationId")):
        path = pairs(item, "RequestParameters").get("overwrite:path", "")
        kept[text(item, "IntegrationId")] = {
            "IntegrationType": text(item, "IntegrationType"),
            "IntegrationSubtype": text(item, "IntegrationSubtype"),
            "IntegrationUri": bare_address(text(item, "IntegrationUri")),
            "ConnectionType": text(item, "ConnectionType"),
            "OverwritePath": path.partition("?")[0],
        }
    return Document(
        provenance.source, Kind.INTEGRATIONS, key, {"Integrations": kept}, provenance.where
    )


def stages_document(
    key: str,
    items: Iterable[Mapping[str, Json]],
    provenance: Provenance,
    used: frozenset[str] | None = None,
) -> Document:
    """Return the stages of the API `key`, sorted by name; `used`: the variables to keep."""
    kept: list[Json] = [
        {
            "StageName": text(item, "StageName"),
            "AutoDeploy": flag(item, "AutoDeploy"),
            "StageVariables": {
                name: bare
                for name, value in pairs(item, "StageVariables").items()
                if _is_kept(name, bare := bare_address(value), used)
            },
        }
        for item in sorted(items, key=lambda item: text(item, "StageName"))
    ]
    return Document(provenance.source, Kind.STAGES, key, {"Stages": kept}, provenance.where)


def domain_document(domain: Mapping[str, Json], provenance: Provenance) -> Document:
    """Return the document of one custom domain name, without its mappings."""
    key = text(domain, "DomainName").lower()
    configurations = rows(domain, "DomainNameConfigurations")
    targets = {text(row, "ApiGatewayDomainName").lower() for row in configurations}
    body: dict[str, Json] = {
        "RoutingMode": text(domain, "RoutingMode"),
        "Targets": [*sorted(targets - {""})],
        "Account": provenance.account,
    }
    return Document(provenance.source, Kind.DOMAIN, key, body, provenance.where)


def mappings_document(
    domain: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the API mappings of the custom domain name `domain`."""
    kept: list[Json] = [
        {name: text(item, name) for name in ("ApiId", "Stage", "ApiMappingKey")}
        for item in sorted(items, key=lambda item: text(item, "ApiMappingKey"))
    ]
    return Document(
        provenance.source, Kind.MAPPINGS, domain.lower(), {"Mappings": kept}, provenance.where
    )


def _is_kept(name: str, bare: str, used: frozenset[str] | None) -> bool:
    return looks_like_place(bare) if used is None else name in used


def _refused(key: str, gap: Gap, faults: list[str], provenance: Provenance) -> Unread:
    return Unread(
        scope=f"HTTP API {key}",
        source=provenance.source,
        gap=gap,
        reason="; ".join(faults),
        do="write the file again with `aws apigatewayv2 get-apis`",
        where=provenance.where,
        layer=Layer.GATEWAY,
        names=(f"execute-api:{key}",) if is_id(key) else (),
    )
