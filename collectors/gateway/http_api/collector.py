"""API Gateway HTTP APIs (apigatewayv2): what reading them needs, and the functions that do it."""

from auditor.core.reading import Layer
from collectors.collector import Collector
from collectors.gateway.http_api.command_output import project
from collectors.gateway.http_api.document import Kind
from collectors.gateway.http_api.inventory import fetch
from collectors.gateway.http_api.reading import read

__all__ = ("COLLECTOR", "fetch")

COLLECTOR = Collector(
    name="http-api",
    layer=Layer.GATEWAY,
    kinds=tuple(Kind),
    settings=(Kind.DOMAIN, Kind.MAPPINGS),
    words=(
        "protocoltype",
        "routekey",
        "integrationid",
        "stagename",
        "domainnameconfigurations",
        "apimappingid",
        '"items": []',
    ),
    project=project,
    read=read,
    # Actions of API Gateway are HTTP verbs. `/apikeys` and `/apis/*/authorizers` are left out: they
    # hold keys and secrets. The resource names are from the service authorization reference and
    # were not tried against an account.
    permissions=(
        "apigateway:GET arn:aws:apigateway:*::/apis",
        "apigateway:GET arn:aws:apigateway:*::/apis/*/routes",
        "apigateway:GET arn:aws:apigateway:*::/apis/*/integrations",
        "apigateway:GET arn:aws:apigateway:*::/apis/*/stages",
        "apigateway:GET arn:aws:apigateway:*::/domainnames",
        "apigateway:GET arn:aws:apigateway:*::/domainnames/*/apimappings",
        "ec2:DescribeRegions *",
    ),
)
