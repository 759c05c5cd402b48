"""The projections of what distributions refer to: policies, VPC origins, tenants.

Shapes: botocore 1.44.5, cloudfront 2020-05-31.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.core.hop.header import CORS_NAMES, VARY
from auditor.core.reading import Document, Gap, Json, Unread
from collectors.answers.fields import flag, text
from collectors.answers.provenance import Line, Provenance
from collectors.cdn.cloudfront.document import Kind, document, is_id, refused
from collectors.cdn.cloudfront.listed import inside, list_faults, names, objects

CORS_LISTS = (
    "AccessControlAllowOrigins",
    "AccessControlAllowHeaders",
    "AccessControlAllowMethods",
    "AccessControlExposeHeaders",
)
_FLAGS = ("AccessControlAllowCredentials", "OriginOverride")
_AGE = "AccessControlMaxAgeSec"
_WRITTEN = frozenset({*CORS_NAMES, VARY})
_TEMPLATE_MARKS = ("${", "{{")


def response_headers_document(
    key: str, config: Mapping[str, Json], place: Provenance
) -> Document | Unread:
    """Return the document of a response headers policy, or why it cannot be read."""
    cors = config.get("CorsConfig")
    faults = _id_faults(key) + _cors_faults(cors)
    for name in ("CustomHeadersConfig", "RemoveHeadersConfig"):
        faults += list_faults(config, name, dict)
    if faults:
        return refused(Kind.RESPONSE_HEADERS, key, faults, place)
    settings = cors if isinstance(cors, dict) else None
    if settings is not None and (templates := _templates(settings)):
        return refused(Kind.RESPONSE_HEADERS, key, templates, place, gap=Gap.UNRESOLVED)
    body: dict[str, Json] = {
        "Name": text(config, "Name"),
        "Cors": None if settings is None else _cors(settings),
        "Custom": [*_custom_headers(config)],
        "Remove": [*_removed_headers(config)],
    }
    lines = _lines(settings, place.inside("CorsConfig").line) if settings is not None else {}
    return document(Kind.RESPONSE_HEADERS, key, body, place, lines)


def cache_document(key: str, config: Mapping[str, Json], place: Provenance) -> Document | Unread:
    """Return the document of a cache policy, or why it cannot be read."""
    parameters = inside(config, "ParametersInCacheKeyAndForwardedToOrigin")
    headers = inside(parameters, "HeadersConfig")
    faults = _id_faults(key) + list_faults(headers, "Headers", str)
    age = config.get("MaxTTL")
    if age is not None and (isinstance(age, bool) or not isinstance(age, int)):
        faults.append("MaxTTL is not a whole number")
    if faults:
        return refused(Kind.CACHE, key, faults, place)
    body: dict[str, Json] = {
        "Name": text(config, "Name"),
        "MaxTTL": age,
        "Headers": [*names(headers, "Headers")],
        "AllCookies": text(inside(parameters, "CookiesConfig"), "CookieBehavior") == "all",
    }
    return document(Kind.CACHE, key, body, place)


def origin_request_document(
    key: str, config: Mapping[str, Json], place: Provenance
) -> Document | Unread:
    """Return the document of an origin request policy, or why it cannot be read."""
    headers = inside(config, "HeadersConfig")
    faults = _id_faults(key) + list_faults(headers, "Headers", str)
    if not text(headers, "HeaderBehavior"):
        faults.append("HeadersConfig.HeaderBehavior is missing")
    if faults:
        return refused(Kind.ORIGIN_REQUEST, key, faults, place)
    body: dict[str, Json] = {
        "Name": text(config, "Name"),
        "HeaderBehavior": text(headers, "HeaderBehavior"),
        "Headers": [*names(headers, "Headers")],
    }
    return document(Kind.ORIGIN_REQUEST, key, body, place)


def deployment_document(
    key: str, config: Mapping[str, Json], place: Provenance
) -> Document | Unread:
    """Return the document of a continuous deployment policy, or why it cannot be read."""
    faults = _id_faults(key) + list_faults(config, "StagingDistributionDnsNames", str)
    if not isinstance(config.get("Enabled"), bool):
        faults.append("Enabled is not true or false")
    if faults:
        return refused(Kind.DEPLOYMENT, key, faults, place)
    staging = sorted(name.lower() for name in names(config, "StagingDistributionDnsNames"))
    body: dict[str, Json] = {"Enabled": flag(config, "Enabled"), "Staging": [*staging]}
    return document(Kind.DEPLOYMENT, key, body, place)


def vpc_origin_document(key: str, endpoint: str, place: Provenance) -> Document | Unread:
    """Return the document of a VPC origin; `endpoint`: the ARN of what it leads to."""
    faults = _id_faults(key)
    if not endpoint.startswith("arn:"):
        faults.append("its endpoint is not an ARN")
    if faults:
        return refused(Kind.VPC_ORIGIN, key, faults, place)
    return document(Kind.VPC_ORIGIN, key, {"Endpoint": endpoint}, place)


def tenants_document(
    key: str, tenants: Iterable[Mapping[str, Json]], place: Provenance
) -> Document:
    """Return the domains of the tenants of the distribution `key` that are enabled and active."""
    domains = {
        text(row, "Domain").lower()
        for tenant in tenants
        if tenant.get("Enabled") is not False
        for row in _rows(tenant, "Domains")
        if text(row, "Status") != "inactive"
    }
    return document(Kind.TENANTS, key, {"Domains": [*sorted(domains - {""})]}, place)


def _rows(body: Mapping[str, Json], key: str) -> list[dict[str, Json]]:
    value = body.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _id_faults(key: str) -> list[str]:
    return [] if is_id(key) else ["Id is not an id of letters and digits"]


def _cors_faults(cors: Json) -> list[str]:
    if cors is None:
        return []
    if not isinstance(cors, dict):
        return ["CorsConfig is not an object"]
    found = [fault for key in CORS_LISTS for fault in list_faults(cors, key, str)]
    found += [
        f"{key} is not true or false" for key in _FLAGS if not isinstance(cors.get(key), bool)
    ]
    age = cors.get(_AGE)
    if age is not None and (isinstance(age, bool) or not isinstance(age, int)):
        found.append(f"{_AGE} is not a whole number")
    return found


def _templates(cors: Mapping[str, Json]) -> list[str]:
    return [
        f"{key} holds a template that was not rendered"
        for key in CORS_LISTS
        if any(mark in value for value in names(cors, key) for mark in _TEMPLATE_MARKS)
    ]


def _cors(cors: Mapping[str, Json]) -> dict[str, Json]:
    kept: dict[str, Json] = {key: [*names(cors, key)] for key in CORS_LISTS}
    kept |= {key: flag(cors, key) for key in _FLAGS}
    return kept | {_AGE: cors.get(_AGE)}


def _custom_headers(config: Mapping[str, Json]) -> list[Json]:
    return [
        {
            "Header": text(row, "Header").lower(),
            "Value": text(row, "Value"),
            "Override": flag(row, "Override"),
        }
        for row in objects(config, "CustomHeadersConfig")
        if text(row, "Header").lower() in _WRITTEN
    ]


def _removed_headers(config: Mapping[str, Json]) -> list[str]:
    rows = objects(config, "RemoveHeadersConfig")
    return sorted({text(row, "Header").lower() for row in rows} & _WRITTEN)


def _lines(cors: Mapping[str, Json], line: Line) -> dict[str, int]:
    paths: list[tuple[str | int, ...]] = [(key,) for key in (*CORS_LISTS, *_FLAGS, _AGE)]
    found = {"/".join(map(str, path)): line(path) for path in paths}
    for key in CORS_LISTS:
        for index in range(len(names(cors, key))):
            found[f"{key}/{index}"] = line((key, "Items", index))
    return {pointer: number for pointer, number in found.items() if number is not None}
