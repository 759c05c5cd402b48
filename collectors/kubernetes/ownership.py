"""Whose an app is, where its settings stand in a file: what its workload's labels say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.core.reading import Document, Hop, Reading
from collectors.kubernetes.management import managers
from collectors.kubernetes.objects import texts_at
from collectors.kubernetes.workload import KIND, read_workload


def with_workload_labels(
    said: Iterable[Reading], documents: Iterable[Document]
) -> Iterator[Reading]:
    """`said`, where hops that answer to a workload bear its labels, their own first."""
    labels = {
        read_workload(one).link: texts_at(one.body, "labels")
        for one in documents
        if one.kind == KIND
    }
    for reading in said:
        found = _named(reading, labels) if isinstance(reading, Hop) else {}
        if found and isinstance(reading, Hop):
            own = {key for key, _ in reading.labels}
            more = [pair for pair in (*found.items(), *managers(found)) if pair[0] not in own]
            yield replace(reading, labels=(*reading.labels, *more))
        else:
            yield reading


def _named(hop: Hop, labels: dict[str, dict[str, str]]) -> dict[str, str]:
    return next((labels[name] for name in hop.answers if name in labels), {})
