"""What a live account is asked, in how many calls, and what happens when it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from botocore.stub import ANY, Stubber

from auditor.core.hop.behaviour import Mix, UnreadBehaviour
from auditor.core.reading import Document, Gap, Layer, Reading
from collectors._aws import Aws, Client, connect
from collectors.cdn.cloudfront.collector import COLLECTOR, fetch
from collectors.collector import Collected, Count
from tests.collectors.cdn.cloudfront.asking import lines
from tests.collectors.cdn.cloudfront.world import (
    ACCOUNT,
    APP,
    SIMPLE_CORS,
    behaviour,
    cors,
    deployment,
    distribution,
    hops,
    origin,
    origin_request,
    response_headers,
    some,
)
from tests.collectors.gateway.asking import get
from tests.collectors.gateway.conftest import REGION

SOURCE = f"aws:{ACCOUNT}/global"
ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1EXAMPLE"
WHEN = "2026-01-01T00:00:00Z"


@dataclass
class Session:
    """A boto3 session that gives the clients it was made with."""

    clients: dict[str, Client]
    region_name: str = REGION

    def client(self, service: str, **_: Any) -> Client:
        return self.clients[service]


class Account:
    """A stubbed account: answers are given in the order in which they were added."""

    def __init__(self) -> None:
        self.session = Session(_clients())
        self.stubs = {name: Stubber(one) for name, one in self.session.clients.items()}

    def answer(self, operation: str, body: dict[str, Any], **params: Any) -> None:
        self.stubs["cloudfront"].add_response(operation, body, params)

    def refuse(self, operation: str, code: str = "AccessDenied", status: int = 403) -> None:
        self.stubs["cloudfront"].add_client_error(
            operation, code, "secret", http_status_code=status
        )

    def tags(self, *rows: tuple[str, dict[str, str]]) -> None:
        found = [{"ResourceARN": arn, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]} for arn, tags in rows]  # fmt: skip
        only = {"ResourceTypeFilters": ["cloudfront:distribution"]}
        self.stubs["resourcegroupstaggingapi"].add_response(
            "get_resources", {"ResourceTagMappingList": found}, only
        )

    @contextmanager
    def ready(self) -> Iterator[Aws]:
        for stub in self.stubs.values():
            stub.activate()
        yield Aws(self.session)
        for stub in self.stubs.values():
            stub.assert_no_pending_responses()
            stub.deactivate()


@cache
def _clients() -> dict[str, Client]:
    """Making a client reads the service's whole model, so it is done once."""
    real = connect(environ={})
    assert isinstance(real, Aws)
    return {name: real.client(name, REGION) for name in ("cloudfront", "resourcegroupstaggingapi")}


@pytest.fixture
def account() -> Account:
    return Account()


def whole(item: dict[str, Any]) -> dict[str, Any]:
    """A distribution with what the service's model requires beside."""
    return {
        **item,
        "LastModifiedTime": WHEN,
        "PriceClass": "PriceClass_All",
        "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
    }


def page(*items: dict[str, Any], marker: str = "") -> dict[str, Any]:
    more = {"IsTruncated": bool(marker)} | ({"NextMarker": marker} if marker else {})
    listed = some(map(whole, items))
    return {"DistributionList": {"Marker": "", "MaxItems": 100, **listed, **more}}


def policies(name: str, *items: dict[str, Any], marker: str = "") -> dict[str, Any]:
    rows = [{"Type": "custom", name: {**item, "LastModifiedTime": WHEN}} for item in items]
    if name == "ContinuousDeploymentPolicy":
        rows = [{name: row[name]} for row in rows]
    more = {"NextMarker": marker} if marker else {}
    return {f"{name}List": {"MaxItems": 100, **some(rows), **more}}


def read(collected: Collected) -> list[Reading]:
    return [*COLLECTOR.read(collected.documents, {}), *collected.unread]


def kinds(collected: Collected) -> list[str]:
    return [one.kind for one in collected.documents]


def test_an_account_without_distributions_is_asked_once(account: Account) -> None:
    account.answer("list_distributions", page())
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)

    assert collected == Collected(counts=(Count(SOURCE, "distributions", 0, 0),))


