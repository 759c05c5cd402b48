"""Tickets as they stand, and the outbox: what is still to be said to a tracker.

Rows of both are written in the transaction of the run that decides them. Delivering comes afterwards,
a step at a time, each noted in a transaction of its own, so that a run that dies leaves what it did
not say for the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlite_utils import Database

from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Held, Kind, Status
from auditor.core.reading import Json
from auditor.edge.store.codec import decode, encode
from auditor.edge.store.rows import dump, plain
from auditor.edge.trackers.tracker import Change, NewTicket, Ticket

LONGEST_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A ticket and where it is. `tracker`: the target's name; `ref`, `name` and `url`: as the tracker
    calls it, None until it was delivered."""

    held: Held
    tracker: str
    ref: str | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One row of the outbox: a ticket to open or to change. `mark`: of the ticket when it was decided;
    `attempts`: how often it was begun; `id`: None until it is stored."""

    key: str
    mark: str
    tracker: str
    act: str
    body: NewTicket | Change
    run: int | None = None
    made: datetime | None = None
    attempts: int = 0
    error: str | None = None
    id: int | None = None


def names_of(stored: Mapping[str, Stored]) -> dict[str, str]:
    """What trackers call the tickets, by key; a member of an umbrella has the umbrella's."""
    found: dict[str, str] = {}
    for key, one in stored.items():
        there = stored.get(one.held.umbrella) if one.held.umbrella else one
        if there is not None and there.name is not None:
            found[key] = there.name
    return found


def read_tickets(db: Database, estate: str) -> dict[str, Stored]:
    """Every ticket of `estate`, by key."""
    rows = db.query("SELECT * FROM tickets WHERE estate = ?", [plain(estate)])
    return {row["key"]: _stored(row) for row in rows}


def _stored(row: Mapping[str, Any]) -> Stored:
    held = Held(
        key=row["key"],
        mark=row["mark"],
        kind=Kind(row["kind"]),
        status=Status(row["status"]),
        severity=Severity[row["severity"].upper()],
        evidence=row["evidence"],
        opened=date.fromisoformat(row["opened"]),
        owner=row["owner"],
        umbrella=row["umbrella"],
        unverified=bool(row["unverified"]),
        reopened=row["reopened"],
        closed=None if row["closed"] is None else date.fromisoformat(row["closed"]),
    )
    return Stored(held, row["tracker"], row["ref"], row["name"], row["url"])


def write_tickets(db: Database, estate: str, tickets: Iterable[Stored]) -> None:
    """Bring tickets to what `tickets` say; one with another mark than before is another ticket, which
    the tracker has not named yet."""
    for one in tickets:
        held = one.held
        db.table("tickets").upsert(
            {
                "estate": plain(estate),
                "key": held.key,
                "mark": held.mark,
                "kind": held.kind.value,
                "tracker": plain(one.tracker),
                "ref": one.ref,
                "name": one.name,
                "url": one.url,
                "status": held.status.value,
                "severity": held.severity.word,
                "evidence": held.evidence,
                "owner": None if held.owner is None else plain(held.owner),
                "umbrella": held.umbrella,
                "unverified": int(held.unverified),
                "reopened": held.reopened,
                "opened": held.opened.isoformat(),
                "closed": None if held.closed is None else held.closed.isoformat(),
            },
            pk=("estate", "key"),
        )


def write_messages(
    db: Database, estate: str, run: int, made: datetime, given: Iterable[Message]
) -> None:
    """Put messages into the outbox, in their order."""
    for one in given:
        body = {"mark": one.mark, "kind": type(one.body).__name__, "body": encode(one.body)}
        db.table("outbox").insert(
            {
                "estate": plain(estate),
                "run": run,
                "key": one.key,
                "tracker": plain(one.tracker),
                "act": one.act,
                "body": dump(body),
                "made": made.isoformat(),
                "attempts": 0,
                "error": None,
                "done": None,
            }
        )


def read_messages(db: Database, estate: str) -> Iterator[Message]:
    """What is still to be said, in the order in which it was decided."""
    query = "SELECT * FROM outbox WHERE estate = ? AND done IS NULL ORDER BY id"
    for row in db.query(query, [plain(estate)]):
        held = json.loads(row["body"])
        yield Message(
            key=row["key"],
            mark=held["mark"],
            tracker=row["tracker"],
            act=row["act"],
            body=_read_body(held["kind"], held["body"]),
            run=row["run"],
            made=datetime.fromisoformat(row["made"]),
            attempts=row["attempts"],
            error=row["error"],
            id=row["id"],
        )


def _read_body(kind: str, body: Json) -> NewTicket | Change:
    return decode(NewTicket, body) if kind == NewTicket.__name__ else decode(Change, body)


def note_attempt(db: Database, message: Message) -> Message:
    """Note that `message` is about to be sent: whoever finds it so later must look it up first."""
    db.execute("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?", [message.id])
    return replace(message, attempts=message.attempts + 1)


def note_error(db: Database, message: Message, error: str) -> None:
    """Note why `message` was not delivered; it stays in the outbox."""
    text = plain(error)[:LONGEST_ERROR]
    db.execute("UPDATE outbox SET error = ? WHERE id = ?", [text, message.id])


def note_done(db: Database, message: Message, when: datetime, error: str | None = None) -> None:
    """Take `message` out of the outbox; `error`: why it can never be delivered."""
    text = None if error is None else plain(error)[:LONGEST_ERROR]
    done = [when.isoformat(), text, message.id]
    db.execute("UPDATE outbox SET done = ?, error = ? WHERE id = ?", done)


def name_ticket(db: Database, estate: str, mark: str, ticket: Ticket) -> None:
    """Note what the tracker calls the ticket of `mark`."""
    db.execute(
        "UPDATE tickets SET ref = ?, name = ?, url = ? WHERE estate = ? AND mark = ?",
        [plain(ticket.ref), plain(ticket.name), plain(ticket.url), plain(estate), mark],
    )


def write_releases(
    db: Database, estate: str, run: int, week: str, given: Mapping[str, str]
) -> None:
    """Note which findings of the backlog (key to owner) got a ticket in `week`."""
    db.table("releases").upsert_all(
        {"estate": plain(estate), "key": key, "owner": plain(owner), "week": week, "run": run}
        for key, owner in given.items()
    )


def read_releases(db: Database, estate: str, week: str) -> dict[str, int]:
    """How many of the backlog each owner had in `week`."""
    query = "SELECT owner, count(*) FROM releases WHERE estate = ? AND week = ? GROUP BY owner"
    return dict(db.execute(query, [plain(estate), week]).fetchall())
