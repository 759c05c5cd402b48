"""Services: what they are reached by, and which pods they take.

Facts, where not said otherwise from the Kubernetes documentation, "Service" (concepts):
- The selector takes every pod of its namespace that has all its labels; without a selector someone
  else names the endpoints, and nothing here knows them. A headless Service has a selector as well,
  and an Ingress controller sends requests straight to the pods that it takes.
- ExternalName is a CNAME to another host; its selector has no effect. Names below `svc.cluster.local`
  are Services of the same cluster ("DNS for Services and Pods"; clusters with another domain exist,
  theirs are taken for hosts).
- external-dns makes records for `hostname` (a comma list) under the prefix
  `external-dns.kubernetes.io/`, before release 0.22 `external-dns.alpha.kubernetes.io/`, and ignores
  objects whose `controller` is another than `dns-controller` (external-dns 0.23, "Annotations"). For
  a Service of type ClusterIP it does so only when that is headless, or by a flag of its own
  (--publish-internal-services): those names are internal and not read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.kubernetes.names import host_name, service_name
from collectors.kubernetes.objects import (
    KubeObject,
    is_template,
    items_at,
    mapping_at,
    text_at,
    texts_at,
)

KIND = "Service"
_DNS_PREFIXES = ("external-dns.kubernetes.io/", "external-dns.alpha.kubernetes.io/")
_DNS_CONTROLLER = "dns-controller"
_CLUSTER_DOMAIN = ("cluster", "local")
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class Service:
    """One Service, out of its document. `external`: of an ExternalName alone, else empty."""

    namespace: str
    name: str
    selector: Mapping[str, str]
    external: str
    addresses: tuple[str, ...]
    hosts: tuple[str, ...]
    document: Document

    @property
    def link(self) -> str:
        """The name that others lead to it by."""
        return service_name(self.document.source, self.namespace, self.name)

    def takes(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether pods with `labels` in `namespace` are among its endpoints."""
        same = namespace == self.namespace and bool(self.selector) and not self.external
        return same and self.selector.items() <= labels.items()

    @property
    def target(self) -> str:
        """What an ExternalName leads to: another Service of the cluster, or a host."""
        name, *rest = self.external.split(".")
        if len(rest) >= 2 and rest[1] == "svc" and tuple(rest[2:]) in ((), _CLUSTER_DOMAIN):
            return service_name(self.document.source, rest[0], name)
        return host_name(self.external)


def project_service(item: KubeObject) -> Document | Unread:
    """What is kept of a Service."""
    spec = mapping_at(item.body, "spec")
    kind = text_at(spec, "type") or "ClusterIP"
    body: dict[str, Json] = {
        "namespace": item.namespace,
        "name": item.name,
        "selector": {**texts_at(spec, "selector")},
        "external": (text_at(spec, "externalName") or "") if kind == "ExternalName" else "",
        "addresses": [*_addresses(item)] if kind == "LoadBalancer" else [],
        "hosts": [*_dns_names(item, kind)],
    }
    if is_template([item.namespace, item.name, *_texts(body["selector"]), str(body["external"])]):
        return Unread(
            scope=f"{item.found.source} Service {item.key}",
            source=item.found.source,
            gap=Gap.UNRESOLVED,
            reason="it is a template that is not rendered",
            do="audit what helm or kustomize renders",
            where=item.where,
            layer=Layer.APP,
            names=(service_name(item.found.source, item.namespace, item.name),),
        )
    key = f"{item.namespace}/service/{item.name}"
    return Document(item.found.source, KIND, key, body, item.where)


def read_service(document: Document) -> Service:
    """The Service of a document that `project_service` made."""
    body = document.body
    return Service(
        namespace=text_at(body, "namespace") or "",
        name=text_at(body, "name") or "",
        selector=texts_at(body, "selector"),
        external=(text_at(body, "external") or "").lower().rstrip("."),
        addresses=tuple(text for text in items_at(body, "addresses") if isinstance(text, str)),
        hosts=tuple(text for text in items_at(body, "hosts") if isinstance(text, str)),
        document=document,
    )


def _texts(value: Json) -> list[str]:
    return [str(text) for text in value.values()] if isinstance(value, dict) else []


def _addresses(item: KubeObject) -> list[str]:
    """Host names and IPs of the load balancer that stands before it."""
    entries = items_at(item.body, "status", "loadBalancer", "ingress")
    found = (text_at(entry, "hostname") or text_at(entry, "ip") for entry in entries)
    return [address for address in found if address and len(address) <= _LONGEST_HOST]


def _dns_names(item: KubeObject, kind: str) -> list[str]:
    """The host names that external-dns makes for it, each once."""
    headless = text_at(item.body, "spec", "clusterIP") == "None"
    if kind == "ClusterIP" and not headless:
        return []
    annotations = texts_at(item.body, "metadata", "annotations")
    names: dict[str, None] = {}
    for prefix in _DNS_PREFIXES:
        controller = annotations.get(f"{prefix}controller", _DNS_CONTROLLER)
        text = annotations.get(f"{prefix}hostname", "") if controller == _DNS_CONTROLLER else ""
        parts = (part.strip() for part in text.split(","))
        names.update((part, None) for part in parts if 0 < len(part) <= _LONGEST_HOST)
    return list(names)
