"""The runs of a store in a line each: what they were, and what changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from auditor.core.drift import State
from auditor.edge.store.reading import read_head
from auditor.edge.store.record import RunHead

_SERIES: Final = "series = (SELECT series FROM runs WHERE id = :run)"
_HOLDS: Final = "first_run <= :run AND (until_run IS NULL OR until_run > :run)"


@dataclass(frozen=True, slots=True)
class Past:
    """One run. `states`: how many findings became what; `documents`: how many were not there, or not
    so, in the run of the same scope before it, 0 in the first; `late`: it started before the run that
    was stored before it had ended, so that a clock must have gone back."""

    head: RunHead
    states: Mapping[State, int]
    documents: int
    late: bool = False


def read_history(db: Database, limit: int) -> tuple[Past, ...]:
    """The last `limit` runs, newest first: in the order in which they were stored."""
    heads = [
        read_head(row)
        for row in db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit + 1])
    ]
    earlier = [*heads[1:], None]
    return tuple(_past(db, head, before) for head, before in zip(heads, earlier, strict=True))[
        :limit
    ]


def _past(db: Database, head: RunHead, before: RunHead | None) -> Past:
    run = {"run": head.id}
    states = db.execute(
        f"SELECT state, count(*) FROM finding_spans WHERE {_SERIES} AND {_HOLDS} GROUP BY state",  # noqa: S608
        run,
    )
    changed = db.execute(
        "SELECT count(*) FROM (SELECT DISTINCT source, kind, key FROM document_spans "  # noqa: S608
        f"WHERE {_SERIES} AND (first_run = :run OR until_run = :run)) "
        "WHERE EXISTS (SELECT 1 FROM runs r JOIN runs o USING (series) "
        "WHERE r.id = :run AND o.id < :run)",
        run,
    )
    counted = {State(word): number for word, number in states.fetchall()}
    return Past(head, counted, changed.fetchone()[0], started_early(head, before))


def started_early(head: RunHead, before: RunHead | None) -> bool:
    """Whether a run started before the one that was stored before it had ended: a clock that went
    back, for no two audits of one store run at once. What others brought in has clocks of its own."""
    if before is None or head.scope.imported or before.scope.imported:
        return False
    return head.started < before.finished
