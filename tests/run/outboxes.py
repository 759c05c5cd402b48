"""An outbox in a store of its own, GitHub's stand-in behind it, and a clock that waits for nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Act, Held, Kind, Status
from auditor.edge.http import Http
from auditor.edge.store.nights import Decided
from auditor.edge.store.outbox import Outbox
from auditor.edge.store.record import RunHead, RunRecord, Scope
from auditor.edge.store.store import Store, open_store
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.tickets.prose import text
from auditor.edge.trackers.github import GitHub
from auditor.edge.trackers.tokens import Secret
from auditor.edge.trackers.tracker import LABEL, Change, NewTicket, Tracker
from auditor.run.deliver import Delivered, deliver
from tests.edge.trackers.github_hub import Shown
from tests.edge.trackers.github_standin import StandIn, github_standin

NIGHT = datetime(2026, 1, 5, 3, tzinfo=UTC)
SCOPE = Scope("estate")
STATE = {Act.FIXED: False, Act.REGRESSED: True}


def key_of(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def opening(name: str) -> NewTicket:
    """The ticket about `name`."""
    return NewTicket(key_of(name), f"ticket {name}", (text("what"),), Severity.HIGH)


@dataclass
class Post:
    """What is said to trackers. `slept`: every pause, in seconds; `on_pause`: what happens in one."""

    store: Store
    hub: StandIn
    http: Http
    slept: list[float] = field(default_factory=list)
    on_pause: Callable[[], None] = lambda: None
    runs: int = 0

    @property
    def tracker(self) -> GitHub:
        """GitHub, with the token that gets in now: an instance of each run's own."""
        return GitHub(self.http, self.hub.url, self.hub.repo, Secret(self.hub.token))

    @property
    def outbox(self) -> Outbox:
        return self.store.outbox(SCOPE)

    def decide(self, *acts: tuple[str, Act], tracker: str | None = None) -> None:
        """Keep a run that decided these acts about the tickets of these names."""
        self.runs += 1
        known, target = self.outbox.tickets(), tracker or self.tracker.name
        messages = tuple(self._message(name, act, target) for name, act in acts)
        tickets = tuple(
            known.get(key_of(name)) or Stored(self._held(name), target) for name, _ in acts
        )
        at = NIGHT + timedelta(days=self.runs)
        head = RunHead(SCOPE, at, at, "0", (), "", "", complete=True, exit_code=0)
        decided = Decided(tickets=tickets, messages=messages, made=at)
        self.store.save(RunRecord(head), decided)

    def _message(self, name: str, act: Act, target: str) -> Message:
        body: NewTicket | Change = opening(name)
        if not act.opens:
            delivery = sha256(f"{self.runs} {name} {act}".encode()).hexdigest()[:32]
            body = Change(delivery, (text(f"{act} {self.runs}"),), STATE.get(act))
        return Message(key_of(name), key_of(name), target, act, body)

    def _held(self, name: str) -> Held:
        key = key_of(name)
        return Held(key, key, Kind.FINDING, Status.OPEN, Severity.HIGH, "", NIGHT.date())

    def deliver(self, **trackers: Tracker) -> Delivered:
        """One run's delivery; `trackers`: others than GitHub, by name."""
        self.slept.clear()
        there: dict[str, Tracker] = {self.tracker.name: self.tracker, **trackers}
        return deliver(self.outbox, there, self.hub.clock, self._sleep, lambda _text: None)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_pause()

    def shown(self, name: str) -> Shown:
        """The one ticket about `name`."""
        (found,) = [one for one in self.hub.tickets() if one.title == f"ticket {name}"]
        return found

    def said(self, name: str) -> list[str]:
        """What the comments on the ticket about `name` begin with."""
        return [comment.split("\n")[0].strip() for comment in self.shown(name).comments]

    def waiting(self) -> int:
        return len(self.outbox.pending())


@contextmanager
def post_in(folder: Path) -> Iterator[Post]:
    """An outbox in `folder`, and a GitHub whose labels are there already."""
    http = Http(timeout_seconds=5.0)
    with github_standin() as hub, open_store(folder / "runs.db") as store:
        hub.labels.append(LABEL)
        yield Post(store, hub, http)
    http.close()
