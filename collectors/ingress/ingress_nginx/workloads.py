"""The controller's own objects: its Deployment or DaemonSet, and ConfigMaps that it may read.

Image names: registry.k8s.io/ingress-nginx/controller (and -chroot) of the project's manifests,
`kubernetes-ingress-controller/nginx-ingress-controller` before 0.40, and rebuilds of it that keep
the name. `nginx/nginx-ingress` is another product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.core.reading import Document, Json
from collectors.ingress.ingress_nginx.annotations import KEPT, VALUE_CAP
from collectors.ingress.ingress_nginx.redaction import is_cors_header, reduced
from collectors.ingress.ingress_nginx.versions import parse_version
from collectors.kubernetes.objects import KubeObject, items_at, mapping_at, text_at

_FLAGS = frozenset(
    {
        "annotations-prefix",
        "configmap",
        "controller-class",
        "default-backend-service",
        "disable-catch-all",
        "enable-annotation-validation",
        "enable-ssl-passthrough",
        "ingress-class",
        "ingress-class-by-name",
        "watch-ingress-without-class",
        "watch-namespace",
    }
)
_SETTINGS = frozenset(
    {
        "add-headers",
        "allow-snippet-annotations",
        "annotation-value-word-blocklist",
        "annotations-risk-level",
        "custom-http-errors",
        "disable-proxy-intercept-errors",
        "global-allowed-response-headers",
        "global-auth-url",
        "hide-headers",
        "http-redirect-code",
        "http-snippet",
        "location-snippet",
        "main-snippet",
        "server-snippet",
    }
)
_NAME_LABEL = "app.kubernetes.io/name"
_VERSION_LABEL = "app.kubernetes.io/version"


def project_workload(item: KubeObject) -> Iterator[Document]:
    """A document when `item` runs the controller."""
    pod = mapping_at(item.body, "spec", "template", "spec")
    for container in items_at(pod, "containers"):
        image = text_at(container, "image") or ""
        if isinstance(container, dict) and _is_controller(image):
            body: dict[str, Json] = {
                "version": _version(item, image),
                "flags": _flags(container, item.namespace),
            }
            key = f"{item.namespace}/{item.name}"
            yield Document(item.found.source, "Controller", key, body, item.where)


def project_config_map(item: KubeObject) -> Iterator[Document]:
    """A document when `item` may hold settings of the controller, or headers for it to send."""
    data = {k: v for k, v in mapping_at(item.body, "data").items() if isinstance(v, str)}
    settings: dict[str, Json] = {
        k: _setting(k, v) for k, v in sorted(data.items()) if k in _SETTINGS
    }
    labelled = text_at(
        item.body, "metadata", "labels", _NAME_LABEL
    ) == "ingress-nginx" and item.name.endswith("controller")
    if not (settings or labelled or _holds_headers(data)):
        return
    headers: dict[str, Json] = {k: v[:VALUE_CAP] for k, v in data.items() if is_cors_header(k)}
    body: dict[str, Json] = {
        "settings": settings,
        "labelled": labelled,
        "names": list[Json](sorted(data)) if _holds_headers(data) else [],
        "headers": headers,
    }
    key = f"{item.namespace}/{item.name}"
    yield Document(item.found.source, "ConfigMap", key, body, item.where)


def _is_controller(image: str) -> bool:
    name = image.partition("@")[0]
    return "ingress-nginx/controller" in name or "/nginx-ingress-controller" in f"/{name}"


def _version(item: KubeObject, image: str) -> str | None:
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    if parse_version(tag) is not None:
        return tag
    return text_at(item.body, "metadata", "labels", _VERSION_LABEL)


def _flags(container: Mapping[str, Json], namespace: str) -> dict[str, Json]:
    words = [w for part in ("command", "args") for w in items_at(container, part)]
    texts = [word for word in words if isinstance(word, str)]
    flags: dict[str, Json] = {}
    for word, after in zip(texts, [*texts[1:], "-"], strict=True):
        name, equals, value = word.lstrip("-").partition("=")
        if word.startswith("-") and name in _FLAGS:
            alone = "true" if after.startswith("-") else after
            text = value if equals else alone
            flags[name] = text.replace("$(POD_NAMESPACE)", namespace)
    return flags


def _setting(key: str, value: str) -> str:
    if key == "global-auth-url":
        return KEPT if value else ""
    return reduced(value) if key.endswith("-snippet") and value else value[:VALUE_CAP]


def _holds_headers(data: Mapping[str, str]) -> bool:
    """Whether every key could be a header name, and is more than one plain word."""
    return bool(data) and all(
        key.isascii() and key.replace("-", "").isalnum() and key[:1].isupper() for key in data
    )
