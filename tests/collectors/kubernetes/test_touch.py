"""Who changed an object last: managed fields of a real list, and nothing of them in what is kept."""

from pathlib import Path
from typing import Any

import pytest

from auditor.core.reading import Document, Touch
from collectors.kubernetes.inventory import fetch
from collectors.kubernetes.touch import touch_of
from tests.collectors.ingress.manifests import PREFIX, ingress
from tests.collectors.kubernetes.manifests import (
    APP,
    KEY,
    LABELS,
    config_map,
    container,
    from_map,
    mapping,
    service,
    workload,
)
from tests.collectors.kubernetes.test_inventory import LISTS, SOURCE
from tests.collectors.test_kube import Api, cluster

ORIGINS = f"{PREFIX}/cors-allow-origin"
ARGO = Touch("argocd-controller", "Apply", "2026-11-22T02:12:00Z", "managedFields")


def entry(
    manager: str, at: str | None, fields: dict[str, Any], operation: str = "Update", **more: object
) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "networking.k8s.io/v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        **({} if at is None else {"time": at}),
        **more,
    }


def annotated(*names: str) -> dict[str, Any]:
    return {"f:metadata": {"f:annotations": {".": {}, **{f"f:{name}": {} for name in names}}}}


SPEC = {"f:spec": {"f:rules": {}}}
BY_ARGO = entry("argocd-controller", "2026-11-22T02:12:00Z", {**SPEC}, "Apply")
STATUS = entry(
    "nginx-ingress-controller",
    "2026-11-22T02:59:00Z",
    {"f:status": {"f:loadBalancer": {}}},
    subresource="status",
)


def item(*entries: object) -> dict[str, Any]:
    return {"metadata": {"managedFields": list(entries)}}


def documents(api: Api, folder: Path) -> dict[str, Document]:
    with cluster(api, folder) as (reader, _):
        found = fetch(reader, SOURCE, (mapping(title=f"{SOURCE}/orders/api"),))
    return {one.kind: one for one in found.documents}


@pytest.mark.server
def test_objects_of_a_cluster_bear_who_changed_them_and_nothing_else_of_it(tmp_path: Path) -> None:
    one = ingress({"cors-allow-origin": APP})
    one["metadata"]["managedFields"] = [BY_ARGO, STATUS]
    runs = workload(container(sources=[from_map()]))
    runs["metadata"]["managedFields"] = [entry("kubectl-set", "2026-11-22T02:20:00Z", SPEC)]
    helm = entry("helm", "2026-11-21T10:00:00+01:00", {"f:data": {f"f:{KEY}": {}}})
    front = service(selector=LABELS)
    front["metadata"]["managedFields"] = [
        entry("anna", "2026-11-20T08:00:00Z", annotated("external-dns.kubernetes.io/hostname"))
    ]
    lists: dict[str, list[dict[str, Any]]] = {path: [] for path in LISTS}
    lists[LISTS[0]], lists[LISTS[2]] = [one], [runs]
    lists[LISTS[4]], lists[LISTS[5]] = [config_map({KEY: APP}, managedFields=[helm])], [front]
    found = documents(Api(lists), tmp_path)
    assert {kind: one.touched for kind, one in found.items()} == {
        "Ingress": ARGO,
        "Workload": Touch("kubectl-set", "Update", "2026-11-22T02:20:00Z", "managedFields"),
        "Service": Touch("anna", "Update", "2026-11-20T08:00:00Z", "managedFields"),
        # The setting stands in the ConfigMap: who rolled the pods did not change it.
        "AppConfig": Touch("helm", "Update", "2026-11-21T09:00:00Z", "managedFields"),
    }
    assert "argocd-controller" not in repr([dict(one.body) for one in found.values()])


@pytest.mark.server
def test_who_changed_it_is_no_part_of_what_it_is(tmp_path: Path) -> None:
    lists: dict[str, list[dict[str, Any]]] = {path: [] for path in LISTS}
    lists[LISTS[0]] = [ingress({})]
    before = documents(Api(lists), tmp_path)["Ingress"]
    lists[LISTS[0]][0]["metadata"]["managedFields"] = [BY_ARGO]
    after = documents(Api(lists), tmp_path)["Ingress"]
    assert (before.touched, after.touched) == (None, ARGO)
    assert before == after
    assert before.digest == after.digest


def test_the_last_change_of_what_is_read_counts() -> None:
    cors = entry("anna", "2026-11-22T02:30:00Z", annotated(ORIGINS))
    other = entry("cert-manager", "2026-11-22T02:50:00Z", annotated("cert-manager.io/issuer"))
    scaled = entry("hpa", "2026-11-22T02:55:00Z", SPEC, subresource="scale")
    labelled = entry("bot", "2026-11-22T02:56:00Z", {"f:metadata": {"f:labels": {"f:a": {}}}})
    all_of_them = item(BY_ARGO, cors, other, scaled, labelled, STATUS)
    read = touch_of(all_of_them, frozenset({ORIGINS}))
    assert read == Touch("anna", "Update", "2026-11-22T02:30:00Z", "managedFields")
    assert touch_of(all_of_them) == ARGO


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"managedFields": None},
        {"managedFields": "x"},
        {"managedFields": [None, 7, [], {"manager": ["a"]}]},
        {"managedFields": [entry("a", None, SPEC)]},
        {"managedFields": [entry("a", "yesterday", SPEC)]},
        {"managedFields": [entry("a", "2026-11-22T02:12:00", SPEC)]},
        {"managedFields": [entry("", "2026-11-22T02:12:00Z", SPEC)]},
        {"managedFields": [{**BY_ARGO, "fieldsV1": ["f:spec"]}]},
        {"managedFields": [{**BY_ARGO, "fieldsV1": {"f:metadata": {"f:annotations": [1]}}}]},
    ],
)
def test_what_says_nothing_usable_is_not_known(metadata: dict[str, Any]) -> None:
    assert touch_of({"metadata": metadata}, frozenset({ORIGINS})) is None


def test_a_name_without_end_is_cut() -> None:
    found = touch_of(item(entry("m" * 10_000, "2026-11-22T02:12:00Z", SPEC)))
    assert found is not None
    assert len(found.who) == 128
