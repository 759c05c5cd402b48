"""API Gateway REST APIs (apigateway, v1): what reading them needs, and the functions that do it."""

from auditor.core.reading import Layer
from collectors.collector import Collector
from collectors.gateway.rest_api.command_output import project
from collectors.gateway.rest_api.inventory import fetch
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.reading import read

__all__ = ("COLLECTOR", "fetch")

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
)
