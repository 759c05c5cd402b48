"""One cheap call for each permission that the collectors of AWS declare.

Operations and their parameters: botocore 1.44.5, service models. What asks about one resource is
asked of the first that the listing before it gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from auditor.core.reading import Json
from collectors.trail import PERMISSIONS as ATTRIBUTION


@dataclass(frozen=True, slots=True)
class Of:
    """A parameter that is taken from the first item of an earlier answer: `permission`: whose, `items`:
    where its list stands (dots lead into objects), `key`: of the item, `to`: the parameter; `many`:
    it is a list of such."""

    permission: str
    items: str
    key: str
    to: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The call that shows whether `permission` is granted. `everywhere`: it is asked in each region;
    `optional`: what it reads names owners and authors, and no verdict rests on it."""

    permission: str
    service: str
    operation: str
    params: Mapping[str, Json] = field(default_factory=dict)
    of: Of | None = None
    everywhere: bool = False
    optional: bool = False


_ONE: Final[Mapping[str, Json]] = {"MaxItems": "1"}
_GATEWAY: Final = "apigateway:GET arn:aws:apigateway:*::"
_BALANCERS: Final = "elasticloadbalancing:DescribeLoadBalancers *"
_LISTENERS: Final = "elasticloadbalancing:DescribeListeners *"
_DISTRIBUTIONS: Final = "cloudfront:ListDistributions *"

REGIONS: Final = "ec2:DescribeRegions *"
"""Asked by looking for the regions, where the configuration names none."""


def _of_api(part: str, operation: str) -> Ask:
    of = Of(f"{_GATEWAY}/apis", "Items", "ApiId", "ApiId")
    permission = f"{_GATEWAY}/apis/*/{part}"
    return Ask(permission, "apigatewayv2", operation, {"MaxResults": "1"}, of)


def _of_rest_api(part: str, operation: str, **params: Json) -> Ask:
    of = Of(f"{_GATEWAY}/restapis", "items", "id", "restApiId")
    return Ask(f"{_GATEWAY}/restapis/*/{part}", "apigateway", operation, params, of)


def _policies(name: str, operation: str) -> Ask:
    return Ask(f"cloudfront:List{name} *", "cloudfront", operation, _ONE)


GLOBAL: Final = (
    Ask(_DISTRIBUTIONS, "cloudfront", "list_distributions", _ONE),
    Ask(
        "cloudfront:GetDistributionConfig arn:aws:cloudfront::*:distribution/*",
        "cloudfront",
        "get_distribution_config",
        of=Of(_DISTRIBUTIONS, "DistributionList.Items", "Id", "Id"),
    ),
    _policies("ResponseHeadersPolicies", "list_response_headers_policies"),
    _policies("CachePolicies", "list_cache_policies"),
    _policies("OriginRequestPolicies", "list_origin_request_policies"),
    _policies("ContinuousDeploymentPolicies", "list_continuous_deployment_policies"),
    _policies("VpcOrigins", "list_vpc_origins"),
    Ask(
        "cloudfront:ListDistributionTenants *",
        "cloudfront",
        "list_distribution_tenants",
        {"MaxItems": 1},
    ),
    Ask(
        "tag:GetResources *",
        "resourcegroupstaggingapi",
        "get_resources",
        {"ResourcesPerPage": 1, "ResourceTypeFilters": ["cloudfront:distribution"]},
        optional=True,
    ),
)
"""Asked once an account."""
REGIONAL: Final = (
    Ask(f"{_GATEWAY}/apis", "apigatewayv2", "get_apis", {"MaxResults": "1"}, everywhere=True),
    _of_api("routes", "get_routes"),
    _of_api("integrations", "get_integrations"),
    _of_api("stages", "get_stages"),
    Ask(f"{_GATEWAY}/domainnames", "apigatewayv2", "get_domain_names", {"MaxResults": "1"}),
    Ask(
        f"{_GATEWAY}/domainnames/*/apimappings",
        "apigatewayv2",
        "get_api_mappings",
        {"MaxResults": "1"},
        Of(f"{_GATEWAY}/domainnames", "Items", "DomainName", "DomainName"),
    ),
    Ask(
        f"{_GATEWAY}/domainnames/*/basepathmappings",
        "apigateway",
        "get_base_path_mappings",
        {"limit": 1},
        Of(f"{_GATEWAY}/domainnames", "Items", "DomainName", "domainName"),
    ),
    Ask(f"{_GATEWAY}/restapis", "apigateway", "get_rest_apis", {"limit": 1}),
    _of_rest_api("resources", "get_resources", limit=1),
    _of_rest_api("gatewayresponses", "get_gateway_responses", limit=1),
    _of_rest_api("stages", "get_stages"),
    Ask(f"{_GATEWAY}/vpclinks", "apigateway", "get_vpc_links", {"limit": 1}),
    Ask(_BALANCERS, "elbv2", "describe_load_balancers", {"PageSize": 1}),
    Ask(
        "elasticloadbalancing:DescribeTags *",
        "elbv2",
        "describe_tags",
        of=Of(_BALANCERS, "LoadBalancers", "LoadBalancerArn", "ResourceArns", many=True),
        optional=True,
    ),
    Ask(
        _LISTENERS,
        "elbv2",
        "describe_listeners",
        {"PageSize": 1},
        Of(_BALANCERS, "LoadBalancers", "LoadBalancerArn", "LoadBalancerArn"),
    ),
    Ask(
        "elasticloadbalancing:DescribeListenerAttributes *",
        "elbv2",
        "describe_listener_attributes",
        of=Of(_LISTENERS, "Listeners", "ListenerArn", "ListenerArn"),
    ),
    Ask(ATTRIBUTION[0], "cloudtrail", "lookup_events", {"MaxResults": 1}, optional=True),
)
"""Asked in one region of an account; all but the first would be the same in another."""
