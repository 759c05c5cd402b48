"""What one account holds of CloudFront: its distributions, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from auditor.core.reading import Document, Json, Layer, Unread, Where
from collectors._aws import Aws, Client, Trouble, call, listing
from collectors.answers.fields import rows, text
from collectors.answers.gap import unread
from collectors.answers.provenance import Provenance
from collectors.cdn.cloudfront.distribution import Distribution, parse_distribution
from collectors.cdn.cloudfront.distribution_document import (
    attachment_document,
    distribution_document,
)
from collectors.cdn.cloudfront.document import Kind
from collectors.cdn.cloudfront.listed import inside
from collectors.cdn.cloudfront.policy import (
    MANAGED_CACHE,
    MANAGED_ORIGIN_REQUEST,
    MANAGED_RESPONSE_HEADERS,
)
from collectors.cdn.cloudfront.policy_document import (
    cache_document,
    deployment_document,
    origin_request_document,
    response_headers_document,
    tenants_document,
    vpc_origin_document,
)
from collectors.collector import Collected, Count

_gap = partial(unread, layer=Layer.CDN)

_TAGS_REGION = "us-east-1"
"""Where the tags of what is in no region are asked for."""

_Projection: TypeAlias = Callable[[str, Mapping[str, Json], Provenance], Document | Unread]


def fetch(aws: Aws, account: str) -> Collected:
    """Read the distributions of `account` (twelve digits), which are in no region.

    A part that cannot be read is an `Unread` of that part alone. Calls: one for the distributions
    and one for their tags; one for each kind of policy of which some behaviour has one that is not
    managed; one each for VPC origins and tenants where some distribution has them; where there are
    staging distributions one for continuous deployment policies, and one for each other
    distribution when such a policy is enabled.
    """
    source = f"aws:{account}/global"
    scope = Provenance(source, account, "", Where(source))
    client = aws.client("cloudfront", aws.home)
    found = listing(client, "list_distributions", "DistributionList.Items")
    tags = _tags(aws) if found.items else {}
    given = [_distribution(item, scope, tags) for item in found.items]
    collected = _gathered(given)
    read = [parse_distribution(one, None, None) for one in collected.documents]
    off = sum(not one.enabled for one in read)
    count = Count(source, "distributions", len(found.items), len(read) - off, off)
    if found.trouble is not None:
        collected += _gap(scope, "distributions", found.trouble, ())
    live = [one for one in read if one.enabled]
    collected += _policies(client, scope, live) + _vpc_origins(client, scope, live)
    collected += _tenants(client, scope, live) + _deployments(client, scope, live)
    return collected + Collected(counts=(count,))


def _gathered(given: Sequence[Document | Unread]) -> Collected:
    return Collected(
        tuple(one for one in given if isinstance(one, Document)),
        tuple(one for one in given if isinstance(one, Unread)),
    )


def _distribution(
    item: Mapping[str, Json], scope: Provenance, tags: Mapping[str, dict[str, Json]] | None
) -> Document | Unread:
    place = _at(scope, f"distribution {text(item, 'Id')}")
    own = None if tags is None else tags.get(text(item, "ARN"), {})
    return distribution_document(item, place, own)


def _tags(aws: Aws) -> dict[str, dict[str, Json]] | None:
    """The tags of every distribution by its ARN; None when they may not be read, which a hop's
    notes say: they name an owner, and no verdict rests on them."""
    client = aws.client("resourcegroupstaggingapi", _TAGS_REGION)
    only: list[Json] = ["cloudfront:distribution"]
    found = listing(client, "get_resources", "ResourceTagMappingList", ResourceTypeFilters=only)
    if found.trouble is not None:
        return None
    return {
        text(item, "ResourceARN"): {
            text(tag, "Key"): tag.get("Value") for tag in rows(item, "Tags")
        }
        for item in found.items
    }


def _policies(client: Client, scope: Provenance, live: Sequence[Distribution]) -> Collected:
    behaviours = [behaviour for one in live for behaviour in one.behaviours]
    used: tuple[tuple[str, str, _Projection, set[str]], ...] = (
        (
            "list_response_headers_policies",
            "ResponseHeadersPolicy",
            response_headers_document,
            {one.response_headers_policy for one in behaviours} - MANAGED_RESPONSE_HEADERS.keys(),
        ),
        (
            "list_cache_policies",
            "CachePolicy",
            cache_document,
            {one.cache_policy for one in behaviours} - MANAGED_CACHE.keys(),
        ),
        (
            "list_origin_request_policies",
            "OriginRequestPolicy",
            origin_request_document,
            {one.origin_request_policy for one in behaviours} - MANAGED_ORIGIN_REQUEST.keys(),
        ),
    )
    collected = Collected()
    for operation, name, projection, keys in used:
        if keys - {""}:
            collected += _listed(client, scope, operation, name, projection, Type="custom")
    return collected


def _listed(
    client: Client,
    scope: Provenance,
    operation: str,
    name: str,
    projection: _Projection,
    **params: Json,
) -> Collected:
    found = listing(client, operation, f"{name}List.Items", **params)
    given: list[Document | Unread] = []
    for item in found.items:
        one = inside(item, name)
        place = _at(scope, f"{name} {text(one, 'Id')}")
        given.append(projection(text(one, "Id"), inside(one, f"{name}Config"), place))
    collected = _gathered(given)
    return collected if found.trouble is None else collected + _part(scope, name, found.trouble)


def _vpc_origins(client: Client, scope: Provenance, live: Sequence[Distribution]) -> Collected:
    every = (origin for one in live for origins in one.origins.values() for origin in origins)
    if not any(origin.vpc_origin for origin in every):
        return Collected()
    found = listing(client, "list_vpc_origins", "VpcOriginList.Items")
    collected = _gathered([_vpc_origin(item, scope) for item in found.items])
    if found.trouble is not None:
        collected += _part(scope, Kind.VPC_ORIGIN, found.trouble)
    return collected


def _vpc_origin(item: Mapping[str, Json], scope: Provenance) -> Document | Unread:
    key = text(item, "Id")
    return vpc_origin_document(
        key, text(item, "OriginEndpointArn"), _at(scope, f"VPC origin {key}")
    )


def _tenants(client: Client, scope: Provenance, live: Sequence[Distribution]) -> Collected:
    multi = [one for one in live if one.tenant_only]
    if not multi:
        return Collected()
    found = listing(client, "list_distribution_tenants", "DistributionTenantList")
    if found.trouble is not None:
        return _part(scope, Kind.TENANTS, found.trouble)
    return _gathered(
        [
            tenants_document(
                one.id,
                [tenant for tenant in found.items if text(tenant, "DistributionId") == one.id],
                _at(scope, f"tenants of distribution {one.id}"),
            )
            for one in multi
        ]
    )


def _deployments(client: Client, scope: Provenance, live: Sequence[Distribution]) -> Collected:
    if not any(one.staging for one in live):
        return Collected()
    name = "ContinuousDeploymentPolicy"
    operation = "list_continuous_deployment_policies"
    collected = _listed(client, scope, operation, name, deployment_document)
    primaries = [one for one in live if not one.staging]
    # Which distribution a policy is attached to stands in that distribution's own configuration;
    # where none is enabled, nobody's matters.
    idle = not collected.unread and not any(one.body["Enabled"] for one in collected.documents)
    for one in primaries:
        collected += _unattached(scope, one) if idle else _attachment(client, scope, one)
    return collected


def _unattached(scope: Provenance, one: Distribution) -> Collected:
    return Collected((attachment_document(one.id, {}, _at(scope, f"distribution {one.id}")),))


def _attachment(client: Client, scope: Provenance, one: Distribution) -> Collected:
    place = _at(scope, f"distribution {one.id}")
    answer = call(client, "get_distribution_config", Id=one.id)
    if isinstance(answer, Trouble):
        return _gap(place, "configuration", answer, (f"cloudfront:{one.id} configuration",))
    return Collected((attachment_document(one.id, inside(answer, "DistributionConfig"), place),))


def _at(scope: Provenance, name: str) -> Provenance:
    return replace(scope, where=Where(f"{scope.source} {name}"))


def _part(scope: Provenance, part: str, trouble: Trouble) -> Collected:
    """What could not be read of something that behaviours refer to: it says so wherever they do."""
    return _gap(scope, part, trouble, (f"cloudfront:{scope.account} {part}",))
