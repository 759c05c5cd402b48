"""A REST API of every kind of part, with a secret wherever the service's answers could hold one."""

from typing import Any

from auditor.core.reading import Json
from tests.collectors.gateway.canary import CANARY
from tests.collectors.gateway.rest_api.methods import method, resource, response
from tests.collectors.gateway.rest_api.templates import cdk

APP, ADMIN, EVIL = "https://app.example.com", "https://admin.example.com", "https://evil.example"
ID = "r1e2s3t4a5"
HOST = f"{ID}.execute-api.eu-west-1.amazonaws.com"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/x/1"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
INVOKED = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"

API: dict[str, Json] = {
    "id": ID,
    "name": "shop",
    "description": CANARY,
    "apiKeySource": "HEADER",
    "endpointConfiguration": {"types": ["REGIONAL"], "vpcEndpointIds": []},
    "policy": f'{{"Statement": "{CANARY}"}}',
    "tags": {"team": "shop", "key": CANARY, "aws:cloudformation:stack-name": "shop-prod"},
}
PREFLIGHT = method(
    "MOCK",
    [
        response(
            "204",
            {
                "Access-Control-Allow-Origin": f"'{APP}'",
                "Access-Control-Allow-Credentials": "'true'",
                "Access-Control-Allow-Methods": "'GET,PUT'",
                "X-Key": f"'{CANARY}'",
            },
            cdk([ADMIN]),
        )
    ],
    integration={"credentials": CANARY, "cacheNamespace": CANARY},
)
FUNCTION_PROXY = method("AWS_PROXY", integration={"uri": INVOKED}, authorizerId=CANARY)
PUBLIC = method(
    "HTTP_PROXY",
    integration={
        "uri": f"https://u:{CANARY}@${{stageVariables.host}}/v2/{{proxy}}?key={CANARY}",
        "requestParameters": {
            "integration.request.path.proxy": "method.request.path.proxy",
            "integration.request.header.X-Key": f"'{CANARY}'",
            "integration.request.querystring.k": f"'{CANARY}'",
        },
    },
)
PRIVATE = method(
    "HTTP_PROXY",
    integration={"uri": "https://nlb.internal/p", "connectionType": "VPC_LINK", "connectionId": "l1"},
)  # fmt: skip
REPLACED = method(
    "AWS",
    [
        response("200", {"Access-Control-Allow-Origin": "'*'"}, f'{{"secret": "{CANARY}"}}'),
        response("400", pattern=".*Bad.*"),
    ],
    integration={"uri": INVOKED, "requestTemplates": {"application/json": CANARY}},
)
RESOURCES: list[dict[str, Any]] = [
    {"id": "root", "path": "/"},
    resource("/orders", OPTIONS=PREFLIGHT, GET=FUNCTION_PROXY),
    resource("/orders/{id}", OPTIONS=PREFLIGHT, PUT=FUNCTION_PROXY, GET=REPLACED),
    resource("/v1/{proxy+}", ANY=PUBLIC),
    resource("/private", GET=PRIVATE),
]
STAGES: list[dict[str, Any]] = [
    {
        "stageName": "prod",
        "deploymentId": "d1",
        "variables": {"host": "b.example", "token": CANARY},
        "accessLogSettings": {"destinationArn": CANARY},
        "clientCertificateId": CANARY,
        "webAclArn": f"arn:aws:wafv2:{CANARY}",
    },
    {"stageName": "blue", "deploymentId": "d0", "variables": {"host": "blue.example"}},
]
GATEWAY_RESPONSES: list[dict[str, Any]] = [
    {
        "responseType": "DEFAULT_4XX",
        "defaultResponse": False,
        "responseParameters": {
            "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
            "gatewayresponse.header.X-Key": f"'{CANARY}'",
        },
        "responseTemplates": {"application/json": CANARY},
    }
]
LINKS: list[dict[str, Any]] = [{"id": "l1", "name": CANARY, "targetArns": [BALANCER]}]
DOMAIN: dict[str, Json] = {
    "domainName": "Edge.example.com",
    "distributionDomainName": "d1.cloudfront.net",
    "certificateArn": CANARY,
    "policy": CANARY,
    "endpointConfiguration": {"types": ["EDGE"]},
}
MAPPINGS: list[dict[str, Any]] = [
    {"basePath": "(none)", "restApiId": ID, "stage": "prod"},
    {"basePath": "next", "restApiId": ID, "stage": "blue"},
    {"basePath": "free", "restApiId": ID},
    {"basePath": "far", "restApiId": "other00001", "stage": "live"},
]
