"""Rows that hold from one run of a series to another (see schema.py)."""

from __future__ import annotations

from collections.abc import Iterable
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
    db.table(name).insert_all(
        {"series": series, "first_run": run} | dict(zip(columns, row, strict=True))
        for row in beginning
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
