"""What is still to be said to the trackers, one step at a time: each is noted before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from auditor.edge.store import tickets
from auditor.edge.store.fault import explained, readable
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Ticket


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of one estate; `Store.outbox` opens it. Every method raises StoreError."""

    _db: Database
    _path: Path
    _estate: str

    def pending(self) -> tuple[Message, ...]:
        """What is still to be said, in the order in which it was decided."""
        with readable(self._path):
            return tuple(tickets.read_messages(self._db, self._estate))

    def tickets(self) -> Mapping[str, Stored]:
        """Every ticket of the estate, by key."""
        with readable(self._path):
            return tickets.read_tickets(self._db, self._estate)

    def begin(self, message: Message) -> Message:
        """Note that `message` is about to be sent; the message as it then is."""
        with self._at_once():
            return tickets.note_attempt(self._db, message)

    def postpone(self, message: Message, error: str) -> None:
        """Note why `message` was not delivered; it stays."""
        with self._at_once():
            tickets.note_error(self._db, message, error)

    def finish(
        self,
        message: Message,
        when: datetime,
        ticket: Ticket | None = None,
        error: str | None = None,
    ) -> None:
        """Take `message` out. `ticket`: what the tracker calls the one that was opened; `error`: why
        the message can never be delivered."""
        with self._at_once():
            if ticket is not None:
                tickets.name_ticket(self._db, self._estate, message.mark, ticket)
            tickets.note_done(self._db, message, when, error)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        with explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.commit()
            except BaseException:
                self._db.rollback()
                raise
