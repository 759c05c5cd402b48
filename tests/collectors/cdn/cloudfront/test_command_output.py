"""Files of the AWS CLI: which answer they hold, whose it is, and what is missing."""

from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Unread, Where
from collectors.cdn.cloudfront.collector import COLLECTOR
from collectors.cdn.cloudfront.command_output import project
from collectors.cdn.cloudfront.document import Kind
from collectors.collector import Found
from tests.collectors.cdn.cloudfront.world import (
    ACCOUNT,
    cache_policy,
    cors,
    deployment,
    distribution,
    distributions,
    listed,
    origin_request,
    projected,
    response_headers,
    some,
)

CONFIG = {"ETag": "e", "DistributionConfig": distribution()}
SINGLE = {"ETag": "e", "Distribution": {"Id": "E1", "DomainName": "x.net", "DistributionConfig": distribution("E1")}}  # fmt: skip
RHP = response_headers(CorsConfig=cors())
ENDPOINT = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1"


@pytest.mark.parametrize(
    ("place", "body", "kinds"),
    [
        ("x.json", distributions(distribution("E1"), distribution("E2")), [("Distribution", "E1"), ("Distribution", "E2")]),
        ("x.json", SINGLE, [("Distribution", "E1"), ("ContinuousDeploymentAttachment", "E1")]),
        ("get-distribution-config.E1.json", CONFIG, [("DistributionConfig", "E1"), ("ContinuousDeploymentAttachment", "E1")]),
        ("E1/get-distribution-config.yaml", CONFIG, [("DistributionConfig", "E1"), ("ContinuousDeploymentAttachment", "E1")]),
        ("x.json", listed("ResponseHeadersPolicy", [RHP]), [("ResponseHeadersPolicy", "rhp-1")]),
        ("x.json", {"ResponseHeadersPolicy": RHP}, [("ResponseHeadersPolicy", "rhp-1")]),
        ("get-response-headers-policy-config.r2.json", {"ResponseHeadersPolicyConfig": RHP["ResponseHeadersPolicyConfig"]}, [("ResponseHeadersPolicy", "r2")]),
        ("x.json", listed("CachePolicy", [cache_policy("c")]), [("CachePolicy", "c")]),
        ("x.json", {"CachePolicy": cache_policy("c")}, [("CachePolicy", "c")]),
        ("x.json", listed("OriginRequestPolicy", [origin_request("o", "none")]), [("OriginRequestPolicy", "o")]),
        ("x.json", listed("ContinuousDeploymentPolicy", [deployment("d", ["x.net"])]), [("ContinuousDeploymentPolicy", "d")]),
        ("x.json", {"VpcOriginList": some([{"Id": "vo_1", "OriginEndpointArn": ENDPOINT}])}, [("VpcOrigin", "vo_1")]),
        ("x.json", {"VpcOrigin": {"Id": "vo_1", "VpcOriginEndpointConfig": {"Arn": ENDPOINT}}}, [("VpcOrigin", "vo_1")]),
        ("x.json", {"DistributionTenantList": [{"DistributionId": "E1"}, {"DistributionId": "E2"}]}, [("DistributionTenants", "E1"), ("DistributionTenants", "E2")]),
        # Managed policies stand in a table; answers of other commands and templates are nobody's.
        ("x.json", {"CachePolicyList": some([{"Type": "managed", "CachePolicy": cache_policy("c")}])}, []),
        ("x.json", {"Resources": {"D": {"Properties": CONFIG}}}, []),
        ("x.json", {"DistributionList": "x", "Distribution": [], "CachePolicyList": 1}, []),
        ("x.json", {"FunctionList": {"Items": [], "NextMarker": "m"}}, []),
        ("x.json", {}, []),
    ],
)  # fmt: skip
def test_answers_are_recognised(
    place: str, body: dict[str, Any], kinds: list[tuple[str, str]]
) -> None:
    documents = projected(body, place=place)

    assert [(one.kind, one.key) for one in documents if isinstance(one, Document)] == kinds
    assert len(documents) == len(kinds)


@pytest.mark.parametrize(
    ("place", "body", "file"),
    [
        ("config.json", CONFIG, "get-distribution-config.<id>.json"),
        ("my folder/get-distribution-config.json", CONFIG, "get-distribution-config.<id>.json"),
        ("x.json", {"CachePolicyConfig": {"MinTTL": 0}}, "get-cache-policy-config.<id>.json"),
    ],
)
def test_configurations_of_nobody_are_unread(place: str, body: dict[str, Any], file: str) -> None:
    (gap,) = projected(body, place=place)

    assert isinstance(gap, Unread)
    assert (gap.gap, gap.do) == (Gap.UNRESOLVED, f"name it {file}")


@pytest.mark.parametrize(
    "body",
    [
        {"DistributionList": {**some([distribution()]), "NextMarker": "m"}},
        {"CachePolicyList": {**some([]), "NextMarker": "m"}},
        # The marker of tenants stands beside their list.
        {"DistributionTenantList": [], "NextMarker": "m"},
    ],
)
def test_one_page_of_several_is_said(body: dict[str, Any]) -> None:
    gaps = [one for one in projected(body) if isinstance(one, Unread)]

    assert [(gap.gap, gap.do) for gap in gaps] == [(Gap.ABSENT, "list without a limit")]


@pytest.mark.parametrize(
    ("place", "arn", "account"),
    [
        ("estate/111122223333/get.json", "", "111122223333"),
        ("estate/111122223333/get.json", "arn:aws:cloudfront::444455556666:x", "111122223333"),
        ("get.json", f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1", ACCOUNT),
        ("1111/get.json", "no ARN", ""),
    ],
)
def test_the_account(place: str, arn: str, account: str) -> None:
    (document,) = projected(distributions(distribution(ARN=arn)), place=place)

    assert isinstance(document, Document)
    assert document.body["Account"] == account


def test_places() -> None:
    lines: dict[tuple[str | int, ...], int] = {("DistributionList", "Items", 1): 40}
    body = distributions(distribution("E1"), distribution("E2"))
    first, second = project(Found(body, "file:x", Where("f", 1), lines.get))

    assert (first.where, second.where) == (Where("f", 1), Where("f", 40))


def test_the_collector_is_whole() -> None:
    answers = [
        CONFIG,
        SINGLE,
        *({f"{kind}List": {}} for kind in ("VpcOrigin", "DistributionTenant")),
    ]

    assert set(COLLECTOR.kinds) == set(Kind)
    assert COLLECTOR.project is project
    for answer in answers:
        text = str(answer).lower().replace("'", '"')
        assert any(word in text for word in COLLECTOR.words)
    assert not any("getfunction" in permission.lower() for permission in COLLECTOR.permissions)
