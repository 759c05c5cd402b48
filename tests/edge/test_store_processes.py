"""Several processes at one store: they wait, say so, and a killed one leaves nothing behind."""

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from auditor.edge.store.fault import StoreError
from auditor.edge.store.record import Scope
from auditor.edge.store.schema import APPLICATION_ID
from auditor.edge.store.store import open_store
from tests.edge.nights import audit, large, night
from tests.house.tree import ROOT

OURS = "https://app.example.com"
START = "import sys, time\nfrom pathlib import Path\nfrom tests.edge.nights import *\n"
START += "from auditor.edge.store.store import open_store\npath = Path(sys.argv[1])\n"
SAVES_FIVE = """
for number in range(5):
    with open_store(path) as store:
        audit(store, night(f"https://{sys.argv[2]}{number}.example"), [widened()])
"""
HOLDS = """
with open_store(path) as store, store.begin():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    print("let go", flush=True)
"""
SAVES_FOR_EVER = """
from dataclasses import replace
record, found = large()
with open_store(path) as store:
    for number in range(10_000):
        routes = tuple(replace(one, evaluation=str(number)) for one in record.routes)
        audit(store, replace(record, routes=routes), found)
        print(number, flush=True)
"""


def start(script: str, path: Path, *args: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", START + script, str(path), *args]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_processes_that_save_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    processes = [start(SAVES_FIVE, path, word) for word in ("a", "b", "c")]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()
    with open_store(path) as store:
        runs = store.runs()
        assert [head.id for head in runs] == list(range(15, 0, -1))
        states = [store.run(number).drifts[0].state.value for number in range(1, 16)]
        assert states == ["new"] + 14 * ["standing"]
        assert all(len(store.documents(number)) == 2 for number in range(1, 16))


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        audit(store, night(OURS))
    with start(HOLDS, path, "2") as process:
        assert next_line(process) == "held"
        with open_store(path, wait_seconds=30) as store:
            assert len(store.runs()) == 1
            assert process.poll() is None, "reading did not wait"
            audit(store, night(OURS))
            assert next_line(process) == "let go"
            assert len(store.runs()) == 2
    assert process.returncode == 0


def test_a_second_run_that_waited_in_vain_says_so(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        audit(store, night(OURS))
    with start(HOLDS, path, "60") as process:
        assert next_line(process) == "held"
        with (
            open_store(path, wait_seconds=0.2) as store,
            pytest.raises(StoreError, match="another run is writing to it and did not finish"),
        ):
            audit(store, night(OURS))
        process.kill()
    with open_store(path, wait_seconds=0.2) as store:
        audit(store, night(OURS))
        assert len(store.runs()) == 2


def test_a_file_that_a_newer_version_took_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as newer, ThreadPoolExecutor(1) as pool:
        newer.execute("BEGIN IMMEDIATE")
        opening = pool.submit(open_store, path)
        time.sleep(0.3)
        newer.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        newer.execute("PRAGMA user_version = 99")
        newer.commit()
        with pytest.raises(StoreError, match="was written by a newer cors-audit"):
            opening.result()


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.08])
def test_a_killed_run_leaves_the_last_one_as_it_was(after: float, tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    record, found = large()
    with start(SAVES_FOR_EVER, path) as process:
        assert next_line(process) == "0"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    with open_store(path) as store:
        runs = store.runs(limit=10_000)
        last = store.run("last")
        assert runs[0].id == last.head.id == len(runs) == store.baseline(Scope("prod"))
        assert len(last.routes) == len(record.routes)
        assert {route.evaluation for route in last.routes} == {str(len(runs) - 1)}
        assert len(last.drifts) == len(store.known(Scope("prod"))) == len(found)
        audit(store, record, found)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        orphans = "SELECT count(*) FROM route_spans WHERE first_run NOT IN (SELECT id FROM runs)"
        assert db.execute(orphans).fetchone() == (0,)
