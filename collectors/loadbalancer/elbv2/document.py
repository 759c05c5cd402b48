"""The documents of load balancers: what is kept of the service's answers.

Answers of the live service and files of the AWS CLI have the same shape (botocore 1.44.5, elbv2
2015-12-01). Of actions only their types are kept (some hold client secrets), of listener attributes
those that write CORS headers, of tags those that say who owns or what manages the load balancer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from auditor.core.reading import Document, Json
from collectors.answers.fields import rows, text
from collectors.answers.provenance import Provenance, kept_tags


class Kind(StrEnum):
    """The kinds of document; the key of ATTRIBUTES is the last part of a listener's ARN, of all
    others the ARN of a load balancer."""

    BALANCER = "LoadBalancer"
    TAGS = "LoadBalancerTags"
    LISTENERS = "LoadBalancerListeners"
    ATTRIBUTES = "ListenerAttributes"


CLUSTER_TAG = "elbv2.k8s.aws/cluster"
INGRESS_TAG = "ingress.k8s.aws/stack"
SERVICE_TAG = "service.k8s.aws/stack"
"""Tags of the AWS Load Balancer Controller: the cluster's name; the Ingress (namespace/name) or group
of Ingresses; the Service (docs/guide/ingress/annotations.md and service/annotations.md there)."""

_KUBERNETES_TAGS = (CLUSTER_TAG, INGRESS_TAG, SERVICE_TAG)
_CORS_START = "routing.http.response.access_control_"


def balancer_document(item: Mapping[str, Json], provenance: Provenance) -> Document:
    """Return one item of `describe_load_balancers`."""
    arn = text(item, "LoadBalancerArn")
    region, account = place_of(arn)
    body: dict[str, Json] = {
        "Name": text(item, "LoadBalancerName"),
        "DNSName": text(item, "DNSName"),
        "Type": text(item, "Type"),
        "Account": provenance.account or account,
        "Region": provenance.region or region,
    }
    return Document(provenance.source, Kind.BALANCER, arn, body, provenance.where)


def tags_document(item: Mapping[str, Json], provenance: Provenance) -> Document:
    """Return one item of `describe_tags`."""
    tags: dict[str, Json] = {text(row, "Key"): text(row, "Value") for row in rows(item, "Tags")}
    kept = kept_tags({"Tags": tags}, "Tags")
    kept.update({name: tags[name] for name in _KUBERNETES_TAGS if name in tags})
    key = text(item, "ResourceArn")
    return Document(provenance.source, Kind.TAGS, key, {"Tags": kept}, provenance.where)


def listeners_document(
    arn: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the listeners of the load balancer `arn`, sorted by port."""
    kept: list[Json] = [
        {
            "Arn": text(item, "ListenerArn"),
            "Protocol": text(item, "Protocol"),
            "Port": port if isinstance(port := item.get("Port"), int) else 0,
            "Actions": [text(action, "Type") for action in rows(item, "DefaultActions")],
        }
        for item in sorted(items, key=lambda item: str(item.get("Port")).zfill(5))
    ]
    body: dict[str, Json] = {"Listeners": kept}
    return Document(provenance.source, Kind.LISTENERS, arn, body, provenance.where)


def attributes_document(
    listener: str, items: Iterable[Mapping[str, Json]], provenance: Provenance
) -> Document:
    """Return the attributes of one listener (its ARN or the last part of it)."""
    kept: dict[str, Json] = {}
    lines: dict[str, int] = {}
    for at, item in enumerate(items):
        name, value = text(item, "Key"), text(item, "Value")
        if name.startswith(_CORS_START) and value:
            kept[name] = value
            line = provenance.line(("Attributes", at, "Value"))
            lines.update({} if line is None else {f"/Attributes/{name}": line})
    body: dict[str, Json] = {"Attributes": dict(sorted(kept.items()))}
    key = listener.rpartition("/")[2]
    return Document(provenance.source, Kind.ATTRIBUTES, key, body, provenance.where, lines)


def place_of(arn: str) -> tuple[str, str]:
    """Return region and account of an ARN (arn:partition:elasticloadbalancing:region:account:...)."""
    parts = arn.split(":")
    return (parts[3], parts[4]) if len(parts) > 5 else ("", "")
