"""Kubernetes objects inside of a parsed document: alone, in a List, or in a list of lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import Json, Where
from collectors.collector import Found

DEPTH_CAP = 4
Keys: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class KubeObject:
    """One object: its kind and API group, its body, and the keys that lead to it in `found`."""

    kind: str
    group: str
    body: Mapping[str, Json]
    found: Found
    keys: Keys = ()

    @property
    def name(self) -> str:
        """`metadata.name`, empty where there is none."""
        return text_at(self.body, "metadata", "name") or ""

    @property
    def namespace(self) -> str:
        """`metadata.namespace`, empty where there is none."""
        return text_at(self.body, "metadata", "namespace") or ""

    @property
    def key(self) -> str:
        """namespace/name, or the name where no namespace is written."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def where(self) -> Where:
        """Where it begins."""
        line = self.found.line(self.keys)
        return self.found.where if line is None else Where(self.found.where.place, line)

    def line(self, *keys: str | int) -> int | None:
        """The line of a value below it."""
        return self.found.line((*self.keys, *keys))


def objects(found: Found) -> Iterator[KubeObject]:
    """Every object of `found`; items of a typed list (IngressList) get their kind from it."""
    yield from _objects(found.body, found, (), "", "", 0)


def mapping_at(body: Json | Mapping[str, Json], *keys: str) -> Mapping[str, Json]:
    """The mapping below `keys`, empty where there is none."""
    value: object = body
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def text_at(body: Json | Mapping[str, Json], *keys: str) -> str | None:
    """The text below `keys`, or None."""
    value = mapping_at(body, *keys[:-1]).get(keys[-1])
    return value if isinstance(value, str) else None


def items_at(body: Json | Mapping[str, Json], *keys: str) -> list[Json]:
    """The list below `keys`, empty where there is none."""
    value = mapping_at(body, *keys[:-1]).get(keys[-1])
    return value if isinstance(value, list) else []


def _objects(
    body: Mapping[str, Json], found: Found, keys: Keys, kind: str, version: str, depth: int
) -> Iterator[KubeObject]:
    kind = text_at(body, "kind") or kind
    version = text_at(body, "apiVersion") or version
    if not kind.endswith("List") or not isinstance(body.get("items"), list):
        group = version.partition("/")[0] if "/" in version else ""
        yield KubeObject(kind, group, body, found, keys)
        return
    if depth == DEPTH_CAP:
        return
    for at, item in enumerate(items_at(body, "items")):
        if isinstance(item, dict):
            item_keys = (*keys, "items", at)
            item_kind = kind.removesuffix("List")
            yield from _objects(item, found, item_keys, item_kind, version, depth + 1)


def texts_at(body: Json | Mapping[str, Json], *keys: str) -> dict[str, str]:
    """The entries below `keys` whose value is a text."""
    found = mapping_at(body, *keys)
    return {key: value for key, value in sorted(found.items()) if isinstance(value, str)}


def is_template(texts: Iterable[str]) -> bool:
    """Whether one of `texts` waits for a template engine; such texts are never read as they are."""
    return any("{{" in text or "${" in text for text in texts)
