"""The settings of one mapped workload: from the environment of its containers, or a mounted file.

Of an environment only the values under the mapping's keys are kept, and the variables that they name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.core.reading import Document, Gap, Touch, Unread, Where
from collectors.app.fault import Fault
from collectors.app.mapping import AppMapping, Embedded, FromKey
from collectors.app.projection import project, project_values
from collectors.app.semantics.preset import Input
from collectors.kubernetes.config_map import ConfigMap, ConfigMaps
from collectors.kubernetes.environment import Environment, Setting, environments
from collectors.kubernetes.evidence import explained
from collectors.kubernetes.expansion import Withheld
from collectors.kubernetes.mount import mounted
from collectors.kubernetes.objects import KubeObject
from collectors.kubernetes.touch import latest, touch_of

_ORIGINS = (Input.ORIGINS, Input.PATTERNS, Input.ALLOW_ALL)
_NO_SECRETS = "set it in env or a ConfigMap, or map a file that holds it by path:"


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one workload, and the ConfigMaps that its settings stand in."""

    result: Document | Unread
    workload: KubeObject
    maps: tuple[ConfigMap, ...] = ()

    @property
    def places(self) -> frozenset[Where]:
        """Where the objects behind it were found."""
        items = (self.workload, *(one.item for one in self.maps))
        return frozenset(item.found.where for item in items)

    @property
    def touched(self) -> Touch | None:
        """Who last changed what holds the settings: the ConfigMaps where there are any."""
        holders = [one.item for one in self.maps] or [self.workload]
        return latest(touch_of(one.body) for one in holders)


def settle(mapping: AppMapping, workload: KubeObject, maps: ConfigMaps) -> Settled:
    """The document that `mapping` makes of `workload`, or why there is none."""
    containers = environments(workload, maps)
    names = [one.container for one in containers]
    if mapping.container is not None and mapping.container not in names:
        what = f"it has no container {mapping.container}, only {', '.join(names) or 'none'}"
        return _refused(mapping, workload, Gap.ABSENT, what, "correct container:")
    wanted = [one for one in containers if mapping.container in (None, one.container)]
    if mapping.embedded is not None:
        return _from_file(mapping, mapping.embedded, workload, wanted, maps)
    return _from_environment(mapping, workload, wanted)


# -- the environment -------------------------------------------------------------------------------


