"""The projection of a distribution: names, origins and cache behaviours, as plain data.

Shapes: botocore 1.44.5, cloudfront 2020-05-31, DistributionSummary, Distribution and
DistributionConfig; the three have the same keys for everything that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.core.reading import Document, Json, Unread
from collectors.answers.fields import flag, text
from collectors.answers.provenance import Provenance, kept_tags
from collectors.cdn.cloudfront.document import Kind, document, is_id, refused
from collectors.cdn.cloudfront.listed import entries, inside, list_faults, names, objects

ORIGIN_HEADER = "origin"
_TEXTS = (
    "PathPattern",
    "TargetOriginId",
    "CachePolicyId",
    "OriginRequestPolicyId",
    "ResponseHeadersPolicyId",
)


def distribution_document(
    body: Mapping[str, Json], place: Provenance, tags: Mapping[str, Json] | None = None
) -> Document | Unread:
    """Return the document of one item of `list-distributions`, or why it cannot be read.

    `tags`: all of the distribution's tags, of which those that say who owns it are kept; None when
    they were not read.
    """
    key, domain = text(body, "Id"), text(body, "DomainName").lower()
    aliases = _aliases(body)
    hosts = tuple(f"host:{name}" for name in (*aliases, domain) if name)
    faults = [] if is_id(key) else ["Id is not an id of letters and digits"]
    if not domain:
        faults.append("DomainName is missing")
    if faults := [*faults, *_faults(body)]:
        return refused(Kind.DISTRIBUTION, key, faults, place, hosts)
    kept: dict[str, Json] = {
        "DomainName": domain,
        "Account": place.account or account_of(text(body, "ARN")),
        "Tags": None if tags is None else kept_tags({"Tags": dict(tags)}, "Tags"),
        "Settings": _settings(body),
    }
    return document(Kind.DISTRIBUTION, key, kept, place)


def configuration_document(
    key: str, body: Mapping[str, Json], place: Provenance
) -> Document | Unread:
    """Return the document of what `get-distribution-config` says of the distribution `key`."""
    if faults := _faults(body):
        hosts = tuple(f"host:{name}" for name in _aliases(body))
        return refused(Kind.CONFIGURATION, key, faults, place, hosts)
    kept: dict[str, Json] = {"Account": place.account, "Settings": _settings(body)}
    return document(Kind.CONFIGURATION, key, kept, place)


def attachment_document(key: str, body: Mapping[str, Json], place: Provenance) -> Document:
    """Return which continuous deployment policy the configuration `body` names; empty: none."""
    kept: dict[str, Json] = {
        "ContinuousDeploymentPolicyId": text(body, "ContinuousDeploymentPolicyId")
    }
    return document(Kind.ATTACHMENT, key, kept, place)


def account_of(arn: str) -> str:
    """Return the account of an ARN: its fifth part; empty when it is no ARN."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else ""


def _aliases(body: Mapping[str, Json]) -> list[str]:
    """In an order that does not depend on the service's; the first gives the hop its name."""
    found = {name.lower() for name in names(body, "Aliases")}
    return sorted(found, key=lambda name: (name.startswith("*"), name))


def _faults(body: Mapping[str, Json]) -> list[str]:
    found = list_faults(body, "Aliases", str)
    for key in ("Origins", "OriginGroups", "CacheBehaviors", "CustomErrorResponses"):
        found += list_faults(body, key, dict)
    if not entries(body, "Origins"):
        found.append("Origins is empty or missing")
    if not isinstance(body.get("Enabled"), bool):
        found.append("Enabled is not true or false")
    for name, behaviour in _named_behaviours(body):
        found += [f"{name}: {fault}" for fault in _behaviour_faults(behaviour)]
    return found


