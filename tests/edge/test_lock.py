"""One audit a store: real processes wait, say for whom, and a killed one locks nobody out."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.edge.lock import STEP_SECONDS, run_lock
from auditor.edge.store.fault import StoreError
from tests.house.tree import ROOT

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOLDS = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from auditor.edge.lock import run_lock
now = lambda: datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
with run_lock(Path(sys.argv[1]), float(sys.argv[2]), now, time.sleep, lambda text: print(text, flush=True)):
    print("held", flush=True)
    sys.stdin.readline()
print("let go", flush=True)
"""


def holder(store: Path, wait: float = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDS, str(store), str(wait)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def take(store: Path, wait: float = 0) -> tuple[list[str], list[float]]:
    said: list[str] = []
    slept: list[float] = []
    with run_lock(store, wait, lambda: NOW, slept.append, said.append):
        pass
    return said, slept


def test_it_is_signed_while_it_is_held_and_blank_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "runs.db.lock"
    with run_lock(tmp_path / "runs.db", 0, lambda: NOW, pytest.fail, pytest.fail):
        told = json.loads(path.read_text())
        assert told["pid"] == os.getpid()
        assert told["since"] == "2026-11-22T03:00:00+00:00"
    assert path.read_text() == ""


def test_a_second_run_waits_says_for_whom_and_gives_up(tmp_path: Path) -> None:
    store = tmp_path / "runs.db"
    with holder(store) as process:
        assert line(process) == "held"
        said: list[str] = []
        slept: list[float] = []
        with (
            pytest.raises(StoreError) as caught,
            run_lock(store, 1.2, lambda: NOW, slept.append, said.append),
        ):
            pytest.fail("it was let in beside the first")
        process.kill()
    whose = f"the audit of process {process.pid} on "
    assert len(said) == 1
    assert f"waiting for {whose}" in said[0]
    assert slept == [STEP_SECONDS, STEP_SECONDS, pytest.approx(0.2)]
    assert whose in str(caught.value)
    assert "did not end in 1.2 s; let it end" in str(caught.value)


def test_a_second_run_begins_when_the_first_ends(tmp_path: Path) -> None:
    store = tmp_path / "runs.db"
    with holder(store) as first:
        assert line(first) == "held"
        with holder(store, 30) as second:
            assert f"waiting for the audit of process {first.pid} on" in line(second)
            first.communicate("end\n")
            assert line(second) == "held"
            second.kill()


def test_a_killed_run_locks_nobody_out(tmp_path: Path) -> None:
    store = tmp_path / "runs.db"
    with holder(store) as process:
        assert line(process) == "held"
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert str(process.pid) in (tmp_path / "runs.db.lock").read_text()
        assert take(store) == ([], [])


def test_a_run_that_fails_locks_nobody_out(tmp_path: Path) -> None:
    store = tmp_path / "runs.db"
    with (
        pytest.raises(ZeroDivisionError),
        run_lock(store, 0, lambda: NOW, pytest.fail, pytest.fail),
    ):
        raise ZeroDivisionError
    assert take(store) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        '{"pid": "1\\u001b[31m", "host": "\\u202eevil\\nhost", "since": "' + "x" * 90 + '"}',
        "[" * 400,
        "\x00\xff",
        "",
        "[]",
        '{"pid": 1}',
    ],
)
def test_what_the_file_says_is_harmless(text: str, tmp_path: Path) -> None:
    store, path = tmp_path / "runs.db", tmp_path / "runs.db.lock"
    with holder(store) as process:
        assert line(process) == "held"
        path.write_text(text, encoding="latin-1")
        with pytest.raises(StoreError) as caught:
            take(store)
        process.kill()
    told = str(caught.value)
    assert told.isprintable()
    assert len(told) < 500
    assert "another audit" in told or "\\x1b[31m" in told


def test_a_file_that_was_replaced_meanwhile_is_locked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = tmp_path / "runs.db", tmp_path / "runs.db.lock"
    opened = os.open
    others: list[int] = []

    def replacing(place: Path, flags: int, *rest: int) -> int:
        number = opened(place, flags, *rest)
        if place == path and not others:
            others.append(number)
            path.unlink()
            path.touch()
        return number

    monkeypatch.setattr("auditor.edge.lock.os.open", replacing)
    with run_lock(store, 0, lambda: NOW, pytest.fail, pytest.fail):
        monkeypatch.undo()
        # Another process finds the file that is locked, not one of the same name.
        with holder(store) as process:
            assert process.wait(timeout=30) == 1
    assert others


@pytest.mark.parametrize("kind", ["folder", "link", "missing folder"])
def test_what_cannot_be_a_lock_is_said(kind: str, tmp_path: Path) -> None:
    store = tmp_path / "runs.db"
    match kind:
        case "folder":
            (tmp_path / "runs.db.lock").mkdir()
        case "link":
            (tmp_path / "runs.db.lock").symlink_to(tmp_path / "elsewhere")
        case _:
            store = tmp_path / "none" / "runs.db"
    with pytest.raises(StoreError, match=r"runs\.db\.lock: cannot be made \(.+\); "):
        take(store)
    assert not (tmp_path / "elsewhere").exists()
