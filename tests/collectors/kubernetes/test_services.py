"""From a Service to what runs its pods, or out of the cluster."""

from typing import Any

import pytest

from auditor.core.reading import Alias, Gap, Layer, Unread
from tests.collectors.ingress.manifests import controller
from tests.collectors.kubernetes.manifests import (
    CANARY,
    LABELS,
    SOURCE,
    as_found,
    container,
    links,
    pod,
    readings,
    service,
    var,
    workload,
)

SERVICE = f"service:{SOURCE}/orders/"
WORKLOAD = f"workload:{SOURCE}/orders/"
TO_API = (f"{SERVICE}api", f"{WORKLOAD}api")


@pytest.mark.parametrize(
    "runs",
    [
        workload(),
        workload(kind="StatefulSet"),
        workload(kind="DaemonSet"),
        workload(kind="Deployment", version="extensions/v1beta1"),
        workload(kind="ReplicaSet"),
        workload(kind="Rollout", version="argoproj.io/v1alpha1"),
        pod(),
        workload(labels={**LABELS, "pod-template-hash": "1", "tier": "web"}),
    ],
)
def test_a_service_leads_to_what_runs_its_pods(runs: dict[str, Any]) -> None:
    assert links(service(selector=LABELS), runs) == [TO_API]


@pytest.mark.parametrize(
    "runs",
    [
        workload(labels={"app": "other"}),
        workload(labels={}),
        workload(namespace="billing"),
        workload(kind="Rollout"),
        workload(kind="Job", version="batch/v1"),
        workload(kind="ReplicaSet", metadata={"ownerReferences": [{"kind": "Deployment"}]}),
        pod(ownerReferences=[{"kind": "ReplicaSet"}]),
        pod(phase="Succeeded"),
        {**workload(), "spec": {"workloadRef": {"name": "api"}}},
    ],
)
def test_pods_of_others_are_not_its_own(runs: dict[str, Any]) -> None:
    assert links(service(selector=LABELS), runs) == []


def test_every_label_of_the_selector_must_fit() -> None:
    wanted = service(selector={**LABELS, "track": "stable"})
    assert links(wanted, workload()) == []
    assert links(wanted, workload(labels={**LABELS, "track": "stable"})) == [TO_API]


def test_requests_are_spread_over_all_that_it_takes() -> None:
    found = links(service(selector=LABELS), workload(), workload(name="canary"))
    assert found == [TO_API, (f"{SERVICE}api", f"{WORKLOAD}canary")]


def test_what_is_scaled_to_nothing_takes_no_requests_beside_what_runs() -> None:
    blue, green = workload(name="blue", replicas=0), workload(name="green", replicas=2)
    assert links(service(selector=LABELS), blue, green) == [(f"{SERVICE}api", f"{WORKLOAD}green")]
    assert links(service(selector=LABELS), blue) == [(f"{SERVICE}api", f"{WORKLOAD}blue")]


def test_without_a_selector_nothing_is_known_of_its_endpoints() -> None:
    assert links(service(), workload()) == []
    assert links(service(selector={}), workload(labels={})) == []


def test_a_headless_service_sends_to_the_same_pods() -> None:
    assert links(service(selector=LABELS, clusterIP="None"), workload()) == [TO_API]


@pytest.mark.parametrize(
    ("external", "to"),
    [
        ("API.partner.example.", "host:api.partner.example"),
        ("dualstack.lb-1.elb.amazonaws.com", "host:lb-1.elb.amazonaws.com"),
        ("pay.billing.svc.cluster.local", f"service:{SOURCE}/billing/pay"),
        ("pay.billing.svc", f"service:{SOURCE}/billing/pay"),
        ("pay.billing.svc.cluster.local.", f"service:{SOURCE}/billing/pay"),
        ("pay.billing.svc.example.com", "host:pay.billing.svc.example.com"),
        ("svc.cluster.local", "host:svc.cluster.local"),
    ],
)
def test_an_external_name_leads_out_of_the_service(external: str, to: str) -> None:
    one = service(type="ExternalName", externalName=external, selector=LABELS)
    assert links(one, workload()) == [(f"{SERVICE}api", to)]


def test_an_external_name_counts_for_that_type_alone() -> None:
    assert links(service(selector=LABELS, externalName="x.example"), workload()) == [TO_API]


def test_a_load_balancer_leads_to_its_service() -> None:
    addresses = [{"hostname": "DualStack.LB-1.elb.amazonaws.com"}, {"ip": "203.0.113.7"}]
    balanced = service(selector=LABELS, type="LoadBalancer", addresses=addresses)
    assert links(balanced, workload()) == [
        TO_API,
        ("host:203.0.113.7", f"{SERVICE}api"),
        ("host:lb-1.elb.amazonaws.com", f"{SERVICE}api"),
    ]
    aliases = [one for one in readings(balanced, workload()) if isinstance(one, Alias)]
    assert [alias.entry for alias in aliases] == [False, False, False]
    assert links(service(selector=LABELS, addresses=addresses), workload()) == [TO_API]


NAMES = "api.example.com, www.example.com ,api.example.com,"
NEW, OLD = "external-dns.kubernetes.io/", "external-dns.alpha.kubernetes.io/"


