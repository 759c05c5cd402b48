"""Where the controller is reached: the addresses of its own Service.

With --publish-service the controller copies them into the status of every Ingress (pkg/flags/flags.go,
ingress-nginx v1.15.1); without it they stand with the Service alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.core.reading import Document
from collectors.kubernetes.service import KIND as SERVICE
from collectors.kubernetes.service import read_service
from collectors.kubernetes.workload import KIND as WORKLOAD
from collectors.kubernetes.workload import read_workload


def service_addresses(documents: Sequence[Document]) -> Mapping[str, tuple[str, ...]]:
    """By controller (namespace/name of its workload): host names and IPs of its Services."""
    controllers = {document.key for document in documents if document.kind == "Controller"}
    services = [read_service(document) for document in documents if document.kind == SERVICE]
    found: dict[str, tuple[str, ...]] = {}
    for document in documents:
        if document.kind != WORKLOAD:
            continue
        workload = read_workload(document)
        name = f"{workload.namespace}/{workload.name}"
        if name in controllers:
            taking = [one for one in services if one.takes(workload.namespace, workload.pods)]
            found[name] = tuple(sorted({text for one in taking for text in one.addresses}))
    return found
