"""A disk that is really full, for each of the ways in which we write."""

import os
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from auditor.edge.store.store import open_store
from tests.edge.nights import audit, large, night
from tests.house.tree import ROOT

OURS = "https://app.example.com"
START = "import sys\nfrom pathlib import Path\nfrom tests.edge.nights import *\n"
START += "from auditor.edge.store.store import open_store\nfrom auditor.edge.store.fault import *\n"
START += "path = Path(sys.argv[1])\n"
SAVES = """
record, found = large()
try:
    with open_store(path) as store:
        audit(store, record, found)
except StoreError as error:
    print(error)
    sys.exit(3)
"""
FILLS = f"""
with open_store(path) as store:
    kept = audit(store, night("{OURS}"))
record, found = large()
try:
    with open_store(path) as store:
        audit(store, record, found)
except StoreError as error:
    print(error)
with open_store(path) as store:
    assert store.runs() == (kept.head,)
    assert store.faults() == ()
"""
EXPORTS = """
from auditor.edge.runfile import RunFileError, write_run_file
record, found = large()
try:
    write_run_file(path, record)
except RunFileError as error:
    print(error)
    sys.exit(3)
"""


def ran(
    code: str, path: Path, most: int | None = None, *before: str
) -> subprocess.CompletedProcess[str]:
    """Run `code` for `path` in a process none of whose files may be longer than `most` bytes."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return subprocess.run(
        [*before, sys.executable, "-c", START + code, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=limit,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )


@pytest.mark.parametrize("spare", [0, 60_000])
def test_a_file_that_may_not_grow_loses_only_the_run_that_met_it(
    spare: int, tmp_path: Path
) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        kept = audit(store, night(OURS))
    most = max(one.stat().st_size for one in tmp_path.iterdir()) + spare
    done = ran(SAVES, path, most)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith(f"{path}: the disk refuses to read or write it; check the disk")
    with open_store(path) as store:
        assert store.runs() == (kept.head,)
        assert store.faults() == ()
        record, found = large()
        assert len(audit(store, record, found).drifts) == len(found)
        assert store.faults() == ()


def test_the_limit_is_what_stops_it(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        audit(store, night(OURS))
    assert ran(SAVES, path, 100_000_000).returncode == 0
    with closing(connect(path)) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (2,)


def own_disk(folder: Path, size: str) -> tuple[str, ...]:
    """What runs a command with a file system of that size at `folder`, seen by the command alone; none
    where this user may not mount."""
    script = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"'
    words = ("unshare", "--mount", "sh", "-c", script, str(folder))
    try:
        tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return () if tried.returncode else words


def test_a_full_disk_is_said_so_and_earlier_runs_are_intact(tmp_path: Path) -> None:
    before = own_disk(tmp_path, "600k")
    path = tmp_path / "runs.db"
    done = ran(FILLS, path, None if before else 400_000, *before)
    assert done.returncode == 0, done.stderr
    words = "the disk is full; nothing of this run was stored" if before else "the disk refuses"
    assert done.stdout.startswith(f"{path}: {words}")
    assert path.exists() is not bool(before), "the disk was its own"


def test_the_export_of_a_run_onto_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "latest.run"
    path.write_bytes(b"old")
    done = ran(EXPORTS, path, 1_000)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith(f"{path}: cannot be written (File too large); free some space")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["latest.run"]


def test_a_save_that_fails_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError

    with open_store(tmp_path / "runs.db") as store:
        audit(store, night(OURS))
        with monkeypatch.context() as patch:
            patch.setattr("auditor.edge.store.writing.write_findings", failing)
            with pytest.raises(OSError, match=r"^$"):
                store.save(night(OURS))
        with open_store(tmp_path / "runs.db", wait_seconds=0.1) as other:
            assert audit(other, night(OURS)).head.id == 2
        assert len(store.runs()) == 2
