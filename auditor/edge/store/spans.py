"""Rows that hold from one run of a series to another (see schema.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from sqlite_utils import Database

Row = tuple[Any, ...]
SPANS: Final = (
    "document_spans",
    "source_spans",
    "unread_spans",
    "route_spans",
    "finding_spans",
    "unlinked_spans",
    "input_spans",
)
"""Every table of spans."""


def digest_rows(rows: Iterable[Row]) -> str:
    """SHA-256, in hex, over rows of text and numbers: the same in whatever order they come."""
    # `ascii` is the same under every version of Unicode, and its line ends are always escaped.
    return sha256("\n".join(sorted(map(ascii, rows))).encode()).hexdigest()


def note_parts(
    db: Database, series: int, run: int, parts: Mapping[str, Iterable[Row]]
) -> frozenset[str]:
    """The tables of `parts` whose rows are not those of the run of `series` before `run`, told by a
    digest of them all: where they are, no span begins or ends, and none is looked at."""
    query = "SELECT max(id) FROM runs WHERE series = ? AND id < ?"
    before = db.execute(query, [series, run]).fetchone()[0]
    held = db.execute(
        "SELECT name, digest FROM parts WHERE series = ? AND run = ?", [series, before]
    )
    then = dict(held.fetchall())
    now = {name: digest_rows(rows) for name, rows in parts.items()}
    db.conn.executemany(
        "INSERT OR REPLACE INTO parts (series, name, run, digest) VALUES (?, ?, ?, ?)",
        [(series, name, run, digest) for name, digest in now.items()],
    )
    return frozenset(name for name, digest in now.items() if then.get(name) != digest)


def write_spans(
    db: Database, name: str, columns: tuple[str, ...], series: int, run: int, rows: Iterable[Row]
) -> None:
    """Make `rows` what holds from `run` on: end the spans that they lack, begin those they add.

    Equal rows count: two of them are two spans. `name` and `columns` are those of the schema.
    """
    ending: dict[Row, list[int]] = {}
    chosen = ", ".join(columns)
    for span, *row in db.execute(
        f"SELECT id, {chosen} FROM {name} WHERE series = ? AND until_run IS NULL",  # noqa: S608
        [series],
    ):
        ending.setdefault(tuple(row), []).append(span)
    beginning = [row for row in rows if not _keep(ending, row)]
    db.conn.executemany(
        f"UPDATE {name} SET until_run = ? WHERE id = ?",  # noqa: S608
        [(run, span) for spans in ending.values() for span in spans],
    )
    marks = ", ".join("?" for _ in columns)
    db.conn.executemany(
        f"INSERT INTO {name} (series, first_run, {chosen}) VALUES (?, ?, {marks})",  # noqa: S608
        [(series, run, *row) for row in beginning],
    )


def _keep(ending: dict[Row, list[int]], row: Row) -> bool:
    """Whether a span with the content of `row` is open; it then goes on."""
    spans = ending.get(row)
    if not spans:
        return False
    spans.pop()
    return True


def read_spans(
    db: Database, name: str, columns: tuple[str, ...], series: int, run: int
) -> list[Row]:
    """The rows that held in `run`, in the order of their columns."""
    chosen = ", ".join(columns)
    return db.execute(
        f"SELECT {chosen} FROM {name} WHERE series = ? AND first_run <= ? "  # noqa: S608
        f"AND (until_run IS NULL OR until_run > ?) ORDER BY {chosen}",
        [series, run, run],
    ).fetchall()
