"""Projections: what is kept, what is refused, and that no secret comes through."""

import json
from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Unread
from tests.collectors.cdn.cloudfront.world import (
    ACCOUNT,
    APP,
    HOST,
    behaviour,
    cache_policy,
    cors,
    deployment,
    distribution,
    distributions,
    listed,
    origin,
    origin_request,
    projected,
    response_headers,
    some,
)
from tests.collectors.gateway.canary import CANARY, holds_canary


def kept(*answers: dict[str, Any]) -> Document:
    (document,) = projected(*answers)
    assert isinstance(document, Document)
    return document


def refused(*answers: dict[str, Any]) -> Unread:
    (gap,) = projected(*answers)
    assert isinstance(gap, Unread)
    return gap


SECRET = {"HeaderName": "X-Origin-Verify", "HeaderValue": CANARY}
FIXED = {"HeaderName": "Origin", "HeaderValue": "https://fixed.example"}


def test_a_distribution_is_reduced() -> None:
    given = distribution(
        Comment=CANARY,
        HttpVersion=CANARY,
        ViewerCertificate={"ACMCertificateArn": CANARY},
        WebACLId=CANARY,
        origins=[origin(CustomHeaders=some([SECRET, FIXED]), OriginAccessControlId=CANARY)],
        default=behaviour(RealtimeLogConfigArn=CANARY, TrustedSigners={"Enabled": True, **some([CANARY])}),
        Logging={"Bucket": CANARY},
    )  # fmt: skip
    document = kept(distributions(given))

    assert not holds_canary(document)
    assert (document.kind, document.key) == ("Distribution", "E1EXAMPLE")
    assert document.body["DomainName"] == HOST
    assert document.body["Account"] == ACCOUNT
    settings: Any = document.body["Settings"]
    assert settings["HasWebAcl"] is True
    assert settings["Origins"] == [
        {
            "Id": "api",
            "DomainName": "origin.example.com",
            "OriginPath": "",
            "Protocol": "https-only",
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "VpcOriginId": "",
            "CustomHeaderNames": ["origin", "x-origin-verify"],
            "OriginHeader": "https://fixed.example",
        }
    ]
    assert settings["Behaviours"][0]["Signed"] is True
    assert json.loads(json.dumps(document.body)) == document.body


def test_policies_are_reduced() -> None:
    custom = some(
        [
            {"Header": "X-Key", "Value": CANARY, "Override": True},
            {"Header": "VARY", "Value": "accept", "Override": False},
        ]
    )
    removed = some([{"Header": "X-Powered-By"}, {"Header": "Vary"}])
    policy = response_headers(
        CorsConfig=cors([APP], AccessControlMaxAgeSec=5),
        CustomHeadersConfig=custom,
        RemoveHeadersConfig=removed,
        Comment=CANARY,
        SecurityHeadersConfig={"ContentSecurityPolicy": CANARY},
    )
    documents = projected(
        listed("ResponseHeadersPolicy", [policy]),
        listed("CachePolicy", [cache_policy("c", ["Origin"], Comment=CANARY, cookies="all", MaxTTL=7)]),
        listed("OriginRequestPolicy", [origin_request("o", "allExcept", ["Host"])]),
        listed("ContinuousDeploymentPolicy", [deployment("d", ["B.cloudfront.net", "a.cloudfront.net"])]),
        {"DistributionTenantList": [{"DistributionId": "E1", "Domains": [{"Domain": "T.example"}], "Parameters": [{"Value": CANARY}]}]},
    )  # fmt: skip

    assert [one.body for one in documents if isinstance(one, Document)] == [
        {
            "Name": "api-cors",
            "Cors": {
                "AccessControlAllowOrigins": [APP],
                "AccessControlAllowHeaders": ["content-type"],
                "AccessControlAllowMethods": ["GET", "PUT"],
                "AccessControlExposeHeaders": [],
                "AccessControlAllowCredentials": False,
                "OriginOverride": True,
                "AccessControlMaxAgeSec": 5,
            },
            "Custom": [{"Header": "vary", "Value": "accept", "Override": False}],
            "Remove": ["vary"],
        },
        {"Name": "c", "MaxTTL": 7, "Headers": ["Origin"], "AllCookies": True},
        {"Name": "o", "HeaderBehavior": "allExcept", "Headers": ["Host"]},
        {"Enabled": True, "Staging": ["a.cloudfront.net", "b.cloudfront.net"]},
        {"Domains": ["t.example"]},
    ]
    assert not any(holds_canary(one) for one in documents if isinstance(one, Document))


