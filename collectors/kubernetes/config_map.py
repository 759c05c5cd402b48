"""ConfigMaps by namespace and name: their texts are looked up one by one, none of them is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from auditor.core.reading import Where
from collectors.kubernetes.expansion import Withheld
from collectors.kubernetes.objects import KubeObject, texts_at

KIND = "ConfigMap"


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """One ConfigMap. `data`: name to text (`binaryData` sets no variable)."""

    item: KubeObject
    data: Mapping[str, str]

    def where(self, key: str) -> Where:
        """Where the text under `key` stands."""
        place = self.item.where
        line = self.item.line("data", key)
        return place if line is None else Where(place.place, line)


class ConfigMaps:
    """The ConfigMaps of one source; `whole`: it has no others."""

    def __init__(self, items: Iterable[KubeObject], *, whole: bool) -> None:
        self._whole = whole
        self._items: dict[tuple[str, str], list[KubeObject]] = {}
        self._known: dict[tuple[str, str], ConfigMap | Withheld | None] = {}
        for item in items:
            if item.kind == KIND and item.group == "":
                self._items.setdefault((item.namespace, item.name), []).append(item)

    def get(self, namespace: str, name: str) -> ConfigMap | Withheld | None:
        """The ConfigMap; None where there certainly is none. A reason follows on `it comes from`."""
        key = (namespace, name)
        if key not in self._known:
            self._known[key] = self._found(namespace, name)
        return self._known[key]

    def _found(self, namespace: str, name: str) -> ConfigMap | Withheld | None:
        items = self._items.get((namespace, name), [])
        found = [ConfigMap(item, texts_at(item.body, "data")) for item in items]
        title = f"ConfigMap {namespace}/{name}" if namespace else f"ConfigMap {name}"
        if not found:
            return None if self._whole else Withheld(f"{title}, which was not read")
        if any(one.data != found[0].data for one in found):
            return Withheld(f"{title}, which is written {len(found)} times and not alike")
        return found[0]
