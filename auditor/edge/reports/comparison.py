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
    """The findings that the side before has not, although it looked."""
    return _alone(found.nights.now, found.before)


def gone(found: Difference) -> list[Finding]:
    """The findings that the side after has no more, although it looked."""
    return _alone(found.before, found.nights.now)


def _alone(one: RunRecord, other: RunRecord) -> list[Finding]:
    """The findings of `one` that `other` has not; a partial run looked at its own routes alone."""
    there = _present(other)
    missing = [finding for key, finding in _present(one).items() if key not in there]
    if not other.head.scope.selection:
        return missing
    looked = {route.name for route in other.routes}
    return [finding for finding in missing if finding.routes and looked.issuperset(finding.routes)]