def test_managed_policies_need_no_call(account: Account) -> None:
    managed = behaviour(ResponseHeadersPolicyId=SIMPLE_CORS)
    account.answer("list_distributions", page(distribution(default=managed)))
    account.tags((ARN, {"team": "web", "deploy-key": "k", "aws:cloudformation:stack-name": "edge"}))
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (hop,) = hops(read(collected))

    assert kinds(collected) == ["Distribution"]
    assert collected.unread == ()
    assert str(hop.where) == f"{SOURCE} distribution E1EXAMPLE"
    assert dict(hop.labels)["tag:team"] == "web"
    assert dict(hop.labels)["stack"] == "edge"
    assert "deploy-key" not in repr(hop)
    assert {dict(one)["access-control-allow-origin"] for one in lines(hop.cases[0].doing, get(APP))} == {"*"}  # fmt: skip


def test_pages_of_distributions_and_policies(account: Account) -> None:
    own = behaviour(ResponseHeadersPolicyId="rhp-2", OriginRequestPolicyId="orp-1")
    second = distribution("E2", aliases=["b.example.com"], default=own)
    account.answer("list_distributions", page(distribution(), marker="m"))
    account.answer("list_distributions", page(second), Marker="m")
    account.tags()
    name = "ResponseHeadersPolicy"
    first, other = (response_headers(key, key, CorsConfig=cors()) for key in ("rhp-1", "rhp-2"))
    operation = "list_response_headers_policies"
    account.answer(operation, policies(name, first, marker="n"), Type="custom")
    account.answer(operation, policies(name, other), Type="custom", Marker="n")
    sent = origin_request("orp-1", "whitelist", ["Origin"])
    account.answer("list_origin_request_policies", policies("OriginRequestPolicy", sent), Type="custom")  # fmt: skip
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)

    assert collected.counts == (Count(SOURCE, "distributions", 2, 2),)
    assert sorted(kinds(collected)) == ["Distribution", "Distribution", "OriginRequestPolicy", name, name]  # fmt: skip
    assert {("access-control-allow-origin", APP)} in [
        set(one) for one in lines(hops(read(collected))[1].cases[0].doing, get(APP))
    ]


def test_disabled_distributions_are_excluded_and_not_followed(account: Account) -> None:
    off = distribution("E2", Enabled=False, default=behaviour(ResponseHeadersPolicyId="rhp-9"))
    account.answer("list_distributions", page(distribution(), off))
    account.tags()
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)

    assert collected.counts == (Count(SOURCE, "distributions", 2, 1, 1),)
    assert [hop.document for hop in hops(read(collected))] == ["E1EXAMPLE"]


def test_vpc_origins_and_tenants_where_there_are_any(account: Account) -> None:
    inner = origin(VpcOriginConfig={"VpcOriginId": "vo_1"})
    del inner["CustomOriginConfig"]
    multi = distribution("E2", aliases=[], ConnectionMode="tenant-only")
    account.answer("list_distributions", page(distribution(origins=[inner]), multi))
    account.tags()
    endpoint = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/x/1"
    vpc = {"Id": "vo_1", "Name": "n", "Status": "Deployed", "CreatedTime": WHEN, "Arn": "a"}
    listed = some([{**vpc, "LastModifiedTime": WHEN, "OriginEndpointArn": endpoint}])
    beside = {"Marker": "", "MaxItems": 100, "IsTruncated": False}
    account.answer("list_vpc_origins", {"VpcOriginList": {**beside, **listed}})
    tenant: dict[str, Any] = {
        "Id": "dt",
        "DistributionId": "E2",
        "Name": "t",
        "Arn": "a",
        "ETag": "e",
    }
    times = {"CreatedTime": WHEN, "LastModifiedTime": WHEN}
    tenant |= {**times, "Domains": [{"Domain": "t.example.com", "Status": "active"}]}
    account.answer("list_distribution_tenants", {"DistributionTenantList": [tenant]})
    with account.ready() as aws:
        first, second = hops(read(fetch(aws, ACCOUNT)))

    assert first.cases[0].to == (endpoint,)
    assert second.answers == ("host:t.example.com",)


def staged(account: Account, *, enabled: bool = True) -> None:
    staging = distribution("E2STAGING", aliases=[], Staging=True, default=behaviour(ResponseHeadersPolicyId=SIMPLE_CORS))  # fmt: skip
    account.answer("list_distributions", page(distribution(), staging))
    account.tags()
    one = deployment("cd-1", ["e2staging.cloudfront.net"], enabled=enabled)
    account.answer(
        "list_continuous_deployment_policies", policies("ContinuousDeploymentPolicy", one)
    )


