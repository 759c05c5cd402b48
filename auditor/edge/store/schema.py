"""The tables of a store, step by step. A step that was released is never edited: add another.

What a run knew is kept in *spans*: a row says from which run of a series on it held (`first_run`)
and from which on it no longer did (`until_run`, empty while it holds), so that a night without
changes adds none. A series is the runs of one scope, named by the first of them. The views give
each run's rows as if they had been stored for it. `parts` has a digest of all rows of each table in
the last run of a series: where the next run has the same, its spans are not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS: Final = Migrations("cors-audit")
APPLICATION_ID: Final = 0x434F5253
"""`CORS` in ASCII: how a file says that it is a store of ours (sqlite.org/pragma.html)."""

# Columns of spans. The steps below use these: a later step extends a tuple under a name of its own.
DOCUMENTS: Final = ("source", "kind", "key", "hash", "place", "line", "lines")
SOURCES: Final = ("source", "kind", "found", "read", "excluded")
UNREAD: Final = ("scope", "source", "gap", "reason", "do", "blinded", "routes", "body")
ROUTES: Final = (
    "name",
    "environment",
    "host",
    "path",
    "verdict",
    "blinded",
    "hops",
    "evaluation",
    "sources",
    "skipped",
)
FINDINGS: Final = (
    "fingerprint",
    "state",
    "cause",
    "severity",
    "witness",
    "evidence",
    "reason",
    "changed",
    "also",
    "backlog",
    "claim",
)
UNLINKED: Final = ("name", "cause", "blinded", "routes", "blinds")
INPUTS: Final = ("kind", "name", "hash")
DRIFTS: Final = (*FINDINGS[:-1], "waived", FINDINGS[-1])
"""Those of finding_spans since 0004."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "document_spans": DOCUMENTS,
    "source_spans": SOURCES,
    "unread_spans": UNREAD,
    "route_spans": ROUTES,
    "finding_spans": DRIFTS,
    "unlinked_spans": UNLINKED,
    "input_spans": INPUTS,
}
"""Those of each table of spans as it is now."""
_NUMBERS: Final = frozenset({"line", "found", "read", "excluded", "blinded", "backlog"})


@MIGRATIONS(name="0001_tables")
def _make_tables(db: Database) -> None:
    _make_runs(db)
    _make_contents(db)
    for name, columns in (
        ("document_spans", DOCUMENTS),
        ("source_spans", SOURCES),
        ("unread_spans", UNREAD),
        ("route_spans", ROUTES),
        ("finding_spans", FINDINGS),
    ):
        _make_spans(db, name, columns)
    _make_lifecycle(db)


@MIGRATIONS(name="0002_views")
def _make_views(db: Database) -> None:
    document = "s.source || ' ' || s.kind || ' ' || s.key AS document"
    where = "s.place || coalesce(':' || s.line, '') AS \"where\""
    _make_view(db, "run_documents", "document_spans", DOCUMENTS, f", {document}, {where}")
    _make_view(db, "sources", "source_spans", SOURCES)
    _make_view(db, "unread", "unread_spans", UNREAD)
    _make_view(db, "routes", "route_spans", ROUTES)
    claim = "LEFT JOIN claims c ON c.hash = s.claim"
    _make_view(db, "run_findings", "finding_spans", FINDINGS, ", c.body AS finding", claim)


@MIGRATIONS(name="0003_unlinked")
def _make_unlinked(db: Database) -> None:
    _make_spans(db, "unlinked_spans", UNLINKED)
    _make_view(db, "unlinked", "unlinked_spans", UNLINKED)


