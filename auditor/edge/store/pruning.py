"""Forgetting old runs: what the runs that stay know is as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from auditor.edge.store.spans import SPANS

_LAST_OF_EACH: Final = """
SELECT max(id) FROM runs WHERE json_extract(scope, '$.imported') IS NULL
    AND json_array_length(scope, '$.selection') = 0 GROUP BY estate
UNION SELECT max(id) FROM runs WHERE complete AND json_extract(scope, '$.imported') IS NULL
    AND json_array_length(scope, '$.selection') = 0 GROUP BY estate
"""
_NEEDED: Final = f"""
SELECT max(id) FROM runs
UNION {_LAST_OF_EACH}
UNION SELECT last_run FROM findings WHERE resolved_run IS NULL
UNION SELECT run FROM outbox WHERE done IS NULL
UNION SELECT max(run) FROM outbox JOIN tickets USING (estate, key)
    WHERE status = 'open' GROUP BY estate, key
"""  # noqa: S608 - no outside text
"""Runs that are never forgotten: the last one (so that no number is given twice), the last whole and
the last complete one of each estate, those in which an open finding was seen last, and those that
still have something to say to a tracker, or said what stands in a ticket that is open."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays: runs that started at `since` or later, and the newest `runs` of each scope."""

    since: datetime | None = None
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Pruned:
    """`runs`: those that were forgotten, newest first; `kept`: how many stay, of them `needed` only
    because an open finding, a ticket or a later run rests on them; `freed`: bytes in the file."""

    runs: tuple[int, ...]
    kept: int
    needed: int
    freed: int


def prune_runs(db: Database, keep: Keep) -> Pruned:
    """Forget the runs that `keep` does not name and nothing needs, in the caller's transaction."""
    asked = _asked(db, keep)
    every = {run for (run,) in db.execute("SELECT id FROM runs")}
    needed = {run for (run,) in db.execute(_NEEDED)} & every
    gone = sorted(every - asked - needed, reverse=True)
    before = _free(db)
    if gone:
        db.conn.executemany("DELETE FROM runs WHERE id = ?", [(run,) for run in gone])
        for name in SPANS:
            _join(db, name)
        _drop_contents(db)
    return Pruned(tuple(gone), len(every) - len(gone), len(needed - asked), _free(db) - before)


def _asked(db: Database, keep: Keep) -> set[int]:
    found = set()
    newest: dict[str, int] = {}
    for run, scope, started in db.execute("SELECT id, scope, started FROM runs ORDER BY id DESC"):
        newest[scope] = newest.get(scope, 0) + 1
        young = keep.since is not None and datetime.fromisoformat(started) >= keep.since
        if young or newest[scope] <= keep.runs:
            found.add(run)
    return found


def _free(db: Database) -> int:
    pages, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size")
    )
    return int(pages * size)


def _join(db: Database, name: str) -> None:
    """Move the ends of each span to runs that are kept; a span that holds for none of them goes."""
    for column in ("first_run", "until_run"):
        # Without a later run the end is open: the next run of the series finds it so.
        db.execute(
            f"UPDATE {name} SET {column} = (SELECT min(r.id) FROM runs r "  # noqa: S608 - our names
            f"WHERE r.series = {name}.series AND r.id >= {name}.{column}) "
            f"WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM runs)"
        )
    db.execute(f"DELETE FROM {name} WHERE first_run IS NULL OR first_run >= until_run")  # noqa: S608


def _drop_contents(db: Database) -> None:
    """What no run, no span and no finding refers to any more."""
    claims = "SELECT claim FROM finding_spans UNION SELECT claim FROM findings"
    db.execute("DELETE FROM outbox WHERE done IS NOT NULL AND run NOT IN (SELECT id FROM runs)")
    db.execute("DELETE FROM parts WHERE run NOT IN (SELECT id FROM runs)")
    db.execute("DELETE FROM live_checks WHERE run NOT IN (SELECT id FROM runs)")
    for name, users in (
        ("documents", "SELECT hash FROM document_spans"),
        ("inputs", "SELECT hash FROM input_spans"),
        ("claims", f"SELECT claim FROM ({claims}) WHERE claim IS NOT NULL"),  # noqa: S608
        ("touches", "SELECT hash FROM documents"),
    ):
        db.execute(f"DELETE FROM {name} WHERE hash NOT IN ({users})")  # noqa: S608 - our names
