"""The documents of REST APIs, resources aside: what is kept of the service's answers.

Answers of the live service and files of the AWS CLI have the same shape (botocore 1.44.5,
apigateway 2015-07-09) and are reduced here to the same kinds. Nothing that may hold a secret is
kept: no policies, no certificates, of stage variables only those that integrations or CORS headers
use (or, where these are not at hand, those that look like a host or an ARN), of tags only those
that say who owns the API or which stack manages it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.answers.fields import flag, inner, pairs, text, texts
from collectors.answers.provenance import Provenance, kept_tags
from collectors.gateway.execute_api import is_id
from collectors.gateway.place import bare_address, looks_like_place
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.override import WRITTEN

VPC_LINKS_KEY = "vpc-links"

_ALL_TYPES = "*/*"
_HEADER = "gatewayresponse.header."
_LISTED_DOMAINS = frozenset({"EDGE", "PRIVATE"})


def api_document(api: Mapping[str, Json], provenance: Provenance) -> Document | Unread:
    """Return the document of one item of `get_rest_apis`, or why it cannot be read."""
    key = text(api, "id")
    if not is_id(key):
        return Unread(
            scope=f"REST API {key}",
            source=provenance.source,
            gap=Gap.INVALID,
            reason="its id is no text of lower-case letters and digits",
            do="write the file again with `aws apigateway get-rest-apis`",
            where=provenance.where,
            layer=Layer.GATEWAY,
        )
    endpoint = inner(api, "endpointConfiguration")
    body: dict[str, Json] = {
        "name": text(api, "name"),
        "endpointTypes": [*sorted(texts(endpoint, "types"))],
        "vpcEndpointIds": [*sorted(texts(endpoint, "vpcEndpointIds"))],
        "disableExecuteApiEndpoint": flag(api, "disableExecuteApiEndpoint"),
        "allTypesBinary": _ALL_TYPES in texts(api, "binaryMediaTypes"),
        "apiKeySource": text(api, "apiKeySource"),
        "hasPolicy": bool(text(api, "policy")),
        "account": provenance.account,
        "region": provenance.region,
        "tags": {**kept_tags(api, "tags")},
    }
    return Document(provenance.source, Kind.API, key, body, provenance.where)


def stages_document(
    key: str,
    items: Iterable[Mapping[str, Json]],
    provenance: Provenance,
    used: frozenset[str] | None = None,
) -> Document:
    """Return the stages of the API `key`, sorted by name; `used`: the variables to keep."""
    kept: list[Json] = [
        {
            "stageName": text(item, "stageName"),
            "variables": _variables(item, "variables", used),
            "canary": _canary(item, used),
            "hasWebAcl": bool(text(item, "webAclArn")),
            "cached": _cached(item),
        }
        for item in sorted(items, key=lambda item: text(item, "stageName"))
    ]
    return Document(provenance.source, Kind.STAGES, key, {"Stages": kept}, provenance.where)


def gateway_responses_document(
    key: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the gateway responses of the API `key`, sorted by type."""
    kept: list[Json] = []
    lines: dict[str, int] = {}
    indexed = sorted(enumerate(items), key=lambda row: text(row[1], "responseType"))
    for index, item in indexed:
        headers: dict[str, Json] = {}
        for name, value in pairs(item, "responseParameters").items():
            header = name.removeprefix(_HEADER).lower()
            if name.startswith(_HEADER) and header in WRITTEN:
                headers[header] = value
                line = provenance.line(("items", index, "responseParameters", name))
                lines |= {} if line is None else {f"/Rows/{len(kept)}/headers/{header}": line}
        kept.append(
            {
                "responseType": text(item, "responseType"),
                "statusCode": text(item, "statusCode"),
                "defaultResponse": flag(item, "defaultResponse"),
                "headers": headers,
            }
        )
    body: dict[str, Json] = {"Rows": kept}
    return Document(provenance.source, Kind.GATEWAY_RESPONSES, key, body, provenance.where, lines)


def domain_document(domain: Mapping[str, Json], provenance: Provenance) -> Document:
    """Return the document of one custom domain name, without its mappings."""
    targets = {text(domain, "distributionDomainName"), text(domain, "regionalDomainName")}
    body: dict[str, Json] = {
        "routingMode": text(domain, "routingMode"),
        "targets": [*sorted({target.lower() for target in targets} - {""})],
        "endpointTypes": [*sorted(texts(inner(domain, "endpointConfiguration"), "types"))],
    }
    key = text(domain, "domainName").lower()
    return Document(provenance.source, Kind.DOMAIN, key, body, provenance.where)


def is_listed_here(domain: Mapping[str, Json]) -> bool:
    """Say whether `domain` is edge-optimised or private; apigatewayv2 lists the regional ones with
    all their mappings, of which this service shows those of one level alone."""
    endpoint = inner(domain, "endpointConfiguration")
    return bool(_LISTED_DOMAINS & {*texts(endpoint, "types")})


def mappings_document(
    domain: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the base path mappings of the custom domain name `domain`, sorted by path."""
    kept: list[Json] = [
        {name: text(item, name) for name in ("basePath", "restApiId", "stage")}
        for item in sorted(items, key=lambda item: text(item, "basePath"))
    ]
    body: dict[str, Json] = {"Mappings": kept}
    return Document(provenance.source, Kind.MAPPINGS, domain.lower(), body, provenance.where)


def vpc_links_document(items: Iterable[Mapping[str, Json]], provenance: Provenance) -> Document:
    """Return the load balancers (ARNs) behind each VPC link of a region, by the link's id."""
    links: dict[str, Json] = {
        text(item, "id"): [*texts(item, "targetArns")]
        for item in sorted(items, key=lambda item: text(item, "id"))
    }
    body: dict[str, Json] = {"Links": links}
    return Document(provenance.source, Kind.VPC_LINKS, VPC_LINKS_KEY, body, provenance.where)


def _canary(stage: Mapping[str, Json], used: frozenset[str] | None) -> Json:
    """The canary of a stage; None when no request meets one."""
    canary = inner(stage, "canarySettings")
    share = canary.get("percentTraffic")
    if not isinstance(share, int | float) or not share > 0:
        return None
    deployment = text(canary, "deploymentId")
    return {
        "otherDeployment": deployment != text(stage, "deploymentId"),
        "variables": _variables(canary, "stageVariableOverrides", used),
    }


def _cached(stage: Mapping[str, Json]) -> Json:
    """Whether answers are stored, by `{path}/{method}` as the service writes it; empty: none are."""
    if not flag(stage, "cacheClusterEnabled"):
        return {}
    settings = inner(stage, "methodSettings")
    return {
        name: flag(setting, "cachingEnabled") and setting.get("cacheTtlInSeconds") != 0
        for name, setting in sorted(settings.items())
        if isinstance(setting, dict) and "cachingEnabled" in setting
    }


def _variables(body: Mapping[str, Json], key: str, used: frozenset[str] | None) -> Json:
    return {
        name: bare
        for name, value in pairs(body, key).items()
        if _is_kept(name, bare := bare_address(value), used)
    }


def _is_kept(name: str, bare: str, used: frozenset[str] | None) -> bool:
    return looks_like_place(bare) if used is None else name in used
