"""Tickets and changes for the tests of GitHub, and its tracker against a stand-in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from auditor.core.finding import Severity
from auditor.edge.http import Http
from auditor.edge.tickets.prose import heading, text
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, NewTicket, TrackerError
from tests.edge.trackers.github_standin import TOKEN, StandIn

NIGHT = datetime(2026, 1, 5, 3, tzinfo=UTC)
K1, K2, K3 = "1" * 64, "2" * 64, "3" * 64
D1, D2 = "a" * 32, "b" * 32


def tracker(hub: StandIn, sender: Http, labels: tuple[str, ...] = ("cors",)) -> GitHub:
    return GitHub(sender=sender, api_url=hub.url, repo=hub.repo, token=Secret(TOKEN), labels=labels)


def new(key: str = K1, title: str = "[CORS] prod api.example.com", **more: object) -> NewTicket:
    held: dict[str, object] = {
        "key": key,
        "title": title,
        "body": (heading("What"), text("Any site can read it.")),
        "severity": Severity.HIGH,
        **more,
    }
    return NewTicket(**held)  # type: ignore[arg-type]


def note(words: str, delivery: str = D1, **more: object) -> Change:
    held: dict[str, object] = {"delivery": delivery, "comment": (text(words),), **more}
    return Change(**held)  # type: ignore[arg-type]


def refused(act: Callable[[], object]) -> TrackerError:
    with pytest.raises(TrackerError) as caught:
        act()
    return caught.value


def posts(hub: StandIn) -> list[str]:
    return [line for line in hub.log.asked if not line.startswith("GET")]
