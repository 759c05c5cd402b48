"""Where a controller is reached: the status of its Ingresses, or else its own Service."""

from collections.abc import Sequence
from typing import Any

import pytest

from auditor.core.reading import Alias, Document
from collectors.ingress.ingress_nginx.collector import COLLECTOR
from collectors.kubernetes.collector import COLLECTOR as KUBERNETES
from tests.collectors.ingress.manifests import controller, ingress
from tests.collectors.kubernetes.manifests import as_found, service

LABELS = {"app.kubernetes.io/name": "ingress-nginx"}
ADDRESSES = [{"hostname": "Dualstack.LB-1.elb.example."}, {"ip": "203.0.113.7"}]


def front(selector: dict[str, str] = LABELS, **more: Any) -> dict[str, Any]:
    spec = {"type": "LoadBalancer", "namespace": "system", "addresses": ADDRESSES, **more}
    return service("front", selector, **spec)


def runs(name: str = "controller", labels: dict[str, str] = LABELS, *flags: str) -> dict[str, Any]:
    (one,) = controller("1.15.1", *flags, name=name)
    one["spec"]["template"]["metadata"] = {"labels": labels}
    return one


def with_status(one: dict[str, Any], *hosts: str) -> dict[str, Any]:
    entries = [{"hostname": host} for host in hosts]
    return {**one, "status": {"loadBalancer": {"ingress": entries}}}


def addresses(objects: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    documents = [
        item
        for one in as_found(objects)
        for collector in (COLLECTOR, KUBERNETES)
        for item in collector.project(one)
        if isinstance(item, Document)
    ]
    found = [one for one in COLLECTOR.read(documents, {}) if isinstance(one, Alias)]
    assert not any(alias.entry for alias in found)
    return [(alias.name, alias.to) for alias in found]


API = "host:api.example.com"
OWN = [("host:203.0.113.7", API), ("host:lb-1.elb.example", API)]


def test_the_service_of_the_controller_leads_to_its_hosts() -> None:
    assert addresses([runs(), front(), ingress({})]) == OWN


def test_every_host_of_the_controller_is_behind_it() -> None:
    two = [ingress({}), ingress({}, name="b", host="b.example.com"), ingress({}, name="c", host="")]
    found = addresses([runs(), front(), *two])
    assert {to for _, to in found} == {API, "host:b.example.com"}


def test_the_status_of_an_ingress_comes_first() -> None:
    told = with_status(ingress({}), "other.elb.example")
    assert addresses([runs(), front(), told]) == [("host:other.elb.example", API)]


@pytest.mark.parametrize(
    "objects",
    [
        [runs(), front(selector={"app": "other"})],
        [runs(), front(namespace="elsewhere")],
        [runs(), front(type="ClusterIP")],
        [runs(labels={}), front()],
        [front()],
    ],
)
def test_other_services_say_nothing_of_it(objects: list[dict[str, Any]]) -> None:
    assert addresses([*objects, ingress({})]) == []


def test_each_controller_has_its_own() -> None:
    inside = runs(
        "inside",
        {"app": "inside"},
        "--controller-class=example.com/inside",
        "--ingress-class=inside",
    )
    found = addresses(
        [
            runs(),
            inside,
            front(),
            ingress({}),
            ingress({}, name="b", host="b.example.com", ingress_class="inside"),
        ]
    )
    assert found == OWN
