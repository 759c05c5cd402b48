"""One run out of the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlite_utils import Database

from auditor.core.finding import Finding
from auditor.core.reading import Document, Json
from auditor.edge.store import rows, schema
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.spans import Row, read_spans
from auditor.edge.store.touches import read_touches

_NOTHING: Final[Mapping[str, Mapping[str, Json]]] = MappingProxyType({})


def read_run(db: Database, row: Mapping[str, Any]) -> RunRecord:
    """All that is kept of the run whose row of `runs` is given."""
    routes = _rows(db, "route_spans", schema.ROUTES, row)
    return replace(read_bare_run(db, row), routes=tuple(map(rows.read_route, routes)))


def read_bare_run(
    db: Database, row: Mapping[str, Any], held: Mapping[str, Mapping[str, Json]] = _NOTHING
) -> RunRecord:
    """The same without its routes. `held`: bodies of documents by their digest, which need not be read
    again."""
    drifts = _rows(db, "finding_spans", schema.DRIFTS, row)
    claims = _contents(db, "claims", [one[-1] for one in drifts])
    inputs = _rows(db, "input_spans", schema.INPUTS, row)
    texts = _contents(db, "inputs", [one[2] for one in inputs])
    return RunRecord(
        head=read_head(row),
        documents=tuple(_documents(db, row, held)),
        sources=tuple(map(rows.read_source, _rows(db, "source_spans", schema.SOURCES, row))),
        unread=tuple(map(rows.read_unread, _rows(db, "unread_spans", schema.UNREAD, row))),
        drifts=tuple(rows.read_drift(one, _finding(claims, one[-1])) for one in drifts),
        unlinked=tuple(map(rows.read_unlinked, _rows(db, "unlinked_spans", schema.UNLINKED, row))),
        inputs=tuple(rows.read_input(one, texts[one[2]]) for one in inputs),
    )


def _documents(
    db: Database, row: Mapping[str, Any], held: Mapping[str, Mapping[str, Json]]
) -> Iterator[Document]:
    found = _rows(db, "document_spans", schema.DOCUMENTS, row)
    stored = _contents(db, "documents", [one[3] for one in found if one[3] not in held])
    touches = read_touches(db, [one[3] for one in found])
    for one in found:
        body = held[one[3]] if one[3] in held else json.loads(stored[one[3]])
        yield rows.read_document(one, body, touches.get(one[3]))


def _rows(db: Database, name: str, columns: tuple[str, ...], row: Mapping[str, Any]) -> list[Row]:
    return read_spans(db, name, columns, row["series"], row["id"])


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
