"""Amazon CloudFront: what reading it needs, and the functions that do it."""

from auditor.core.reading import Layer
from collectors.cdn.cloudfront.command_output import project
from collectors.cdn.cloudfront.document import Kind
from collectors.cdn.cloudfront.inventory import fetch
from collectors.cdn.cloudfront.reading import read
from collectors.collector import Collector

__all__ = ("COLLECTOR", "fetch")

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
)
