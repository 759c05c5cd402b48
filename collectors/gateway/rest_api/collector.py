"""API Gateway REST APIs (apigateway, v1): what reading them needs, and the functions that do it."""

from collections.abc import Mapping

from auditor.core.reading import Document, Layer
from collectors.collector import Collector, TrailKey
from collectors.gateway.rest_api.command_output import project
from collectors.gateway.rest_api.inventory import fetch
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.reading import read

__all__ = ("COLLECTOR", "fetch")

# Operations of botocore 1.44.5, apigateway 2015-07-09, that change what is kept of each kind; events
# have their names (API Gateway developer guide, "Logging calls to API Gateway APIs with CloudTrail").
# VPC links are kept together for a region, so that no event names their document.
_WHOLE = ("PutRestApi", "ImportRestApi")
_CHANGES: Mapping[str, tuple[str, ...]] = {
    Kind.API: ("UpdateRestApi", "CreateRestApi", *_WHOLE),
    Kind.STAGES: ("UpdateStage", "CreateStage", "CreateDeployment", "DeleteStage"),
    Kind.RESOURCES: (
        "PutIntegrationResponse",
        "UpdateIntegrationResponse",
        "DeleteIntegrationResponse",
        "PutIntegration",
        "UpdateIntegration",
        "DeleteIntegration",
        "PutMethodResponse",
        "UpdateMethodResponse",
        "DeleteMethodResponse",
        "PutMethod",
        "UpdateMethod",
        "DeleteMethod",
        "CreateResource",
        "DeleteResource",
        *_WHOLE,
    ),
    Kind.GATEWAY_RESPONSES: (
        "PutGatewayResponse",
        "UpdateGatewayResponse",
        "DeleteGatewayResponse",
        *_WHOLE,
    ),
    Kind.DOMAIN: ("UpdateDomainName", "CreateDomainName"),
    Kind.MAPPINGS: ("UpdateBasePathMapping", "CreateBasePathMapping", "DeleteBasePathMapping"),
}


def trail(document: Document) -> TrailKey | None:
    """What CloudTrail calls the API, or the domain, of `document`; the answer to the call that makes
    an API says its id alone."""
    events = _CHANGES.get(document.kind)
    if events is None:
        return None
    domain = document.kind in (Kind.DOMAIN, Kind.MAPPINGS)
    fields = ("domainName",) if domain else ("restApiId", "id")
    return TrailKey("apigateway.amazonaws.com", events, document.key, fields)


COLLECTOR = Collector(
    name="rest-api",
    layer=Layer.GATEWAY,
    kinds=tuple(Kind),
    settings=(Kind.DOMAIN, Kind.MAPPINGS, Kind.VPC_LINKS),
    words=(
        "endpointconfiguration",
        "resourcemethods",
        "pathpart",
        "responsetype",
        "stagename",
        "basepath",
        "targetarns",
        '"items": []',
        '"item": []',
        '"path": "/"',
    ),
    project=project,
    read=read,
    # Actions of API Gateway are HTTP verbs. `/apikeys` and `/restapis/*/authorizers` are left out:
    # they hold keys and secrets. The resource names are from the service authorization reference
    # and were not tried against an account.
    permissions=(
        "apigateway:GET arn:aws:apigateway:*::/restapis",
        "apigateway:GET arn:aws:apigateway:*::/restapis/*/resources",
        "apigateway:GET arn:aws:apigateway:*::/restapis/*/gatewayresponses",
        "apigateway:GET arn:aws:apigateway:*::/restapis/*/stages",
        "apigateway:GET arn:aws:apigateway:*::/vpclinks",
        "apigateway:GET arn:aws:apigateway:*::/domainnames",
        "apigateway:GET arn:aws:apigateway:*::/domainnames/*/basepathmappings",
        "ec2:DescribeRegions *",
    ),
    trail=trail,
)
