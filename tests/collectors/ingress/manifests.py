"""Manifests and readings for the tests of the ingress collectors."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.core.hop.behaviour import Doing
from auditor.core.reading import Document, Hop, Reading, Unread, Where
from collectors.collector import Found
from collectors.ingress.ingress_nginx.collector import COLLECTOR

PREFIX = "nginx.ingress.kubernetes.io"
SOURCE = "file:deploy"
HOST = "api.example.com"
OLDER, NEWER = "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"


def ingress(
    annotations: Mapping[str, object] | None = None,
    name: str = "api",
    host: str = HOST,
    paths: Sequence[tuple[str, str, str]] = (("/", "Prefix", "api"),),
    created: str | None = None,
    ingress_class: str | None = "nginx",
    namespace: str = "orders",
    **spec: object,
) -> dict[str, Any]:
    """An Ingress; annotation keys without a prefix get the controller's."""
    metadata: dict[str, Any] = {"name": name, "namespace": namespace}
    if annotations is not None:
        metadata["annotations"] = {full(key): value for key, value in annotations.items()}
    if created is not None:
        metadata["creationTimestamp"] = created
    backends = [
        {"path": path, "pathType": kind, "backend": {"service": {"name": service}}}
        for path, kind, service in paths
    ]
    rule = {"http": {"paths": backends}, **({"host": host} if host else {})}
    body = {"rules": [rule], **spec}
    if ingress_class is not None:
        body["ingressClassName"] = ingress_class
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": body,
    }


def full(key: str) -> str:
    return key if "/" in key else f"{PREFIX}/{key}"


def controller(
    version: str = "1.15.1", *args: str, name: str = "controller", **config: str
) -> list[dict[str, Any]]:
    """The controller's Deployment, and its ConfigMap when `config` is given (`_` stands for `-`)."""
    flags = [*args, *([f"--configmap=$(POD_NAMESPACE)/{name}"] if config else [])]
    container = {
        "image": f"registry.k8s.io/ingress-nginx/controller:v{version}@sha256:0",
        "args": ["/nginx-ingress-controller", *flags],
    }
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "system"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    data = {key.replace("_", "-"): value for key, value in config.items()}
    return [deployment, *([config_map(name, data)] if config else [])]


def config_map(name: str, data: Mapping[str, str], namespace: str = "system") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": dict(data),
    }


def ingress_class(name: str, owner: str, *, default: bool = False) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if default:
        metadata["annotations"] = {"ingressclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": metadata,
        "spec": {"controller": owner},
    }


def projected(*objects: Mapping[str, Any], source: str = SOURCE) -> list[Document | Unread]:
    found = (Found(body, source, Where(f"{source}/{at}.yaml")) for at, body in enumerate(objects))
    return [item for one in found for item in COLLECTOR.project(one)]


def readings(*objects: Mapping[str, Any], source: str = SOURCE, **options: str) -> list[Reading]:
    """What the collector reads out of `objects`; option names have `_` for `-`."""
    items = projected(*objects, source=source)
    documents = [item for item in items if isinstance(item, Document)]
    named = {key.replace("_", "-"): value for key, value in options.items()}
    unread: list[Reading] = [item for item in items if isinstance(item, Unread)]
    return [*unread, *COLLECTOR.read(documents, named)]


def hops(*objects: Mapping[str, Any], **options: str) -> list[Hop]:
    return [item for item in readings(*objects, **options) if isinstance(item, Hop)]


def the_hop(*objects: Mapping[str, Any], **options: str) -> Hop:
    found = hops(*objects, **options)
    assert len(found) == 1, [hop.id for hop in found]
    return found[0]


def the_doing(*objects: Mapping[str, Any], **options: str) -> Doing:
    """What the first location does."""
    return the_hop(*objects, **options).cases[0].doing


def the_unread(*objects: Mapping[str, Any], **options: str) -> Unread:
    found = [item for item in readings(*objects, **options) if isinstance(item, Unread)]
    assert len(found) == 1, found
    return found[0]
