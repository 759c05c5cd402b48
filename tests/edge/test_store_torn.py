"""A machine that dies in mid-write: copies of the store's files, as they stand at random moments.

SQLite promises that what a power cut leaves opens as a whole earlier state, as long as the disk keeps
writes in the order of the syncs between them (sqlite.org/atomiccommit.html, sqlite.org/wal.html).
The writer is stopped while its files are copied, so that a copy is one cut through all of them; and
a log of which a part of the tail was lost, or is garbage, is what a disk leaves that had not got
further. The index of the log (`-shm`) does not outlive a machine: copies go with it and without.
"""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from auditor.edge.store.record import Scope
from auditor.edge.store.store import Store, open_store
from tests.house.tree import ROOT

WRITER = """
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from auditor.core.finding import Severity
from auditor.core.lifecycle.ticket import Held, Kind, Status
from auditor.edge.store.nights import Decided
from auditor.edge.store.store import open_store
from auditor.edge.store.tickets import Message, Stored
from auditor.edge.trackers.tracker import Change
from tests.edge.nights import START, large

record, _ = large(documents=40, routes=150)
with open_store(Path(sys.argv[1])) as store:
    store._db.execute("PRAGMA wal_autocheckpoint = 150")
    outbox = store.outbox(record.head.scope)
    for night in range(10_000):
        key = f"{night:064x}"
        held = Held(key, key, Kind.FINDING, Status.OPEN, Severity.HIGH, "e", date(2026, 11, 22))
        said = Message(key, key, "roundup:cors", "open", Change(f"{night:032x}"))
        routes = tuple(replace(one, evaluation=str(night)) for one in record.routes)
        decided = Decided(tickets=(Stored(held, "roundup:cors"),), messages=(said,), made=START)
        store.save(replace(record, routes=routes), decided)
        (message,) = outbox.pending()
        outbox.finish(outbox.begin(message), START)
        print(night, flush=True)
"""
FILES = ("", "-wal", "-shm")


@contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that stores runs, and outbox rows in three steps each, until it is killed."""
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> int:
    """The number of the next night that the writer says it has stored."""
    assert process.stdout is not None
    return int(process.stdout.readline())


@contextmanager
def stopped(process: subprocess.Popen[str]) -> Iterator[None]:
    """Every thread of the writer at rest, wherever it is."""
    process.send_signal(signal.SIGSTOP)
    while _state(process.pid) != "T":
        time.sleep(0.0005)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def copy(path: Path, folder: Path, endings: tuple[str, ...] = FILES) -> Path:
    folder.mkdir()
    for ending in endings:
        source = path.with_name(path.name + ending)
        if source.exists():
            shutil.copyfile(source, folder / source.name)
    return folder / path.name


def require_whole(path: Path, least: int = 0) -> int:
    """Open a copy: it must be some whole earlier state, of `least` runs at least; how many it has."""
    with open_store(path) as store:
        runs = store.runs(1_000_000)
        assert store.faults() == ()
        assert [head.id for head in runs] == list(range(len(runs), 0, -1))
        assert len(runs) >= least
        if runs:
            _require_run(store, len(runs))
        return len(runs)


def _require_run(store: Store, runs: int) -> None:
    last = store.run("last")
    assert len(last.routes) == 150
    assert {route.evaluation for route in last.routes} == {str(runs - 1)}
    assert len(last.documents) == 40
    outbox = store.outbox(Scope("prod"))
    assert len(outbox.tickets()) == runs
    pending = outbox.pending()
    assert [one.run for one in pending] in ([], [runs]), "a message without its run"
    assert all(one.attempts in (0, 1) for one in pending)


def wait(path: Path, random: Random) -> None:
    """Wait for any moment, or for one at which something is just being written."""
    if random.random() < 0.2:
        time.sleep(random.uniform(0.0, 0.06))
        return
    before, deadline = _written(path), time.monotonic() + 1
    while _written(path) == before and time.monotonic() < deadline:
        pass
    for _ in range(random.randrange(200)):
        pass


def _written(path: Path) -> list[int]:
    files = [path.with_name(path.name + ending) for ending in FILES[:2]]
    return [one.stat().st_mtime_ns if one.exists() else 0 for one in files]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_of_any_moment_is_a_whole_earlier_state(seed: int, tmp_path: Path) -> None:
    path, random = tmp_path / "runs.db", Random(seed)
    found, logs = [], set[bytes]()
    with writer(path) as process:
        for number in range(16):
            stored = said(process)
            wait(path, random)
            with stopped(process):
                endings = random.choice((FILES, FILES[:2]))
                there = copy(path, tmp_path / str(number), endings)
            logs.add(there.with_name("runs.db-wal").read_bytes())
            found.append(require_whole(there, least=stored + 1))
    assert found == sorted(found)
    assert len(logs) > 6, "the copies are of different moments"


def test_a_log_that_was_cut_off_anywhere_is_a_whole_earlier_state(tmp_path: Path) -> None:
    path, random = tmp_path / "runs.db", Random(3)
    with writer(path) as process:
        while said(process) < 4:
            pass
        with stopped(process):
            copy(path, tmp_path / "cut")
    whole = require_whole(copy(tmp_path / "cut" / "runs.db", tmp_path / "whole", FILES[:2]))
    log = (tmp_path / "cut" / "runs.db-wal").read_bytes()
    assert len(log) > 30_000
    found = set()
    for number in range(30):
        there = copy(tmp_path / "cut" / "runs.db", tmp_path / f"t{number}", FILES[:1])
        size = random.randrange(len(log))
        junk = random.randbytes(random.choice((0, 9_000)))
        there.with_name("runs.db-wal").write_bytes(log[:size] + junk)
        found.add(require_whole(there))
    assert len(found) > 1, "where the log was cut made a difference"
    assert max(found) <= whole


def test_a_file_that_was_written_into_is_found(tmp_path: Path) -> None:
    """The planted fault: a page that the disk lost under a state that claims to be whole."""
    path = tmp_path / "runs.db"
    with writer(path) as process:
        while said(process) < 4:
            pass
        with stopped(process):
            copy(path, tmp_path / "torn")
    torn = tmp_path / "torn" / "runs.db"
    with closing(sqlite3.connect(torn)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    content = bytearray(torn.read_bytes())
    content[4096 * (pages // 2) : 4096 * (pages // 2 + 1)] = bytes(4096)
    torn.write_bytes(content)
    with open_store(torn) as store:
        assert store.faults() != ()


def test_the_lock_does_not_outlive_the_machine(tmp_path: Path) -> None:
    """A copy in the middle of a transaction bears no lock: the next run goes on at once."""
    path = tmp_path / "runs.db"
    with writer(path) as process:
        said(process)
        with stopped(process):
            there = copy(path, tmp_path / "copy")
    runs = require_whole(there)
    with open_store(there, wait_seconds=0.2) as store, store.begin():
        assert store.save(store.run("last")) == runs + 1