def test_a_staging_distribution_asks_for_its_policy_and_its_primary(account: Account) -> None:
    staged(account)
    config = {
        **whole(distribution()),
        "CallerReference": "c",
        "ContinuousDeploymentPolicyId": "cd-1",
    }
    for name in ("Id", "ARN", "Status", "DomainName", "LastModifiedTime"):
        del config[name]
    account.answer("get_distribution_config", {"DistributionConfig": config}, Id="E1EXAMPLE")
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (hop,) = hops(read(collected))

    assert isinstance(hop.cases[0].doing, Mix)
    assert collected.counts == (Count(SOURCE, "distributions", 2, 2),)


@pytest.mark.parametrize(
    ("given", "operation", "part"),
    [
        ({"origins": [{**origin(), "VpcOriginConfig": {"VpcOriginId": "vo_1"}}]}, "list_vpc_origins", "VpcOrigin"),
        ({"aliases": [], "ConnectionMode": "tenant-only"}, "list_distribution_tenants", "DistributionTenants"),
    ],
)  # fmt: skip
def test_a_denied_part_is_unread_alone(
    account: Account, given: dict[str, Any], operation: str, part: str
) -> None:
    account.answer("list_distributions", page(distribution(**given)))
    account.tags()
    account.refuse(operation)
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (gap,) = collected.unread

    assert (gap.gap, gap.names) == (Gap.DENIED, (f"cloudfront:{ACCOUNT} {part}",))
    assert kinds(collected) == ["Distribution"]


def test_a_disabled_policy_needs_no_more_calls(account: Account) -> None:
    staged(account, enabled=False)
    with account.ready() as aws:
        (hop,) = hops(read(fetch(aws, ACCOUNT)))

    assert not isinstance(hop.cases[0].doing, Mix)


def test_a_primary_that_is_denied_is_unread_alone(account: Account) -> None:
    staged(account)
    account.refuse("get_distribution_config")
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (gap,) = collected.unread

    assert gap.scope == f"{SOURCE} distribution E1EXAMPLE configuration"
    assert (gap.gap, gap.reason) == (Gap.DENIED, "GetDistributionConfig: AccessDenied")
    assert "was not read" in repr(hops(read(collected))[0].cases[0].doing)


def test_denied_policies_are_unread_where_they_are_used(account: Account) -> None:
    own = behaviour("/v1/*", ResponseHeadersPolicyId="rhp-1")
    account.answer("list_distributions", page(distribution(behaviours=[own])))
    account.tags()
    account.refuse("list_response_headers_policies")
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (gap,) = collected.unread
    used, default = hops(read(collected))[0].cases

    assert (gap.gap, gap.layer) == (Gap.DENIED, Layer.CDN)
    assert gap.names == (f"cloudfront:{ACCOUNT} ResponseHeadersPolicy",)
    assert "secret" not in repr(gap)
    assert isinstance(used.doing, UnreadBehaviour)
    assert not isinstance(default.doing, UnreadBehaviour)


@pytest.mark.parametrize(
    ("code", "status", "gap"),
    [("AccessDenied", 403, Gap.DENIED), ("Throttling", 400, Gap.THROTTLED)],
)
def test_a_denied_listing_is_the_whole_scope(
    account: Account, code: str, status: int, gap: Gap
) -> None:
    account.refuse("list_distributions", code, status)
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)
    (unread,) = collected.unread

    assert (unread.scope, unread.names) == (f"{SOURCE} distributions", ())
    assert unread.gap is gap
    assert collected.counts == (Count(SOURCE, "distributions", 0, 0),)


def test_denied_tags_are_a_note(account: Account) -> None:
    account.answer("list_distributions", page(distribution()))
    account.stubs["resourcegroupstaggingapi"].add_client_error(
        "get_resources", "AccessDeniedException", http_status_code=403, expected_params=ANY_PARAMS
    )
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)

    assert collected.unread == ()
    assert hops(read(collected))[0].notes == ("its tags were not read, so they name no owner",)


ANY_PARAMS = {"ResourceTypeFilters": ANY}


def test_a_distribution_of_another_shape_is_unread_alone(account: Account) -> None:
    broken = distribution("E2", Aliases={"Quantity": 2, "Items": ["b.example.com"]})
    account.answer("list_distributions", page(distribution(), broken))
    account.tags()
    with account.ready() as aws:
        collected = fetch(aws, ACCOUNT)

    assert [one.names for one in collected.unread] == [
        ("host:b.example.com", "host:e2.cloudfront.net")
    ]
    assert collected.counts == (Count(SOURCE, "distributions", 2, 1),)
    assert all(isinstance(one, Document) for one in collected.documents)
