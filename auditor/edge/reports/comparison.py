"""Two runs, or two folders, side by side: what differs, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.core.finding import Finding
from auditor.edge.reports.deltas import Trend
from auditor.edge.reports.past import Nights
from auditor.edge.reports.wording import Row
from auditor.edge.store.record import RunRecord


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sides and what differs. `names`: how the sides are called; `documents`: (source, key) of
    those that stand on a route whose decisions changed; `routes`: how many were compared."""

    nights: Nights
    names: tuple[str, str]
    rows: tuple[Row, ...]
    documents: frozenset[tuple[str, str]]
    routes: int

    @property
    def changed(self) -> tuple[Row, ...]:
        """The rows of decisions that certainly differ."""
        return tuple(row for row in self.rows if row.trend is not Trend.UNSURE)

    @property
    def unsure(self) -> tuple[Row, ...]:
        """The rows of what cannot be compared."""
        return tuple(row for row in self.rows if row.trend is Trend.UNSURE)

    @property
    def before(self) -> RunRecord:
        """The side before."""
        if self.nights.before is None:
            raise ValueError("a difference has two sides")
        return self.nights.before


def _present(record: RunRecord) -> dict[str, Finding]:
    return {one.fingerprint: one.finding for one in record.drifts if one.finding is not None}


def came(found: Difference) -> list[Finding]:
    """The findings that the side before has not."""
    then = _present(found.before)
    return [one for key, one in _present(found.nights.now).items() if key not in then]


def gone(found: Difference) -> list[Finding]:
    """The findings that the side after has no more."""
    now = _present(found.nights.now)
    return [one for key, one in _present(found.before).items() if key not in now]
