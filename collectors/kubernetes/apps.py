"""The apps that a cluster runs: those that a mapping reads, and those that look as if one should.

It needs the objects themselves, because a projection keeps no environment: what leaves this module
are documents of kind `AppConfig` and gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from auditor.core.reading import Document, Gap, Layer, Unread, Where
from collectors.app.fault import Fault
from collectors.app.mapping import AppMapping
from collectors.app.selection import KIND
from collectors.collector import Collected, Count, Found
from collectors.kubernetes.config_map import KIND as CONFIG_MAP
from collectors.kubernetes.config_map import ConfigMaps
from collectors.kubernetes.environment import environments
from collectors.kubernetes.names import LIVE, workload_name
from collectors.kubernetes.objects import KubeObject, objects
from collectors.kubernetes.settings import Settled, settle
from collectors.kubernetes.suspicion import looks_like_origins, most_telling
from collectors.kubernetes.workload import is_workload

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
"""The kinds that are listed of a running cluster; manifests may hold others."""

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@")


@dataclass(frozen=True, slots=True)
class Apps:
    """What was collected, and the places of the workloads and ConfigMaps whose settings it speaks
    for, read or not: nothing else needs to say that they mention CORS."""

    collected: Collected
    spoken_for: frozenset[Where] = frozenset()


def read_apps(
    found: Iterable[Found],
    source: str,
    mappings: Sequence[AppMapping],
    whole: frozenset[str] = frozenset(),
) -> Apps:
    """The apps among the objects `found` in `source`.

    `mappings`: all of them; those that name no workload of this source are passed over, and one with
    `paths` reads those. `whole`: the kinds of which `found` holds every object there is.
    """
    items = [item for one in found for item in objects(one)]
    maps = ConfigMaps(items, whole=CONFIG_MAP in whole)
    workloads = [item for item in items if is_workload(item) and item.name]
    named = {mapping.workload for mapping in mappings if mapping.workload}
    own = [one for one in mappings if _reads_workload(one, source)]
    by_title: dict[str | None, list[KubeObject]] = {}
    for item in workloads:
        by_title.setdefault(_title(item), []).append(item)
    parts = [settle(one, item, maps) for one in own for item in by_title.get(one.workload, ())]
    others = (item for item in workloads if _title(item) not in named)
    parts += [part for item in others if (part := _suspected(item, maps)) is not None]
    absent = [_absent(one, source, whole) for one in own if one.workload not in by_title]
    documents = tuple(
        replace(one.result, touched=one.touched)
        for one in parts
        if isinstance(one.result, Document)
    )
    unread = (*(one.result for one in parts if isinstance(one.result, Unread)), *absent)
    places = frozenset(place for one in parts for place in one.places)
    found_all = len(parts) + len(absent)
    counts = (Count(source, KIND, found_all, len(documents)),) if found_all else ()
    return Apps(Collected(documents, unread, counts), places)


def unmatched(mappings: Iterable[AppMapping], sources: Iterable[str]) -> tuple[Unread, ...]:
    """A gap for each mapping whose workload is in none of the `sources` that were looked at."""
    looked_at = frozenset(sources)
    return tuple(
        Fault(
            Where(mapping.workload),
            Gap.ABSENT,
            f"its workload {mapping.workload} is in nothing that was looked at",
            "correct workload:, or name its cluster under kubernetes: or its folder under files:",
        ).unread(mapping.name, mapping.names, _source(mapping.workload))
        for mapping in mappings
        if mapping.workload and not mapping.paths and _source(mapping.workload) not in looked_at
    )


def _reads_workload(mapping: AppMapping, source: str) -> bool:
    """Whether the values of `mapping` are those of a workload of `source`."""
    return (
        bool(mapping.workload and not mapping.paths) and _source(mapping.workload or "") == source
    )


def _absent(mapping: AppMapping, source: str, whole: frozenset[str]) -> Unread:
    sure = whole.issuperset(WORKLOADS)
    kinds = ", ".join(WORKLOADS)
    what = f"no workload {mapping.workload} ({kinds}) " + ("exists" if sure else "was read")
    fault = Fault(Where(source), Gap.ABSENT, what, "correct workload:, or the folders under files:")
    return fault.unread(mapping.name, mapping.names, source)


def _suspected(item: KubeObject, maps: ConfigMaps) -> Settled | None:
    """A gap where a variable's name looks like a list of origins and no mapping reads it."""
    held = {
        name: setting.holder
        for one in environments(item, maps)
        for name, setting in one.settings.items()
        if looks_like_origins(name)
    }
    if not held:
        return None
    unread = Unread(
        scope=f"{item.found.source} {item.kind} {item.key}",
        source=item.found.source,
        gap=Gap.UNSUPPORTED,
        reason=f"its environment sets {', '.join(sorted(held))}, and no mapping says what it means",
        do=_line_to_paste(item, most_telling(list(held))),
        where=item.where,
        layer=Layer.APP,
        names=(workload_name(item.found.source, item.namespace, item.name),),
    )
    return Settled(unread, item, tuple(one for one in held.values() if one is not None))


def _line_to_paste(item: KubeObject, key: str) -> str:
    title = _title(item).removeprefix(LIVE)
    if not item.namespace:
        return "render it with its namespace (helm template --namespace), then map it under files:"
    return f"add under files:  - {{workload: {_quoted(title)}, key: {_quoted(key)}, like: PRESET}}"


def _quoted(text: str) -> str:
    return text if _PLAIN.issuperset(text) and text[:1].isalnum() else f'"{text}"'


def _title(item: KubeObject) -> str:
    """How a mapping names it: source, namespace, name."""
    return f"{item.found.source}/{item.namespace}/{item.name}"


def _source(workload: str) -> str:
    return workload.rsplit("/", 2)[0]