@pytest.mark.parametrize(
    ("annotations", "spec", "hosts"),
    [
        ({f"{OLD}hostname": NAMES}, {"type": "LoadBalancer"}, ["api", "www"]),
        ({f"{NEW}hostname": NAMES}, {"type": "LoadBalancer"}, ["api", "www"]),
        (
            {f"{NEW}hostname": NAMES, f"{OLD}hostname": "a.example.com"},
            {"type": "NodePort"},
            ["a", "api", "www"],
        ),
        ({f"{OLD}hostname": NAMES}, {"clusterIP": "None"}, ["api", "www"]),
        ({f"{OLD}hostname": NAMES}, {}, []),
        (
            {f"{OLD}hostname": NAMES, f"{OLD}controller": "dns-controller"},
            {"type": "NodePort"},
            ["api", "www"],
        ),
        ({f"{OLD}hostname": NAMES, f"{OLD}controller": "other"}, {"type": "LoadBalancer"}, []),
        ({"example.com/hostname": NAMES}, {"type": "LoadBalancer"}, []),
    ],
)
def test_names_that_external_dns_makes_lead_to_the_service(
    annotations: dict[str, str], spec: dict[str, Any], hosts: list[str]
) -> None:
    one = service(selector=LABELS, annotations=annotations, **spec)
    found = [item for item in readings(one, workload()) if isinstance(item, Alias) and item.entry]
    assert [alias.name for alias in found] == [f"host:{host}.example.com" for host in hosts]
    assert {alias.to for alias in found} <= {f"{SERVICE}api"}


def test_the_service_of_an_ingress_controller_leads_nowhere_by_itself() -> None:
    from collectors.ingress.ingress_nginx.collector import COLLECTOR as INGRESS_NGINX
    from collectors.kubernetes.collector import COLLECTOR

    (runs,) = controller()
    runs["spec"]["template"]["metadata"] = {"labels": LABELS}
    front = service("front", LABELS, namespace="system", type="LoadBalancer")
    front["status"] = {"loadBalancer": {"ingress": [{"hostname": "lb.example"}]}}
    documents = [
        item
        for one in as_found([runs, front])
        for collector in (COLLECTOR, INGRESS_NGINX)
        for item in collector.project(one)
    ]
    assert [document.kind for document in documents] == ["Workload", "Controller", "Service"]
    assert list(COLLECTOR.read(documents, {})) == []
    assert len(list(COLLECTOR.read([d for d in documents if d.kind != "Controller"], {}))) == 2


def test_one_service_written_twice_and_not_alike_is_a_gap() -> None:
    found = readings(service(selector=LABELS), service(selector={"app": "b"}), workload())
    (gap,) = found
    assert isinstance(gap, Unread)
    assert (gap.gap, gap.layer, gap.names) == (Gap.INVALID, Layer.APP, (f"{SERVICE}api",))
    assert "deploy/0.yaml, deploy/1.yaml" in gap.reason
    assert links(service(selector=LABELS), service(selector=LABELS), workload()) == [TO_API]


@pytest.mark.parametrize(
    "one",
    [
        service(selector={"app": "{{ .Release.Name }}"}),
        service(type="ExternalName", externalName="${HOST}"),
    ],
)
def test_a_template_is_a_gap_for_its_own_name(one: dict[str, Any]) -> None:
    (gap,) = readings(one)
    assert isinstance(gap, Unread)
    assert (gap.gap, gap.names) == (Gap.UNRESOLVED, (f"{SERVICE}api",))


def test_a_template_of_a_workload_is_a_gap_for_its_own_name() -> None:
    (gap,) = readings(workload(labels={"app": "{{ .Chart.Name }}"}))
    assert isinstance(gap, Unread)
    assert (gap.gap, gap.names) == (Gap.UNRESOLVED, (f"{WORKLOAD}api",))


def test_services_of_other_products_are_not_its_business() -> None:
    knative = {**service(selector=LABELS), "apiVersion": "serving.knative.dev/v1"}
    assert readings(knative, workload()) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "Service", "metadata": {"name": 3}},
        {"kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": [1], "type": 4}},
        {"kind": "Service", "metadata": {"name": "a"}, "spec": [], "status": {"loadBalancer": 3}},
        {"kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": {"spec": 3}}},
        {"kind": "Pod", "metadata": [], "spec": {"containers": {}}},
    ],
)
def test_odd_shapes_give_nothing(broken: dict[str, Any]) -> None:
    assert readings(broken) == []


def test_no_secret_is_kept_of_any_object() -> None:
    runs = workload(container([var("PASSWORD", CANARY)], args=[CANARY], command=[CANARY]))
    runs["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": CANARY,
        "checksum/config": CANARY,
    }
    runs["spec"]["template"]["metadata"]["annotations"] = {"vault": CANARY}
    front = service(selector=LABELS, annotations={"note": CANARY}, type="LoadBalancer")
    from collectors.kubernetes.collector import COLLECTOR

    documents = [item for one in as_found([runs, front]) for item in COLLECTOR.project(one)]
    assert len(documents) == 2
    assert CANARY not in repr(documents)
