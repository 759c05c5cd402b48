"""What is kept of a cluster's objects: what CORS and routing need, and nothing that may be secret.

`kubectl.kubernetes.io/last-applied-configuration` repeats old values and is never kept; snippets are
reduced (`redaction`); of some annotations and of ConfigMaps only the presence or the names are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from auditor.core.reading import Document, Gap, Json, Layer, Unread
from collectors.collector import Found
from collectors.ingress.ingress_nginx.annotations import (
    CLASS_KEY,
    KEPT,
    PRESENCE,
    RISKS,
    SNIPPETS,
    VALUE_CAP,
    is_cors_key,
    suffix_of,
)
from collectors.ingress.ingress_nginx.redaction import reduced
from collectors.ingress.ingress_nginx.templates import unrendered, values_key
from collectors.ingress.ingress_nginx.workloads import project_config_map, project_workload
from collectors.kubernetes.management import kept_labels
from collectors.kubernetes.objects import KubeObject, items_at, mapping_at, objects, text_at

_GROUPS = ("networking.k8s.io", "extensions")
_VALUES_KINDS = ("", "Application", "ApplicationSet", "HelmRelease", "HelmChart")
Projected: TypeAlias = Iterator[Document | Unread]


def project(found: Found) -> Projected:
    """The documents of `found` that ingress-nginx is read from, and what of it cannot be read."""
    for item in objects(found):
        match item.kind:
            case "Ingress" if item.group in _GROUPS:
                yield _project_ingress(item)
            case "IngressClass" if item.group in _GROUPS:
                yield _project_class(item)
            case "Deployment" | "DaemonSet":
                yield from project_workload(item)
            case "ConfigMap":
                yield from project_config_map(item)
            case kind if kind in _VALUES_KINDS:
                yield from _project_values(item)
            case _:
                continue


def _project_ingress(item: KubeObject) -> Document | Unread:
    annotations = mapping_at(item.body, "metadata", "annotations")
    body = _ingress_body(item, annotations)
    wrong = _wrong_types(item, annotations)
    if wrong is not None:
        do = "write the value in quotes"
        return _unread(item, Gap.INVALID, f"the API server refuses it: {wrong}", do, body)
    template = unrendered(body) or unrendered(_read_texts(annotations))
    if template is not None:
        reason = f"it is a template: {template} is not rendered"
        return _unread(item, Gap.UNRESOLVED, reason, "audit what helm or kustomize renders", body)
    if not item.name or not (body["rules"] or body["default"]):
        reason = "it has no name, or neither rules nor a default backend: a patch, not an Ingress"
        return _unread(item, Gap.UNRESOLVED, reason, "audit what kubectl kustomize builds", body)
    lines = {}
    for key in mapping_at(body, "annotations"):
        line = item.line("metadata", "annotations", key)
        if line is not None:
            lines["/annotations/" + key.replace("~", "~0").replace("/", "~1")] = line
    return Document(item.found.source, "Ingress", item.key, body, item.where, lines)


def _project_class(item: KubeObject) -> Document:
    annotations = mapping_at(item.body, "metadata", "annotations")
    body: dict[str, Json] = {
        "controller": text_at(item.body, "spec", "controller") or "",
        "default": annotations.get("ingressclass.kubernetes.io/is-default-class") == "true",
    }
    return Document(item.found.source, "IngressClass", item.name, body, item.where)


def _project_values(item: KubeObject) -> Projected:
    key = values_key(item.body)
    if key is not None:
        yield Unread(
            scope=f"{item.found.source} {item.found.where}",
            source=item.found.source,
            gap=Gap.UNRESOLVED,
            reason=f"values, not rendered: {key} stands in no Ingress",
            do="audit what helm template renders",
            where=item.found.where,
            layer=Layer.INGRESS,
        )


def _unread(item: KubeObject, gap: Gap, reason: str, do: str, body: Mapping[str, Json]) -> Unread:
    rules = body.get("rules")
    hosts = [text_at(rule, "host") or "*" for rule in rules] if isinstance(rules, list) else []
    names = tuple(f"host:{host}" for host in dict.fromkeys(hosts) if not unrendered(host))
    return Unread(
        scope=f"{item.found.source} Ingress {item.key or '(no name)'}",
        source=item.found.source,
        gap=gap,
        reason=reason,
        do=do,
        where=item.where,
        layer=Layer.INGRESS,
        names=names,
    )


# -- the body of an Ingress ----------------------------------------------------------------------


def _ingress_body(item: KubeObject, annotations: Mapping[str, Json]) -> dict[str, Json]:
    spec = mapping_at(item.body, "spec")
    status = items_at(item.body, "status", "loadBalancer", "ingress")
    return {
        "name": item.name,
        "namespace": item.namespace,
        "created": text_at(item.body, "metadata", "creationTimestamp"),
        "labels": kept_labels(item),
        "annotations": _kept_annotations(annotations),
        "class": text_at(spec, "ingressClassName"),
        "rules": [_rule(rule) for rule in items_at(spec, "rules") if isinstance(rule, dict)],
        "default": _service(mapping_at(spec, "defaultBackend") or mapping_at(spec, "backend")),
        "addresses": [host for entry in status if (host := text_at(entry, "hostname"))],
    }


def _kept_annotations(annotations: Mapping[str, Json]) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for key, value in sorted(annotations.items()):
        # The API server reads null as the empty text.
        text = "" if value is None else value
        if isinstance(text, str) and (_is_read(key) or is_cors_key(key)):
            kept[key] = _kept_value(suffix_of(key), text[:VALUE_CAP])
    return kept


def _read_texts(annotations: Mapping[str, Json]) -> dict[str, Json]:
    """The texts of read annotations as they are, before they are reduced."""
    return {key: value for key, value in annotations.items() if _is_read(key) or is_cors_key(key)}


def _is_read(key: str) -> bool:
    return key == CLASS_KEY or ("/" in key and suffix_of(key) in RISKS)


def _kept_value(suffix: str, text: str) -> str:
    if suffix in SNIPPETS:
        return reduced(text) if text else ""
    return KEPT if suffix in PRESENCE and text else text


def _wrong_types(item: KubeObject, annotations: Mapping[str, Json]) -> str | None:
    wrong = []
    for key, value in sorted(annotations.items()):
        if value is None or isinstance(value, str):
            continue
        kind = "boolean" if isinstance(value, bool) else "number"
        kind = "list or mapping" if isinstance(value, (dict, list)) else kind
        written = item.found.written((*item.keys, "metadata", "annotations", key))
        shown = f' (write "{written}")' if written is not None and is_cors_key(key) else ""
        wrong.append(f"annotation {key} is a {kind}, not a text{shown}")
    return "; ".join(wrong) or None


def _rule(rule: Mapping[str, Json]) -> dict[str, Json]:
    http = rule.get("http")
    if not isinstance(http, dict):
        return {"host": text_at(rule, "host") or ""}
    paths: list[Json] = [
        {
            "path": text_at(path, "path") or "/",
            "type": text_at(path, "pathType"),
            "service": _service(mapping_at(path, "backend")),
        }
        for path in items_at(http, "paths")
        if isinstance(path, dict)
    ]
    return {"host": text_at(rule, "host") or "", "paths": paths}


def _service(backend: Mapping[str, Json]) -> str | None:
    """The Service of a backend: `service.name` in v1, `serviceName` before."""
    return text_at(backend, "service", "name") or text_at(backend, "serviceName")
