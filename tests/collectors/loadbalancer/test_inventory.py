"""A live account against a fake AWS, pages and refused calls against botocore's own models."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.stub import Stubber

from auditor.core.hop.behaviour import Either, UnreadBehaviour
from auditor.core.reading import Document, Gap, Hop, Layer, Reading, Unread, Where
from collectors._aws import Aws
from collectors.collector import Collected, Count, Found
from collectors.loadbalancer.elbv2.collector import COLLECTOR, fetch
from collectors.loadbalancer.elbv2.inventory import TAGS_A_CALL
from tests.collectors.gateway.conftest import Gate
from tests.collectors.loadbalancer.balancers import (
    ACCOUNT,
    ALB,
    APP,
    CREDENTIALS,
    NLB,
    ORIGIN,
    REGION,
    attributes,
    balancer,
    key,
    listener,
    tagged,
)

SOURCE = f"aws:{ACCOUNT}/{REGION}"


def readings(collected: Collected) -> list[Reading]:
    return [*COLLECTOR.read(collected.documents, {}), *collected.unread]


# -- a fake AWS ------------------------------------------------------------------------------------


@dataclass
class Cloud:
    client: Any
    balancer: dict[str, Any]
    listeners: list[dict[str, Any]]


def build(gate: Gate) -> Cloud:
    aws = gate.aws()
    ec2, client = aws.client("ec2", REGION), aws.client("elbv2", REGION)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
    (made,) = client.create_load_balancer(
        Name="shop", Subnets=subnets, Tags=[{"Key": "team", "Value": "web"}]
    )["LoadBalancers"]
    client.create_load_balancer(Name="edge", Subnets=subnets, Type="network")
    (group,) = client.create_target_group(Name="g", Protocol="HTTP", Port=80, VpcId=vpc)[
        "TargetGroups"
    ]
    forward = [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    found = [
        client.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol="HTTP",
            Port=port,
            DefaultActions=forward,
        )["Listeners"][0]
        for port in (80, 8080)
    ]
    return Cloud(client, made, found)


@pytest.mark.server
def test_an_account_is_read(gate: Gate) -> None:
    cloud = build(gate)
    written = [{"Key": key(ORIGIN), "Value": APP}, {"Key": key(CREDENTIALS), "Value": "true"}]
    first = cloud.listeners[0]["ListenerArn"]
    cloud.client.modify_listener_attributes(ListenerArn=first, Attributes=written)

    collected = fetch(gate.aws(), ACCOUNT, REGION)

    assert collected.unread == ()
    assert collected.counts == (Count(SOURCE, "load balancers", 2, 2),)
    hops = {one.answers[0]: one for one in readings(collected) if isinstance(one, Hop)}
    whole = hops[f"lb:{cloud.balancer['LoadBalancerArn']}"]
    assert ("tag:team", "web") in whole.labels
    assert whole.cases[0].to == (f"host:{cloud.balancer['DNSName'].lower()}",)
    assert isinstance(hops[f"listener:{first}"].cases[0].doing, Either)
    assert len(hops) == 4


@pytest.mark.server
def test_files_of_the_cli_say_the_same_as_the_account(gate: Gate) -> None:
    cloud = build(gate)
    first = cloud.listeners[0]["ListenerArn"]
    cloud.client.modify_listener_attributes(
        ListenerArn=first, Attributes=[{"Key": key(ORIGIN), "Value": APP}]
    )
    live = [one for one in readings(fetch(gate.aws(), ACCOUNT, REGION)) if isinstance(one, Hop)]

    arn = cloud.balancer["LoadBalancerArn"]
    every = cloud.client.describe_load_balancers()
    answers = {
        "describe-load-balancers": every,
        "describe-tags": cloud.client.describe_tags(ResourceArns=[arn]),
        "describe-listeners": cloud.client.describe_listeners(LoadBalancerArn=arn),
    }
    for one in cloud.listeners:
        own = one["ListenerArn"]
        name = f"describe-listener-attributes.{own.rpartition('/')[2]}"
        answers[name] = cloud.client.describe_listener_attributes(ListenerArn=own)
    documents = [
        document
        for name, body in answers.items()
        for document in COLLECTOR.project(
            Found(body, SOURCE, Where(f"{ACCOUNT}/{REGION}/{name}.json"))
        )
        if isinstance(document, Document)
    ]
    offline = [one for one in COLLECTOR.read(documents, {}) if isinstance(one, Hop)]
    nowhere = Where("")
    assert [replace(one, where=nowhere, fields=()) for one in offline] == [
        replace(one, where=nowhere, fields=()) for one in live
    ]
    assert [[name for name, _ in one.fields] for one in offline] == [
        [name for name, _ in one.fields] for one in live
    ]


# -- botocore's models -----------------------------------------------------------------------------


class Session:
    """A session whose only client is the stubbed one."""

    region_name = REGION

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, service: str, **_: Any) -> Any:
        assert service == "elbv2"
        return self._client


@contextmanager
def stubbed() -> Iterator[tuple[Aws, Stubber]]:
    import boto3

    client = boto3.client("elbv2", region_name=REGION)
    with Stubber(client) as stub:
        yield Aws(Session(client)), stub
        stub.assert_no_pending_responses()


def wire(row: dict[str, Any]) -> dict[str, Any]:
    """A listener as the service answers: no client secrets."""
    return {**row, "DefaultActions": [{"Type": "forward"}]}


def add(stub: Stubber, operation: str, answer: dict[str, Any], **asked: Any) -> None:
    stub.add_response(operation, answer, asked)


def test_pages_are_followed_and_tags_asked_by_twenty() -> None:
    arns = [f"{NLB[:-2]}{at:02}" for at in range(TAGS_A_CALL + 1)]
    rows = [balancer(arn, kind="network") for arn in arns]
    with stubbed() as (aws, stub):
        add(stub, "describe_load_balancers", {"LoadBalancers": rows[:5], "NextMarker": "m"})
        add(stub, "describe_load_balancers", {"LoadBalancers": rows[5:]}, Marker="m")
        add(stub, "describe_tags", {"TagDescriptions": []}, ResourceArns=arns[:TAGS_A_CALL])
        add(
            stub,
            "describe_tags",
            {"TagDescriptions": [tagged(arns[-1], team="t")]},
            ResourceArns=arns[TAGS_A_CALL:],
        )
        for arn in arns:
            page = {"Listeners": [wire(listener(1, arn=arn))], "NextMarker": "n"}
            add(stub, "describe_listeners", page, LoadBalancerArn=arn)
            last = {"Listeners": [wire(listener(2, arn=arn))]}
            add(stub, "describe_listeners", last, LoadBalancerArn=arn, Marker="n")
        collected = fetch(aws, ACCOUNT, REGION)
    assert collected.unread == ()
    assert collected.counts == (Count(SOURCE, "load balancers", 21, 21),)
    listed = [d for d in collected.documents if d.kind == "LoadBalancerListeners"]
    assert {len(d.body["Listeners"]) for d in listed} == {2}  # type: ignore[arg-type]


def test_gateway_load_balancers_are_left_out_and_counted() -> None:
    with stubbed() as (aws, stub):
        rows = [balancer(kind="gateway")]
        add(stub, "describe_load_balancers", {"LoadBalancers": rows})
        collected = fetch(aws, ACCOUNT, REGION)
    assert (collected.documents, collected.unread) == ((), ())
    assert collected.counts == (Count(SOURCE, "load balancers", 1, 0, 1),)


REFUSED = (
    "describe_load_balancers",
    "describe_tags",
    "describe_listeners",
    "describe_listener_attributes",
)


def refused(operation: str) -> Collected:
    """One load balancer; `operation` is denied."""
    one = wire(listener())
    answers: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "describe_load_balancers": ({"LoadBalancers": [balancer()]}, {}),
        "describe_tags": ({"TagDescriptions": []}, {"ResourceArns": [ALB]}),
        "describe_listeners": ({"Listeners": [one]}, {"LoadBalancerArn": ALB}),
        "describe_listener_attributes": (
            attributes(**{ORIGIN: APP}),
            {"ListenerArn": one["ListenerArn"]},
        ),
    }
    with stubbed() as (aws, stub):
        for name, (answer, asked) in answers.items():
            if name == operation:
                stub.add_client_error(name, "AccessDenied", "secret-in-a-message", 403)
                if name == "describe_tags":
                    continue
                break
            stub.add_response(name, answer, asked)
        return fetch(aws, ACCOUNT, REGION)


@pytest.mark.parametrize("operation", REFUSED)
def test_a_refused_call_is_a_gap_of_its_part_alone(operation: str) -> None:
    collected = refused(operation)
    (gap,) = collected.unread
    assert (gap.gap, gap.layer, gap.source) == (Gap.DENIED, Layer.LOAD_BALANCER, SOURCE)
    assert gap.reason.endswith(": AccessDenied")
    assert "secret-in-a-message" not in repr(collected)
    # With no name a gap blinds whatever may stand behind its layer: only where nothing is known.
    assert bool(gap.names) is (operation != "describe_load_balancers")
    said = readings(collected)
    assert [one for one in said if isinstance(one, Unread)] == [gap]
    hops = [one for one in said if isinstance(one, Hop)]
    match operation:
        case "describe_load_balancers":
            assert hops == []
        case "describe_tags":
            assert isinstance(hops[0].cases[0].doing, Either)
        case _:
            assert isinstance(hops[0].cases[0].doing, UnreadBehaviour)
