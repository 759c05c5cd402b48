"""The environment of a container, as the kubelet makes it. Secrets are never read.

Source: makeEnvironmentVariables in pkg/kubelet/kubelet_pods.go of Kubernetes (2025): `envFrom` in
order, a later source wins; then `env` in order, over all of `envFrom`. `value` has its `$(NAME)`
filled from what was set before and from the variables of Services; texts of ConfigMaps are taken as
they are. An optional reference to what is not there sets nothing, a required one keeps the container
from starting. Init containers run before and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from auditor.core.reading import Json, Where
from collectors.kubernetes.config_map import ConfigMap, ConfigMaps
from collectors.kubernetes.expansion import Withheld, expand
from collectors.kubernetes.objects import Keys, KubeObject, items_at, mapping_at, text_at
from collectors.kubernetes.workload import pod_spec, pod_spec_keys

TOTAL = 1024 * 1024
"""Characters of all names and values of one container."""
SOURCES = 100
"""Entries of one `envFrom` that are read."""

_TOO_MUCH = f"an environment of over {TOTAL:,} characters, of which no more is read"
_SERVICE_MARKS = ("_SERVICE_HOST", "_SERVICE_PORT", "_PORT_")
Value: TypeAlias = str | Withheld


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: its value, where that is written, and the ConfigMap that holds it, if one does.

    `beside`: sources that were not read, come later and may set it too, each with its reason.
    """

    value: Value
    where: Where
    holder: ConfigMap | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables of one container. `unread`: sources that may set others, as (prefix, reason)."""

    container: str
    settings: Mapping[str, Setting]
    unread: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> Setting | Withheld | None:
        """What `name` is set to; None where nothing sets it."""
        return self.settings.get(name) or _unread_source(self.unread, name)

    @property
    def known(self) -> dict[str, str]:
        """The variables whose values are known."""
        pairs = ((name, setting.value) for name, setting in self.settings.items())
        return {name: value for name, value in pairs if isinstance(value, str)}


def environments(workload: KubeObject, maps: ConfigMaps) -> tuple[Environment, ...]:
    """The environments of the containers of `workload`'s pods, in the order of the manifest."""
    found = []
    for at, container in enumerate(items_at(pod_spec(workload), "containers")):
        if isinstance(container, dict):
            keys: Keys = (*pod_spec_keys(workload), "containers", at)
            reading = _Reading(workload, keys, maps)
            reading.take_sources(container)
            reading.take_variables(container)
            name = text_at(container, "name") or str(at)
            found.append(Environment(name, reading.settings, tuple(reading.unread)))
    return tuple(found)


def _unread_source(unread: Iterable[tuple[str, str]], name: str) -> Withheld | None:
    reason = next((reason for prefix, reason in unread if name.startswith(prefix)), None)
    return None if reason is None else Withheld(f"it may come from {reason}")


