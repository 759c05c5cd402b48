"""The store's file as others read it: plain SQL, and how large it grows."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.core.drift import State
from auditor.edge.store.store import Store, open_store
from tests.edge.nights import OLD_PORTAL, audit, large, night, widened

OURS = "https://app.example.com"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "runs.db") as opened:
        yield opened


TABLES = {
    "runs": "id, started, finished, version, rules_digest, allowlist_digest, scope, complete, "
    "exit_code, counts",
    "documents": "hash, source, kind, key, body",
    "run_documents": 'run, document, hash, "where"',
    "sources": "run, source, kind, found, read, excluded",
    "unread": "run, scope, source, gap, reason, do, blinded",
    "unlinked": "run, name, cause, blinded, routes, blinds",
    "routes": "run, environment, host, path, verdict, hops, evaluation",
    "findings": "fingerprint, rule, first_run, last_run, resolved_run, backlog",
    "run_findings": "run, fingerprint, state, cause, severity, witness, evidence, finding",
}


@pytest.mark.parametrize(("name", "columns"), TABLES.items())
def test_each_table_can_be_read_with_plain_sql(
    name: str, columns: str, store: Store, tmp_path: Path
) -> None:
    audit(store, night(OURS, OLD_PORTAL), [widened()])
    audit(store, night(OURS), [])
    audit(store, night(denied=True), [])
    with sqlite3.connect(f"file:{tmp_path / 'runs.db'}?mode=ro", uri=True) as db:
        rows = db.execute(f"SELECT {columns} FROM {name}").fetchall()
        expected = {"documents": 3, "run_documents": 5, "sources": 6, "runs": 3, "routes": 3}
        assert len(rows) == expected.get(name, {"run_findings": 2}.get(name, 1))
    db.close()


def test_a_run_sees_its_own_rows_alone(store: Store, tmp_path: Path) -> None:
    for origins in ((OURS, OLD_PORTAL), (OURS,), (OURS, OLD_PORTAL)):
        audit(store, night(*origins), [widened()] if OLD_PORTAL in origins else [])
    with sqlite3.connect(tmp_path / "runs.db") as db:
        told = db.execute(
            'SELECT f.run, f.state, f.severity, r.verdict, d."where", d.document '
            "FROM run_findings f JOIN routes r USING (run) JOIN run_documents d USING (run) "
            "WHERE d.kind = 'AppConfig' ORDER BY run"
        ).fetchall()
    db.close()
    place = ("clean", "services/a.env:3", "file:services AppConfig a.env")
    assert told == [
        (1, "new", "high", *place),
        (2, "resolved", None, *place),
        (3, "regressed", "high", *place),
    ]


def test_a_quiet_night_adds_next_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "runs.db"
    record, found = large()
    sizes, times = [], []
    for _ in range(4):
        with open_store(path) as store:
            start = time.perf_counter()
            audit(store, record, found)
            times.append(round(1000 * (time.perf_counter() - start)))
        sizes.append(path.stat().st_size)
    # The second night says "standing" of what was new; from then on nothing changes.
    assert sizes[1] - sizes[0] < 200_000
    assert sizes[3] - sizes[2] <= 4096
    print(f"2,143 routes, 500 documents, 300 findings: {times} ms, {sizes} bytes")
    with open_store(path) as store:
        assert len(store.run(4).routes) == 2_143
        assert {drift.state for drift in store.run(4).drifts} == {State.STANDING}
        assert store.run(1).drifts[0].state is State.NEW
