"""Files of ConfigMaps in a container: which ConfigMap a mounted key comes from.

Source: Kubernetes API, core/v1: ConfigMapVolumeSource (without `items` every key is a file of its
name, with them only those listed, under `path`), ProjectedVolumeSource, VolumeMount (`subPath` mounts
one path of the volume alone).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.core.reading import Json
from collectors.kubernetes.config_map import ConfigMap, ConfigMaps
from collectors.kubernetes.expansion import Withheld
from collectors.kubernetes.objects import KubeObject, items_at, mapping_at, text_at
from collectors.kubernetes.workload import pod_spec


@dataclass(frozen=True, slots=True)
class Mounted:
    """The ConfigMaps that give a key as a file, and why others may (not read)."""

    maps: tuple[ConfigMap, ...]
    unread: tuple[str, ...]


def mounted(workload: KubeObject, key: str, container: str | None, maps: ConfigMaps) -> Mounted:
    """Where `key` comes from in `container`, or in any container for None."""
    spec = pod_spec(workload)
    mounts = list(_mounts(spec, container))
    found: dict[str, ConfigMap] = {}
    unread: dict[str, None] = {}
    for volume, source in _sources(spec):
        path = _path(source, key)
        name = text_at(source, "name")
        if name is None or path is None or not _reaches(volume, path, mounts):
            continue
        held = maps.get(workload.namespace, name)
        if isinstance(held, Withheld):
            unread[held.reason] = None
        elif held is not None and key in held.data:
            found[name] = held
    return Mounted(tuple(found.values()), tuple(unread))


def _sources(spec: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The ConfigMaps of volumes, as (volume, its reference)."""
    for volume in items_at(spec, "volumes"):
        name = text_at(volume, "name") or ""
        yield name, mapping_at(volume, "configMap")
        for source in items_at(volume, "projected", "sources"):
            yield name, mapping_at(source, "configMap")


def _path(source: Mapping[str, Json], key: str) -> str | None:
    """The path of `key` in its volume; None where it is left out."""
    items = items_at(source, "items")
    if not items:
        return key
    return next((text_at(item, "path") for item in items if text_at(item, "key") == key), None)


def _mounts(spec: Mapping[str, Json], container: str | None) -> Iterator[tuple[str, str]]:
    """The volumes that the container mounts, as (volume, subPath)."""
    for one in items_at(spec, "containers"):
        if container in (None, text_at(one, "name")):
            for mount in items_at(one, "volumeMounts"):
                yield text_at(mount, "name") or "", text_at(mount, "subPath") or ""


def _reaches(volume: str, path: str, mounts: list[tuple[str, str]]) -> bool:
    return any(
        name == volume and (not part or part == path or path.startswith(part.rstrip("/") + "/"))
        for name, part in mounts
    )
