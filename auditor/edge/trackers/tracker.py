"""What a tracker is: the team's place where findings live as tickets. One file a system.

Everything is at least once from outside and exactly once in the tracker: a ticket bears its key, a
comment the id of its delivery, and whoever is not sure looks them up there first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from auditor.core.finding import Severity
from auditor.edge.tickets.prose import Prose

LABEL: Final = "cors-audit"
"""The label, or keyword, that every ticket of ours bears."""


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to open. `key`: what it is found again by, 64 hex digits; `labels`: beside `LABEL`;
    `due`: the day by which it should be answered."""

    key: str
    title: str
    body: Prose
    severity: Severity
    owner: str | None = None
    labels: tuple[str, ...] = ()
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as the tracker has it. `ref`: what the tracker's API calls it (`17`, `ACC-4312`);
    `name`: for people (`example/cors-drift#17`)."""

    ref: str
    name: str
    url: str
    open: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a ticket. `delivery`: the id of this change, 32 hex digits, borne by its
    comment; `comment`: empty for none; `open`: the state to bring it to, None: as it is; `add` and
    `drop`: labels; `accepted`: it is closed though it stands, for someone accepted it."""

    delivery: str
    comment: Prose = ()
    open: bool | None = None
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    accepted: bool = False


class Trouble(StrEnum):
    """LATER: try again (429, 5xx, no answer). REFUSED: nobody gets in with this token (401, 403).
    REJECTED: this one request cannot succeed as it is (400, 422). GONE: no such ticket (404, 410)."""

    LATER = "later"
    REFUSED = "refused"
    REJECTED = "rejected"
    GONE = "gone"


class TrackerError(Exception):
    """`<tracker>: <what>; <what to do>`. `wait_seconds`: how long the tracker asks to wait."""

    def __init__(
        self, trouble: Trouble, where: str, what: str, do: str, wait_seconds: float | None = None
    ) -> None:
        super().__init__(f"{where}: {what}; {do}")
        self.trouble = trouble
        self.where = where
        self.what = what
        self.do = do
        self.wait_seconds = wait_seconds


class Tracker(Protocol):
    """One place for tickets. Every method raises `TrackerError`, and nothing else that the world
    does."""

    @property
    def name(self) -> str:
        """How the store calls it: system and place, as `github:example/cors-drift`."""

    @property
    def remembers(self) -> bool:
        """Whether a ticket that `find` does not have is not there."""

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Tickets by key, looked up in the tracker among those touched after `since`; of several
        with one key the oldest. Strongly consistent where the system allows it at all."""

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Tickets by ref as they are now; one that is gone (or moved away) is left out."""

    def create(self, ticket: NewTicket) -> Ticket:
        """Open a ticket; asked for only after `find` did not have it."""

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """Bring a ticket to what `change` says. `again`: it may have been done before, so that the
        comment is looked up first; state and labels are set either way."""
