"""What one cluster holds: each kind is listed once, for the Ingress reader, for the path behind it and
for the apps that mappings read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.core.reading import Document, Layer, Unread
from collectors._kube import KubeReader
from collectors.app.mapping import AppMapping
from collectors.collector import Collected, Count, Found
from collectors.ingress.ingress_nginx.collector import COLLECTOR as INGRESS_NGINX
from collectors.kubernetes.apps import read_apps
from collectors.kubernetes.collector import COLLECTOR as KUBERNETES
from collectors.kubernetes.touch import with_touch

LISTS = (
    ("/apis/networking.k8s.io/v1/ingresses", "Ingress", Layer.INGRESS),
    ("/apis/networking.k8s.io/v1/ingressclasses", "IngressClass", Layer.INGRESS),
    ("/apis/apps/v1/deployments", "Deployment", Layer.INGRESS),
    ("/apis/apps/v1/daemonsets", "DaemonSet", Layer.INGRESS),
    ("/api/v1/configmaps", "ConfigMap", Layer.INGRESS),
    ("/api/v1/services", "Service", Layer.APP),
    ("/apis/apps/v1/statefulsets", "StatefulSet", Layer.APP),
)
"""Paths and kinds, and the layer that a gap concerns first. Pods are not listed: those that a workload
makes are many and alike, and those that nobody owns seldom serve anybody."""
_FOR_APPS = ("Deployment", "DaemonSet", "StatefulSet", "ConfigMap")
_COLLECTORS = (INGRESS_NGINX, KUBERNETES)


def fetch(cluster: KubeReader, source: str, mappings: Sequence[AppMapping] = ()) -> Collected:
    """Everything of `cluster` that is read; `source` names it (`kube:prod-1`).

    `mappings`: those that name a workload of it get its values, the others are passed over.
    """
    collected = Collected()
    kept: list[Found] = []
    whole: set[str] = set()
    for path, kind, layer in LISTS:
        listed = cluster.list_raw(path, kind, source)
        results = [
            with_touch(item, found)
            for one in _COLLECTORS
            for found in listed.found
            for item in one.project(found)
        ]
        documents = tuple(item for item in results if isinstance(item, Document))
        refused = tuple(item for item in results if isinstance(item, Unread))
        gaps = tuple(_list_gap(gap, kind, layer) for gap in listed.unread)
        count = Count(source, kind, len(listed.found), len(listed.found) - len(refused))
        collected += Collected(documents, (*gaps, *refused), (count,))
        whole |= set() if gaps else {kind}
        kept += listed.found if kind in _FOR_APPS else ()
    return collected + read_apps(kept, source, mappings, frozenset(whole)).collected


def _list_gap(gap: Unread, kind: str, layer: Layer) -> Unread:
    """Ingresses that were not listed may be behind any host. The other kinds hold no hops: what is
    assumed for them stands with each hop, and what they would have linked ends in something unread."""
    names = () if kind == "Ingress" else (f"settings:{gap.source}/{kind}",)
    return replace(gap, layer=layer, names=names)
