"""A store that cannot be opened, read or written: said so, and nothing half done."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.edge.store.fault import StoreError
from auditor.edge.store.format import FORMAT
from auditor.edge.store.pruning import Keep
from auditor.edge.store.record import Scope
from auditor.edge.store.schema import APPLICATION_ID, MIGRATIONS
from auditor.edge.store.store import open_store
from tests.edge.nights import OLD_PORTAL, audit, large, night, widened

OURS = "https://app.example.com"
FIRST_FORMAT = Path(__file__).parents[1] / "data" / "store_v1.sql"
THIRD_FORMAT = FIRST_FORMAT.with_name("store_v3.sql")
NOBODY = 65534


def run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.executescript(statement)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    path.touch()
    with open_store(path) as store:
        assert store.runs() == ()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        steps = [name for (name,) in db.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert len(steps) == FORMAT == len(MIGRATIONS._migrations)


def test_a_store_of_the_first_format_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    run_sql(path, FIRST_FORMAT.read_text())
    with open_store(path) as store:
        (old,) = store.runs()
        assert old.scope == Scope("prod")
        assert store.run(1).drifts[0].finding == widened()
        (drift,) = audit(store, night(OURS)).drifts
        assert drift.state is State.RESOLVED
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT run FROM routes").fetchall() == [(1,), (2,)]
        assert db.execute("PRAGMA user_version").fetchone() == (FORMAT,)


def test_a_store_of_the_third_format_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    run_sql(path, THIRD_FORMAT.read_text())
    with open_store(path) as store:
        assert [(head.id, head.scope.whole) for head in store.runs()] == [
            (3, False),
            (2, True),
            (1, True),
        ]
        assert store.run(1).drifts[0].finding == widened()
        assert (store.run(1).inputs, store.run(1).documents[0].touched) == ((), None)
        assert [blind.said for blind in store.run(2).unread] == [False]
        assert store.faults() == ()
        (drift,) = audit(store, night(OURS)).drifts
        assert drift.state is State.RESOLVED
        assert store.faults() == ()
        assert store.prune(Keep(None, 0)).runs == (3, 2, 1)
        assert store.faults() == ()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (FORMAT,)


NOT_OURS = [
    (f"PRAGMA user_version = {FORMAT + 1}", f"by a newer cors-audit (format {FORMAT + 1}, this"),
    ("PRAGMA application_id = 7", "is another program's database; name another store"),
]


@pytest.mark.parametrize(("statement", "what"), NOT_OURS)
def test_a_store_that_this_version_does_not_know_is_left_alone(
    statement: str, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        audit(store, night(OURS))
    run_sql(path, statement)
    content = path.read_bytes()
    with pytest.raises(StoreError, match=r"runs\.db: ") as caught:
        open_store(path)
    assert what in str(caught.value)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    run_sql(path, "CREATE TABLE songs (title TEXT)")
    content = path.read_bytes()
    with pytest.raises(StoreError, match="is another program's database"):
        open_store(path)
    assert path.read_bytes() == content


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    path.write_bytes(b"version: 1\n" * 500)
    with pytest.raises(StoreError, match="is not a SQLite file, or is damaged; name another"):
        open_store(path)


def test_a_damaged_page_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    record, found = large(documents=50, routes=200, findings=20)
    with open_store(path) as store:
        audit(store, record, found)
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:] = b"\xff" * (len(content) - half)
    path.write_bytes(content)
    with (
        pytest.raises(StoreError, match="is damaged; restore a copy"),
        open_store(path) as store,
    ):
        store.run(1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims SET body = '{'",
        "UPDATE claims SET body = '{}'",
        "UPDATE runs SET scope = '[]'",
        "UPDATE finding_spans SET state = 'odd'",
        "DELETE FROM documents",
    ],
)
def test_a_stored_value_that_is_not_ours_is_said_so(statement: str, tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    with open_store(path) as store:
        audit(store, night(OURS, OLD_PORTAL), [widened()])
        run_sql(path, statement)
        with pytest.raises(StoreError, match="holds a value that cannot be read"):
            store.run(1)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="its folder does not exist; make it"):
        open_store(tmp_path / "none" / "runs.db")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="its folder does not exist"):
        open_store(tmp_path / "file" / "runs.db")
    with pytest.raises(StoreError, match="cannot be opened; check that its folder exists"):
        open_store(tmp_path)


@contextmanager
def folder_without_rights(statement: str = "") -> Iterator[Path]:
    """A store's folder that may only be read; rights bind no superuser, so go on as nobody."""
    superuser = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if statement:
            with open_store(folder / "runs.db") as store:
                audit(store, night(OURS))
            run_sql(folder / "runs.db", statement)
            (folder / "runs.db").chmod(0o444)
        folder.chmod(0o555)
        try:
            if superuser:
                os.seteuid(NOBODY)
            yield folder
        finally:
            if superuser:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_new_store_in_a_folder_that_may_not_be_written_is_refused() -> None:
    with (
        folder_without_rights() as folder,
        pytest.raises(StoreError, match="cannot be opened; check that its folder exists"),
    ):
        open_store(folder / "runs.db")


def test_a_run_that_may_not_be_written_is_refused() -> None:
    with (
        folder_without_rights("PRAGMA journal_mode = delete") as folder,
        open_store(folder / "runs.db") as store,
    ):
        with pytest.raises(StoreError, match="may not be written; give this user the right"):
            audit(store, night(OURS))
        assert len(store.runs()) == 1


def test_a_full_disk_loses_only_the_run_that_met_it(tmp_path: Path) -> None:
    record, found = large()
    with open_store(tmp_path / "runs.db") as store:
        kept = audit(store, night(OURS))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(StoreError, match="the disk is full; nothing of this run was stored"):
            audit(store, record, found)
        assert store.runs() == (kept.head,)
    with open_store(tmp_path / "runs.db") as store:
        assert store.runs() == (kept.head,)
        assert store.known(Scope("prod")) == {}
        assert len(audit(store, record, found).drifts) == len(found)


def test_what_fails_inside_a_run_undoes_it(tmp_path: Path) -> None:
    with open_store(tmp_path / "runs.db") as store:
        with pytest.raises(RuntimeError), store.begin():
            raise RuntimeError
        assert store.runs() == ()
        audit(store, night(OURS))
        assert len(store.runs()) == 1
