"""API Gateway HTTP APIs (apigatewayv2): what reading them needs, and the functions that do it."""

from collections.abc import Mapping

from auditor.core.reading import Document, Layer
from collectors.collector import Collector, TrailKey
from collectors.gateway.http_api.command_output import project
from collectors.gateway.http_api.document import Kind
from collectors.gateway.http_api.inventory import fetch
from collectors.gateway.http_api.reading import read

__all__ = ("COLLECTOR", "fetch")

# Operations of botocore 1.44.5, apigatewayv2 2018-11-29, that change what is kept of each kind; events
# have their names (API Gateway developer guide, "Logging calls to API Gateway APIs with CloudTrail").
_WHOLE = ("ReimportApi", "ImportApi")
_CHANGES: Mapping[str, tuple[str, ...]] = {
    Kind.API: ("UpdateApi", "DeleteCorsConfiguration", "CreateApi", *_WHOLE),
    Kind.ROUTES: ("UpdateRoute", "CreateRoute", "DeleteRoute", *_WHOLE),
    Kind.INTEGRATIONS: ("UpdateIntegration", "CreateIntegration", "DeleteIntegration", *_WHOLE),
    Kind.STAGES: ("UpdateStage", "CreateStage", "DeleteStage"),
    Kind.DOMAIN: ("UpdateDomainName", "CreateDomainName"),
    Kind.MAPPINGS: ("UpdateApiMapping", "CreateApiMapping", "DeleteApiMapping"),
}


def trail(document: Document) -> TrailKey | None:
    """What CloudTrail calls the API, or the domain, of `document`."""
    events = _CHANGES.get(document.kind)
    if events is None:
        return None
    named = "domainName" if document.kind in (Kind.DOMAIN, Kind.MAPPINGS) else "apiId"
    return TrailKey("apigateway.amazonaws.com", events, document.key, (named,))


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
    trail=trail,
)
