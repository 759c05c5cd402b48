"""The numbers beside a run: waivers by day, tickets and messages out of a real store."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Held, Kind, Status
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfFinding, Waiver, Waivers
from auditor.edge.metrics import Standing
from auditor.edge.store.nights import Decided
from auditor.edge.store.record import Scope
from auditor.edge.store.store import open_store
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Change
from auditor.run.tally import tally
from tests.edge.nights import night

TODAY = date(2026, 11, 22)
START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def waivers(*days: int) -> Waivers:
    made = (
        Waiver(
            OfFinding("ab" * 32), "why", "who", TODAY + timedelta(days=one), Where("waivers.yaml")
        )
        for one in days
    )
    return Waivers(tuple(made))


def test_waivers_that_hold_and_those_near_their_end() -> None:
    found = tally(None, waivers(-1, 0, 13, 14, 15), TODAY)
    assert found == Standing(waivers_active=4, waivers_expiring=2)


def test_open_tickets_and_messages_that_wait(tmp_path: Path) -> None:
    statuses = (Status.OPEN, Status.OPEN, Status.FIXED, Status.MEMBER)
    held = [
        Held(f"{at:064x}", f"{at:064x}", Kind.FINDING, status, Severity.HIGH, "e", TODAY)
        for at, status in enumerate(statuses)
    ]
    said = Message(held[0].key, held[0].mark, "roundup:cors", "open", Change("0" * 32))
    decided = Decided(
        tickets=tuple(Stored(one, "roundup:cors") for one in held), messages=(said,), made=START
    )
    with open_store(tmp_path / "runs.db") as store:
        store.save(night("https://app.example.com"), decided)
        found = tally(store.outbox(Scope("prod")), Waivers(), TODAY)
    assert found == Standing(tickets_open=2, outbox_waiting=1)


def test_a_store_without_tickets(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        found = tally(store.outbox(Scope("prod")), Waivers(), TODAY)
    assert found == Standing()
