"""Last days as people write them."""

from __future__ import annotations

from datetime import date

from auditor.edge.reports.layout import safe

_LONGEST = 20


def last_day(text: str, year: int | None = None) -> str:
    """`28 Nov 2026` for 2026-11-28, `28 Nov` where it is in `year`; what is no day stays as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return safe(text, _LONGEST)
    return f"{found.day} {found:%b}" if found.year == year else f"{found.day} {found:%b %Y}"