@dataclass(slots=True)
class _Reading:
    """The variables of one container as far as they are read. `keys` lead to the container."""

    workload: KubeObject
    keys: Keys
    maps: ConfigMaps
    settings: dict[str, Setting] = field(default_factory=dict)
    unread: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0

    # -- envFrom -----------------------------------------------------------------------------------

    def take_sources(self, container: Mapping[str, Json]) -> None:
        """Every source of `envFrom`."""
        sources = items_at(container, "envFrom")
        for source in sources[:SOURCES]:
            prefix = text_at(source, "prefix") or ""
            secret = text_at(source, "secretRef", "name")
            if secret is not None:
                self._doubt(prefix, f"Secret {secret}, which is never read")
            elif (name := text_at(source, "configMapRef", "name")) is not None:
                self._take_map(prefix, name, _optional(source, "configMapRef"))
        if len(sources) > SOURCES:
            self._doubt("", f"one of over {SOURCES} sources, of which no more are read")

    def _take_map(self, prefix: str, name: str, optional: bool) -> None:
        match self.maps.get(self.workload.namespace, name):
            case ConfigMap() as found:
                for key, text in found.data.items():
                    if self._full:
                        self._doubt(prefix, _TOO_MUCH)
                        return
                    self._set(prefix + key, text, found.where(key), found)
            case Withheld(reason=reason):
                self._doubt(prefix, reason)
            case None if not optional:
                self._doubt(prefix, f"ConfigMap {name}, which does not exist")
            case None:
                return

    def _doubt(self, prefix: str, reason: str) -> None:
        """A source that was not read: it may set any name that begins with `prefix`."""
        self.unread.append((prefix, reason))
        for name, setting in self.settings.items():
            if name.startswith(prefix):
                self.settings[name] = replace(setting, beside=(*setting.beside, reason))

    # -- env ---------------------------------------------------------------------------------------

    def take_variables(self, container: Mapping[str, Json]) -> None:
        """Every entry of `env`."""
        for at, entry in enumerate(items_at(container, "env")):
            name = text_at(entry, "name")
            if name is None or not isinstance(entry, dict):
                continue
            where, value = self._where(at), entry.get("value")
            if value in (None, "") and "valueFrom" in entry:
                self._take_reference(name, entry, where)
            elif value is None or isinstance(value, str):
                filled, beside = self._expanded(value or "")
                self._set(name, filled, where, beside=beside)
            else:
                reason = "its value is no text, and the API server refuses it"
                self._set(name, Withheld(reason), where)

    def _take_reference(self, name: str, entry: Mapping[str, Json], where: Where) -> None:
        source = mapping_at(entry, "valueFrom")
        if (secret := text_at(source, "secretKeyRef", "name")) is not None:
            self._set(name, Withheld(f"it comes from Secret {secret}, which is never read"), where)
        elif "configMapKeyRef" in source:
            self._take_key(name, source, where)
        else:
            kind = ", ".join(sorted(source)) or "nothing"
            self._set(name, Withheld(f"it comes from {kind}, known only when it runs"), where)

    def _take_key(self, name: str, source: Mapping[str, Json], where: Where) -> None:
        title = text_at(source, "configMapKeyRef", "name") or ""
        key = text_at(source, "configMapKeyRef", "key") or ""
        optional = _optional(source, "configMapKeyRef")
        match self.maps.get(self.workload.namespace, title):
            case ConfigMap() as found if key in found.data:
                self._set(name, found.data[key], found.where(key), found)
            case Withheld(reason=reason):
                self._set(name, Withheld(f"it comes from {reason}"), where)
            case _ if not optional:
                reason = f"ConfigMap {title} has no {key}: the container cannot start"
                self._set(name, Withheld(reason), where)
            case _:
                return

    def _where(self, at: int) -> Where:
        """Where the variable number `at` is written."""
        keys = (*self.keys, "env", at)
        line = self.workload.line(*keys, "value") or self.workload.line(*keys)
        place = self.workload.where
        return place if line is None else Where(place.place, line)

    @property
    def _full(self) -> bool:
        return self.total > TOTAL

    def _expanded(self, text: str) -> tuple[Value, tuple[str, ...]]:
        """`text` with its references filled, and the sources that may change what they give."""
        beside: dict[str, None] = {}

        def lookup(name: str) -> Value | None:
            setting = self.settings.get(name)
            beside.update(dict.fromkeys(() if setting is None else setting.beside))
            return self._referred(name) if setting is None else setting.value

        value = Withheld(f"it comes from {_TOO_MUCH}") if self._full else expand(text, lookup)
        return value, tuple(beside)

    def _referred(self, name: str) -> Withheld | None:
        """What becomes of a reference to a variable that nothing read sets."""
        if any(mark in name for mark in _SERVICE_MARKS) or name.endswith("_PORT"):
            return Withheld(f"it names {name}, which the kubelet may set from a Service")
        return _unread_source(self.unread, name)

    def _set(
        self,
        name: str,
        value: Value,
        where: Where,
        holder: ConfigMap | None = None,
        beside: tuple[str, ...] = (),
    ) -> None:
        self.total += len(name) + (len(value) if isinstance(value, str) else 0)
        known = Withheld(f"it comes from {_TOO_MUCH}") if self._full else value
        self.settings[name] = Setting(known, where, holder, beside)


def _optional(source: Json | Mapping[str, Json], reference: str) -> bool:
    return mapping_at(source, reference).get("optional") is True
