"""What a run decides beside its findings, written in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlite_utils import Database

from auditor.core.waiver.acceptance import Footprint
from auditor.edge.store import tickets
from auditor.edge.store.codec import decode, encode
from auditor.edge.store.rows import dump, plain
from auditor.edge.store.tickets import Message, Stored


@dataclass(frozen=True, slots=True)
class Check:
    """A live request for one finding: when, whether the answer was as predicted (None: it does not
    tell), and what it said."""

    key: str
    at: datetime
    agrees: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Decided:
    """`footprints`: of waivers met for the first time, by key; `released`: findings of the backlog that
    get a ticket in `week` (ISO, `2026-W47`), key to owner; `made`: when the messages were decided."""

    footprints: Mapping[str, Footprint] = field(default_factory=dict)
    tickets: tuple[Stored, ...] = ()
    messages: tuple[Message, ...] = ()
    released: Mapping[str, str] = field(default_factory=dict)
    week: str = ""
    checks: tuple[Check, ...] = ()
    made: datetime | None = None


def write_decided(db: Database, estate: str, run: int, decided: Decided) -> None:
    """Write it for the run of that id."""
    db.table("footprints").insert_all(
        (
            {"estate": plain(estate), "waiver": key, "run": run, "body": dump(encode(one))}
            for key, one in decided.footprints.items()
        ),
        ignore=True,
    )
    tickets.write_tickets(db, estate, decided.tickets)
    if decided.made is not None:
        tickets.write_messages(db, estate, run, decided.made, decided.messages)
    tickets.write_releases(db, estate, run, decided.week, decided.released)
    db.table("live_checks").insert_all(_check(estate, run, one) for one in decided.checks)


def _check(estate: str, run: int, one: Check) -> dict[str, object]:
    return {
        "estate": plain(estate),
        "key": one.key,
        "run": run,
        "at": one.at.isoformat(),
        "agrees": None if one.agrees is None else int(one.agrees),
        "said": plain(one.said),
    }


def read_footprints(db: Database, estate: str, keys: Iterable[str]) -> dict[str, Footprint]:
    """What waivers took when a run first met them, by key."""
    query = (
        "SELECT waiver, body FROM footprints WHERE estate = ? "
        "AND waiver IN (SELECT value FROM json_each(?))"
    )
    rows = db.execute(query, [plain(estate), json.dumps(sorted(keys))])
    return {waiver: decode(Footprint, json.loads(body)) for waiver, body in rows}
