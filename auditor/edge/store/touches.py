"""Who last changed what a document says: kept by the document's hash, beside its content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from auditor.core.reading import Touch
from auditor.edge.store.rows import plain


def write_touches(
    db: Database, touched: Mapping[str, Touch], standing: frozenset[str] = frozenset()
) -> None:
    """Keep the touch of each document, by its hash.

    Of one in `standing`, which the run before had as well, the first that was kept stays: what came
    later changed nothing that is read. One that is back after it was otherwise has a new touch.
    """
    for act, chosen in (
        ("IGNORE", touched.keys() & standing),
        ("REPLACE", touched.keys() - standing),
    ):
        db.conn.executemany(
            f"INSERT OR {act} INTO touches (hash, who, how, at, via) VALUES (?, ?, ?, ?, ?)",  # noqa: S608
            [(digest, *map(plain, _texts(touched[digest]))) for digest in sorted(chosen)],
        )


def _texts(one: Touch) -> tuple[str, str, str, str]:
    return (one.who, one.how, one.at, one.via)


def read_touches(db: Database, hashes: Iterable[str]) -> dict[str, Touch]:
    """What is kept of the documents of these hashes."""
    query = "SELECT * FROM touches WHERE hash IN (SELECT value FROM json_each(?))"
    found = db.query(query, [json.dumps(sorted(set(hashes)))])
    return {row["hash"]: Touch(row["who"], row["how"], row["at"], row["via"]) for row in found}
