"""A whole cluster, listed once, from a real server to a path through Ingress, Service and app."""

from pathlib import Path
from typing import Any

import pytest

from auditor.core.link.estate import Estate
from auditor.core.link.walk import ways
from auditor.core.reading import Document, Gap, Hop, Layer, Reading, Unread
from collectors import COLLECTORS
from collectors.app.mapping import AppMapping
from collectors.app.reading import read_app
from collectors.app.selection import KIND as APP_CONFIG
from collectors.collector import Collected
from collectors.kubernetes.collector import COLLECTOR as KUBERNETES
from collectors.kubernetes.inventory import fetch
from tests.collectors.ingress.manifests import controller, ingress, ingress_class
from tests.collectors.kubernetes.manifests import (
    APP,
    CANARY,
    KEY,
    LABELS,
    config_map,
    container,
    from_map,
    from_secret,
    mapping,
    service,
    var,
    workload,
)
from tests.collectors.test_kube import Api, cluster

pytestmark = pytest.mark.server
SOURCE = "kube:prod"
BALANCER = "lb-1.elb.amazonaws.com"
LISTS = (
    "/apis/networking.k8s.io/v1/ingresses",
    "/apis/networking.k8s.io/v1/ingressclasses",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/daemonsets",
    "/api/v1/configmaps",
    "/api/v1/services",
    "/apis/apps/v1/statefulsets",
)
MAPPED = mapping(title=f"{SOURCE}/orders/api")


def estate() -> Api:
    (runs,) = controller("1.15.1")
    runs["spec"]["template"]["metadata"] = {"labels": {"app": "ingress"}}
    front = service(
        "front",
        {"app": "ingress"},
        namespace="system",
        type="LoadBalancer",
        addresses=[{"hostname": BALANCER}],
    )
    api = workload(container([var("PASSWORD", CANARY)], [from_map(), from_secret()]))
    maps = config_map({KEY: APP, "TOKEN": CANARY})
    lists: dict[str, list[dict[str, Any]]] = {path: [] for path in LISTS}
    lists[LISTS[0]] = [ingress({})]
    lists[LISTS[1]] = [ingress_class("nginx", "k8s.io/ingress-nginx")]
    lists[LISTS[2]] = [runs, api]
    lists[LISTS[4]] = [maps]
    lists[LISTS[5]] = [service(selector=LABELS), front]
    return Api(lists)


def fetched(api: Api, folder: Path, *mappings: AppMapping) -> Collected:
    with cluster(api, folder) as (reader, _):
        return fetch(reader, SOURCE, mappings)


def read(collected: Collected) -> list[Reading]:
    said: list[Reading] = list(collected.unread)
    for one in (*COLLECTORS, *(() if KUBERNETES in COLLECTORS else (KUBERNETES,))):
        said += one.read([d for d in collected.documents if d.kind in one.kinds], {})
    return [*said, *read_app([d for d in collected.documents if d.kind == APP_CONFIG], {})]


def layers(said: list[Reading], host: str) -> list[list[Layer]]:
    found = ways(Estate(said), host, "/v1", "GET")
    return [[placed.hop.layer for placed in way.hops] for way in found]


def test_every_kind_is_listed_once(tmp_path: Path) -> None:
    api = estate()
    api.page = 50
    collected = fetched(api, tmp_path, MAPPED)
    assert sorted(path for path, _, _ in api.requests) == sorted(LISTS)
    assert collected.unread == ()
    assert {one.kind: (one.found, one.read) for one in collected.counts} == {
        "Ingress": (1, 1),
        "IngressClass": (1, 1),
        "Deployment": (2, 2),
        "DaemonSet": (0, 0),
        "ConfigMap": (1, 1),
        "Service": (2, 2),
        "StatefulSet": (0, 0),
        "AppConfig": (1, 1),
    }


def test_a_request_comes_through_ingress_and_service_to_the_app(tmp_path: Path) -> None:
    said = read(fetched(estate(), tmp_path, MAPPED))
    assert layers(said, "api.example.com") == [[Layer.INGRESS, Layer.APP]]
    assert layers(said, BALANCER) == [[Layer.INGRESS, Layer.APP]]
    (app,) = (one for one in said if isinstance(one, Hop) and one.layer is Layer.APP)
    assert app.answers == (f"workload:{SOURCE}/orders/api",)


def test_an_app_that_no_mapping_reads_blinds_its_route(tmp_path: Path) -> None:
    collected = fetched(estate(), tmp_path)
    (gap,) = collected.unread
    assert (gap.gap, gap.names) == (Gap.UNSUPPORTED, (f"workload:{SOURCE}/orders/api",))
    (way,) = ways(Estate(read(collected)), "api.example.com", "/v1", "GET")
    assert [placed.hop.product for placed in way.hops][1:] == ["unread"]


def test_nothing_secret_comes_out_of_a_cluster(tmp_path: Path) -> None:
    for mappings in ((), (MAPPED,)):
        collected = fetched(estate(), tmp_path, *mappings)
        assert collected.documents
        assert CANARY not in repr(collected)


def test_what_may_not_be_listed_is_a_gap_and_nothing_is_guessed_from_it(tmp_path: Path) -> None:
    api = estate()
    api.page = 50
    kept = [api.list_page(path, 0) for path in LISTS[:4]]
    api.script = [*((200, page) for page in kept), (403, {}), (403, {}), (403, {})]
    collected = fetched(api, tmp_path, MAPPED)
    assert [(gap.scope, gap.gap) for gap in collected.unread] == [
        ("kube:prod configmaps", Gap.DENIED),
        ("kube:prod services", Gap.DENIED),
        ("kube:prod statefulsets", Gap.DENIED),
        ("app orders", Gap.UNRESOLVED),
    ]
    assert all(gap.names for gap in collected.unread)
    assert "ConfigMap orders/env, which was not read" in collected.unread[-1].reason


def test_a_workload_that_may_be_among_what_was_not_listed(tmp_path: Path) -> None:
    api = estate()
    api.page = 50
    gone = mapping(title=f"{SOURCE}/orders/gone")
    (said,) = (one for one in fetched(api, tmp_path, MAPPED, gone).unread)
    assert said.reason.endswith("exists")
    pages = [api.list_page(path, 0) for path in LISTS[:6]]
    api.script = [*((200, page) for page in pages), (403, {})]
    denied, said = fetched(api, tmp_path, MAPPED, gone).unread
    assert denied.gap is Gap.DENIED
    assert said.reason.endswith("was read")


def test_documents_have_names_of_their_own(tmp_path: Path) -> None:
    """A finding finds the document behind a hop by source and key."""
    documents: list[Document] = list(fetched(estate(), tmp_path, MAPPED).documents)
    keys = [
        document.key for document in documents if document.kind not in ("ConfigMap", "Controller")
    ]
    assert len(set(keys)) == len(keys)
    assert not any(isinstance(one, Unread) for one in documents)
