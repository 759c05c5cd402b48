"""Objects of a cluster for the tests of the path behind an Ingress, and what is read out of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.core.reading import Alias, Document, Reading, Unread, Where
from auditor.text.yaml import parse_yaml
from collectors.app.mapping import AppMapping, FromKey
from collectors.app.semantics.preset import Input
from collectors.collector import Found
from collectors.found import found as found_in
from collectors.kubernetes.apps import WORKLOADS, Apps, read_apps
from collectors.kubernetes.collector import COLLECTOR

SOURCE = "file:deploy"
NAMESPACE = "orders"
LABELS = {"app": "api"}
KEY = "CORS_ALLOWED_ORIGINS"
APP = "https://app.example.com"
SHOP = "https://shop.example.com"
LIVE = "kube:arn:aws:eks:eu-west-1:111122223333:cluster/prod-1"
EVERYTHING = frozenset({*WORKLOADS, "ConfigMap"})
CANARY = "canary-secret-77d1"


def service(
    name: str = "api",
    selector: Mapping[str, str] | None = None,
    *,
    annotations: Mapping[str, str] | None = None,
    namespace: str = NAMESPACE,
    addresses: Sequence[Mapping[str, str]] = (),
    **spec: object,
) -> dict[str, Any]:
    body: dict[str, Any] = {"ports": [{"port": 80}], **spec}
    if selector is not None:
        body["selector"] = dict(selector)
    one = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "annotations": dict(annotations or {})},
        "spec": body,
    }
    if addresses:
        one["status"] = {"loadBalancer": {"ingress": list(addresses)}}
    return one


def container(
    env: Sequence[Mapping[str, object]] = (),
    sources: Sequence[Mapping[str, object]] = (),
    name: str = "api",
    **more: object,
) -> dict[str, Any]:
    return {"name": name, "image": "api:1", "env": list(env), "envFrom": list(sources), **more}


def workload(
    *containers: Mapping[str, object],
    name: str = "api",
    kind: str = "Deployment",
    labels: Mapping[str, str] = LABELS,
    namespace: str = NAMESPACE,
    version: str = "apps/v1",
    volumes: Sequence[Mapping[str, object]] = (),
    metadata: Mapping[str, object] | None = None,
    **spec: object,
) -> dict[str, Any]:
    pods = {"containers": list(containers) or [container()], "volumes": list(volumes)}
    template = {"metadata": {"labels": dict(labels)}, "spec": pods}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, **(metadata or {})},
        "spec": {"template": template, **spec},
    }


def pod(
    name: str = "api", labels: Mapping[str, str] = LABELS, phase: str = "Running", **more: object
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": dict(labels), **more},
        "spec": {"containers": [container()]},
        "status": {"phase": phase},
    }


def config_map(
    data: Mapping[str, object], name: str = "env", namespace: str = NAMESPACE, **metadata: object
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "data": dict(data),
    }


def var(name: str, value: object = None, **source: object) -> dict[str, object]:
    """A variable: with a value, or with one reference (`configMapKeyRef={...}`)."""
    return {"name": name, "valueFrom": source} if source else {"name": name, "value": value}


def from_map(name: str = "env", prefix: str = "", **more: object) -> dict[str, object]:
    return {"configMapRef": {"name": name, **more}, **({"prefix": prefix} if prefix else {})}


def from_secret(name: str = "keys", prefix: str = "") -> dict[str, object]:
    return {"secretRef": {"name": name}, **({"prefix": prefix} if prefix else {})}


def mapping(key: str = KEY, title: str = f"{SOURCE}/{NAMESPACE}/api", **more: Any) -> AppMapping:
    inputs = {Input.ORIGINS: FromKey(key), **more.pop("inputs", {})}
    name = more.pop("name", "orders")
    return AppMapping(name, (), "starlette@0.40", (), inputs, workload=title, **more)


def as_found(objects: Sequence[Mapping[str, Any]], source: str = SOURCE) -> list[Found]:
    return [
        Found(body, source, Where(f"{source.removeprefix('file:')}/{at}.yaml"))
        for at, body in enumerate(objects)
    ]


def as_file(text: str, source: str = SOURCE) -> list[Found]:
    """The documents of a manifest, with their lines."""
    parsed = parse_yaml(text.encode(), "deploy/all.yaml")
    assert parsed.problems == ()
    items = [found_in(one, source, "deploy/all.yaml") for one in parsed.documents]
    return [item for item in items if item is not None]


def readings(*objects: Mapping[str, Any], source: str = SOURCE) -> list[Reading]:
    items = [item for one in as_found(objects, source) for item in COLLECTOR.project(one)]
    documents = [item for item in items if isinstance(item, Document)]
    unread: list[Reading] = [item for item in items if isinstance(item, Unread)]
    return [*unread, *COLLECTOR.read(documents, {})]


def links(*objects: Mapping[str, Any], source: str = SOURCE) -> list[tuple[str, str]]:
    """Name and target of each alias; nothing else may be read."""
    found = readings(*objects, source=source)
    aliases = [item for item in found if isinstance(item, Alias)]
    assert len(aliases) == len(found), found
    return [(alias.name, alias.to) for alias in aliases]


def apps(
    *objects: Mapping[str, Any],
    mappings: Sequence[AppMapping] = (),
    source: str = SOURCE,
    whole: frozenset[str] = frozenset(),
) -> Apps:
    return read_apps(as_found(objects, source), source, mappings, whole)


def the_document(found: Apps) -> Document:
    assert found.collected.unread == ()
    assert len(found.collected.documents) == 1
    return found.collected.documents[0]


def the_gap(found: Apps) -> Unread:
    assert found.collected.documents == ()
    assert len(found.collected.unread) == 1
    return found.collected.unread[0]


def picked(document: Document) -> dict[str, object]:
    """The values under the mapping's inputs."""
    inputs = document.body["inputs"]
    assert isinstance(inputs, dict)
    return {name: one.get("value") for name, one in inputs.items() if isinstance(one, dict)}


MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: env
  namespace: orders
  labels: {helm.sh/chart: api-4.2.0}
data:
  CORS_CREDENTIALS: "true"
  CORS_ALLOWED_ORIGINS: https://app.example.com
  application.yml: |
    cors:
      origins:
        - https://app.example.com
        - https://shop.example.com
  quoted.yml: "cors:\\n  origins: [https://app.example.com]\\n"
  last: x
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: orders, labels: {team: web}}
spec:
  template:
    metadata: {labels: {app: api}}
    spec:
      volumes:
        - {name: config, configMap: {name: env}}
      containers:
        - name: api
          envFrom: [{configMapRef: {name: env}}]
          volumeMounts: [{name: config, mountPath: /config}]
"""
"""What one application is made of, as a file."""
