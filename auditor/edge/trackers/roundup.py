"""Tickets as issues of a Roundup tracker of the classic kind, by its REST interface.

The first message of a ticket of ours, and each comment, has a Message-ID made of the ticket's key or
the delivery's id. Roundup finds messages by it in its database (an exact filter, no index that lags
behind), mails them under it, and shows it to nobody. Nothing else is kept there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from auditor.core.finding import Severity
from auditor.edge.config.delivery import ROUNDUP_PLACE, System
from auditor.edge.http import Sender
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.fitting import fit, fit_line
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import Prose
from auditor.edge.trackers.rest import AGAIN, dig, listed
from auditor.edge.trackers.roundup_rest import RoundupRest
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import LABEL, Change, NewTicket, Ticket, TrackerError, Trouble

NAME: Final = f"{System.ROUNDUP}:{ROUNDUP_PLACE}"
# Roundup 2.6.0, templates/classic/initial_data.py.
_CLOSED: Final = ("resolved", "done-cbb")
_PRIORITIES: Final = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "urgent",
    Severity.MEDIUM: "bug",
    Severity.LOW: "feature",
    Severity.INFO: "wish",
}
"""By their order, since the names are those of a software project."""
# templates/classic/detectors/statusauditor.py: a closed issue that is written to is "chatting".
_REOPENED: Final = ("chatting", "unread")
_TITLE: Final = 250
"""Characters; it is the subject of mails as well."""
_MESSAGE: Final = 100_000
"""Characters of one message."""
_AT_ONCE: Final = 100
"""Ids in one address, whose length servers cap."""
_TRIES: Final = 4
"""Times that an issue is read anew because somebody changed it in between."""


class Roundup:
    """The issues of the tracker at `url`, for the account `user`; `labels`: keywords that every
    ticket of ours has beside `LABEL`. Keywords that are missing are made."""

    remembers: Final = True

    def __init__(
        self, sender: Sender, url: str, user: str, password: Secret, labels: tuple[str, ...] = ()
    ) -> None:
        self._there = RoundupRest(sender, NAME, url, user, password)
        self._url = url
        self._user = user
        self._labels = labels
        self._ids: dict[str, dict[str, str]] = {}
        self._keywords: dict[str, str] = {}

    @property
    def name(self) -> str:
        """`roundup:tracker`."""
        return NAME

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Tickets by key: one exact filter for each key, of the database itself, so that how long ago
        (`since`) does not matter. One whose first message was taken from it is not found."""
        del since
        by_message = {
            message: key for key in keys for message in self._messages(_ticket_message(key))
        }
        found: dict[str, Ticket] = {}
        for some in _chunks(by_message):
            query = f"issue?messages={','.join(some)}&@fields=status,messages&@verbose=2"
            for issue in sorted(self._there.rows(query), key=_number):
                for message in _ids(issue.get("messages")):
                    if message in by_message:
                        found.setdefault(by_message[message], self._ticket(issue))
        return found

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Tickets by ref; open unless their status is resolved or done-cbb. One that was retired,
        which is how Roundup removes things, is left out."""
        found: dict[str, Ticket] = {}
        for some in _chunks(ref for ref in refs if _is_id(ref)):
            query = "issue?" + "".join(f"id={ref}&" for ref in some)
            for issue in self._there.rows(f"{query}@fields=status&@verbose=2"):
                ticket = self._ticket(issue)
                found[ticket.ref] = ticket
        return found

    def create(self, ticket: NewTicket) -> Ticket:
        """Open a ticket. Its message is posted first: without its issue it is never found, so that
        an end in between leaves a message that nobody sees, and no second ticket."""
        labels = dict.fromkeys((LABEL, *self._labels, *ticket.labels))
        issue: dict[str, object] = {
            "title": fit_line(ticket.title, safe, _TITLE),
            "keyword": [self._keyword(label) for label in labels],
            "messages": [self._write(ticket.body, _ticket_message(ticket.key))],
        }
        priority = self._named("priority").get(_PRIORITIES[ticket.severity])
        if priority is not None:
            issue["priority"] = priority
        ref = self._there.post("issue", issue)
        return Ticket(ref, f"issue{ref}", f"{self._url}/issue{ref}", open=True)

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """Comment, set the status where it has to change, add and drop keywords, in one step that
        holds only if nobody changed the issue since it was read; else it is read again."""
        if ref not in self.look((ref,)):
            what = f"there is no issue{safe(ref)}"
            raise TrackerError(Trouble.GONE, NAME, what, "it was removed from the tracker")
        added = [self._keyword(label) for label in change.add]
        dropped = [one for label in change.drop for one in self._known_keyword(label)]
        message = self._comment(change, again=again)
        for _ in range(_TRIES):
            path = f"issue/{quote(ref, safe='')}"
            issue = self._there.get(f"{path}?@verbose=2", missing=Trouble.GONE)
            new = self._changed(issue, change, (added, dropped), message)
            if self._there.patch(path, new, self._there.text(issue.get("@etag"))):
                return
        what = f"issue{ref} was changed by others each time that it was read"
        raise TrackerError(Trouble.LATER, NAME, what, AGAIN)

    def _changed(
        self,
        issue: Mapping[str, Any],
        change: Change,
        keywords: tuple[list[str], list[str]],
        message: str | None,
    ) -> dict[str, object]:
        held = issue.get("attributes")
        added, dropped = keywords
        status = dig(held, "status")
        wanted = self._status(dig(status, "name"), change.open) or dig(status, "id")
        new: dict[str, object] = {}
        # Always said, as it is too: a new message would change an issue that is closed or unread.
        if wanted is not None:
            new["status"] = self._there.text(wanted)
        kept = [one for one in _ids(dig(held, "keyword")) if one not in dropped]
        new["keyword"] = list(dict.fromkeys((*kept, *added)))
        if message is not None:
            new["messages"] = list(dict.fromkeys((*_ids(dig(held, "messages")), message)))
        return new

    def _status(self, now: object, wanted: bool | None) -> str | None:
        """The id of the status to bring an issue to; None where it stays."""
        if wanted is None or wanted == (now not in _CLOSED):
            return None
        known = self._named("status")
        for name in _REOPENED if wanted else _CLOSED:
            if name in known:
                return known[name]
        what = f"has no status {' or '.join(_REOPENED if wanted else _CLOSED)}"
        raise TrackerError(Trouble.REJECTED, NAME, what, "add one, as the classic template has it")

    def _comment(self, change: Change, *, again: bool) -> str | None:
        if not change.comment:
            return None
        name = _change_message(change.delivery)
        before = self._messages(name) if again else []
        return before[0] if before else self._write(change.comment, name)

    def _write(self, prose: Prose, message_id: str) -> str:
        """Post a message; "." is now, by the tracker's clock."""
        text = fit(prose, render_plain, _MESSAGE)
        item = {"content": text, "messageid": message_id, "author": self._user, "date": "."}
        return self._there.post("msg", item)

    def _messages(self, message_id: str) -> list[str]:
        return _ids(self._there.rows(f"msg?messageid:={quote(message_id, safe='')}"))

    def _keyword(self, label: str) -> str:
        for known in self._known_keyword(label):
            return known
        made = self._keywords[label] = self._there.post("keyword", {"name": label})
        return made

    def _known_keyword(self, label: str) -> Iterator[str]:
        if label not in self._keywords:
            for found in _ids(self._there.rows(f"keyword?name:={quote(label, safe='')}")):
                self._keywords[label] = found
        if label in self._keywords:
            yield self._keywords[label]

    def _named(self, klass: str) -> Mapping[str, str]:
        """The ids of a class by name, read once."""
        if klass not in self._ids:
            rows = self._there.rows(f"{klass}?@fields=name")
            self._ids[klass] = {
                str(row.get("name")): self._there.text(row.get("id")) for row in rows
            }
        return self._ids[klass]

    def _ticket(self, issue: Mapping[str, Any]) -> Ticket:
        ref = self._there.text(issue.get("id"))
        is_open = dig(issue, "status", "name") not in _CLOSED
        return Ticket(ref, f"issue{ref}", f"{self._url}/issue{ref}", is_open)


def _ticket_message(key: str) -> str:
    # RFC 2606, 2: nothing is ever at .invalid.
    return f"<{key}@ticket.cors-audit.invalid>"


def _change_message(delivery: str) -> str:
    return f"<{delivery}@change.cors-audit.invalid>"


def _is_id(ref: str) -> bool:
    return ref.isascii() and ref.isdecimal() and len(ref) < 18


def _ids(held: object) -> list[str]:
    return [
        one["id"] for one in listed(held) if isinstance(one.get("id"), str) and _is_id(one["id"])
    ]


def _number(issue: Mapping[str, Any]) -> int:
    return next((int(one) for one in _ids([issue])), 0)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    every = list(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
