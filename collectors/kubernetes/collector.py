"""The path behind an Ingress: from a Service to what runs its pods, or out of the cluster.

It makes no hops: an app's hop answers to the name of its workload. What cannot be told stays
unlinked, and linking says that nothing answers there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.core.reading import Alias, Document, Gap, Layer, Reading, Unread
from collectors.collector import Collector, Found, Options
from collectors.kubernetes.names import host_name
from collectors.kubernetes.objects import objects
from collectors.kubernetes.service import KIND as SERVICE
from collectors.kubernetes.service import Service, project_service, read_service
from collectors.kubernetes.workload import KIND as WORKLOAD
from collectors.kubernetes.workload import Workload, is_workload, project_workload, read_workload

_INGRESS_CONTROLLER = "Controller"
"""The kind of documents that say which workloads are Ingress controllers (key: namespace/name)."""


def project(found: Found) -> Iterator[Document | Unread]:
    """The Services and workloads of `found`."""
    for item in objects(found):
        if not item.name:
            continue
        if item.kind == SERVICE and item.group == "":
            yield project_service(item)
        elif is_workload(item):
            yield project_workload(item)


def read(documents: Sequence[Document], _options: Options) -> Iterator[Reading]:
    """The aliases of one source's Services. Pure, in a fixed order."""
    services = [read_service(d) for d in documents if d.kind == SERVICE]
    workloads = _Workloads([read_workload(d) for d in documents if d.kind == WORKLOAD])
    controllers = frozenset(d.key for d in documents if d.kind == _INGRESS_CONTROLLER)
    services.sort(key=lambda service: (service.link, service.document.where))
    for _, group in groupby(services, key=lambda service: service.link):
        same = list(group)
        if any(one.document.body != same[0].document.body for one in same):
            yield _several(same)
            continue
        taken = workloads.of(same[0])
        if not any(f"{one.namespace}/{one.name}" in controllers for one in taken):
            yield from _aliases(same[0], taken)


class _Workloads:
    """Workloads by namespace and one label, so that a Service looks at few of them."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        self._by_label: dict[tuple[str, str, str], list[Workload]] = {}
        for workload in workloads:
            for key, value in workload.pods.items():
                self._by_label.setdefault((workload.namespace, key, value), []).append(workload)

    def of(self, service: Service) -> list[Workload]:
        """Those that `service` takes; of several the ones that run pods. One that is scaled to
        nothing for the night still has the settings that count in the morning."""
        if not service.selector:
            return []
        label = min(service.selector.items())
        near = self._by_label.get((service.namespace, *label), ())
        taken = [one for one in near if service.takes(one.namespace, one.pods)]
        return [one for one in taken if not one.idle] or taken


def _aliases(service: Service, taken: Sequence[Workload]) -> Iterator[Alias]:
    """What leads to `service` and what it leads to.

    The Service of an Ingress controller is none of these: the Host header decides behind it, so the
    Ingress reader says where its addresses lead. For the same reason no name that external-dns makes
    for an Ingress is an alias: such a request meets the host of that name, or the one for all.
    """
    where, source = service.document.where, service.document.source
    inner = [service.target] if service.external else sorted({one.link for one in taken})
    for name in inner:
        yield Alias(service.link, name, where, source, entry=False)
    for name in sorted({host_name(address) for address in service.addresses}):
        yield Alias(name, service.link, where, source, entry=False)
    for name in sorted({host_name(host) for host in service.hosts}):
        yield Alias(name, service.link, where, source)


def _several(services: Sequence[Service]) -> Unread:
    first = services[0]
    places = ", ".join(str(service.document.where) for service in services)
    return Unread(
        scope=f"{first.document.source} Service {first.namespace}/{first.name}",
        source=first.document.source,
        gap=Gap.INVALID,
        reason=f"it is written {len(services)} times and not alike: {places}",
        do="audit the manifests of one environment at a time",
        where=first.document.where,
        layer=Layer.APP,
        names=(first.link,),
    )


COLLECTOR = Collector(
    name="kubernetes",
    layer=Layer.APP,
    kinds=(SERVICE, WORKLOAD, _INGRESS_CONTROLLER),
    words=("selector", "externalname", "containers"),
    project=project,
    read=read,
    permissions=(
        "core: get, list services, configmaps",
        "apps: get, list deployments, statefulsets, daemonsets",
    ),
)
