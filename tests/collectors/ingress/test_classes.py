"""Whose an Ingress is."""

from typing import Any

import pytest

from auditor.core.reading import Gap, Hop, Unread
from tests.collectors.ingress.manifests import (
    controller,
    ingress,
    ingress_class,
    readings,
    the_hop,
    the_unread,
)

OURS, F5 = "k8s.io/ingress-nginx", "nginx.org/ingress-controller"
OLD = "kubernetes.io/ingress.class"


def taken(*objects: dict[str, Any], source: str = "file:deploy", **options: str) -> bool:
    found = readings(*objects, source=source, **options)
    assert len(found) == 1, found
    assert isinstance(found[0], (Hop, Unread))
    return isinstance(found[0], Hop)


def by_name(name: str | None) -> dict[str, Any]:
    return ingress({"enable-cors": "true"}, ingress_class=name)


def by_annotation(name: str) -> dict[str, Any]:
    return ingress({"enable-cors": "true", OLD: name}, ingress_class=None)


@pytest.mark.parametrize(
    ("objects", "ours"),
    [
        ([by_name("nginx"), ingress_class("nginx", OURS)], True),
        ([by_name("nginx"), ingress_class("nginx", F5)], False),
        ([by_name("web"), ingress_class("web", OURS)], True),
        ([by_name("web"), ingress_class("web", "example.com/other"), *controller("1.15.1", "--controller-class=example.com/other")], True),
        ([by_name("web"), ingress_class("web", "example.com/other"), *controller("1.15.1", "--ingress-class=web", "--ingress-class-by-name")], True),
        ([by_name("web")], False),
        ([by_name("nginx")], True),
        ([by_annotation("nginx")], True),
        ([by_annotation("nginx"), ingress_class("nginx", F5)], False),
        ([by_annotation("web")], False),
        ([by_annotation("web"), *controller("1.15.1", "--ingress-class=web")], True),
        ([by_annotation("nginx"), *controller("1.15.1", "--ingress-class=web")], False),
        ([by_name(None), *controller("1.15.1", "--watch-ingress-without-class")], True),
        ([by_name(None), ingress_class("web", OURS, default=True)], True),
        ([by_name(None), ingress_class("alb", "ingress.k8s.aws/alb", default=True)], False),
        ([by_name(None)], True),
        ([by_name("nginx"), *controller("1.15.1", "--watch-namespace=other")], False),
    ],
)  # fmt: skip
def test_who_serves(objects: list[dict[str, Any]], *, ours: bool) -> None:
    assert taken(*objects) is ours


def test_in_a_running_cluster_no_class_is_nobodys() -> None:
    assert not taken(by_name(None), source="kube:prod")
    assert not taken(by_name(None), *controller(), source="kube:prod")
    assert taken(
        by_name(None),
        *controller("1.15.1", "--watch-ingress-without-class=true"),
        source="kube:prod",
    )


def test_an_ingress_of_another_controller_blinds_its_hosts() -> None:
    gap = the_unread(by_name("nginx"), ingress_class("nginx", F5))
    assert gap.gap is Gap.UNSUPPORTED
    assert gap.reason == f"class nginx is handled by {F5}, which is not read yet"
    assert gap.names == ("host:api.example.com",)
    assert gap.scope == "file:deploy Ingress orders/api"


def test_a_class_can_be_assumed() -> None:
    assert taken(by_name("web"), ingress_class="web")
    assert not taken(by_name("web"), ingress_class="other")


def test_what_a_reading_rests_on() -> None:
    assert the_hop(by_name("nginx")).assumed == (
        "ingress-nginx 1.15.1 (newest; assumed)",
        "flags of ingress-nginx: defaults (assumed)",
        "ConfigMap of ingress-nginx: defaults (assumed)",
        "ingress class nginx is ingress-nginx's (assumed: no IngressClass object says so)",
    )
    sure = the_hop(by_name("nginx"), ingress_class("nginx", OURS), *controller("1.12.1"))
    assert sure.assumed == ()
    assert the_hop(
        by_name("nginx"), ingress_class("nginx", OURS), version="1.9.4", validation="on"
    ).assumed == (
        "ingress-nginx 1.9.4 (given)",
        "flags of ingress-nginx: validation=on (given), else defaults (assumed)",
        "ConfigMap of ingress-nginx: defaults (assumed)",
    )
    unread_map = the_hop(
        by_name("nginx"), ingress_class("nginx", OURS), controller("1.12.1", a="b")[0]
    )
    assert unread_map.assumed == (
        "ConfigMap system/controller of the controller holds the defaults (it was not read)",
    )


def test_two_controllers_of_one_class_both_serve() -> None:
    found = readings(
        by_name("nginx"),
        ingress_class("nginx", OURS),
        *controller("1.11.2", name="inner"),
        *controller("1.15.1", name="outer"),
    )
    assert [getattr(hop, "id", "") for hop in found] == [
        "ingress-nginx:system/inner:api.example.com",
        "ingress-nginx:system/outer:api.example.com",
    ]


def test_the_version_of_the_owner_counts() -> None:
    bad = ingress(
        {"enable-cors": "true", "cors-allow-origin": "https://a.com/"}, ingress_class="in"
    )
    objects = (
        ingress_class("in", "example.com/in"),
        ingress_class("out", "example.com/out"),
        *controller("1.11.2", "--controller-class=example.com/in", name="in"),
        *controller("1.15.1", "--controller-class=example.com/out", name="out"),
    )
    assert the_hop(bad, *objects).product == "ingress-nginx 1.11.2"
