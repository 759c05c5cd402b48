"""Tickets and changes to try trackers with, and how a refusal is caught."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from auditor.core.finding import Severity
from auditor.edge.tickets.prose import fields, heading, text
from auditor.edge.trackers.tracker import Change, NewTicket, TrackerError
from tests.edge.trackers.loopback import NIGHT

SINCE = NIGHT - timedelta(days=3)
DELIVERY = "0f" * 16


def key_of(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def ticket_of(number: int = 1, **changed: Any) -> NewTicket:
    body = (heading("What"), text("A page can read it."), fields(("Where", "HTTP API a1")))
    given = {"title": f"[CORS] prod {number}", "body": body, "severity": Severity.HIGH, **changed}
    return NewTicket(key_of(number), **given)


def change_of(**changed: Any) -> Change:
    return Change(**{"delivery": DELIVERY, **changed})


def refused(run: Callable[[], object], *, without: str = "token-of-the-stand-in") -> TrackerError:
    """What `run` raises, which shows nothing of `without`."""
    with pytest.raises(TrackerError) as caught:
        run()
    assert without not in str(caught.value)
    return caught.value
