"""A webhook's receiver on loopback, as the Standard Webhooks specification 1.0.0 asks for one.

It checks the signature in constant time, refuses what is older or newer than five minutes, and takes
an event whose id it has seen no second time.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.edge.trackers.loopback import Asked, Loopback, Reply, Seen, served

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
WINDOW_SECONDS = 300


class WebhookReceiver(Loopback):
    """`events`: what was taken, by id; `doubles`: ids that came again; `refused`: why others were."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret
        self.events: dict[str, Any] = {}
        self.doubles: list[str] = []
        self.refused: list[str] = []

    def tickets(self) -> list[Seen]:
        found: dict[str, Seen] = {}
        for event in self.events.values():
            data = event["data"]
            if event["type"] == "ticket.opened":
                labels = frozenset(data["labels"])
                found[data["key"]] = Seen(
                    data["key"], data["title"], True, labels, data["text"], ()
                )
                continue
            old = found[data["key"]]
            labels = (old.labels | {*data["labels_added"]}) - {*data["labels_removed"]}
            comments = (*old.comments, data["text"]) if data["text"] else old.comments
            is_open = old.open if data["open"] is None else data["open"]
            found[old.ref] = Seen(old.ref, old.title, is_open, labels, old.body, comments)
        return list(found.values())

    def answer(self, asked: Asked) -> Reply:
        why = self.check(asked.headers, asked.body) if asked.method == "POST" else "method"
        if why:
            self.refused.append(why)
            return Reply(401 if why == "signature" else 400)
        number = asked.headers["webhook-id"]
        if number in self.events:
            self.doubles.append(number)
        self.events.setdefault(number, asked.json)
        return Reply(204)

    def check(self, headers: Mapping[str, str], body: bytes) -> str:
        """Why a request is not to be taken; empty where it is."""
        number, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not number or "." in number or not stamp.isdigit():
            return "headers"
        if abs(self.clock().timestamp() - int(stamp)) > WINDOW_SECONDS:
            return "timestamp"
        prefix, _, rest = self.secret.partition("_")
        key = base64.b64decode(rest) if prefix == "whsec" else self.secret.encode()
        digest = hmac.digest(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256)
        expected = f"v1,{base64.b64encode(digest).decode()}"
        given = headers.get("webhook-signature", "").split()
        return "" if any(hmac.compare_digest(one, expected) for one in given) else "signature"


@contextmanager
def webhook_receiver(secret: str = SECRET) -> Iterator[WebhookReceiver]:
    """Serve one receiver until the block ends."""
    with served(WebhookReceiver(secret)) as receiver:
        yield receiver
