"""A live account, against files of the AWS CLI: a fake CloudFront that speaks the service's XML."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.core.reading import Document, Hop, Reading, Unread, Where
from collectors._aws import Aws, connect
from collectors.cdn.cloudfront.collector import COLLECTOR, fetch
from collectors.collector import Collected, Count, Found
from tests.collectors.cdn.cloudfront.asking import STAR, lines
from tests.collectors.cdn.cloudfront.world import (
    APP,
    EVIL,
    behaviour,
    cache_policy,
    cors,
    distribution,
    hops,
    origin,
    origin_request,
    response_headers,
    some,
)
from tests.collectors.gateway.asking import get, preflight
from tests.collectors.gateway.canary import CANARY, holds_canary
from tests.servers import LOOPBACK, free_port, require, running

pytestmark = pytest.mark.server

ACCOUNT = "000000000000"
SOURCE = f"aws:{ACCOUNT}/global"
ORIGIN = "access-control-allow-origin"
ENVIRONMENT = {
    "BIND_HOST": LOOPBACK,
    # Listeners of their own, which know no BIND_HOST.
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "SERVICES": "cloudfront,tagging",
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    require("ministack", "the calls of boto3 against answers in CloudFront's XML")
    port = free_port()
    env = {**ENVIRONMENT, "GATEWAY_PORT": str(port)}
    with running([sys.executable, "-m", "ministack"], port, env=env, start_seconds=40):
        yield port


@pytest.fixture
def aws(port: int) -> Aws:
    found = connect(environ={}, endpoint=f"http://{LOOPBACK}:{port}", attempts=1)
    assert isinstance(found, Aws)
    return found


@pytest.fixture
def client(aws: Aws) -> Any:
    return aws.client("cloudfront", aws.home)


def config(reference: str, **given: Any) -> dict[str, Any]:
    """What `create-distribution` takes."""
    found = {**distribution(**given), "CallerReference": reference}
    for name in ("Id", "ARN", "Status", "DomainName", "ConnectionMode", "Staging"):
        del found[name]
    return found


def populate(client: Any) -> str:
    """Make one distribution with policies of its own and a disabled one; return the first's id."""
    exposed = some(["etag"])
    policy = response_headers(CorsConfig=cors([APP], AccessControlExposeHeaders=exposed))
    made = client.create_response_headers_policy(
        ResponseHeadersPolicyConfig={**policy["ResponseHeadersPolicyConfig"], "Comment": CANARY}
    )
    keyed = client.create_cache_policy(
        CachePolicyConfig={
            **_parameters(cache_policy("by-origin", ["Origin"])["CachePolicyConfig"]),
            "MaxTTL": 60,
            "DefaultTTL": 1,
        }
    )
    sent = client.create_origin_request_policy(
        OriginRequestPolicyConfig=origin_request("most", "allExcept", ["host"])["OriginRequestPolicyConfig"]
    )  # fmt: skip
    own = behaviour(
        "/v1/*",
        ResponseHeadersPolicyId=made["ResponseHeadersPolicy"]["Id"],
        CachePolicyId=keyed["CachePolicy"]["Id"],
        OriginRequestPolicyId=sent["OriginRequestPolicy"]["Id"],
    )
    secret = some([{"HeaderName": "x-verify", "HeaderValue": CANARY}])
    given = {"behaviours": [own], "origins": [origin(OriginPath="/prod", CustomHeaders=secret)]}
    tags = some([{"Key": "team", "Value": "web"}, {"Key": "note", "Value": CANARY}])
    first: dict[str, Any] = client.create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": {**config("one", **given), "Comment": CANARY},
            "Tags": {"Items": tags["Items"]},
        }
    )["Distribution"]
    off = config("two", aliases=["off.example.com"], Enabled=False)
    client.create_distribution(DistributionConfig=off)
    return str(first["Id"])


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    parameters = given["ParametersInCacheKeyAndForwardedToOrigin"]
    parameters["EnableAcceptEncodingBrotli"] = False
    return given


@pytest.fixture
def key(client: Any) -> str:
    """The id of the distribution that `populate` makes, once."""
    made = client.list_distributions()["DistributionList"].get("Items", [])
    return next((str(one["Id"]) for one in made if one["Enabled"]), "") or populate(client)


