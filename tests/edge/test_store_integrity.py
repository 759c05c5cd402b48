"""Whether a store is whole is found out: every kind of damage by hand, one at a time."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Held, Kind, Status
from auditor.core.reading import Document, Where
from auditor.edge.store.nights import Decided
from auditor.edge.store.record import InputKind, RunRecord, Scope, take_input
from auditor.edge.store.store import Store, open_store
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Change
from tests.edge.nights import OLD_PORTAL, START, audit, large, night, widened

OURS = "https://app.example.com"
KEY = widened().fingerprint
HELD = Held(KEY, KEY, Kind.FINDING, Status.OPEN, Severity.HIGH, "e1", date(2026, 11, 22))
DECIDED = Decided(
    tickets=(Stored(HELD, "roundup:cors"),),
    messages=(Message(KEY, KEY, "roundup:cors", "open", Change("0" * 32)),),
    made=START,
)


def fill(store: Store) -> None:
    """A few nights with something in every table."""
    given = (take_input(InputKind.CONFIG, "cors-audit.yaml", b"version: 1\n"),)
    audit(store, replace(night(OURS, OLD_PORTAL), inputs=given), [widened()])
    audit(store, replace(night(denied=True), inputs=given))
    store.save(night(OURS), DECIDED)
    audit(store, night(OURS, scope=Scope("prod", (("host", "a"),))))


def faults_after(path: Path, statement: str) -> tuple[str, ...]:
    with open_store(path) as store:
        fill(store)
        assert store.faults() == ()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(statement)
    with open_store(path) as store:
        return store.faults()


DAMAGE = [
    ("DELETE FROM documents", "document_spans 1: what it refers to in documents is not there"),
    ("DELETE FROM claims", "what it refers to in claims is not there"),
    ("DELETE FROM inputs", "input_spans 1: what it refers to in inputs is not there"),
    ("UPDATE documents SET body = '{}'", "its content is another than its hash says"),
    ("UPDATE documents SET body = '{'", "its content is another than its hash says"),
    ("UPDATE documents SET key = 'x'", "its content is another than its hash says"),
    ("UPDATE claims SET body = '{}'", "its content is another than its hash says"),
    ("UPDATE claims SET fingerprint = 'x'", "it is not the finding that it is filed under"),
    ("UPDATE inputs SET body = 'version: 2'", "its content is another than its hash says"),
    ("UPDATE runs SET started = 'x' WHERE id = 2", "runs 2: cannot be read"),
    ("UPDATE runs SET scope = '[]' WHERE id = 2", "runs 2: cannot be read"),
    ("UPDATE runs SET finished = '2026-11-21T03:00:00+00:00'", "it ended before it started"),
    ("UPDATE runs SET series = NULL WHERE id = 4", "runs 4: it belongs to no series"),
    ("UPDATE route_spans SET first_run = 9", "it begins or ends at a run that is not there"),
    ("UPDATE route_spans SET until_run = 9", "it begins or ends at a run that is not there"),
    ("UPDATE route_spans SET until_run = first_run", "begins or ends at a run that is not there"),
    ("UPDATE source_spans SET series = 4", "it begins or ends at a run that is not there"),
    ("DELETE FROM runs WHERE id = 1", "it begins or ends at a run that is not there"),
    ("UPDATE route_spans SET hops = '{'", "route_spans 1: it cannot be read"),
    ("UPDATE finding_spans SET state = 'odd'", "finding_spans 1: it cannot be read"),
    ("UPDATE unread_spans SET body = '[]'", "unread_spans 1: it cannot be read"),
    ("UPDATE unlinked_spans SET blinds = NULL", "unlinked_spans 1: it cannot be read"),
    (
        "UPDATE route_spans SET verdict = 'odd'",
        "route_spans: what run 3 had is not what its digest",
    ),
    ("UPDATE parts SET digest = 'x'", "document_spans: what run 4 had is not what its digest says"),
    ("UPDATE parts SET name = 'x' WHERE name = 'unread_spans' AND series = 1", "no table 'x'"),
    ("UPDATE input_spans SET kind = 'odd'", "input_spans 1: it cannot be read"),
    ("UPDATE outbox SET body = '{}'", "outbox of prod: it cannot be read"),
    ("UPDATE outbox SET made = 'x'", "outbox of prod: it cannot be read"),
    ("UPDATE outbox SET run = 77", "outbox 1: it is of run 77, which was never stored"),
    ("DELETE FROM tickets", "outbox 1: the ticket"),
    ("UPDATE tickets SET status = 'odd'", "tickets of prod: it cannot be read"),
    ("UPDATE tickets SET opened = 'x'", "tickets of prod: it cannot be read"),
]


@pytest.mark.parametrize(("statement", "fault"), DAMAGE)
def test_damage_of_each_kind_is_found(statement: str, fault: str, tmp_path: Path) -> None:
    faults = faults_after(tmp_path / "runs.db", statement)
    assert any(fault in one for one in faults), faults


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    record, found = large(documents=50, routes=200, findings=20)
    with open_store(path) as store:
        audit(store, record, found)
    content = bytearray(path.read_bytes())
    page = 4096 * (len(content) // 4096 - 3)
    content[page : page + 2048] = b"\xff" * 2048
    path.write_bytes(content)
    with open_store(path) as store:
        faults = store.faults()
    assert faults
    assert all(one.startswith("file: ") for one in faults)


def test_faults_of_one_kind_are_listed_up_to_a_limit(tmp_path: Path) -> None:
    record, found = large(documents=50, routes=200, findings=20)
    with open_store(tmp_path / "runs.db") as store:
        audit(store, record, found)
        store._db.execute("UPDATE route_spans SET hops = '{'")
        part, *listed = store.faults()
    assert part == "route_spans: what run 1 had is not what its digest says"
    assert len(listed) == 20


def test_odd_names_are_no_damage(tmp_path: Path) -> None:
    odd = Document("file:\udcff", "AppConfig", "a\ud800", {"a": "\udcff"}, Where("\udcff"))
    with open_store(tmp_path / "runs.db") as store:
        audit(store, replace(night(OURS), documents=(odd,)))
        assert store.faults() == ()


def days(record: RunRecord, start: float, minutes: float = 7) -> RunRecord:
    started = START + timedelta(days=start)
    head = replace(record.head, started=started, finished=started + timedelta(minutes=minutes))
    return replace(record, head=head)


def test_history_says_what_became_of_each_run(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        audit(store, days(night(OURS, OLD_PORTAL), 0), [widened()])
        audit(store, days(night(OURS, OLD_PORTAL), 1), [widened()])
        audit(store, days(night(OURS), 2), [])
        partial = Scope("prod", (("host", "api.example.com"),))
        audit(store, days(night(OURS, OLD_PORTAL, scope=partial), 3), [widened()])
        audit(store, days(night(denied=True), 4), [widened()])
        told = [(one.head.id, dict(one.states), one.documents) for one in store.history(10)]
        assert told == [
            (5, {State.STANDING: 1}, 1),
            (4, {State.REGRESSED: 1}, 0),
            (3, {State.RESOLVED: 1}, 1),
            (2, {State.STANDING: 1}, 0),
            (1, {State.NEW: 1}, 0),
        ]
        assert [one.head.id for one in store.history(2)] == [5, 4]
        assert [one.head for one in store.history(10)] == list(store.runs())


def test_a_clock_that_went_back_is_seen_and_runs_stay_in_order(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        audit(store, days(night(OURS, OLD_PORTAL), 2), [widened()])
        audit(store, days(night(OURS), 1), [])
        audit(store, days(night(OURS), 1.5), [])
        brought = days(night(OURS, scope=Scope("prod", (), imported=True)), 0)
        store.save(brought)
        audit(store, days(night(OURS), 1.6), [])
        past = store.history(10)
        assert [(one.head.id, one.late) for one in past] == [
            (5, False),
            (4, False),
            (3, False),
            (2, True),
            (1, False),
        ]
        assert store.baseline(Scope("prod")) == 5
        assert store.run(2).drifts[0].state is State.RESOLVED


def test_looking_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    looks: list[Callable[[Store], object]] = [Store.faults, lambda store: store.history(9)]
    with open_store(path) as store:
        fill(store)
    before = path.read_bytes()
    for look in looks:
        with open_store(path) as store:
            look(store)
        assert path.read_bytes() == before