def _from_environment(
    mapping: AppMapping, workload: KubeObject, containers: Sequence[Environment]
) -> Settled:
    keys = {at: one.key for at, one in mapping.inputs.items() if isinstance(one, FromKey)}
    picked: dict[Input, Setting] = {}
    values: dict[str, str] = {}
    for at, key in sorted(keys.items()):
        found = _agreed(containers, key)
        if isinstance(found, _Doubt):
            what = f"{key}: {found.reason}"
            return _refused(mapping, workload, Gap.UNRESOLVED, what, found.do)
        if found is not None:
            picked[at], values[key] = found
    where = next((picked[one].where for one in _ORIGINS if one in picked), workload.where)
    known = {**_known(containers, values), **values}
    result = project_values(mapping, known, where, workload.found.source)
    if isinstance(result, Document):
        result = _with_evidence(result, keys, workload, picked)
    held = (setting.holder for setting in picked.values())
    return Settled(result, workload, tuple(one for one in held if one is not None))


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why a value is not known, and what to do."""

    reason: str
    do: str


def _agreed(containers: Sequence[Environment], key: str) -> tuple[Setting, str] | _Doubt | None:
    """What `key` is set to in all containers that set it; None where none of them does."""
    found = {one.container: one.settings[key] for one in containers if key in one.settings}
    if len({setting.value for setting in found.values()}) > 1:
        reason = f"the containers {' and '.join(found)} differ in it"
        return _Doubt(reason, "write container: in the mapping")
    for setting in found.values():
        if isinstance(setting.value, Withheld):
            return _Doubt(setting.value.reason, _NO_SECRETS)
        return setting, setting.value
    for one in containers:
        if isinstance(held := one.get(key), Withheld):
            return _Doubt(held.reason, _NO_SECRETS)
    return None


def _known(containers: Sequence[Environment], values: Mapping[str, str]) -> dict[str, str]:
    """The known variables of the first container that has one of `values`."""
    for one in containers:
        if any(key in one.settings for key in values):
            return one.known
    return {}


def _with_evidence(
    document: Document,
    keys: Mapping[Input, str],
    workload: KubeObject,
    picked: Mapping[Input, Setting],
) -> Document:
    """The document with the lines of its values, whose they are, and what reading them rests on."""
    lines = {
        f"/inputs/{place}/value": setting.where.line
        for place, setting in picked.items()
        if setting.where.line is not None and setting.where.place == document.where.place
    }
    holders = [setting.holder for setting in picked.values() if setting.holder is not None]
    doubts = [
        f"{reason}, does not set {keys[at]} as well (assumed)"
        for at, setting in picked.items()
        for reason in setting.beside
    ]
    body = explained(document, workload, holders, doubts)
    return replace(document, body=body, lines=lines)


# -- a mounted file --------------------------------------------------------------------------------


def _from_file(
    mapping: AppMapping,
    embedded: Embedded,
    workload: KubeObject,
    containers: Sequence[Environment],
    maps: ConfigMaps,
) -> Settled:
    key = embedded.configmap_key
    found = mounted(workload, key, mapping.container, maps)
    if len(found.maps) != 1:
        gap = Gap.INVALID if found.maps else Gap.UNRESOLVED if found.unread else Gap.ABSENT
        why = f" ({', '.join(found.unread)})" if found.unread else ""
        what = f"{len(found.maps)} ConfigMaps that it mounts hold {key!r}{why}"
        return _refused(mapping, workload, gap, what, "correct configmap_key: or container:")
    held = found.maps[0]
    where = held.where(key)
    plain = replace(mapping, embedded=None, format=embedded.format)
    known = {name: value for one in reversed(containers) for name, value in one.known.items()}
    place = where.place if where.line is not None else f"{where.place} {key}"
    result = project(plain, place, held.data[key].encode(), workload.found.source, known)
    inside = _Inside(held, key)
    placed = inside.where(result.where)
    if isinstance(result, Unread):
        return Settled(replace(result, where=placed), workload, (held,))
    lines = {pointer: inside.line(line) for pointer, line in result.lines.items()}
    others = [f"{one}, holds no {key} (assumed)" for one in found.unread]
    body = explained(result, workload, (held,), others)
    return Settled(replace(result, where=placed, lines=lines, body=body), workload, (held,))


class _Inside:
    """Lines of a text inside a manifest, as lines of the manifest where that is a file."""

    def __init__(self, held: ConfigMap, key: str) -> None:
        place, text = held.where(key), held.data[key]
        self._start = place.line if held.item.line("data", key) is not None else None
        start = self._start or 0
        others = (held.item.line("data", other) or 0 for other in held.data)
        # A block begins on the line after its key; a text in quotes stands on one line.
        crowded = any(start < line <= start + text.count("\n") for line in others)
        self._block = "\n" in text and not crowded and not place.place.endswith(".json")

    def line(self, line: int) -> int:
        """The line of the manifest; of the text itself where the manifest is no file."""
        if self._start is None:
            return line
        return self._start + line if self._block else self._start

    def where(self, where: Where) -> Where:
        """The same for a place."""
        return where if where.line is None else Where(where.place, self.line(where.line))


# -- what stands in the way ------------------------------------------------------------------------


def _refused(mapping: AppMapping, workload: KubeObject, gap: Gap, what: str, do: str) -> Settled:
    fault = Fault(workload.where, gap, what, do)
    unread = fault.unread(mapping.name, mapping.names, workload.found.source)
    return Settled(unread, workload)
