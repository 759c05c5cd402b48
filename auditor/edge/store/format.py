"""The format of a store's file: whose it is, how new it is, and bringing it up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from auditor.edge.store.fault import StoreError
from auditor.edge.store.schema import APPLICATION_ID, MIGRATIONS

FORMAT: Final = 4
"""Steps in schema.MIGRATIONS; the file's `user_version` (sqlite.org/pragma.html)."""


def prepare(db: Database, path: Path) -> None:
    """Make the file a store of this format; raises StoreError, and what SQLite raises."""
    if _format(db, path) < FORMAT:
        db.execute("BEGIN IMMEDIATE")
        try:
            # Another process, of a newer version even, may have done it while this one waited.
            _format(db, path)
            MIGRATIONS.apply(db)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {FORMAT}")
            db.commit()
        except BaseException:
            db.rollback()
            raise
    # Without the log a store works as well: readers then wait for a run that is being written.
    with suppress(sqlite3.OperationalError):
        db.enable_wal()


def _format(db: Database, path: Path) -> int:
    """The format of the file, 0 for an empty one; raises StoreError when it is none of ours."""
    application, found = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    foreign = application != APPLICATION_ID
    if foreign and (application or found or db.table_names()):
        raise StoreError(str(path), "is another program's database", "name another store")
    if found > FORMAT:
        what = f"was written by a newer cors-audit (format {found}, this one knows {FORMAT})"
        raise StoreError(str(path), what, "upgrade cors-audit, or name another store")
    return int(found)
