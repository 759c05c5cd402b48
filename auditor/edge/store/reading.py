"""One run out of the tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from auditor.core.finding import Finding
from auditor.edge.store import rows, schema
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.spans import read_spans
from auditor.edge.store.touches import read_touches


def read_run(db: Database, row: Mapping[str, Any]) -> RunRecord:
    """All that is kept of the run whose row of `runs` is given."""
    series, run = row["series"], row["id"]
    documents = read_spans(db, "document_spans", schema.DOCUMENTS, series, run)
    bodies = _contents(db, "documents", [row[3] for row in documents])
    touches = read_touches(db, [row[3] for row in documents])
    drifts = read_spans(db, "finding_spans", schema.DRIFTS, series, run)
    claims = _contents(db, "claims", [row[-1] for row in drifts])
    sources = read_spans(db, "source_spans", schema.SOURCES, series, run)
    unread = read_spans(db, "unread_spans", schema.UNREAD, series, run)
    routes = read_spans(db, "route_spans", schema.ROUTES, series, run)
    unlinked = read_spans(db, "unlinked_spans", schema.UNLINKED, series, run)
    inputs = read_spans(db, "input_spans", schema.INPUTS, series, run)
    texts = _contents(db, "inputs", [row[2] for row in inputs])
    return RunRecord(
        head=read_head(row),
        documents=tuple(
            rows.read_document(row, json.loads(bodies[row[3]]), touches.get(row[3]))
            for row in documents
        ),
        sources=tuple(map(rows.read_source, sources)),
        unread=tuple(map(rows.read_unread, unread)),
        routes=tuple(map(rows.read_route, routes)),
        drifts=tuple(rows.read_drift(row, _finding(claims, row[-1])) for row in drifts),
        unlinked=tuple(map(rows.read_unlinked, unlinked)),
        inputs=tuple(rows.read_input(row, texts[row[2]]) for row in inputs),
    )


def _contents(db: Database, name: str, hashes: list[str | None]) -> dict[str, str]:
    """Stored text by hash."""
    wanted = json.dumps(sorted({one for one in hashes if one is not None}))
    query = f"SELECT hash, body FROM {name} WHERE hash IN (SELECT value FROM json_each(?))"  # noqa: S608
    return dict(db.execute(query, [wanted]).fetchall())


def _finding(claims: Mapping[str, str], digest: str | None) -> Finding | None:
    return None if digest is None else rows.read_claim(claims[digest])


def read_head(row: Mapping[str, Any]) -> RunHead:
    """The run of a row of `runs`, in a line."""
    return RunHead(
        scope=_scope(json.loads(row["scope"])),
        started=datetime.fromisoformat(row["started"]),
        finished=datetime.fromisoformat(row["finished"]),
        version=row["version"],
        rules=tuple(json.loads(row["rules"])),
        rules_digest=row["rules_digest"],
        allowlist=row["allowlist_digest"],
        complete=bool(row["complete"]),
        exit_code=row["exit_code"],
        exclusions=row["exclusions_digest"],
        counts=json.loads(row["counts"]),
        id=row["id"],
    )


def _scope(stored: Mapping[str, Any]) -> Scope:
    selection = tuple((name, value) for name, value in stored["selection"])
    return Scope(stored["estate"], selection, bool(stored.get("imported")))
