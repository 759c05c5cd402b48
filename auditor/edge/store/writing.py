"""One run into the tables, within the transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from sqlite_utils import Database

from auditor.core.finding import Finding
from auditor.core.reading import Document
from auditor.edge.store import rows, schema
from auditor.edge.store.lifecycle import write_findings, write_last
from auditor.edge.store.record import Input, RunHead, RunRecord
from auditor.edge.store.spans import Row, note_parts, write_spans
from auditor.edge.store.touches import write_touches

_OF_SOURCES: Final = frozenset({"document_spans", "source_spans", "unread_spans"})
"""What is known of sources follows from these."""


def write_run(db: Database, record: RunRecord) -> int:
    """Write `record`; return the id of its run."""
    run, series = _write_head(db, record.head)
    parts = _parts(record)
    changed = note_parts(db, series, run, parts)
    _write_contents(db, record, changed)
    _write_touches(db, series, record.documents)
    for name in changed:
        write_spans(db, name, schema.COLUMNS[name], series, run, parts[name])
    if not record.head.scope.imported:
        write_findings(db, run, record)
    if record.head.scope.whole and not changed.isdisjoint(_OF_SOURCES):
        write_last(db, record)
    return run


def _parts(record: RunRecord) -> dict[str, list[Row]]:
    """The rows of each table of spans."""
    return {
        "document_spans": list(map(rows.document_row, record.documents)),
        "source_spans": list(map(rows.source_row, record.sources)),
        "unread_spans": list(map(rows.unread_row, record.unread)),
        "route_spans": list(map(rows.route_row, record.routes)),
        "finding_spans": list(map(rows.drift_row, record.drifts)),
        "unlinked_spans": list(map(rows.unlinked_row, record.unlinked)),
        "input_spans": list(map(rows.input_row, record.inputs)),
    }


def _write_contents(db: Database, record: RunRecord, changed: frozenset[str]) -> None:
    """What the spans refer to; that of parts that are as they were is there already."""
    if "document_spans" in changed:
        documents = {one.digest: one for one in record.documents}
        db.table("documents").insert_all(map(_content, documents.values()), ignore=True)
    if "finding_spans" in changed:
        found = [one.finding for one in record.drifts if one.finding is not None]
        db.table("claims").insert_all(map(_claim, found), ignore=True)
    if "input_spans" in changed:
        db.table("inputs").insert_all(map(_input, record.inputs), ignore=True)


def _write_touches(db: Database, series: int, documents: Iterable[Document]) -> None:
    touched = {one.digest: one.touched for one in documents if one.touched is not None}
    if touched:
        query = "SELECT hash FROM document_spans WHERE series = ? AND until_run IS NULL"
        standing = frozenset(digest for (digest,) in db.execute(query, [series]))
        write_touches(db, touched, standing)


def _write_head(db: Database, head: RunHead) -> tuple[int, int]:
    """Store `head`; the run's id, and the series of its scope."""
    scope = rows.plain(head.scope.text)
    columns = {
        "started": head.started.isoformat(),
        "finished": head.finished.isoformat(),
        "version": head.version,
        "rules_digest": head.rules_digest,
        "allowlist_digest": head.allowlist,
        "exclusions_digest": head.exclusions,
        "estate": rows.plain(head.scope.estate),
        "scope": scope,
        "complete": int(head.complete),
        "exit_code": head.exit_code,
        "rules": rows.dump(head.rules),
        "counts": rows.dump(dict(head.counts)),
    }
    db.table("runs").insert(columns)
    run, first = db.execute("SELECT max(id), min(id) FROM runs WHERE scope = ?", [scope]).fetchone()
    older = db.execute("SELECT series FROM runs WHERE id = ?", [first]).fetchone()[0]
    series = older or first
    db.execute("UPDATE runs SET series = ? WHERE id = ?", [series, run])
    return run, series


def _content(one: Document) -> dict[str, str]:
    names = {"source": one.source, "kind": one.kind, "key": one.key}
    # In the order of its source: whoever reads it again meets the fields as they came.
    body = json.dumps(dict(one.body))
    return {"hash": one.digest, "body": body} | {
        key: rows.plain(name) for key, name in names.items()
    }


def _claim(finding: Finding) -> dict[str, str]:
    digest, body = rows.claim_of(finding)
    return {"hash": digest, "fingerprint": finding.fingerprint, "body": body}


def _input(one: Input) -> dict[str, str | None]:
    name, kind = rows.plain(one.name), one.kind.value
    return {"hash": one.digest, "kind": kind, "name": name, "body": one.text}
