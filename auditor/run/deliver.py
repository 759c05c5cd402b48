"""Delivering the outbox: at least once from here, exactly once in the tracker.

Every message is noted as begun before it is sent and as done after it. One that was begun before is
looked up in the tracker first: a ticket by its mark, a comment by the id of its delivery. A tracker
that does not answer keeps its messages; those of others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

from auditor.core.lifecycle.ticket import Act, Seen, Status
from auditor.edge.store.outbox import Outbox
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Change, NewTicket, Ticket, Tracker, TrackerError, Trouble

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]
Say = Callable[[str], None]
_Got = TypeVar("_Got")

BEFORE: Final = timedelta(days=1)
"""How far before a message was decided its ticket is looked for: clocks differ."""
REACH: Final = timedelta(days=180)
"""How far back a ticket that is to be opened is looked for: a store that was lost, or restored from an
older copy, knows less than the tracker does."""
PATIENCE_SECONDS: Final = 120.0
"""How long one tracker may ask to wait in one run, all together."""
_PAUSE_SECONDS: Final = 5.0
_TRIES: Final = 4
ENDS: Final = frozenset({Act.FIXED.value, Act.ACCEPTED.value})


@dataclass(slots=True)
class Delivered:
    """What became of the outbox: messages that were said, tickets that were never needed, what waits
    for the next run, and every problem in words."""

    said: int = 0
    dropped: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)


def deliver(
    outbox: Outbox, trackers: Mapping[str, Tracker], clock: Clock, sleep: Sleep, say: Say
) -> Delivered:
    """Say everything that the outbox holds; `say` hears of progress. Raises StoreError alone."""
    result = Delivered()
    refs = {one.held.mark: one.ref for one in outbox.tickets().values() if one.ref is not None}
    by_tracker: dict[str, list[Message]] = {}
    for message in outbox.pending():
        by_tracker.setdefault(message.tracker, []).append(message)
    for name, messages in by_tracker.items():
        tracker = trackers.get(name)
        if tracker is None:
            result.waiting += len(messages)
            result.problems.append(
                f"{name}: {len(messages)} messages wait for it; name it in tickets.routes again"
            )
            continue
        say(f"delivering {len(messages)} messages to {name}")
        _Round(outbox, tracker, clock, sleep, result, refs).run(messages)
    return result


def observe(
    tickets: Iterable[Stored], pending: Iterable[Message], trackers: Mapping[str, Tracker]
) -> tuple[dict[str, Seen], list[str]]:
    """What the trackers say of the tickets that stand open, by key, and every problem in words. Of a
    ticket with messages under way, or of a tracker that does not answer, nothing is known."""
    moving = {message.key for message in pending}
    asked: dict[str, dict[str, str]] = {}
    for one in tickets:
        if one.held.status is Status.OPEN and one.ref is not None and one.held.key not in moving:
            asked.setdefault(one.tracker, {})[one.ref] = one.held.key
    seen: dict[str, Seen] = {}
    problems: list[str] = []
    for name, refs in asked.items():
        tracker = trackers.get(name)
        if tracker is None:
            continue
        try:
            found = tracker.look(refs)
        except TrackerError as error:
            problems.append(str(error))
            continue
        seen |= {key: _seen(found.get(ref)) for ref, key in refs.items()}
    return seen, problems


def _seen(ticket: Ticket | None) -> Seen:
    if ticket is None:
        return Seen.GONE
    return Seen.OPEN if ticket.open else Seen.CLOSED


@dataclass(slots=True)
class _Round:
    """The messages of one tracker. `refs`: what it calls tickets, by mark; `patience`: seconds that may
    still be waited; `at`: the message that is being said."""

    outbox: Outbox
    tracker: Tracker
    clock: Clock
    sleep: Sleep
    result: Delivered
    refs: dict[str, str]
    patience: float = PATIENCE_SECONDS
    at: Message | None = None

    def run(self, messages: Sequence[Message]) -> None:
        """Say them, those of one ticket in order. The first that the tracker cannot take now ends the
        round; the next one begins with other tickets, so that it holds them up once at most."""
        by_mark: dict[str, list[Message]] = {}
        for message in messages:
            by_mark.setdefault(message.mark, []).append(message)
        self.at = messages[0]
        try:
            there = self._look_up(messages)
            for own in sorted(by_mark.values(), key=lambda own: own[0].attempts):
                self._ticket(own, there.get(own[0].mark))
        except TrackerError as error:
            self.result.problems.append(str(error))
            self.outbox.postpone(self.at, str(error))
            self.result.waiting += len(self._left(messages))

    def _left(self, messages: Sequence[Message]) -> list[Message]:
        ids = {message.id for message in messages}
        return [one for one in self.outbox.pending() if one.id in ids]

    def _look_up(self, messages: Sequence[Message]) -> dict[str, Ticket]:
        """Tickets that are there already although they are still to be opened, by mark."""
        opening = [one for one in messages if isinstance(one.body, NewTicket)]
        made = [one.made for one in opening if one.made is not None]
        if not made:
            return {}
        marks = {one.mark for one in opening}
        return dict(self._patiently(lambda: self.tracker.find(marks, min(made) - REACH)))

    def _ticket(self, messages: list[Message], there: Ticket | None) -> None:
        """All that is to be said of one ticket. One that ended before anybody was told of it is never
        opened."""
        first, last = messages[0], messages[-1]
        untold = there is None and (first.attempts == 0 or self.tracker.remembers)
        if isinstance(first.body, NewTicket) and untold and last.act in ENDS:
            for message in messages:
                self.outbox.finish(message, self.clock(), error="it ended before it was opened")
            self.result.dropped += len(messages)
            return
        for message in messages:
            self.at = message
            try:
                self._say(message, there)
            except TrackerError as error:
                if error.trouble not in (Trouble.REJECTED, Trouble.GONE):
                    raise
                self.outbox.finish(message, self.clock(), error=str(error))
                self.result.problems.append(str(error))

    def _say(self, message: Message, there: Ticket | None) -> None:
        again = message.attempts > 0
        match message.body:
            case NewTicket() as body:
                begun = self.outbox.begin(message)
                ticket = there or self._open(body)
                self.outbox.finish(begun, self.clock(), ticket)
                self.refs[message.mark] = ticket.ref
            case Change() as change:
                ref = self._ref(message)
                begun = self.outbox.begin(message)
                self._change(ref, change, again=again)
                self.outbox.finish(begun, self.clock())
        self.result.said += 1

    def _open(self, body: NewTicket) -> Ticket:
        """Open a ticket. An answer that was lost may hide a ticket: it is looked up before each try."""
        since = self.clock() - BEFORE
        tried = False

        def attempt() -> Ticket:
            nonlocal tried
            found = self.tracker.find({body.key}, since).get(body.key) if tried else None
            tried = True
            return found or self.tracker.create(body)

        return self._patiently(attempt)

    def _change(self, ref: str, change: Change, *, again: bool) -> None:
        """Change a ticket. From the second try on, what the change says may stand there already."""
        tried = again

        def attempt() -> None:
            nonlocal tried
            before, tried = tried, True
            self.tracker.change(ref, change, again=before)

        self._patiently(attempt)

    def _ref(self, message: Message) -> str:
        """What the tracker calls the ticket of `message`."""
        if message.mark in self.refs:
            return self.refs[message.mark]
        since = (message.made or self.clock()) - BEFORE
        found = self._patiently(lambda: self.tracker.find({message.mark}, since))
        if message.mark not in found:
            what = f"the ticket about {message.key[:8]} is not there"
            raise TrackerError(Trouble.GONE, self.tracker.name, what, "nothing is said of it")
        return found[message.mark].ref

    def _patiently(self, ask: Callable[[], _Got]) -> _Got:
        """What `ask` gives, waiting as the tracker wishes while there is patience left."""
        for _ in range(_TRIES - 1):
            try:
                return ask()
            except TrackerError as error:
                wait = error.wait_seconds or _PAUSE_SECONDS
                if error.trouble is not Trouble.LATER or wait > self.patience:
                    raise
                self.patience -= wait
                self.sleep(wait)
        return ask()
