"""Files that hold what the AWS CLI prints of CloudFront: which answer one is, and of what.

Answers are told by their outermost key. Those of `get-...-config` do not say of what they are, so
the file's name or folder must: `get-distribution-config.<id>.json` or
`<id>/get-distribution-config.json`. The account is that of an ARN inside, or of a folder of twelve
digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias

from auditor.core.reading import Document, Gap, Json, Layer, Unread, Where
from collectors.answers.fields import rows, text
from collectors.answers.provenance import Provenance
from collectors.cdn.cloudfront.distribution_document import (
    attachment_document,
    configuration_document,
    distribution_document,
)
from collectors.cdn.cloudfront.document import Kind, is_id
from collectors.cdn.cloudfront.listed import inside
from collectors.cdn.cloudfront.policy_document import (
    cache_document,
    deployment_document,
    origin_request_document,
    response_headers_document,
    tenants_document,
    vpc_origin_document,
)
from collectors.collector import Found

_Given: TypeAlias = Iterator[Document | Unread]
_Projection: TypeAlias = Callable[[str, Mapping[str, Json], Provenance], Document | Unread]

# The outermost keys of answers (botocore 1.44.5, cloudfront 2020-05-31), and the policies of which
# `list-...`, `get-...` and `get-...-config` answer `...List`, `...` and `...Config`.
_POLICIES: Mapping[str, _Projection] = {
    "ResponseHeadersPolicy": response_headers_document,
    "CachePolicy": cache_document,
    "OriginRequestPolicy": origin_request_document,
    "ContinuousDeploymentPolicy": deployment_document,
}
_FILES = {
    "DistributionConfig": "get-distribution-config.<id>.json",
    "ResponseHeadersPolicyConfig": "get-response-headers-policy-config.<id>.json",
    "CachePolicyConfig": "get-cache-policy-config.<id>.json",
    "OriginRequestPolicyConfig": "get-origin-request-policy-config.<id>.json",
    "ContinuousDeploymentPolicyConfig": "get-continuous-deployment-policy-config.<id>.json",
}
_ACCOUNT_DIGITS = 12


def project(found: Found) -> _Given:
    """Give the documents of one file; nothing when it is no answer of `aws cloudfront`."""
    place = Provenance(found.source, _account(found), "", found.where, found.line)
    body = found.body
    yield from _distributions(body, place)
    for name, projection in _POLICIES.items():
        yield from _policies(name, projection, body, place)
    yield from _vpc_origins(body, place)
    yield from _tenants(body, place)
    yield from _configurations(found, place)
    for key in sorted(body):
        holder = body if key == "DistributionTenantList" else inside(body, key)
        if key.endswith("List") and _is_ours(key) and text(holder, "NextMarker"):
            yield _unread(
                found, key, Gap.ABSENT, "it is one page of several", "list without a limit"
            )


def _is_ours(key: str) -> bool:
    known = {f"{name}List" for name in _POLICIES}
    return key in known | {"DistributionList", "VpcOriginList", "DistributionTenantList"}


def _account(found: Found) -> str:
    for part in PurePosixPath(found.where.place).parts[:-1]:
        if len(part) == _ACCOUNT_DIGITS and part.isascii() and part.isdigit():
            return part
    return ""


def _distributions(body: Mapping[str, Json], place: Provenance) -> _Given:
    for index, item in enumerate(rows(inside(body, "DistributionList"), "Items")):
        yield distribution_document(item, place.inside("DistributionList", "Items", index))
    if one := inside(body, "Distribution"):
        config = inside(one, "DistributionConfig")
        merged = dict(config)
        merged.update({name: one[name] for name in ("Id", "ARN", "DomainName") if name in one})
        own = place.inside("Distribution")
        yield distribution_document(merged, own)
        yield attachment_document(text(one, "Id"), config, own)


def _policies(
    name: str, projection: _Projection, body: Mapping[str, Json], place: Provenance
) -> _Given:
    listed = f"{name}List"
    for index, item in enumerate(rows(inside(body, listed), "Items")):
        if text(item, "Type") != "managed":
            own = place.inside(listed, "Items", index, name)
            yield _policy(name, projection, inside(item, name), own)
    if one := inside(body, name):
        yield _policy(name, projection, one, place.inside(name))


def _policy(
    name: str, projection: _Projection, one: Mapping[str, Json], place: Provenance
) -> Document | Unread:
    config = f"{name}Config"
    return projection(text(one, "Id"), inside(one, config), place.inside(config))


def _vpc_origins(body: Mapping[str, Json], place: Provenance) -> _Given:
    for index, item in enumerate(rows(inside(body, "VpcOriginList"), "Items")):
        own = place.inside("VpcOriginList", "Items", index)
        yield vpc_origin_document(text(item, "Id"), text(item, "OriginEndpointArn"), own)
    if one := inside(body, "VpcOrigin"):
        endpoint = text(inside(one, "VpcOriginEndpointConfig"), "Arn")
        yield vpc_origin_document(text(one, "Id"), endpoint, place.inside("VpcOrigin"))


def _tenants(body: Mapping[str, Json], place: Provenance) -> _Given:
    tenants = rows(body, "DistributionTenantList")
    for key in sorted({text(tenant, "DistributionId") for tenant in tenants}):
        own = [tenant for tenant in tenants if text(tenant, "DistributionId") == key]
        yield tenants_document(key, own, place)


def _configurations(found: Found, place: Provenance) -> _Given:
    for key, file in _FILES.items():
        config = inside(found.body, key)
        if not config:
            continue
        owner, own = _owner(found, file), place.inside(key)
        if not is_id(owner):
            reason = "neither its name nor its folder says of what it is"
            yield _unread(found, key, Gap.UNRESOLVED, reason, f"name it {file}")
        elif key == Kind.CONFIGURATION:
            yield configuration_document(owner, config, own)
            yield attachment_document(owner, config, own)
        else:
            yield _POLICIES[key.removesuffix("Config")](owner, config, own)


def _owner(found: Found, file: str) -> str:
    """The id in a file's name, or, where the name is the command's alone, the folder's."""
    path = PurePosixPath(found.where.place)
    name = path.name
    for suffix in (".json", ".yaml", ".yml"):
        name = name.removesuffix(suffix)
    command, _, key = name.partition(".")
    if command != file.partition(".")[0]:
        return ""
    return key or path.parent.name


def _unread(found: Found, kind: str, gap: Gap, reason: str, do: str) -> Unread:
    return Unread(
        scope=f"file:{found.where.place} {kind}",
        source=found.source,
        gap=gap,
        reason=reason,
        do=do,
        where=Where(found.where.place),
        layer=Layer.CDN,
    )
