"""One run into the tables, within the transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlite_utils import Database

from auditor.core.finding import Finding
from auditor.core.reading import Document
from auditor.edge.store import rows, schema
from auditor.edge.store.lifecycle import write_findings, write_last
from auditor.edge.store.record import Input, RunHead, RunRecord, digest_document
from auditor.edge.store.spans import write_spans
from auditor.edge.store.touches import write_touches


def write_run(db: Database, record: RunRecord) -> int:
    """Write `record`; return the id of its run."""
    run, series = _write_head(db, record.head)
    documents = {digest_document(one): one for one in record.documents}
    db.table("documents").insert_all(
        (_content(digest, one) for digest, one in documents.items()), ignore=True
    )
    _write_touches(db, series, documents)
    found = [one.finding for one in record.drifts if one.finding is not None]
    db.table("claims").insert_all(map(_claim, found), ignore=True)
    db.table("inputs").insert_all(map(_input, record.inputs), ignore=True)
    for name, columns, written in (
        ("document_spans", schema.DOCUMENTS, map(rows.document_row, record.documents)),
        ("source_spans", schema.SOURCES, map(rows.source_row, record.sources)),
        ("unread_spans", schema.UNREAD, map(rows.unread_row, record.unread)),
        ("route_spans", schema.ROUTES, map(rows.route_row, record.routes)),
        ("finding_spans", schema.DRIFTS, map(rows.drift_row, record.drifts)),
        ("unlinked_spans", schema.UNLINKED, map(rows.unlinked_row, record.unlinked)),
        ("input_spans", schema.INPUTS, map(rows.input_row, record.inputs)),
    ):
        write_spans(db, name, columns, series, run, written)
    if not record.head.scope.imported:
        write_findings(db, run, record)
    if record.head.scope.whole:
        write_last(db, record)
    return run


def _write_touches(db: Database, series: int, documents: Mapping[str, Document]) -> None:
    query = "SELECT hash FROM document_spans WHERE series = ? AND until_run IS NULL"
    standing = frozenset(digest for (digest,) in db.execute(query, [series]))
    touched = {digest: one.touched for digest, one in documents.items() if one.touched is not None}
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


def _content(digest: str, one: Document) -> dict[str, str]:
    names = {"source": one.source, "kind": one.kind, "key": one.key}
    # In the order of its source: whoever reads it again meets the fields as they came.
    body = json.dumps(dict(one.body))
    return {"hash": digest, "body": body} | {key: rows.plain(name) for key, name in names.items()}


def _claim(finding: Finding) -> dict[str, str]:
    digest, body = rows.claim_of(finding)
    return {"hash": digest, "fingerprint": finding.fingerprint, "body": body}


def _input(one: Input) -> dict[str, str | None]:
    name, kind = rows.plain(one.name), one.kind.value
    return {"hash": one.digest, "kind": kind, "name": name, "body": one.text}
