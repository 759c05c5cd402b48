"""Where integrations send requests, and what becomes of the path."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.link.cell import inward
from auditor.core.reading import HostSent
from collectors.gateway.rest_api.integration import host_sent, joined, target, used_variables
from collectors.gateway.rest_api.method import Integration, IntegrationType
from collectors.gateway.target import Target

B = "https://b.example"
BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/x/1"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:orders"
INVOKED = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{FUNCTION}"
VARIABLES = {"host": "v.example", "link": "link1", "fn": FUNCTION}
LINKS = {"link1": (BALANCER,)}
NAMES = (("proxy", "proxy"), ("id", "order"))


def http(uri: str, **changes: Any) -> Integration:
    return Integration(IntegrationType.HTTP_PROXY, uri, path_names=NAMES, **changes)


def function(uri: str) -> Integration:
    return Integration(IntegrationType.AWS_PROXY, uri)


@pytest.mark.parametrize(
    ("resource", "integration", "path", "name", "inner_path"),
    [
        ("/{proxy+}", http(f"{B}/{{proxy}}"), "/a/b", "host:b.example", "/a/b"),
        ("/v1/{proxy+}", http(f"{B}/base/{{proxy}}"), "/v1/a/b", "host:b.example", "/base/a/b"),
        ("/orders/{order}", http(f"{B}/o/{{id}}"), "/orders/7", "host:b.example", "/o/7"),
        ("/orders", http(f"{B}/legacy/list"), "/orders", "host:b.example", "/legacy/list"),
        ("/orders", http("http://${stageVariables.host}:8080/orders"), "/orders", "host:v.example:8080", "/orders"),
        ("/x", http("https://nlb.internal/x", private=True, link="link1"), "/x", BALANCER, "/x"),
        ("/x", http("https://nlb.internal/y", private=True, link="${stageVariables.link}"), "/x", BALANCER, "/y"),
        ("/x", http("https://any/x", private=True, link="v2", balancer=BALANCER), "/x", BALANCER, "/x"),
        ("/x", function(f"{INVOKED}/invocations"), "/x", f"lambda:{FUNCTION}", "/x"),
        ("/x", function(f"{INVOKED}:live/invocations"), "/x", f"lambda:{FUNCTION}", "/x"),
        ("/x", function(f"{INVOKED[: -len(FUNCTION)]}${{stageVariables.fn}}/invocations"), "/x", f"lambda:{FUNCTION}", "/x"),
    ],
)  # fmt: skip
def test_targets(
    resource: str, integration: Integration, path: str, name: str, inner_path: str
) -> None:
    found = target(integration, resource, VARIABLES, LINKS)

    assert found.to == (name,)
    assert inward(path, found.strip, found.add) == inner_path


@pytest.mark.parametrize(
    ("resource", "integration", "words"),
    [
        ("/x", http("https://${stageVariables.other}/x"), "needs a stage variable"),
        ("/x", http("not a url"), "is not a URL with a host"),
        ("/x", http("https://b.example:99999999/x"), "is not a URL with a host"),
        ("/{proxy+}", http(f"{B}/fixed"), "cannot be followed"),
        ("/{proxy+}", http(f"{B}/{{other}}"), "cannot be followed"),
        ("/x", http("https://n/x", private=True, link="gone"), "the VPC link 'gone' was not read"),
        ("/x", function("arn:aws:apigateway:eu-west-1:s3:path/bucket"), "the service at"),
    ],
)
def test_ways_that_cannot_be_followed(resource: str, integration: Integration, words: str) -> None:
    found = target(integration, resource, VARIABLES, LINKS)

    assert isinstance(found.to, UnreadEnd)
    assert words in found.to.cause


def test_links_that_were_not_read() -> None:
    found = target(http("https://n/x", private=True, link="link1"), "/x", {}, None)

    assert isinstance(found.to, UnreadEnd)


def test_the_host_that_is_sent() -> None:
    assert host_sent(http(B)) is HostSent.TARGET
    assert host_sent(http(B, private=True)) is HostSent.UNKNOWN
    assert host_sent(function(INVOKED)) is HostSent.UNKNOWN


def test_canaries_go_two_ways() -> None:
    first, second = Target(("host:a",), "/x"), Target(("host:b",), "/x")

    assert joined(first, first) == first
    assert joined(first, second) == Target(("host:a", "host:b"), "/x")
    assert isinstance(joined(first, Target(("host:b",))).to, UnreadEnd)
    assert isinstance(joined(first, Target(UnreadEnd("gone"))).to, UnreadEnd)


def test_variables_that_are_used() -> None:
    integrations = [
        http("https://${stageVariables.host}/${stageVariables.path}"),
        http(B, link="${stageVariables.link}"),
    ]

    assert used_variables(integrations) == {"host", "path", "link"}