def readings_of(collected: Collected) -> list[Reading]:
    return [*COLLECTOR.read(collected.documents, {}), *collected.unread]


def test_an_account_is_read(aws: Aws, key: str) -> None:
    collected = fetch(aws, ACCOUNT)
    (hop,) = hops(readings_of(collected))
    used, default = hop.cases

    assert collected.unread == ()
    assert collected.counts == (Count(SOURCE, "distributions", 2, 1, 1),)
    assert hop.title == f"CloudFront {key} (api.example.com)"
    assert hop.id == f"cloudfront:{ACCOUNT}/api.example.com"
    assert [case.title for case in hop.cases] == [
        "behaviour /v1/* (1 of 2)",
        "default behaviour (2 of 2)",
    ]
    assert (used.to, used.add) == (("host:origin.example.com",), "/prod")
    granted = {(ORIGIN, APP), ("access-control-expose-headers", "etag")}
    assert lines(used.doing, get(APP), STAR) == {frozenset(granted)}
    assert {
        dict(one).get("access-control-allow-methods") for one in lines(used.doing, preflight(APP))
    } == {"GET,PUT"}
    assert lines(default.doing, get(EVIL), STAR) == {frozenset({(ORIGIN, "*")})}
    assert ("tag:team", "web") in hop.labels  # fmt: skip


def test_no_secret_is_kept(aws: Aws, client: Any, key: str) -> None:
    collected = fetch(aws, ACCOUNT)

    assert len(collected.documents) == 5
    assert not any(holds_canary(document) for document in collected.documents)
    assert not any(holds_canary(reading) for reading in readings_of(collected))
    # The secret was there to be found.
    assert CANARY in json.dumps(client.get_distribution_config(Id=key), default=str)


def commands(client: Any, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the AWS CLI would print, and a file to keep it in."""
    yield "list-distributions.json", client.list_distributions()
    yield f"get-distribution-config.{key}.json", client.get_distribution_config(Id=key)
    yield (
        "list-response-headers-policies.json",
        client.list_response_headers_policies(Type="custom"),
    )
    yield "list-cache-policies.json", client.list_cache_policies()
    for row in client.list_origin_request_policies(Type="custom")["OriginRequestPolicyList"][
        "Items"
    ]:
        one = row["OriginRequestPolicy"]["Id"]
        yield f"get-origin-request-policy.{one}.json", client.get_origin_request_policy(Id=one)  # fmt: skip


def placeless(given: list[Reading]) -> list[Reading]:
    """`given` without where it was read, and without tags, which these commands do not print."""
    nowhere = Where("")
    found: list[Reading] = []
    for reading in given:
        bare = replace(reading, source="", where=nowhere)
        if isinstance(bare, Hop):
            fields = tuple((field, nowhere) for field, _ in bare.fields)
            bare = replace(bare, fields=fields, labels=bare.labels[:1], notes=())
        found.append(bare)
    return found


def test_live_and_files_say_the_same(aws: Aws, client: Any, key: str) -> None:
    live = readings_of(fetch(aws, ACCOUNT))
    projected: list[Document | Unread] = []
    for name, answer in commands(client, key):
        body = json.loads(json.dumps(answer, default=str))
        body.pop("ResponseMetadata")
        projected += COLLECTOR.project(Found(body, "file:estate", Where(f"{ACCOUNT}/{name}")))
    documents = [one for one in projected if isinstance(one, Document)]
    offline = list(COLLECTOR.read(documents, {}))

    assert len(documents) == len(projected)
    assert not any(holds_canary(document) for document in documents)
    assert len(hops(live)) == 1
    assert placeless(offline) == placeless(live)


def test_a_dead_port_is_unreachable() -> None:
    dead = connect(environ={}, endpoint=f"http://{LOOPBACK}:{free_port()}", attempts=0)
    assert isinstance(dead, Aws)
    collected = fetch(dead, ACCOUNT)

    assert [gap.scope for gap in collected.unread] == [f"{SOURCE} distributions"]
    assert collected.documents == ()
