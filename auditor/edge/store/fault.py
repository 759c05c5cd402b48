"""What goes wrong with a store, said so that its owner can act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FAULTS: Final[dict[int, tuple[str, str]]] = {
    sqlite3.SQLITE_BUSY: (
        "another run is writing to it and did not finish in time",
        "let that run end, or give this one another store",
    ),
    sqlite3.SQLITE_LOCKED: (
        "another run is writing to it and did not finish in time",
        "let that run end, or give this one another store",
    ),
    sqlite3.SQLITE_READONLY: (
        "may not be written",
        "give this user the right to write the file and its folder, or name another store",
    ),
    sqlite3.SQLITE_PERM: (
        "may not be written",
        "give this user the right to write the file and its folder, or name another store",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk is full; nothing of this run was stored, earlier runs are as they were",
        "free some space and run again",
    ),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "restore a copy, or move it away to start anew"),
    sqlite3.SQLITE_NOTADB: (
        "is not a SQLite file, or is damaged",
        "name another store, or move it away to start anew",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "check that its folder exists and that this user may write there",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk refuses to read or write it",
        "check the disk, and that the file is not on a network share",
    ),
}
"""What SQLite's primary result codes mean here (sqlite.org/rescode.html)."""
_PRIMARY: Final = 0xFF


class StoreError(Exception):
    """`<where>: <what>; <what to do>`."""

    def __init__(self, where: str, what: str, do: str) -> None:
        super().__init__(f"{where}: {what}; {do}")
        self.where = where
        self.what = what
        self.do = do


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a `StoreError` about `path`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        known = None if code is None else _FAULTS.get(code & _PRIMARY)
        what, do = known or (f"SQLite says: {error}", "restore a copy, or move it away")
        raise StoreError(str(path), what, do) from error


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """The same, and for stored values that are not what this product writes."""
    try:
        with explained(path):
            yield
    except (ValueError, KeyError, TypeError) as error:
        what = f"holds a value that cannot be read ({error})"
        raise StoreError(str(path), what, "restore a copy, or move it away") from error
