"""Amazon CloudFront: what reading it needs, and the functions that do it."""

from collections.abc import Mapping

from auditor.core.reading import Document, Layer
from collectors.cdn.cloudfront.command_output import project
from collectors.cdn.cloudfront.document import Kind
from collectors.cdn.cloudfront.inventory import fetch
from collectors.cdn.cloudfront.reading import read
from collectors.collector import Collector, TrailKey

__all__ = ("COLLECTOR", "fetch")

# Operations of botocore 1.44.5, cloudfront 2020-05-31, that change what is kept of each kind; events
# have their names. CloudFront's events are in us-east-1 (CloudFront developer guide, "Logging
# CloudFront API calls using CloudTrail").
_TRAIL_REGION = "us-east-1"
_DISTRIBUTION = (
    "UpdateDistribution",
    "UpdateDistributionWithStagingConfig",
    "CreateDistribution",
    "CreateDistributionWithTags",
    "CopyDistribution",
)
_CHANGES: Mapping[str, tuple[str, ...]] = {
    Kind.DISTRIBUTION: _DISTRIBUTION,
    Kind.CONFIGURATION: _DISTRIBUTION,
    Kind.ATTACHMENT: _DISTRIBUTION,
    Kind.RESPONSE_HEADERS: ("UpdateResponseHeadersPolicy", "CreateResponseHeadersPolicy"),
    Kind.CACHE: ("UpdateCachePolicy", "CreateCachePolicy"),
    Kind.ORIGIN_REQUEST: ("UpdateOriginRequestPolicy", "CreateOriginRequestPolicy"),
    Kind.DEPLOYMENT: ("UpdateContinuousDeploymentPolicy", "CreateContinuousDeploymentPolicy"),
    Kind.VPC_ORIGIN: ("UpdateVpcOrigin", "CreateVpcOrigin"),
    Kind.TENANTS: (
        "UpdateDistributionTenant",
        "CreateDistributionTenant",
        "DeleteDistributionTenant",
    ),
}


def trail(document: Document) -> TrailKey | None:
    """What CloudTrail calls the distribution or policy of `document`."""
    events = _CHANGES.get(document.kind)
    if events is None:
        return None
    fields = ("distributionId",) if document.kind == Kind.TENANTS else ("id",)
    return TrailKey("cloudfront.amazonaws.com", events, document.key, fields, _TRAIL_REGION)


COLLECTOR = Collector(
    name="cloudfront",
    layer=Layer.CDN,
    kinds=tuple(Kind),
    settings=(
        Kind.RESPONSE_HEADERS,
        Kind.CACHE,
        Kind.ORIGIN_REQUEST,
        Kind.DEPLOYMENT,
        Kind.VPC_ORIGIN,
    ),
    words=(
        "distributionlist",
        "distributionconfig",
        "distributiontenantlist",
        "responseheaderspolicy",
        "cachepolicy",
        "originrequestpolicy",
        "continuousdeploymentpolicy",
        "vpcorigin",
    ),
    project=project,
    read=read,
    # CloudFront's lists know no resource; names from the service authorization reference, not tried
    # against an account. Code of edge functions is not read.
    permissions=(
        "cloudfront:ListDistributions *",
        "cloudfront:GetDistributionConfig arn:aws:cloudfront::*:distribution/*",
        "cloudfront:ListResponseHeadersPolicies *",
        "cloudfront:ListCachePolicies *",
        "cloudfront:ListOriginRequestPolicies *",
        "cloudfront:ListContinuousDeploymentPolicies *",
        "cloudfront:ListVpcOrigins *",
        "cloudfront:ListDistributionTenants *",
        "tag:GetResources *",
    ),
    trail=trail,
)
