"""Files of the AWS CLI: which answer one is, and whose."""

from typing import Any

import pytest

from auditor.core.reading import Document, Gap, Unread, Where
from collectors.collector import Found
from collectors.loadbalancer.elbv2.collector import COLLECTOR
from tests.collectors.loadbalancer.balancers import (
    ALB,
    APP,
    NLB,
    ORIGIN,
    SOURCE,
    attribute_file,
    attributes,
    balancer,
    key,
    listener,
    tagged,
)


def projected(body: dict[str, Any], name: str = "aws/a.json") -> list[Document | Unread]:
    return list(COLLECTOR.project(Found(body, SOURCE, Where(name))))


def test_every_answer_is_recognised_by_what_it_holds() -> None:
    bodies = [
        {"LoadBalancers": [balancer(), balancer(NLB, kind="network")]},
        {"TagDescriptions": [tagged(team="a"), tagged(f"{ALB}:targetgroup/x", team="b")]},
        {"Listeners": [listener(), listener(2), listener(3, arn=NLB)]},
    ]
    found = [
        (one.kind, one.key)
        for body in bodies
        for one in projected(body)
        if isinstance(one, Document)
    ]
    assert found == [
        ("LoadBalancer", ALB),
        ("LoadBalancer", NLB),
        ("LoadBalancerTags", ALB),
        ("LoadBalancerTags", f"{ALB}:targetgroup/x"),
        ("LoadBalancerListeners", ALB),
        ("LoadBalancerListeners", NLB),
    ]


@pytest.mark.parametrize("name", [attribute_file(), f"{1:016x}/describe-listener-attributes.json"])
def test_attributes_are_those_of_the_listener_in_the_name(name: str) -> None:
    (document,) = projected(attributes(**{ORIGIN: APP}), f"aws/{name}")
    assert isinstance(document, Document)
    assert (document.key, document.body) == (f"{1:016x}", {"Attributes": {key(ORIGIN): APP}})
    (empty,) = projected({"Attributes": []}, f"aws/{name}")
    assert isinstance(empty, Document)
    assert empty.body == {"Attributes": {}}


@pytest.mark.parametrize(
    "name", ["describe-listener-attributes.json", "x/a.json", f"other.{1:016x}.json"]
)
def test_attributes_of_nobody_are_a_gap(name: str) -> None:
    (gap,) = projected(attributes(), name)
    assert isinstance(gap, Unread)
    assert gap.gap is Gap.UNRESOLVED
    assert "describe-listener-attributes." in gap.do


@pytest.mark.parametrize("more", [{"NextMarker": "x"}, {"NextToken": "x"}])
def test_one_page_of_several_is_said(more: dict[str, str]) -> None:
    document, gap = projected({"LoadBalancers": [balancer()], **more})
    assert isinstance(document, Document)
    assert isinstance(gap, Unread)
    assert (gap.gap, gap.reason) == (Gap.ABSENT, "it is one page of several")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"LoadBalancers": []},
        {"LoadBalancers": [{"LoadBalancerName": "classic"}]},
        {"Listeners": [{"Protocol": "HTTP"}], "NextToken": "x"},
        {"Attributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]},
        {"Attributes": 3, "Listeners": "x", "TagDescriptions": {"a": 1}},
        {"LoadBalancers": [3, None]},
    ],
)
def test_other_files_are_not_its_business(body: dict[str, Any]) -> None:
    assert projected(body) == []


def test_odd_values_are_read_as_nothing() -> None:
    odd = {"LoadBalancerArn": ALB, "DNSName": 3, "Type": None, "LoadBalancerName": []}
    (document,) = projected({"LoadBalancers": [odd]})
    assert isinstance(document, Document)
    assert document.body["DNSName"] == ""
    assert list(COLLECTOR.read([document], {}))


def test_lines_of_attributes_are_kept() -> None:
    lines = {("Attributes", 2, "Value"): 9}
    found = Found(
        attributes(**{ORIGIN: APP}), SOURCE, Where(f"aws/{attribute_file()}", 1), line=lines.get
    )
    (document,) = COLLECTOR.project(found)
    assert isinstance(document, Document)
    assert document.lines == {f"/Attributes/{key(ORIGIN)}": 9}
