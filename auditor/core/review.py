"""Origins that are due for review: one table for each owner and quarter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from auditor.core.allowlist import Allowlist, OriginEntry

_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Review:
    """The entries of one owner whose day of review lies in one quarter (`2026-Q4`), by day; `routes`:
    for each of them, the routes of the allowlist that name it."""

    owner: str
    quarter: str
    entries: tuple[OriginEntry, ...]
    routes: tuple[tuple[str, ...], ...]

    @property
    def key(self) -> str:
        """What the ticket is found by: the same until its last entry has another day."""
        return sha256(f"cors-audit/review/1 {self.quarter} {self.owner}".encode()).hexdigest()

    @property
    def evidence(self) -> str:
        """Changes with the table."""
        rows = [f"{one.text} {one.review_by}" for one in self.entries]
        return sha256("\n".join(rows).encode()).hexdigest()


def quarter_of(day: date) -> str:
    """`2026-Q4`."""
    return f"{day.year}-Q{(day.month - 1) // _MONTHS + 1}"


def due_reviews(allowlist: Allowlist, today: date) -> tuple[Review, ...]:
    """Every review that has begun: the first of its entries is due on `today`, or was before."""
    groups: dict[tuple[str, str], list[tuple[date, OriginEntry]]] = {}
    for entry in allowlist.origins:
        if entry.review_by is not None and entry.active(today) and not entry.proposed:
            key = (entry.owner, quarter_of(entry.review_by))
            groups.setdefault(key, []).append((entry.review_by, entry))
    return tuple(
        _review(owner, quarter, [entry for _, entry in sorted(found, key=_order)], allowlist)
        for (owner, quarter), found in sorted(groups.items())
        if min(day for day, _ in found) <= today
    )


def _order(pair: tuple[date, OriginEntry]) -> tuple[date, str]:
    return pair[0], pair[1].text


def _review(
    owner: str, quarter: str, entries: Iterable[OriginEntry], allowlist: Allowlist
) -> Review:
    listed = tuple(entries)
    naming: dict[OriginEntry, list[str]] = {}
    for route in allowlist.routes:
        for entry in route.entries:
            naming.setdefault(entry, []).append(str(route.match))
    return Review(owner, quarter, listed, tuple(tuple(naming.get(e, ())) for e in listed))
