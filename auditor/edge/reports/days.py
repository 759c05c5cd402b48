"""Days and times as people write them."""

from __future__ import annotations

from datetime import date, datetime

from auditor.edge.reports.layout import safe

_LONGEST = 20


def last_day(text: str, year: int | None = None) -> str:
    """`28 Nov 2026` for 2026-11-28, `28 Nov` where it is in `year`; what is no day stays as it is."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return safe(text, _LONGEST)
    return f"{found.day} {found:%b}" if found.year == year else f"{found.day} {found:%b %Y}"


def day(value: date) -> str:
    """`22 Nov 2026`."""
    return f"{value.day} {value:%b %Y}"


def minute(text: str) -> str:
    """`22 Nov 2026 02:41 UTC` for a time by RFC 3339; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{day(at)} {at:%H:%M} {at.tzname() or ''}".strip()
