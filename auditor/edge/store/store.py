"""The store: one SQLite file that keeps what every run knew, one transaction a run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlite_utils import Database

from auditor.core.drift import Known, Snapshot
from auditor.core.reading import Document
from auditor.core.waiver.acceptance import Footprint
from auditor.edge.store.fault import StoreError, explained, readable
from auditor.edge.store.format import prepare
from auditor.edge.store.history import Past, read_history
from auditor.edge.store.integrity import faults
from auditor.edge.store.lifecycle import read_known, read_last
from auditor.edge.store.nights import Decided, read_footprints, write_decided
from auditor.edge.store.outbox import Outbox
from auditor.edge.store.pruning import Keep, Pruned, prune_runs
from auditor.edge.store.reading import read_bare_run, read_head, read_run
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.rows import plain
from auditor.edge.store.snapshot import take_snapshot, version_text
from auditor.edge.store.tickets import read_releases
from auditor.edge.store.writing import write_run

NOTHING = Decided()
LAST_MADE_HERE = """SELECT coalesce(max(CASE WHEN json_extract(scope, '$.imported') IS NULL THEN id END),
max(id)) FROM runs"""
"""What was brought in from another store is the last run only where there is no other."""


class Store:
    """An open store; `open_store` makes it. Every method raises StoreError."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go; what `begin` began and `save` did not end is undone."""
        self._db.close()

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Keep other runs out until `save`, or until the block ends without one.

        Waits as long as `open_store` was told. Reading goes on in other processes meanwhile.
        """
        with explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._db.rollback()

    def save(self, record: RunRecord, decided: Decided = NOTHING) -> int:
        """Store a run, and what it `decided`, whole or not at all; return its id. Ends what `begin`
        began."""
        with explained(self._path):
            if not self._db.conn.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                run = write_run(self._db, record)
                write_decided(self._db, record.head.scope.estate, run, decided)
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise
        return run

    def baseline(self, scope: Scope) -> int | None:
        """The id of the last complete whole run of the scope's estate: a partial run is none, and
        a whole one covers its selection."""
        whole = plain(Scope(scope.estate).text)
        with explained(self._path):
            run: int | None = self._db.execute(
                "SELECT max(id) FROM runs WHERE scope = ? AND complete", [whole]
            ).fetchone()[0]
        return run

    def before(self, scope: Scope) -> Snapshot | None:
        """What the next run of `scope` is compared with; None before the first whole run.

        After a complete run: what that run knew. After an incomplete one, each source as it was
        last known, so that one account that is never read does not freeze the comparison of all
        others. Bears no routes.
        """
        with readable(self._path):
            last = self._last_whole(scope)
            if last is None:
                return None
            documents, sources = read_last(self._db, scope.estate)
        return Snapshot(
            documents=documents,
            sources=frozenset(sources),
            incomplete=frozenset(name for name, fully in sources.items() if not fully),
            version=version_text(last),
            rules=frozenset(last.rules),
            allowlist=last.allowlist,
            exclusions=last.exclusions,
        )

    def _last_whole(self, scope: Scope) -> RunHead | None:
        row = self._row_of_last(scope)
        return None if row is None else read_head(row)

    def _row_of_last(self, scope: Scope) -> Mapping[str, Any] | None:
        whole = plain(Scope(scope.estate).text)
        query = "SELECT * FROM runs WHERE scope = ? ORDER BY id DESC LIMIT 1"
        return next(self._db.query(query, [whole]), None)

    def known(self, scope: Scope) -> Mapping[str, Known]:
        """Every finding that any run of the scope's estate had, by fingerprint."""
        with readable(self._path):
            return read_known(self._db, scope.estate)

    def outbox(self, scope: Scope) -> Outbox:
        """The tickets of the scope's estate, and what is still to be said of them."""
        return Outbox(self._db, self._path, scope.estate)

    def before_run(self, scope: Scope) -> RunRecord | None:
        """The last whole run of the scope's estate; None before the first."""
        last = self._last_whole(scope)
        return None if last is None or last.id is None else self.run(last.id)

    def night_before(self, scope: Scope, documents: Iterable[Document]) -> RunRecord | None:
        """The same without its routes. `documents`: those of tonight, for most are as they were, and
        what they say need not be read again."""
        held = {one.digest: one.body for one in documents}
        with readable(self._path):
            row = self._row_of_last(scope)
            return None if row is None else read_bare_run(self._db, row, held)

    def first_seen(self, scope: Scope) -> Mapping[str, date]:
        """The day of the first run that had each finding, by fingerprint."""
        with readable(self._path):
            query = (
                "SELECT f.fingerprint, r.started FROM findings f JOIN runs r ON r.id = f.first_run "
                "WHERE f.estate = ?"
            )
            rows = self._db.execute(query, [plain(scope.estate)]).fetchall()
        return {key: datetime.fromisoformat(at).date() for key, at in rows}

    def next_run(self) -> int:
        """The id that a run gets when it is saved now; asked between `begin` and `save`."""
        with explained(self._path):
            last = self._db.execute("SELECT max(id) FROM runs").fetchone()[0]
        return (last or 0) + 1

    def released(self, scope: Scope, week: str) -> Mapping[str, int]:
        """How many findings of the backlog each owner got as tickets in `week` (`2026-W47`)."""
        with readable(self._path):
            return read_releases(self._db, scope.estate, week)

    def footprints(self, scope: Scope, keys: Iterable[str]) -> Mapping[str, Footprint]:
        """What waivers took when a run first met them, by key."""
        with readable(self._path):
            return read_footprints(self._db, scope.estate, keys)

    def snapshot(self, run: int) -> Snapshot:
        """What a stored run knew."""
        return take_snapshot(self.run(run))

    def documents(self, run: int) -> tuple[Document, ...]:
        """The documents of a stored run, ordered by source, kind and key."""
        return self.run(run).documents

    def same_as(self, head: RunHead) -> int | None:
        """The id of the run that `head` is of, here or brought in from elsewhere; None: not here."""
        same = replace(head, id=None, scope=replace(head.scope, imported=False))
        with readable(self._path):
            query = "SELECT * FROM runs WHERE started = ? AND finished = ?"
            times = [head.started.isoformat(), head.finished.isoformat()]
            found = [read_head(row) for row in self._db.query(query, times)]
        for one in found:
            if replace(one, id=None, scope=replace(one.scope, imported=False)) == same:
                return one.id
        return None

    def history(self, limit: int) -> tuple[Past, ...]:
        """The last runs, newest first, and what changed in each."""
        with readable(self._path):
            return read_history(self._db, limit)

    def faults(self) -> tuple[str, ...]:
        """Everything that is wrong with the file and what it holds, one line each."""
        with explained(self._path):
            return faults(self._db)

    def prune(self, keep: Keep, *, dry_run: bool = False) -> Pruned:
        """Forget the runs that `keep` does not name and nothing needs, whole or not at all."""
        with self.begin(), readable(self._path):
            pruned = prune_runs(self._db, keep)
            if not dry_run:
                self._db.commit()
        return pruned

    def compact(self) -> int:
        """Give the disk what the file no longer needs; return its bytes now. Needs as much free space
        as the file has, and waits for whoever reads it."""
        with explained(self._path):
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            pages, size = (
                self._db.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
        return int(pages * size)

    def runs(self, limit: int = 30) -> tuple[RunHead, ...]:
        """The last runs, newest first."""
        with readable(self._path):
            query = "SELECT * FROM runs ORDER BY id DESC LIMIT ?"
            return tuple(read_head(row) for row in self._db.query(query, [limit]))

    def run(self, which: int | Literal["last"]) -> RunRecord:
        """All that is kept of a run, its parts in the order of their columns."""
        with readable(self._path):
            chosen = f"({LAST_MADE_HERE})" if which == "last" else "?"
            query = f"SELECT * FROM runs WHERE id = {chosen}"  # noqa: S608 - no outside text
            row = next(self._db.query(query, [] if which == "last" else [which]), None)
            if row is None:
                what = "holds no run" if which == "last" else f"holds no run {which}"
                raise StoreError(str(self._path), what, "cors-audit history lists those it holds")
            return read_run(self._db, row)


def open_store(path: Path, wait_seconds: float = 30.0) -> Store:
    """Open the store at `path`, made or brought to this format if need be.

    Waits up to `wait_seconds` for another run that is writing, here and in `begin` and `save`.
    Raises StoreError for a file that is not a store, damaged, of a newer format, or not writable.
    """
    if not path.parent.is_dir():
        raise StoreError(str(path), "its folder does not exist", "make it, or name another store")
    with explained(path):
        db = Database(sqlite3.connect(path, timeout=wait_seconds), execute_plugins=False)
        try:
            prepare(db, path)
        except BaseException:
            db.close()
            raise
    return Store(db, path)
