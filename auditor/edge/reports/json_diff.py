"""A comparison as JSON for programs; docs/json.md describes it."""

from __future__ import annotations

from auditor.core.reading import Json
from auditor.edge.reports.comparison import Difference, came, gone
from auditor.edge.reports.json import FORMAT, texts
from auditor.edge.reports.wording import Row


def diff_document(found: Difference) -> dict[str, Json]:
    """The comparison for programs."""
    return {
        "document": "diff",
        "format": FORMAT,
        "before": found.names[0],
        "after": found.names[1],
        "routes": found.routes,
        "decisions": [_row(row) for row in found.changed],
        "cannot_compare": [_row(row) for row in found.unsure],
        "findings_new": texts(sorted(one.fingerprint for one in came(found))),
        "findings_gone": texts(sorted(one.fingerprint for one in gone(found))),
        "documents": texts(found.nights.changed()),
    }


def _row(row: Row) -> dict[str, Json]:
    return {
        "trend": str(row.trend),
        "environment": row.environment,
        "route": row.route,
        "who": row.who,
        "what": row.what,
        "allowed": row.allowed or None,
    }
