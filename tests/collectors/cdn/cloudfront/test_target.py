"""Where requests go: hosts and ports, VPC origins, groups, path prefixes."""

from typing import Any

import pytest

from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.reading import ANY_PATH
from tests.collectors.cdn.cloudfront.world import (
    aliases,
    behaviour,
    distribution,
    distributions,
    hops,
    only,
    origin,
    readings,
    some,
)

ALB = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/1"
VPC = {"VpcOriginList": {**some([{"Id": "vo_1", "Arn": "a", "OriginEndpointArn": ALB}]), "IsTruncated": False}}  # fmt: skip


def custom(protocol: str, http: int = 80, https: int = 443) -> dict[str, Any]:
    config = {"HTTPPort": http, "HTTPSPort": https, "OriginProtocolPolicy": protocol}
    return {"CustomOriginConfig": config}


@pytest.mark.parametrize(
    ("given", "to", "add"),
    [
        (origin(domain="Origin.Example.com"), "host:origin.example.com", ""),
        (origin(OriginPath="/prod"), "host:origin.example.com", "/prod"),
        (origin(**custom("https-only", 8080, 8443)), "host:origin.example.com:8443", ""),
        (origin(**custom("http-only", 8080, 8443)), "host:origin.example.com:8080", ""),
        (origin(**custom("http-only", 80, 8443)), "host:origin.example.com", ""),
        (origin(**custom("match-viewer", 8080, 443)), "host:origin.example.com", ""),
        (
            origin(domain="b.s3.eu-west-1.amazonaws.com", CustomOriginConfig=None, S3OriginConfig={}),
            "host:b.s3.eu-west-1.amazonaws.com",
            "",
        ),
        (origin(CustomOriginConfig=None, VpcOriginConfig={"VpcOriginId": "vo_1"}), ALB, ""),
        # Its load balancer has a host, too.
        (
            origin(CustomOriginConfig=None, VpcOriginConfig={"VpcOriginId": "vo_2"}),
            "host:origin.example.com",
            "",
        ),
    ],
)  # fmt: skip
def test_one_origin(given: dict[str, Any], to: str, add: str) -> None:
    case = only(distributions(distribution(origins=[given])), VPC).cases[0]

    assert (case.to, case.add) == ((to,), add)


def group(*members: dict[str, Any]) -> dict[str, Any]:
    listed = some({"OriginId": member["Id"]} for member in members)
    return distribution(
        origins=members,
        groups=[{"Id": "group", "FailoverCriteria": {}, "Members": listed}],
        default=behaviour(target="group"),
    )


def test_a_group_is_spread_over_its_members() -> None:
    members = origin("a", "a.example", OriginPath="/x"), origin("b", "b.example", OriginPath="/x")
    case = only(distributions(group(*members))).cases[0]

    assert (case.to, case.add) == (("host:a.example", "host:b.example"), "/x")


def test_members_with_different_paths_get_names_of_their_own() -> None:
    members = origin("a", "a.example", OriginPath="/blue"), origin("b", "b.example")
    found = readings(distributions(group(*members)))
    case = hops(found)[0].cases[0]

    assert (case.to, case.add) == (("cloudfront:E1EXAMPLE/a", "cloudfront:E1EXAMPLE/b"), "")
    assert [(a.name, a.to, a.match, a.add, a.entry) for a in aliases(found)] == [
        ("cloudfront:E1EXAMPLE/a", "host:a.example", ANY_PATH, "/blue", False),
        ("cloudfront:E1EXAMPLE/b", "host:b.example", ANY_PATH, "", False),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"origins": [origin(OriginPath="/{{tenantName}}")]}, "depends on parameters of its tenants"),
        ({"origins": [origin(domain="{{tenantName}}.example")]}, "depends on parameters"),
        ({"default": behaviour(target="gone")}, "names is not there"),
    ],
)  # fmt: skip
def test_ends_that_cannot_be_followed(given: dict[str, Any], words: str) -> None:
    end = only(distributions(distribution(**given))).cases[0].to

    assert isinstance(end, UnreadEnd)
    assert words in end.cause