def test_the_canary_would_be_seen() -> None:
    assert holds_canary(kept(distributions(distribution(default=behaviour(CachePolicyId=CANARY)))))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key": "../x"}, "Id is not an id"),
        ({"DomainName": ""}, "DomainName is missing"),
        ({"Enabled": "yes"}, "Enabled is not true or false"),
        ({"Aliases": {"Quantity": 2, "Items": ["a.example"]}}, "Aliases holds 1 of 2 items"),
        ({"Aliases": ["a.example"]}, "Aliases is not an object with Quantity and Items"),
        ({"Aliases": some([1])}, "Aliases.Items is not a list of texts"),
        ({"Origins": some([])}, "Origins is empty or missing"),
        ({"CacheBehaviors": some(["x"])}, "CacheBehaviors.Items is not a list of objects"),
        ({"DefaultCacheBehavior": None}, "DefaultCacheBehavior: TargetOriginId is missing"),
        ({"behaviours": [behaviour()]}, "CacheBehaviors[0]: PathPattern is not a text"),
        ({"default": behaviour(CachePolicyId=7)}, "DefaultCacheBehavior: CachePolicyId is not a text"),
        ({"default": behaviour(FunctionAssociations=some(["f"]))}, "FunctionAssociations.Items is not"),
        ({"default": behaviour(AllowedMethods={"Quantity": 1, "Items": []})}, "AllowedMethods holds 0 of 1"),
        ({"Aliases": some(["a"] * 1001)}, "Aliases holds more than 1000 items"),
    ],
)  # fmt: skip
def test_distributions_of_another_shape_are_unread(given: dict[str, Any], words: str) -> None:
    gap = refused(distributions(distribution(**given)))

    assert (gap.gap, gap.do) == (Gap.INVALID, "write the file again with `aws cloudfront list-distributions`")  # fmt: skip
    assert words in gap.reason


def test_an_unread_distribution_blinds_its_own_hosts() -> None:
    gap = refused(distributions(distribution(aliases=["b.example", "A.example"], Enabled=0)))

    assert gap.names == ("host:a.example", "host:b.example", f"host:{HOST}")


@pytest.mark.parametrize(
    ("policy", "gap", "words"),
    [
        ({"CorsConfig": "*"}, Gap.INVALID, "CorsConfig is not an object"),
        ({"CorsConfig": cors(OriginOverride="true")}, Gap.INVALID, "OriginOverride is not true or false"),
        ({"CorsConfig": cors(AccessControlMaxAgeSec="5")}, Gap.INVALID, "AccessControlMaxAgeSec is not a whole number"),
        ({"CorsConfig": cors(AccessControlMaxAgeSec=True)}, Gap.INVALID, "is not a whole number"),
        ({"CorsConfig": {**cors(), "AccessControlAllowOrigins": ["*"]}}, Gap.INVALID, "AccessControlAllowOrigins is not an object"),
        ({"CorsConfig": cors(["${Origin}"])}, Gap.UNRESOLVED, "AccessControlAllowOrigins holds a template"),
        ({"CorsConfig": cors(headers=["{{ h }}"])}, Gap.UNRESOLVED, "AccessControlAllowHeaders holds a template"),
        ({"CustomHeadersConfig": some(["x"])}, Gap.INVALID, "CustomHeadersConfig.Items is not a list of objects"),
        ({"RemoveHeadersConfig": []}, Gap.INVALID, "RemoveHeadersConfig is not an object"),
    ],
)  # fmt: skip
def test_policies_of_another_shape_are_unread(policy: dict[str, Any], gap: Gap, words: str) -> None:
    found = refused(listed("ResponseHeadersPolicy", [response_headers(**policy)]))

    assert found.gap is gap
    assert words in found.reason
    assert found.names == ("cloudfront:ResponseHeadersPolicy/rhp-1",)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (listed("CachePolicy", [cache_policy("c", MaxTTL="0")]), "MaxTTL is not a whole number"),
        (listed("OriginRequestPolicy", [{"Id": "o"}]), "HeadersConfig.HeaderBehavior is missing"),
        (listed("ContinuousDeploymentPolicy", [{"Id": "d"}]), "Enabled is not true or false"),
        ({"VpcOriginList": some([{"Id": "vo_1"}])}, "its endpoint is not an ARN"),
        (listed("CachePolicy", [cache_policy("")]), "Id is not an id"),
    ],
)
def test_other_answers_of_another_shape_are_unread(answer: dict[str, Any], words: str) -> None:
    assert words in refused(answer).reason


def test_all_faults_are_said_at_once() -> None:
    gap = refused(distributions(distribution("../x", Enabled=1, DomainName="")))

    assert gap.reason.count("; ") == 2