def _named_behaviours(body: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for index, behaviour in enumerate(objects(body, "CacheBehaviors")):
        # Without a pattern it would be read as the default, which takes every path.
        given = behaviour if text(behaviour, "PathPattern") else {**behaviour, "PathPattern": 0}
        yield f"CacheBehaviors[{index}]", given
    yield "DefaultCacheBehavior", inside(body, "DefaultCacheBehavior")


def _behaviour_faults(behaviour: Mapping[str, Json]) -> Iterator[str]:
    for key in _TEXTS:
        if not isinstance(behaviour.get(key, ""), str):
            yield f"{key} is not a text, or is missing"
    if not text(behaviour, "TargetOriginId"):
        yield "TargetOriginId is missing"
    yield from list_faults(behaviour, "AllowedMethods", str)
    yield from list_faults(inside(behaviour, "AllowedMethods"), "CachedMethods", str)
    yield from list_faults(inside(behaviour, "ForwardedValues"), "Headers", str)
    for key in ("FunctionAssociations", "LambdaFunctionAssociations"):
        yield from list_faults(behaviour, key, dict)


def _settings(body: Mapping[str, Json]) -> dict[str, Json]:
    behaviours = [*objects(body, "CacheBehaviors"), inside(body, "DefaultCacheBehavior")]
    return {
        "Aliases": [*_aliases(body)],
        "Enabled": flag(body, "Enabled"),
        "Staging": flag(body, "Staging"),
        "TenantOnly": text(body, "ConnectionMode") == "tenant-only",
        "HasWebAcl": bool(text(body, "WebACLId")),
        "ErrorPages": [*_error_pages(body)],
        "Origins": [_origin(origin) for origin in objects(body, "Origins")],
        "OriginGroups": [
            {"Id": text(group, "Id"), "Members": [*_members(group)]}
            for group in objects(body, "OriginGroups")
        ],
        "Behaviours": [_behaviour(behaviour) for behaviour in behaviours],
    }


def _members(group: Mapping[str, Json]) -> Iterator[str]:
    for member in objects(group, "Members"):
        yield text(member, "OriginId")


def _error_pages(body: Mapping[str, Json]) -> list[int]:
    """The statuses that custom error pages are sent with; an entry without a page sets a TTL."""
    found: set[int] = set()
    for row in objects(body, "CustomErrorResponses"):
        code = text(row, "ResponseCode") or str(row.get("ErrorCode", ""))
        if text(row, "ResponsePagePath") and code.isascii() and code.isdigit():
            found.add(int(code))
    return sorted(found)


def _origin(origin: Mapping[str, Json]) -> dict[str, Json]:
    custom = inside(origin, "CustomOriginConfig")
    headers = {
        text(row, "HeaderName"): text(row, "HeaderValue")
        for row in objects(origin, "CustomHeaders")
    }
    fixed = [value for name, value in headers.items() if name.lower() == ORIGIN_HEADER]
    return {
        "Id": text(origin, "Id"),
        "DomainName": text(origin, "DomainName").lower(),
        "OriginPath": text(origin, "OriginPath"),
        "Protocol": text(custom, "OriginProtocolPolicy"),
        "HTTPPort": _number(custom, "HTTPPort"),
        "HTTPSPort": _number(custom, "HTTPSPort"),
        "VpcOriginId": text(inside(origin, "VpcOriginConfig"), "VpcOriginId"),
        "CustomHeaderNames": [*sorted(name.lower() for name in headers)],
        "OriginHeader": fixed[0] if fixed else None,
    }


def _behaviour(behaviour: Mapping[str, Json]) -> dict[str, Json]:
    legacy = behaviour.get("ForwardedValues") if not text(behaviour, "CachePolicyId") else None
    kept: dict[str, Json] = {key: text(behaviour, key) for key in _TEXTS}
    kept |= {
        "AllowedMethods": [*names(behaviour, "AllowedMethods")],
        "CachedMethods": [*names(inside(behaviour, "AllowedMethods"), "CachedMethods")],
        "ForwardedHeaders": [*names(legacy, "Headers")] if isinstance(legacy, dict) else None,
        "ForwardedCookies": text(inside(legacy, "Cookies"), "Forward")
        if isinstance(legacy, dict)
        else "",
        "MaxTTL": _number(behaviour, "MaxTTL"),
        "Signed": any(
            flag(inside(behaviour, key), "Enabled")
            for key in ("TrustedSigners", "TrustedKeyGroups")
        ),
        "Functions": [*_functions(behaviour)],
    }
    return kept


def _functions(behaviour: Mapping[str, Json]) -> Iterator[Json]:
    """Name and event of edge code. The last part of a function's ARN is its name; that of a version
    of a Lambda function comes after it, behind a colon."""
    for row in objects(behaviour, "FunctionAssociations"):
        name = text(row, "FunctionARN").rpartition("/")[2]
        yield {"Name": f"function {name}", "Event": text(row, "EventType")}
    for row in objects(behaviour, "LambdaFunctionAssociations"):
        name = text(row, "LambdaFunctionARN").rpartition(":function:")[2]
        yield {"Name": f"Lambda@Edge function {name}", "Event": text(row, "EventType")}


def _number(body: Mapping[str, Json], key: str) -> int | None:
    value = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
