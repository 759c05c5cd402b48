"""From documents to readings: each source's documents, collector by collector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.core.reading import Alias, Confidence, Document, Reading
from auditor.edge.config.model import Link
from auditor.run.declared import SOURCE
from collectors import COLLECTORS
from collectors.app.reading import read_app
from collectors.app.selection import KIND
from collectors.collector import Collected, Options
from collectors.kubernetes.ownership import with_workload_labels


def readings(
    collected: Collected, assume: Mapping[str, Options], links: Iterable[Link] = ()
) -> tuple[Reading, ...]:
    """What all documents say, what was not read, and the links of the configuration."""
    given = [_declared(link) for link in links]
    documents = collected.documents
    said = with_workload_labels(_said(documents, assume), documents)
    return (*given, *said, *collected.unread)


def _declared(link: Link) -> Alias:
    name, sure = f"host:{link.host}", Confidence.DECLARED
    return Alias(name, link.to, link.where, SOURCE, link.match, confidence=sure)


def _said(documents: Iterable[Document], assume: Mapping[str, Options]) -> Iterator[Reading]:
    by_source: dict[str, list[Document]] = {}
    for document in documents:
        by_source.setdefault(document.source, []).append(document)
    for source in sorted(by_source):
        held = by_source[source]
        for collector in COLLECTORS:
            own = [document for document in held if document.kind in collector.kinds]
            if own:
                yield from collector.read(own, assume.get(collector.name, {}))
        apps = [document for document in held if document.kind == KIND]
        if apps:
            yield from read_app(apps, _flat(assume))


def _flat(assume: Mapping[str, Options]) -> Options:
    """App presets by name: `starlette=0.40` becomes one option."""
    return {
        product: options["version"] for product, options in assume.items() if "version" in options
    }
