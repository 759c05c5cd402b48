"""A REST API of every kind of part, made in a fake account."""

from collections.abc import Mapping
from typing import Any

from tests.collectors.gateway.canary import CANARY
from tests.collectors.gateway.rest_api.shop import ADMIN, APP, INVOKED
from tests.collectors.gateway.rest_api.templates import cdk

ACCOUNT = "123456789012"
DOMAIN = "edge.example.com"


def populate(client: Any) -> str:
    """Make one REST API with its parts and an edge domain, and a bare one; return the first's id."""
    api: str = client.create_rest_api(
        name="shop", description=CANARY, tags={"team": "shop", "key": CANARY}
    )["id"]
    orders = _resource(client, api, "orders")
    _preflight(client, api, orders)
    _method(client, api, orders, "GET", type="AWS_PROXY", uri=INVOKED)
    v1 = _resource(client, api, "v1")
    rest = client.create_resource(restApiId=api, parentId=v1, pathPart="{proxy+}")["id"]
    _method(
        client, api, rest, "ANY",
        type="HTTP_PROXY",
        uri="https://${stageVariables.host}/{proxy}",
        requestParameters={"integration.request.path.proxy": "method.request.path.proxy"},
    )  # fmt: skip
    client.put_gateway_response(
        restApiId=api,
        responseType="DEFAULT_4XX",
        responseParameters={
            "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
            "gatewayresponse.header.X-Key": f"'{CANARY}'",
        },
        responseTemplates={"application/json": CANARY},
    )
    deployment = client.create_deployment(restApiId=api)["id"]
    client.create_stage(
        restApiId=api,
        stageName="prod",
        deploymentId=deployment,
        variables={"host": "b.example", "token": CANARY},
    )
    client.create_rest_api(name="bare")
    client.create_domain_name(
        domainName=DOMAIN,
        certificateArn="arn:aws:acm:us-east-1:123456789012:certificate/x",
        endpointConfiguration={"types": ["EDGE"]},
    )
    client.create_base_path_mapping(domainName=DOMAIN, basePath="shop", restApiId=api, stage="prod")
    return api


def _resource(client: Any, api: str, part: str) -> str:
    root = next(
        one["id"] for one in client.get_resources(restApiId=api)["items"] if one["path"] == "/"
    )
    made: str = client.create_resource(restApiId=api, parentId=root, pathPart=part)["id"]
    return made


def _method(client: Any, api: str, resource: str, verb: str, **integration: Any) -> dict[str, str]:
    at = {"restApiId": api, "resourceId": resource, "httpMethod": verb}
    # A path variable has to be declared before it is mapped.
    mapped: Mapping[str, str] = integration.get("requestParameters", {})
    client.put_method(
        **at,
        authorizationType="NONE",
        requestParameters=dict.fromkeys(mapped.values(), True),
    )
    client.put_integration(**at, integrationHttpMethod="POST", **integration)
    return at


def _preflight(client: Any, api: str, resource: str) -> None:
    at = _method(
        client, api, resource, "OPTIONS",
        type="MOCK",
        requestTemplates={"application/json": "{ statusCode: 200 }"},
    )  # fmt: skip
    headers = {
        "method.response.header.Access-Control-Allow-Origin": f"'{APP}'",
        "method.response.header.X-Key": f"'{CANARY}'",
    }
    client.put_method_response(
        **at, statusCode="204", responseParameters=dict.fromkeys(headers, True)
    )
    client.put_integration_response(
        **at,
        statusCode="204",
        responseParameters=headers,
        responseTemplates={"application/json": cdk([ADMIN])},
    )
