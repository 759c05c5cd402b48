"""What holds across the runs of an estate: its findings, and what was last known of each source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from auditor.core.drift import Drift, Held, Known, State, document_name
from auditor.core.finding import Finding
from auditor.edge.store.record import RunRecord
from auditor.edge.store.rows import claim_of, dump, plain, read_claim
from auditor.edge.store.snapshot import hold, take_snapshot


def write_findings(db: Database, run: int, record: RunRecord) -> None:
    """Bring the estate's findings to where the drifts of `record` leave them."""
    whole, estate = record.head.scope.whole, plain(record.head.scope.estate)
    found = [drift.finding for drift in record.drifts if drift.finding is not None]
    named = {name for one in found for name in one.documents}
    crossed = {name for one in found for name in one.routes}
    now = hold(one for one in record.documents if document_name(one) in named)
    ways = {one.name: one.sources for one in record.routes if one.name in crossed}
    for drift in record.drifts:
        if drift.finding is not None:
            # A partial run saw only some of a standing finding: what a whole one saw is kept.
            sees_all = whole or drift.state is not State.STANDING
            rest = _rests_on(drift.finding, now, ways)
            rest["exclusions_digest"] = record.head.exclusions
            _write_present(db, estate, run, drift, drift.finding, rest, sees_all=sees_all)
        elif drift.state is State.RESOLVED:
            db.execute(
                "UPDATE findings SET resolved_run = ? WHERE estate = ? AND fingerprint = ?",
                [run, estate, drift.fingerprint],
            )


def _rests_on(
    finding: Finding, now: Mapping[str, Held], ways: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Columns that say what a finding rested on when this run saw it."""
    held = {name: now[name] for name in finding.documents if name in now}
    sources = {one.source for one in held.values()}
    sources.update(plain(one) for route in finding.routes for one in ways.get(route, ()))
    return {
        "documents": dump({name: one.digest for name, one in held.items()}),
        "sources": dump(sorted(sources)),
    }


def _write_present(
    db: Database,
    estate: str,
    run: int,
    drift: Drift,
    finding: Finding,
    rest: dict[str, str],
    *,
    sees_all: bool,
) -> None:
    claim, _ = claim_of(finding)
    columns: dict[str, Any] = {"last_run": run, "resolved_run": None, "backlog": int(drift.backlog)}
    if sees_all:
        columns |= {"claim": claim, **rest}
    first = {
        "estate": estate,
        "fingerprint": drift.fingerprint,
        "rule": finding.rule,
        "first_run": run,
        "claim": claim,
        **rest,
    }
    names = ", ".join({**first, **columns})
    marks = ", ".join("?" for _ in {**first, **columns})
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns)
    db.execute(
        f"INSERT INTO findings ({names}) VALUES ({marks}) "  # noqa: S608 - names are ours
        f"ON CONFLICT (estate, fingerprint) DO UPDATE SET {updates}",
        list({**first, **columns}.values()),
    )


def read_known(db: Database, estate: str) -> dict[str, Known]:
    """Every finding of `estate` as its runs left it, by fingerprint."""
    rows = db.query(
        "SELECT f.*, c.body FROM findings f JOIN claims c ON c.hash = f.claim WHERE f.estate = ?",
        [plain(estate)],
    )
    return {row["fingerprint"]: _known(row) for row in rows}


def _known(row: Mapping[str, Any]) -> Known:
    finding = read_claim(row["body"])
    return Known(
        fingerprint=row["fingerprint"],
        rule=finding.rule,
        evidence=finding.evidence,
        open=row["resolved_run"] is None,
        backlog=bool(row["backlog"]),
        routes=finding.routes,
        documents=json.loads(row["documents"]),
        sources=frozenset(json.loads(row["sources"])),
        exclusions=row["exclusions_digest"],
        finding=finding,
    )


def write_last(db: Database, record: RunRecord) -> None:
    """Note what a whole run knew of each source: all of it, or more of it where it was partial."""
    now, estate = take_snapshot(record), plain(record.head.scope.estate)
    known, was = _last_documents(db, estate), _last_sources(db, estate)
    complete = now.sources - now.incomplete
    gone = [
        name
        for name, held in known.items()
        if held.source in complete and name not in now.documents
    ]
    for name in gone:
        db.execute("DELETE FROM last_documents WHERE estate = ? AND document = ?", [estate, name])
    db.table("last_documents").upsert_all(
        {"estate": estate, "document": name, "source": held.source, "hash": held.digest}
        for name, held in now.documents.items()
        if known.get(name) != held
    )
    ever = complete | {source for source, fully in was.items() if fully}
    db.table("last_sources").upsert_all(
        {"estate": estate, "source": source, "complete": int(source in ever)}
        for source in sorted(now.sources)
        if was.get(source) is not (source in ever)
    )


def _last_documents(db: Database, estate: str) -> dict[str, Held]:
    rows = db.execute(
        "SELECT document, source, hash FROM last_documents WHERE estate = ?", [estate]
    )
    return {document: Held(source, digest) for document, source, digest in rows}


def _last_sources(db: Database, estate: str) -> dict[str, bool]:
    rows = db.execute("SELECT source, complete FROM last_sources WHERE estate = ?", [estate])
    return {source: bool(complete) for source, complete in rows}


def read_last(db: Database, estate: str) -> tuple[dict[str, Held], dict[str, bool]]:
    """Documents as whole runs last knew them; sources, and whether any run read them completely."""
    return _last_documents(db, plain(estate)), _last_sources(db, plain(estate))
