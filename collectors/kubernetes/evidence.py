"""What a document of an app says beside its values: whose it is, what manages it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.core.reading import Document, Json
from collectors.kubernetes.config_map import ConfigMap
from collectors.kubernetes.management import kept_labels, managers
from collectors.kubernetes.names import LIVE
from collectors.kubernetes.objects import KubeObject


def explained(
    document: Document, workload: KubeObject, holders: Sequence[ConfigMap], doubts: Sequence[str]
) -> dict[str, Json]:
    """The body of `document` with what its hop is to bear: `labels`, pairs of name and text, and
    `assumed`. `holders`: the ConfigMaps that its values stand in; `doubts`: what else it rests on."""
    assumed = list(doubts)
    if document.source.startswith(LIVE):
        assumed += [
            f"its pods were started after {_title(one)} changed (assumed)" for one in holders
        ]
    labels: list[Json] = [[name, text] for name, text in sorted(set(_labels(workload, holders)))]
    return {**document.body, "labels": labels, "assumed": [*dict.fromkeys(assumed)]}


def _labels(workload: KubeObject, holders: Sequence[ConfigMap]) -> Iterator[tuple[str, str]]:
    own = _texts(kept_labels(workload))
    yield from own.items()
    yield "source", workload.found.source
    if workload.namespace:
        yield "namespace", workload.namespace
    # What manages the object that holds the value undoes edits of it.
    for item in [one.item for one in holders] or [workload]:
        yield from managers(_texts(kept_labels(item)))


def _texts(labels: Mapping[str, Json]) -> dict[str, str]:
    return {key: text for key, text in labels.items() if isinstance(text, str)}


def _title(held: ConfigMap) -> str:
    return f"ConfigMap {held.item.key}"
