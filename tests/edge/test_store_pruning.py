"""Forgetting runs: those that stay are as they were, and what is needed stays."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from auditor.core.drift import State
from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Held, Kind, Status
from auditor.core.reading import Touch
from auditor.edge.store.nights import Decided
from auditor.edge.store.pruning import Keep, prune_runs
from auditor.edge.store.record import InputKind, RunRecord, Scope, take_input
from auditor.edge.store.store import Store, open_store
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Change
from tests.edge.nights import OLD_PORTAL, START, audit, night, widened

OURS = "https://app.example.com"
ESTATES = ("prod", "staging")


def at(record: RunRecord, day: float) -> RunRecord:
    start = START + timedelta(days=day)
    head = replace(record.head, started=start, finished=start + timedelta(minutes=7))
    return replace(record, head=head)


def some_night(random: Random, day: int) -> tuple[RunRecord, bool]:
    """A night like any: what is there, who was not let in, which part was asked for."""
    selection = (("host", "api"),) if random.random() < 0.25 else ()
    scope = Scope(random.choice(ESTATES), selection)
    wide = random.random() < 0.5
    denied, app = random.random() < 0.2, random.random() < 0.7
    record = night(*([OLD_PORTAL] if wide else [OURS]), scope=scope, denied=denied, app=app)
    text = f"version: 1  # {random.randrange(3)}\n".encode()
    inputs = (take_input(InputKind.CONFIG, "cors-audit.yaml", text),)
    touch = Touch("deploy-ci", "UpdateApi", f"2026-11-{random.randrange(10, 30)}T00:00:00Z", "x")
    documents = tuple(replace(one, touched=touch) for one in record.documents)
    record = replace(record, inputs=inputs, documents=documents)
    return at(record, day), wide and not denied


def fill(store: Store, seed: int, nights: int = 25) -> None:
    random = Random(seed)
    for day in range(nights):
        record, wide = some_night(random, day)
        audit(store, record, [widened()] if wide else [])


def everything(store: Store) -> dict[int, tuple[RunRecord, list[Touch | None]]]:
    runs = [head.id for head in store.runs(1_000) if head.id is not None]
    records = {run: store.run(run) for run in runs}
    return {run: (one, [d.touched for d in one.documents]) for run, one in records.items()}


@pytest.mark.parametrize("seed", range(12))
def test_runs_that_stay_are_as_they_were(seed: int, tmp_path: Path) -> None:
    random = Random(1_000 + seed)
    with open_store(tmp_path / "runs.db") as store:
        fill(store, seed)
        for _ in range(3):
            before = everything(store)
            states = [(store.known(Scope(name)), store.before(Scope(name))) for name in ESTATES]
            days, runs = random.randrange(30), random.randrange(3)
            pruned = store.prune(Keep(START + timedelta(days=days), runs))
            after = everything(store)
            assert set(before) - set(after) == set(pruned.runs)
            assert pruned.kept == len(after)
            assert after == {run: before[run] for run in after}
            assert [(store.known(Scope(n)), store.before(Scope(n))) for n in ESTATES] == states
            assert store.faults() == ()
            fill(store, seed + 100, nights=4)
            assert store.faults() == ()


def test_without_the_joining_of_spans_runs_would_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.edge.store.pruning._join", lambda _db, _name: None)
    with open_store(tmp_path / "runs.db") as store:
        fill(store, 1)
        assert store.prune(Keep(None, 1)).runs
        assert any("at a run that is not there" in fault for fault in store.faults())


def nightly(store: Store, count: int, first: int = 0) -> None:
    for day in range(first, first + count):
        audit(store, at(night(OURS), day))


def kept(store: Store) -> list[int | None]:
    return [head.id for head in store.runs(1_000)][::-1]


def test_days_and_runs_each_keep(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        nightly(store, 10)
        assert store.prune(Keep(START + timedelta(days=8), 4)).runs == (6, 5, 4, 3, 2, 1)
        assert kept(store) == [7, 8, 9, 10]
        assert store.prune(Keep(START + timedelta(days=7))).runs == (7,)
        assert store.prune(Keep(START + timedelta(days=7))).runs == ()


def test_the_newest_of_each_scope_count(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        nightly(store, 3)
        for day in range(3, 6):
            audit(store, at(night(OURS, scope=Scope("prod", (("host", "api"),))), day))
        assert store.prune(Keep(None, 2)).runs == (4, 1)


def test_the_last_complete_whole_run_of_each_estate_stays(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        audit(store, at(night(OURS, scope=Scope("staging")), 0))
        nightly(store, 2, first=1)
        for day in range(3, 6):
            audit(store, at(night(denied=True), day))
        audit(store, at(night(OURS, scope=Scope("prod", (("host", "api"),))), 6))
        late = Keep(START + timedelta(days=400))
        pruned = store.prune(late)
        assert kept(store) == [1, 3, 6, 7]
        assert (pruned.runs, pruned.kept, pruned.needed) == ((5, 4, 2), 4, 4)
        assert store.baseline(Scope("prod")) == 3
        assert store.prune(late).runs == ()


def test_the_last_sight_of_an_open_finding_stays(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        audit(store, at(night(OLD_PORTAL), 0), [widened()])
        audit(store, at(night(OLD_PORTAL), 1), [widened()])
        for day in range(2, 6):
            # Whole and complete, but the rule did not run: nobody knows what became of the finding.
            record = at(night(OURS), day)
            audit(store, replace(record, head=replace(record.head, rules=("null-origin",))))
        assert store.run(6).drifts[0].state is State.UNVERIFIABLE
        store.prune(Keep())
        assert kept(store) == [2, 6]
        (finding,) = [one.finding for one in store.run(2).drifts]
        assert finding == widened()
        audit(store, at(night(OURS), 6))
        audit(store, at(night(OURS), 7))
        store.prune(Keep())
        assert kept(store) == [8]
        known = store.known(Scope("prod"))[widened().fingerprint]
        assert (known.open, known.finding) == (False, widened())


def decided(status: Status = Status.OPEN) -> Decided:
    key = widened().fingerprint
    held = Held(key, key, Kind.FINDING, status, Severity.HIGH, "e1", date(2026, 11, 22))
    change = Change("0" * 32)
    said = Message(key, key, "roundup:cors", "open", change)
    return Decided(tickets=(Stored(held, "roundup:cors"),), messages=(said,), made=START)


def test_what_is_still_to_be_said_keeps_its_run(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        store.save(at(night(OURS), 0), decided())
        nightly(store, 3, first=1)
        store.prune(Keep())
        assert kept(store) == [1, 4]
        outbox = store.outbox(Scope("prod"))
        (message,) = outbox.pending()
        outbox.finish(message, START)
        store.prune(Keep())
        assert kept(store) == [1, 4], "an open ticket keeps what it last said"
        store.save(at(night(OURS), 5), replace(decided(Status.FIXED), messages=()))
        store.prune(Keep())
        assert kept(store) == [5]
        assert store.outbox(Scope("prod")).tickets().keys() == {widened().fingerprint}
        assert store.faults() == ()


def test_what_is_still_to_be_said_of_a_closed_ticket_keeps_its_run(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        store.save(at(night(OURS), 0), decided(Status.FIXED))
        nightly(store, 3, first=1)
        store.prune(Keep())
        assert kept(store) == [1, 4]
        outbox = store.outbox(Scope("prod"))
        outbox.finish(outbox.pending()[0], START)
        store.prune(Keep())
        assert kept(store) == [4]


def test_a_dry_run_says_the_same_and_does_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        fill(store, 3)
        before = everything(store)
        said = store.prune(Keep(None, 1), dry_run=True)
        assert said.runs
        assert everything(store) == before
        assert store.prune(Keep(None, 1)) == said


def test_space_is_used_again_and_given_back_on_request(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    text = b"x" * 300_000
    with open_store(path) as store:
        for day in range(6):
            own = (take_input(InputKind.WAIVERS, "w.yaml", text + bytes([65 + day])),)
            store.save(replace(at(night(OURS), day), inputs=own))
        pruned = store.prune(Keep(None, 1))
        assert pruned.freed > 1_400_000
        store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = path.stat().st_size
        assert size > 1_800_000
        assert store.compact() == path.stat().st_size < 600_000
        assert store.run(6).inputs[0].text == (text + b"F").decode()
        assert store.faults() == ()


def test_a_prune_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., object] = prune_runs

    def failing(*args: object) -> None:
        real(*args)
        raise sqlite3.OperationalError("no more")

    with open_store(tmp_path / "runs.db") as store:
        fill(store, 4)
        before = everything(store)
        monkeypatch.setattr("auditor.edge.store.store.prune_runs", failing)
        with pytest.raises(Exception, match="SQLite says: no more"):
            store.prune(Keep())
        assert everything(store) == before
