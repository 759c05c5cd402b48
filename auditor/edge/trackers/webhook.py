"""A signed webhook: tickets as events, for places that nothing here knows.

Signed as the Standard Webhooks specification 1.0.0 says: HMAC-SHA256 over `id.timestamp.body`, in the
headers webhook-id, webhook-timestamp and webhook-signature. The events are described by
docs/schema/webhook.schema.json. An event that is sent again bears the same id, so that a receiver
which keeps the ids that it has seen takes each once.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from auditor.core.reading import Json
from auditor.edge.http import Failed, Request, Sender
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import Prose
from auditor.edge.trackers.rest import AGAIN, LONGEST_WORDS, Revealing, packed, trouble_of, wait_of
from auditor.edge.trackers.tracker import Change, NewTicket, Ticket, TrackerError, Trouble

PREFIX: Final = "whsec_"
SHORTEST_SECRET: Final = 24
"""Bytes: "at least 24 bytes (192 bits)"."""
OPENED: Final = "ticket.opened"
CHANGED: Final = "ticket.changed"


class Webhook:
    """One receiver. `secret`: `whsec_` and base64, or the text itself; several, with spaces between,
    while an old one is replaced: each event is signed with all of them.

    A webhook keeps nothing that could be looked up, so what was delivered is believed: `find` finds
    nothing, and `look` shows tickets as they were left, open until this instance closed them. Ask it
    about tickets that should be open only: a closing by a person is never seen here, nor one
    that was deleted. The ref of a ticket is its key; it has no page.
    """

    remembers: Final = False

    def __init__(
        self,
        sender: Sender,
        name: str,
        url: str,
        secret: Revealing,
        clock: Callable[[], datetime],
    ) -> None:
        self._sender, self._url, self._secret, self._clock = sender, url, secret, clock
        self._name = name
        self._closed: set[str] = set()

    @property
    def name(self) -> str:
        """`webhook:siem`."""
        return f"webhook:{self._name}"

    def find(self, keys: Collection[str], since: datetime) -> Mapping[str, Ticket]:
        """Nothing: `create` is safe to repeat, its event bears the ticket's key as id."""
        return {}

    def look(self, refs: Collection[str]) -> Mapping[str, Ticket]:
        """Every ticket, as it was left."""
        return {ref: self._ticket(ref) for ref in refs}

    def create(self, ticket: NewTicket) -> Ticket:
        """Send `ticket.opened`."""
        data: dict[str, Json] = {
            "key": ticket.key,
            "title": safe(ticket.title),
            "severity": ticket.severity.word,
            "owner": ticket.owner,
            "labels": list[Json](ticket.labels),
            "due": ticket.due.isoformat() if ticket.due else None,
            **_told(ticket.body),
        }
        self._send(ticket.key, OPENED, data)
        self._closed.discard(ticket.key)
        return self._ticket(ticket.key)

    def change(self, ref: str, change: Change, *, again: bool) -> None:
        """Send `ticket.changed`, under the id of the delivery, the same one each time."""
        data: dict[str, Json] = {
            "key": ref,
            "open": change.open,
            "labels_added": list[Json](change.add),
            "labels_removed": list[Json](change.drop),
            **_told(change.comment),
        }
        self._send(change.delivery, CHANGED, data)
        if change.open is not None:
            (self._closed.discard if change.open else self._closed.add)(ref)

    def _ticket(self, ref: str) -> Ticket:
        return Ticket(ref, f"{self._name}:{ref[:8]}", "", open=ref not in self._closed)

    def _send(self, number: str, kind: str, data: dict[str, Json]) -> None:
        now = self._clock().astimezone(UTC)
        event: dict[str, Json] = {
            "type": kind,
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": data,
        }
        body = packed(event)
        stamp = str(int(now.timestamp()))
        signed = f"{number}.{stamp}.".encode() + body
        headers = {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(_sign(key, signed) for key in self._keys()),
        }
        # What a receiver says is not read: only its status counts.
        answer = self._sender.send(Request("POST", self._url, headers, body), read=False)
        if isinstance(answer, Failed):
            what = f"no answer ({safe(answer.reason, LONGEST_WORDS)})"
            raise TrackerError(Trouble.LATER, self.name, what, AGAIN)
        if not 200 <= answer.status < 300:
            trouble = trouble_of(answer.status, Trouble.REFUSED)
            raise TrackerError(
                trouble, self.name, f"HTTP {answer.status}", _ADVICE[trouble], wait_of(answer)
            )

    def _keys(self) -> Iterator[bytes]:
        for text in self._secret.reveal().split():
            key = _key_of(text)
            if key is None or len(key) < SHORTEST_SECRET:
                what = f"its secret is not {PREFIX} and base64, or is under {SHORTEST_SECRET} bytes"
                do = f"make one: {PREFIX} and the output of `openssl rand -base64 32`"
                raise TrackerError(Trouble.REFUSED, self.name, what, do)
            yield key


_ADVICE: Final[Mapping[Trouble, str]] = {
    Trouble.LATER: AGAIN,
    Trouble.REFUSED: "check the receiver's url and secret; redirects are not followed",
    Trouble.REJECTED: "see the receiver's log; the event is described in webhook.schema.json",
    Trouble.GONE: "check the receiver's url",
}


def _told(prose: Prose) -> dict[str, Json]:
    """Text twice: as blocks for programs, exact; as lines for people, escaped."""
    blocks: list[Json] = [
        {"kind": block.kind, "text": block.text, "rows": [list[Json](row) for row in block.rows]}
        for block in prose
    ]
    return {"blocks": blocks, "text": render_plain(prose)}


def _key_of(text: str) -> bytes | None:
    if not text.startswith(PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None


def _sign(key: bytes, signed: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
