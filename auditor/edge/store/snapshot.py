"""What a run knew, taken from its record: one side of a comparison."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from auditor.core.drift import Held, Snapshot, document_name
from auditor.core.reading import Document
from auditor.edge.store.record import RunHead, RunRecord, SourceRead
from auditor.edge.store.rows import plain


def take_snapshot(record: RunRecord) -> Snapshot:
    """What the run of `record` knew; its drifts need not be there yet."""
    counted, documents = record.sources, hold(record.documents)
    read = {plain(one.source) for one in counted if _read_at_all(one)}
    unread = {plain(blind.unread.source) for blind in record.unread}
    blinded = {route for blind in record.unread for route in blind.routes}
    blinded |= {route.name for route in record.routes if route.blinded}
    head = record.head
    return Snapshot(
        documents=documents,
        sources=frozenset(read | {held.source for held in documents.values()}),
        incomplete=frozenset(unread | {plain(one.source) for one in counted if _gap(one)}),
        version=version_text(head),
        rules=frozenset(head.rules),
        allowlist=head.allowlist,
        exclusions=head.exclusions,
        evaluated=frozenset(route.name for route in record.routes) - blinded,
        blinded=frozenset(blinded),
        skipped=frozenset((rule, route.name) for route in record.routes for rule in route.skipped),
    )


def version_text(head: RunHead) -> str:
    """The auditor's version and its rules' digest, as snapshots compare them."""
    return f"{head.version} {head.rules_digest}"


def _gap(one: SourceRead) -> bool:
    return one.found > one.read + one.excluded


def _read_at_all(one: SourceRead) -> bool:
    return one.read > 0 or not _gap(one)


def hold(documents: Iterable[Document]) -> dict[str, Held]:
    """Documents by name; the same resource met twice counts as one, with both contents."""
    held: dict[str, Held] = {}
    for name, digest, source in sorted(
        (document_name(one), one.digest, plain(one.source)) for one in documents
    ):
        other = held.get(name)
        both = digest if other is None else sha256((other.digest + digest).encode()).hexdigest()
        held[name] = Held(source, both)
    return held
