"""What the tests of Roundup do to it: a client, tickets, changes, and answers that get lost."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from auditor.core.finding import Severity
from auditor.edge.http import Answer, Failed, Request, Sender
from auditor.edge.tickets.prose import text
from auditor.edge.trackers.roundup import Roundup
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import Change, NewTicket, TrackerError
from tests.edge.trackers.roundup_server import USER


def client(url: str, sender: Sender, password: str = USER[1]) -> Roundup:
    return Roundup(sender, url, USER[0], Secret(password), ("api",))


def new(number: int = 1, severity: Severity = Severity.HIGH, **more: object) -> NewTicket:
    more = {"title": f"Ticket {number}", "body": (text(f"Body {number}."),), **more}
    return NewTicket(f"{number:064x}", severity=severity, **more)  # type: ignore[arg-type]


def change(number: int, words: str = "", **more: object) -> Change:
    comment = (text(words),) if words else ()
    return Change(f"{number:032x}", comment, **more)  # type: ignore[arg-type]


def trouble_of(act: Callable[[], object]) -> TrackerError:
    with pytest.raises(TrackerError) as caught:
        act()
    assert USER[1] not in str(caught.value)
    assert str(caught.value).startswith("roundup:tracker: ")
    assert "; " in str(caught.value)
    return caught.value


@dataclass
class Between:
    """Does something between requests, or instead of an answer; `when` sees each request."""

    sender: Sender
    when: Callable[[Request], bool]
    act: Callable[[], None] = lambda: None
    lose: bool = False
    left: int = 1
    seen: list[str] = field(default_factory=list)

    def send(self, request: Request, *, read: bool = True) -> Answer | Failed:
        self.seen.append(f"{request.method} {request.url}")
        hit = self.left > 0 and self.when(request)
        self.left -= hit
        if hit and not self.lose:
            self.act()
        answer = self.sender.send(request, read=read)
        return Failed("ReadError: connection reset") if hit and self.lose else answer
