"""Where integrations send requests, and what becomes of the path."""

import pytest

from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.link.cell import inward
from auditor.core.reading import Json
from collectors.gateway.http_api.integration import target, used_variables
from collectors.gateway.http_api.route import Route, parse_route

B = "https://b.example"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/x/1/2"
SERVICE = "arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
INVOKED = (
    f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}:live/invocations"
)


def route(key: str) -> Route:
    parsed = parse_route(key)
    assert parsed is not None
    return parsed


def public(uri: str, path: str = "") -> dict[str, Json]:
    return {"IntegrationType": "HTTP_PROXY", "IntegrationUri": uri, "OverwritePath": path}


def private(uri: str, path: str = "") -> dict[str, Json]:
    return {**public(uri, path), "ConnectionType": "VPC_LINK"}


def function(uri: str) -> dict[str, Json]:
    return {"IntegrationType": "AWS_PROXY", "IntegrationUri": uri}


@pytest.mark.parametrize(
    ("key", "integration", "stage", "path", "name", "inner_path"),
    [
        ("$default", public(B), "$default", "/a/b", "host:b.example", "/a/b"),
        ("$default", public(f"{B}/base/"), "$default", "/a", "host:b.example", "/base/a"),
        ("ANY /v1/{proxy+}", public(f"{B}/base/{{proxy}}"), "prod", "/v1/a/b", "host:b.example", "/base/a/b"),
        ("ANY /{proxy+}", public(f"{B}/{{proxy}}"), "prod", "/a/b", "host:b.example", "/a/b"),
        ("ANY /v1/{proxy+}", public(f"{B}/v1/{{proxy+}}"), "prod", "/v1/a", "host:b.example", "/v1/a"),
        ("GET /pets/{id}", public(f"{B}/x/y/{{id}}"), "$default", "/pets/6", "host:b.example", "/x/y/6"),
        ("GET /orders", public(f"{B}/legacy/list"), "$default", "/orders", "host:b.example", "/legacy/list"),
        ("GET /v1/orders", public(f"{B}/orders"), "$default", "/v1/orders", "host:b.example", "/orders"),
        ("GET /orders", public(B), "$default", "/orders", "host:b.example", "/"),
        ("GET /", public(f"{B}/home"), "$default", "/", "host:b.example", "/home"),
        ("GET /v1/{a}/b", public(B, "$request.path"), "prod", "/v1/1/b", "host:b.example", "/v1/1/b"),
        ("GET /v1/{a}", public(f"{B}/z", "/w/$request.path.a"), "prod", "/v1/1", "host:b.example", "/w/1"),
        ("GET /v1/{a}", public(B, "/w/${request.path.a}"), "prod", "/v1/1", "host:b.example", "/w/1"),
        ("$default", public("http://B.example:80"), "$default", "/a", "host:b.example", "/a"),
        ("$default", public("https://b.example:8443"), "$default", "/a", "host:b.example:8443", "/a"),
        ("$default", private(LISTENER), "$default", "/a", f"listener:{LISTENER}", "/a"),
        ("$default", private(LISTENER), "prod", "/a", f"listener:{LISTENER}", "/prod/a"),
        ("$default", private(LISTENER, "$request.path"), "prod", "/a", f"listener:{LISTENER}", "/a"),
        ("$default", private(SERVICE), "$default", "/a", f"cloudmap:{SERVICE}", "/a"),
        ("$default", function(FUNCTION), "$default", "/a", f"lambda:{FUNCTION}", "/a"),
        ("$default", function(f"{FUNCTION}:7"), "$default", "/a", f"lambda:{FUNCTION}", "/a"),
        ("$default", function(INVOKED), "$default", "/a", f"lambda:{FUNCTION}", "/a"),
    ],
)  # fmt: skip
def test_targets(
    key: str, integration: dict[str, Json], stage: str, path: str, name: str, inner_path: str
) -> None:
    found = target(integration, route(key), stage, {})

    assert found.to == (name,)
    assert inward(path, found.strip, found.add) == inner_path


@pytest.mark.parametrize(
    ("key", "integration", "words"),
    [
        ("GET /pets/{id}", public(f"{B}/all"), "path '/all' at host:b.example cannot be followed"),
        ("GET /pets/{id}", public(f"{B}/x/{{id}}/y"), "cannot be followed"),
        ("GET /pets/{id}", public(f"{B}/{{other}}"), "cannot be followed"),
        ("$default", public(B, "/fixed"), "cannot be followed from $default"),
        ("GET /a", public(B, "$context.path"), "cannot be followed"),
        ("$default", public("https://{tenant}.b.example"), "not a URL with a host"),
        ("$default", public("ftp://b.example"), "not a URL"),
        ("$default", public("https://[b"), "not a URL"),
        ("$default", public("https://b.example:x"), "not a URL"),
        ("$default", public(""), "not a URL"),
        ("$default", public("https://${stageVariables.host}/x"), "needs a stage variable"),
        ("$default", private("vpclink/1"), "neither a listener nor a Cloud Map service"),
        ("$default", function("arn:aws:s3:::bucket"), "not the ARN of a function"),
        ("$default", {"IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage"}, "SQS-SendMessage"),
        ("$default", {"IntegrationType": "MOCK"}, "type MOCK"),
        ("$default", {}, "type unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_unread(
    key: str, integration: dict[str, Json], words: str
) -> None:
    found = target(integration, route(key), "$default", {})

    assert isinstance(found.to, UnreadEnd)
    assert words in found.to.cause


def test_stage_variables_are_substituted() -> None:
    integration = public("https://${stageVariables.host}/${stageVariables.base}")
    variables = {"host": "b.example", "base": "v2", "other": "x"}

    assert target(integration, route("GET /a"), "prod", variables).to == ("host:b.example",)
    assert target(integration, route("GET /a"), "prod", variables).add == "/v2"
    assert isinstance(target(integration, route("GET /a"), "prod", None).to, UnreadEnd)


def test_used_variables() -> None:
    integrations: dict[str, Json] = {
        "i1": public("https://${stageVariables.host}/x", "/${stageVariables.base}/y"),
        "i2": function("arn:aws:lambda:eu-west-1:1:function:${stageVariables.fn}"),
        "i3": None,
    }

    assert used_variables(integrations) == {"host", "base", "fn"}
