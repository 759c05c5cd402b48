"""Whether a store is whole: the file, every content by its hash, every span, what is to be said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from sqlite_utils import Database

from auditor.core.reading import Document, Where
from auditor.edge.store import rows, schema, tickets
from auditor.edge.store.reading import read_head
from auditor.edge.store.spans import SPANS, Row, digest_rows, read_spans

LISTED: Final = 20
"""Faults of one kind that are listed; there may be more."""
_PRIMARY: Final = 0xFF
_FIRST_HALF: Final = 0xD800
_HALVES: Final = 0x800


def faults(db: Database) -> tuple[str, ...]:
    """Everything that is wrong with the store, one line each; none when it is whole.

    Where the file itself is damaged, nothing further is looked at.
    """
    damaged = tuple(_file(db))
    if damaged:
        return damaged
    spans = (_spans(db), _parts(db), _rows(db))
    kinds = (_foreign_keys(db), _runs(db), _contents(db), *spans, _outbox(db))
    return tuple(line for kind in kinds for line in islice(kind, LISTED))


def _file(db: Database) -> Iterator[str]:
    try:
        found = [line for (line,) in db.execute(f"PRAGMA integrity_check({LISTED})")]
    except sqlite3.DatabaseError as error:
        # Damage can be such that not even the check comes to its end.
        if error.sqlite_errorcode & _PRIMARY not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        found = [str(error)]
    yield from (f"file: {line}" for line in found if line != "ok")


def _foreign_keys(db: Database) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"{table} {row}: what it refers to in {parent} is not there"


def _runs(db: Database) -> Iterator[str]:
    for row in db.query("SELECT * FROM runs ORDER BY id"):
        try:
            head = read_head(row)
        except (ValueError, KeyError, TypeError) as error:
            yield f"runs {row['id']}: cannot be read ({error})"
            continue
        if head.finished < head.started:
            yield f"runs {head.id}: it ended before it started"
        if row["series"] is None:
            yield f"runs {head.id}: it belongs to no series"


def _contents(db: Database) -> Iterator[str]:
    for row in db.query("SELECT * FROM documents"):
        if not _is_document(row):
            yield f"documents {row['hash']}: its content is another than its hash says"
    for table in ("claims", "inputs"):
        for digest, body in db.execute(f"SELECT hash, body FROM {table}"):  # noqa: S608
            if body is not None and sha256(str(body).encode()).hexdigest() != digest:
                yield f"{table} {digest}: its content is another than its hash says"
    for row in db.query("SELECT * FROM claims"):
        with suppress(ValueError):
            if rows.read_claim(row["body"]).fingerprint == row["fingerprint"]:
                continue
        yield f"claims {row['hash']}: it is not the finding that it is filed under"


def _is_document(row: dict[str, Any]) -> bool:
    """Whether a row of documents bears its own hash. Names with half surrogate pairs, of odd file
    names, are stored spelled out; the hash is of the names as they were."""
    names = (row["source"], row["kind"], row["key"])
    with suppress(ValueError, TypeError):
        body = json.loads(row["body"])
        return any(
            Document(source, kind, key, body, Where("")).digest == row["hash"]
            for source, kind, key in (names, map(_unspelled, names))
        )
    return False


def _unspelled(text: str) -> str:
    for half in range(_FIRST_HALF, _FIRST_HALF + _HALVES):
        if f"\\u{half:x}" in text:
            text = text.replace(f"\\u{half:x}", chr(half))
    return text


def _spans(db: Database) -> Iterator[str]:
    for name in SPANS:
        query = (
            f"SELECT s.id FROM {name} s WHERE s.first_run IS NULL "  # noqa: S608 - our names
            "OR s.until_run <= s.first_run "
            "OR NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = s.first_run AND r.series = s.series) "
            "OR s.until_run IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM runs r WHERE r.id = s.until_run AND r.series = s.series)"
        )
        for (span,) in db.execute(query):
            yield f"{name} {span}: it begins or ends at a run that is not there"


def _parts(db: Database) -> Iterator[str]:
    """The next run goes by the digests: a part that has another one would stay as it is."""
    for series, name, run, digest in db.execute("SELECT series, name, run, digest FROM parts"):
        columns = schema.COLUMNS.get(name)
        if columns is None:
            yield f"parts: there is no table {name!r:.40}"
        elif digest_rows(read_spans(db, name, columns, series, run)) != digest:
            yield f"{name}: what run {run} had is not what its digest says"


_READERS: Final[tuple[tuple[str, tuple[str, ...], Callable[[Row], object]], ...]] = (
    ("source_spans", schema.SOURCES, rows.read_source),
    ("unread_spans", schema.UNREAD, rows.read_unread),
    ("route_spans", schema.ROUTES, rows.read_route),
    ("finding_spans", schema.DRIFTS, lambda row: rows.read_drift(row, None)),
    ("unlinked_spans", schema.UNLINKED, rows.read_unlinked),
    ("input_spans", schema.INPUTS, lambda row: rows.read_input(row, None)),
)


def _rows(db: Database) -> Iterator[str]:
    for name, columns, read in _READERS:
        for span, *row in db.execute(f"SELECT id, {', '.join(columns)} FROM {name}"):  # noqa: S608
            try:
                read(tuple(row))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                yield f"{name} {span}: it cannot be read ({error})"


def _outbox(db: Database) -> Iterator[str]:
    estates = {estate for (estate,) in db.execute("SELECT DISTINCT estate FROM outbox")}
    estates |= {estate for (estate,) in db.execute("SELECT DISTINCT estate FROM tickets")}
    last = db.execute("SELECT coalesce(max(id), 0) FROM runs").fetchone()[0]
    for estate in sorted(estates):
        yield from _readable(f"outbox of {estate}", partial(tickets.read_messages, db, estate))
        yield from _readable(f"tickets of {estate}", partial(tickets.read_tickets, db, estate))
    for number, run in db.execute("SELECT id, run FROM outbox WHERE run > ?", [last]):
        yield f"outbox {number}: it is of run {run}, which was never stored"
    orphans = (
        "SELECT o.id, o.key FROM outbox o LEFT JOIN tickets t USING (estate, key) "
        "WHERE o.done IS NULL AND t.key IS NULL"
    )
    for number, key in db.execute(orphans):
        yield f"outbox {number}: the ticket {str(key)[:8]} that it is about is not there"


def _readable(what: str, read: Callable[[], Iterable[object]]) -> Iterator[str]:
    try:
        for _ in read():
            pass
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"{what}: it cannot be read ({error})"
