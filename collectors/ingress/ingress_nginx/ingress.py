"""One Ingress object, out of its document, and the annotations of it that are live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.core.reading import Document, Json, Where
from collectors.ingress.ingress_nginx.annotations import (
    CLASS_KEY,
    RISKS,
    Annotations,
    is_cors_key,
    suffix_of,
)
from collectors.ingress.ingress_nginx.settings import Controller
from collectors.ingress.ingress_nginx.versions import Change


@dataclass(frozen=True, slots=True)
class IngressPath:
    """One path of a rule: `service` None where the backend is no Service; `exact` its type."""

    path: str
    exact: bool
    service: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a host (`""`: every host) and its paths; None where it has no `http`."""

    host: str
    paths: tuple[IngressPath, ...] | None


@dataclass(frozen=True, slots=True)
class Ingress:
    """An Ingress as projected. `created` is its creationTimestamp (RFC 3339, UTC), None in files."""

    namespace: str
    name: str
    created: str | None
    class_name: str | None
    annotations: Mapping[str, str]
    rules: tuple[Rule, ...]
    default_service: str | None
    labels: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]
    document: Document

    @property
    def title(self) -> str:
        """Its name as its owner writes it: namespace/name, or the name where none is written."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def identity(self) -> tuple[str, Where]:
        """What tells it from every other one: two files may hold an Ingress of the same name."""
        return self.document.key, self.document.where

    @property
    def class_annotation(self) -> str | None:
        """The value of the old class annotation."""
        return self.annotations.get(CLASS_KEY)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts of its rules, `*` for every host, each once."""
        hosts = [rule.host or "*" for rule in self.rules] or ["*"]
        return tuple(dict.fromkeys(hosts))

    def where(self, key: str) -> Where:
        """Where the annotation with this full `key` stands, or the Ingress."""
        pointer = "/annotations/" + key.replace("~", "~0").replace("/", "~1")
        line = self.document.lines.get(pointer)
        return self.document.where if line is None else Where(self.document.where.place, line)


def read_ingress(document: Document) -> Ingress:
    """The Ingress of a document that `project` made."""
    body = document.body
    return Ingress(
        namespace=_text(body, "namespace") or "",
        name=_text(body, "name") or "",
        created=_text(body, "created"),
        class_name=_text(body, "class"),
        annotations=_texts(body.get("annotations")),
        rules=tuple(_rule(rule) for rule in _items(body.get("rules"))),
        default_service=_text(body, "default"),
        labels=tuple(sorted(_texts(body.get("labels")).items())),
        addresses=tuple(a for a in _list(body.get("addresses")) if isinstance(a, str)),
        document=document,
    )


def live_annotations(ingress: Ingress, controller: Controller) -> Annotations:
    """The annotations that `controller` reads: those under its own prefix.

    Notes say which CORS annotations have no effect: another prefix, or an unknown key.
    """
    start = f"{controller.prefix}/"
    live = {
        key.removeprefix(start): value
        for key, value in ingress.annotations.items()
        if key.startswith(start)
    }
    annotations = Annotations(
        {key: value for key, value in live.items() if key in RISKS},
        controller.validating,
        controller.version.has(Change.NEWLINES_REFUSED),
    )
    for key in sorted(ingress.annotations):
        if is_cors_key(key) and not key.startswith(start):
            annotations.notes.append(f"{key} has no effect: the prefix is {controller.prefix}")
        elif is_cors_key(key) and suffix_of(key) not in RISKS:
            annotations.notes.append(f"{key} is no annotation of ingress-nginx: it has no effect")
    return annotations


def _rule(rule: Mapping[str, Json]) -> Rule:
    paths = rule.get("paths")
    if not isinstance(paths, list):
        return Rule(_text(rule, "host") or "", None)
    return Rule(_text(rule, "host") or "", tuple(_path(path) for path in _items(paths)))


def _path(path: Mapping[str, Json]) -> IngressPath:
    # k8s.SetDefaultNGINXPathType: ImplementationSpecific and none are Prefix.
    exact = path.get("type") == "Exact"
    return IngressPath(_text(path, "path") or "/", exact, _text(path, "service"))


def _text(body: Mapping[str, Json], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None


def _texts(value: Json) -> dict[str, str]:
    found = value if isinstance(value, dict) else {}
    return {key: text for key, text in found.items() if isinstance(text, str)}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _items(value: Json) -> list[dict[str, Json]]:
    return [item for item in _list(value) if isinstance(item, dict)]
