"""What runs pods: Deployments, StatefulSets, DaemonSets, Argo Rollouts; pods and ReplicaSets that
nobody owns (the others are made by one of these, under the same labels).

A Rollout holds a pod template as a Deployment does (Argo Rollouts, "Rollout Specification"); one with
`workloadRef` has none of its own. Knative Services are not read: what leads to them stays unlinked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.kubernetes.management import kept_labels
from collectors.kubernetes.names import workload_name
from collectors.kubernetes.objects import (
    KubeObject,
    is_template,
    items_at,
    mapping_at,
    text_at,
    texts_at,
)

KIND = "Workload"
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("apps", "extensions", ""),
    "StatefulSet": ("apps", ""),
    "DaemonSet": ("apps", "extensions", ""),
    "ReplicaSet": ("apps", "extensions", ""),
    "Rollout": ("argoproj.io",),
    "Pod": ("",),
}
_OWNED = ("ReplicaSet", "Pod")
_ENDED = ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload, out of its document. `pods`: the labels of its pods; `idle`: it runs none."""

    namespace: str
    name: str
    pods: Mapping[str, str]
    idle: bool
    document: Document

    @property
    def link(self) -> str:
        """The name that others lead to it by."""
        return workload_name(self.document.source, self.namespace, self.name)


def is_workload(item: KubeObject) -> bool:
    """Whether `item` runs pods on nobody else's behalf."""
    if item.group not in _GROUPS.get(item.kind, ()):
        return False
    if item.kind in _OWNED and items_at(item.body, "metadata", "ownerReferences"):
        return False
    return text_at(item.body, "status", "phase") not in _ENDED and bool(pod_spec(item))


def pod_spec(item: KubeObject) -> Mapping[str, Json]:
    """The specification of its pods."""
    if item.kind == "Pod":
        return mapping_at(item.body, "spec")
    return mapping_at(item.body, "spec", "template", "spec")


def pod_spec_keys(item: KubeObject) -> tuple[str, ...]:
    """The keys that lead to it, for lines."""
    return ("spec",) if item.kind == "Pod" else ("spec", "template", "spec")


def project_workload(item: KubeObject) -> Document | Unread:
    """What is kept of a workload: no environment, no commands."""
    at = ("metadata",) if item.kind == "Pod" else ("spec", "template", "metadata")
    pods = texts_at(item.body, *at, "labels")
    if is_template([item.namespace, item.name, *pods.values()]):
        return Unread(
            scope=f"{item.found.source} {item.kind} {item.key}",
            source=item.found.source,
            gap=Gap.UNRESOLVED,
            reason="it is a template that is not rendered",
            do="audit what helm or kustomize renders",
            where=item.where,
            layer=Layer.APP,
            names=(workload_name(item.found.source, item.namespace, item.name),),
        )
    replicas = mapping_at(item.body, "spec").get("replicas")
    body: dict[str, Json] = {
        "kind": item.kind,
        "namespace": item.namespace,
        "name": item.name,
        "labels": kept_labels(item),
        "pods": {**pods},
        "idle": isinstance(replicas, int) and not replicas,
    }
    key = f"{item.namespace}/{item.kind.lower()}/{item.name}"
    return Document(item.found.source, KIND, key, body, item.where)


def read_workload(document: Document) -> Workload:
    """The workload of a document that `project_workload` made."""
    body = document.body
    return Workload(
        namespace=text_at(body, "namespace") or "",
        name=text_at(body, "name") or "",
        pods=texts_at(body, "pods"),
        idle=body.get("idle") is True,
        document=document,
    )