@MIGRATIONS(name="0004_nights")
def _make_nights(db: Database) -> None:
    """What a run was given beside documents, what was said to trackers, and what is still to be said."""
    db.table("inputs").create({"hash": str, "kind": str, "name": str, "body": str}, pk="hash")
    _make_spans(db, "input_spans", INPUTS)
    db.table("finding_spans").add_column("waived", str)
    db.execute("DROP VIEW run_findings")
    claim = "LEFT JOIN claims c ON c.hash = s.claim"
    _make_view(db, "run_findings", "finding_spans", DRIFTS, ", c.body AS finding", claim)
    touches = {"hash": str, "who": str, "how": str, "at": str, "via": str}
    db.table("touches").create(touches, pk="hash")
    db.table("tickets").create(_TICKETS, pk=("estate", "key"))
    outbox = db.table("outbox")
    outbox.create(_OUTBOX, pk="id")
    outbox.create_index(["estate", "done"])
    releases = {"estate": str, "key": str, "owner": str, "week": str, "run": int}
    db.table("releases").create(releases, pk=("estate", "key"))
    footprints = {"estate": str, "waiver": str, "run": int, "body": str}
    db.table("footprints").create(footprints, pk=("estate", "waiver"))
    parts = {"series": int, "name": str, "run": int, "digest": str}
    db.table("parts").create(parts, pk=("series", "name"))
    checks = {"estate": str, "key": str, "run": int, "at": str, "agrees": int, "said": str}
    db.table("live_checks").create(checks, pk=("estate", "key", "run"))


_TICKETS: Final[dict[str, Any]] = {
    "estate": str,
    "key": str,
    "mark": str,
    "kind": str,
    "tracker": str,
    "ref": str,
    "name": str,
    "url": str,
    "status": str,
    "severity": str,
    "evidence": str,
    "owner": str,
    "umbrella": str,
    "unverified": int,
    "reopened": int,
    "opened": str,
    "closed": str,
}
_OUTBOX: Final[dict[str, Any]] = {
    "id": int,
    "estate": str,
    "run": int,
    "key": str,
    "tracker": str,
    "act": str,
    "body": str,
    "made": str,
    "attempts": int,
    "error": str,
    "done": str,
}


def _make_runs(db: Database) -> None:
    columns: dict[str, Any] = {
        "id": int,
        "series": int,
        "started": str,
        "finished": str,
        "version": str,
        "rules_digest": str,
        "allowlist_digest": str,
        "exclusions_digest": str,
        "estate": str,
        "scope": str,
        "complete": int,
        "exit_code": int,
        "rules": str,
        "counts": str,
    }
    runs = db.table("runs")
    runs.create(columns, pk="id", not_null=set(columns) - {"id", "series"})
    runs.create_index(["scope"])


def _make_contents(db: Database) -> None:
    """What is stored once, by the hash of its content."""
    documents = {"hash": str, "source": str, "kind": str, "key": str, "body": str}
    db.table("documents").create(documents, pk="hash")
    db.table("claims").create({"hash": str, "fingerprint": str, "body": str}, pk="hash")


def _make_spans(db: Database, name: str, columns: tuple[str, ...]) -> None:
    keys = {"hash": "inputs" if columns == INPUTS else "documents", "claim": "claims"}
    spans = db.table(name)
    spans.create(
        {
            "id": int,
            "series": int,
            "first_run": int,
            "until_run": int,
            **{column: int if column in _NUMBERS else str for column in columns},
        },
        pk="id",
        foreign_keys=[(one, keys[one], "hash") for one in columns if one in keys],
    )
    spans.create_index(["series", "until_run"])


def _make_lifecycle(db: Database) -> None:
    """What holds across runs, for each estate: findings, and what was last known of each source."""
    findings: dict[str, Any] = {
        "estate": str,
        "fingerprint": str,
        "rule": str,
        "first_run": int,
        "last_run": int,
        "resolved_run": int,
        "backlog": int,
        "claim": str,
        "documents": str,
        "sources": str,
        "exclusions_digest": str,
    }
    db.table("findings").create(
        findings, pk=("estate", "fingerprint"), foreign_keys=[("claim", "claims", "hash")]
    )
    db.table("last_sources").create(
        {"estate": str, "source": str, "complete": int}, pk=("estate", "source")
    )
    db.table("last_documents").create(
        {"estate": str, "document": str, "source": str, "hash": str}, pk=("estate", "document")
    )


def _make_view(
    db: Database, name: str, spans: str, columns: tuple[str, ...], more: str = "", join: str = ""
) -> None:
    chosen = ", ".join(f"s.{column}" for column in columns)
    db.create_view(
        name,
        f"SELECT r.id AS run, {chosen}{more} FROM runs r JOIN {spans} s "  # noqa: S608 - our names
        "ON s.series = r.series AND s.first_run <= r.id "
        f"AND (s.until_run IS NULL OR s.until_run > r.id) {join}",
    )
