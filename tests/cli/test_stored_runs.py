"""Runs that are kept: exported, imported, looked into, judged again, forgotten; with the program."""

import json
import os
import shutil
import sqlite3
from contextlib import chdir, closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.main import cli
from auditor.core.finding import Severity
from auditor.edge.runfile import pack, read_run_file, write_run_file
from auditor.edge.store.record import RunRecord
from auditor.edge.store.store import open_store
from tests.cli.estates import ALLOWLIST, APP, EVIL, write_app
from tests.shows.program import Ran, cors_audit

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights: clean, widened, and as it was."""
    folder = tmp_path_factory.mktemp("nights") / "estate"
    for origins, code in ((APP, 0), (f"{APP},{EVIL}", 10), (APP, 0)):
        write_app(folder, origins)
        run(folder, "audit", code=code)
    return folder


@pytest.fixture
def estate(nights: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(nights, tmp_path / "estate"))


def run(folder: Path, *args: str | Path, code: int = 0) -> Ran:
    with chdir(folder):
        done = CliRunner().invoke(cli, list(map(str, args)))
    assert done.exit_code == code, done.output
    return Ran(done.exit_code, done.stdout, done.stderr)


def exported(folder: Path, number: int = 2) -> Path:
    path = folder / f"{number}.run"
    run(folder, "export", str(number), "--out", path)
    return path


def test_an_exported_run_is_explained_without_store_and_configuration(
    estate: Path, tmp_path: Path
) -> None:
    path = exported(estate)
    alone = tmp_path / "alone"
    alone.mkdir()
    (drift,) = [one for one in read(path).drifts if one.finding]
    listed = run(alone, "findings", "--run", path)
    assert "run 2  " in listed.out
    assert drift.fingerprint[:8] in listed.out
    assert f"--run {path}" in listed.out, "how to ask further"
    full = run(alone, "findings", drift.fingerprint[:8], "--run", path)
    assert drift.fingerprint in full.out
    told = run(alone, "explain", drift.fingerprint[:8], "--run", path)
    assert told.out.startswith(f"ALLOWED. A page on {EVIL} can read the answer")
    assert "The allowlist says this should not work (allowlist.yaml:5" in told.out
    assert (
        '"app:api.example.com/*"' in run(alone, "coverage", "--run", path, "--format", "json").out
    )
    assert run(alone, "replay", path).out.endswith("the same: 1 finding, 1 route\n")
    assert [one.name for one in alone.iterdir()] == []


def read(path: Path) -> RunRecord:
    found = read_run_file(path)
    assert isinstance(found, RunRecord)
    return found


def test_a_stored_run_is_explained_as_it_was(estate: Path) -> None:
    asked = ("explain", "--url", "https://api.example.com/x", "--origin", EVIL)
    assert run(estate, *asked, "--run", "2").out.startswith("ALLOWED")
    assert run(estate, *asked).out.startswith("BLOCKED")
    wrong = run(estate, *asked, "--run", "2", "--source", ".", code=2)
    assert "--run and --source exclude each other" in wrong.err


def test_runs_in_files_are_compared(estate: Path, tmp_path: Path) -> None:
    one, two = exported(estate, 1), exported(estate, 2)
    for sides, folder in (((one, two), tmp_path), ((one, "2"), estate), (("1", two), estate)):
        done = run(folder, "diff", *sides, "--exit-code", code=10)
        assert "DECISIONS  1 of 1 route changed" in done.out, done.out
        assert EVIL in done.out
    assert "0 of 1 route" in run(estate, "diff", one, code=0).out, "with the last run"
    same = run(tmp_path, "diff", one, one, code=2)
    assert same.err == "run 1: both sides are the same run; name two\n"


def test_an_imported_run_is_looked_at_and_changes_nothing(estate: Path, tmp_path: Path) -> None:
    path = exported(estate)
    here = write_app(tmp_path / "here", APP)
    run(here, "audit")
    said = run(here, "import", path)
    assert said.out.startswith("runs.db: run 2 is run 2 of cors-audit.yaml, ")
    again = run(here, "import", path, code=2)
    assert again.err == f"{path}: runs.db holds this run already; it is run 2 there\n"
    assert EVIL in run(here, "findings", "--run", "2").out
    assert "0 findings" in run(here, "findings").out, "the last run is that which was made here"
    assert "cors-audit.yaml imported" in run(here, "history").out
    after = run(here, "audit")
    assert EVIL not in after.out
    with open_store(here / "runs.db") as store:
        assert [head.id for head in store.runs()] == [3, 2, 1]
        assert store.run(3).drifts == ()
        assert store.faults() == ()
    run(estate, "import", path, code=2)


def test_a_file_that_is_not_whole_is_refused_everywhere(estate: Path) -> None:
    path = exported(estate)
    path.write_bytes(path.read_bytes()[:-20])
    for words in (
        ("import", path),
        ("findings", "--run", path),
        ("coverage", "--run", path),
        ("diff", path, "1"),
        ("replay", path),
        ("explain", "0", "--run", path),
    ):
        done = run(estate, *words, code=2)
        assert done.err == f"{path}: it is cut off; have it made again\n", words
    with open_store(estate / "runs.db") as store:
        assert len(store.runs()) == 3


def test_history_tells_of_every_run(estate: Path) -> None:
    lines = run(estate, "history").out.splitlines()
    assert lines[0].startswith("run 3  ")
    assert [line.strip() for line in lines if not line.startswith("run ")] == [
        "1 resolved  1 document changed",
        "1 new  1 document changed",
        "no findings",
    ]
    assert len(run(estate, "history", "--limit", "1").out.splitlines()) == 2
    told = json.loads(run(estate, "history", "--format", "json").out)
    assert [one["run"]["id"] for one in told["runs"]] == [3, 2, 1]
    assert told["runs"][0]["states"] == {"resolved": 1}
    assert not any(one["clock_went_back"] for one in told["runs"])


def test_history_says_that_a_clock_went_back(estate: Path) -> None:
    with closing(sqlite3.connect(estate / "runs.db")) as db, db:
        db.execute("UPDATE runs SET started = '2031-01-01T03:00:00+00:00' WHERE id = 2")
        db.execute("UPDATE runs SET finished = '2031-01-01T03:07:00+00:00' WHERE id = 2")
    out = run(estate, "history").out
    head, rest = out.split("run 2  ")
    assert "a clock went back" in head
    assert "a clock went back" not in rest


def test_a_store_is_checked(estate: Path) -> None:
    assert run(estate, "history", "--check").out == "runs.db: whole; 3 runs\n"
    with closing(sqlite3.connect(estate / "runs.db")) as db, db:
        db.execute("UPDATE claims SET body = '{}'")
    done = run(estate, "history", "--check", code=1)
    assert "its content is another than its hash says" in done.out
    told = json.loads(run(estate, "history", "--check", "--format", "json", code=1).out)
    assert len(told["faults"]) == 2
    (estate / "runs.db").write_bytes(b"no database" * 1_000)
    broken = run(estate, "history", "--check", code=1)
    assert broken.err.startswith("runs.db: is not a SQLite file, or is damaged; name another")


def test_old_runs_are_forgotten(estate: Path) -> None:
    asks = run(estate, "prune", code=2)
    assert asks.err.startswith("prune: nothing says what to keep; write --keep-days 90")
    assert "3 runs" in run(estate, "prune", "--keep-days", "1").out
    dry = run(estate, "prune", "--keep-runs", "1", "--dry-run").out
    assert dry.startswith("would forget 2 runs (1 to 2)")
    done = run(estate, "prune", "--keep-runs", "1", "--vacuum").out.splitlines()
    assert done[0].startswith("forgot 2 runs (1 to 2)")
    assert done[1] == "kept 1 run"
    assert done[2].startswith("the file has ")
    assert run(estate, "history", "--check").out == "runs.db: whole; 1 run\n"
    assert "run 3  " in run(estate, "findings").out
    write_app(estate, f"{APP},{EVIL}")
    back = run(estate, "audit", code=10)
    assert "run 4  " in back.out
    with open_store(estate / "runs.db") as store:
        assert [one.state.value for one in store.run("last").drifts] == ["regressed"]


def test_judging_again_comes_to_the_same(estate: Path) -> None:
    for number in ("1", "2", "3"):
        out = run(estate, "replay", number).out
        assert "with its own files" in out
        assert f"the same: {int(number == '2')} finding" in out
    told = json.loads(run(estate, "replay", "2", "--format", "json").out)
    assert (told["same"], told["differences"], told["verdicts"]) == (1, [], [])


def test_what_is_judged_otherwise_is_listed_worst_first(estate: Path) -> None:
    path = exported(estate)
    record = read(path)
    (drift,) = record.drifts
    assert drift.finding is not None
    milder = replace(drift.finding, severity=Severity.LOW, what="something else")
    invented = replace(drift.finding, subject="https://x.example", severity=Severity.CRITICAL)
    drifts = [
        replace(drift, finding=one, fingerprint=one.fingerprint) for one in (milder, invented)
    ]
    routes = [replace(one, verdict="clean") for one in record.routes]
    write_run_file(path, replace(record, drifts=tuple(drifts), routes=tuple(routes)))
    done = run(estate, "replay", path, code=10)
    assert "2 findings otherwise, 0 the same" in done.out
    assert done.out.index("CRITICAL  gone ") < done.out.index("changed  widened-origin")
    assert "severity: low -> " in done.out
    assert "said: something else -> " in done.out
    assert "api.example.com/*  clean -> widened" in done.out
    told = json.loads(run(estate, "replay", path, "--format", "json", code=10).out)
    assert [one["is"] for one in told["differences"]] == ["gone", "changed"]


def test_today_s_files_judge_what_was_read_then(estate: Path) -> None:
    wider = ALLOWLIST.replace(f'["{APP}"]', f'["{APP}", "{EVIL}"]')
    text = wider.replace("\norigins: [", f'\norigins: [{{origin: "{EVIL}"}}, ')
    (estate / "allowlist.yaml").write_text(text)
    done = run(estate, "replay", "2", "--now", code=10)
    assert "with today's files" in done.out
    assert "gone     widened-origin" in done.out
    assert "widened -> clean" in done.out
    assert run(estate, "replay", "2").code == 0, "its own files are as they were"


def test_a_run_whose_files_were_not_kept_says_so(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as db:
        db.executescript((DATA / "store_v3.sql").read_text())
    done = run(tmp_path, "replay", "1", "--store", "old.db", code=2)
    assert done.err == (
        "run 1: its configuration was not kept: the version that stored it kept none; "
        "judge it with today's files instead: --now\n"
    )


def test_a_run_of_named_files_is_judged_again_by_what_was_named(tmp_path: Path) -> None:
    write_app(tmp_path, f"{APP},{EVIL}")
    (tmp_path / "cors-audit.yaml").rename(tmp_path / "other.yaml")
    words = ("--assume", "ingress-nginx=1.9.0", "--allowlist", "allowlist.yaml")
    with chdir(tmp_path):
        done = CliRunner().invoke(cli, ["audit", "app.env", "--store", "a.db", *words])
    assert done.exit_code in (3, 10, 13), done.output
    kinds = [one.kind.value for one in _last(tmp_path / "a.db").inputs]
    assert kinds == ["allowlist", "assume", "sources"]
    assert "the same" in run(tmp_path, "replay", "--store", "a.db").out
    asks = run(tmp_path, "replay", "--store", "a.db", "--now", code=2)
    assert "name the one to judge it by with --config" in asks.err


def _last(path: Path) -> RunRecord:
    with open_store(path) as store:
        return store.run("last")


def test_an_export_holds_what_it_was_judged_by_and_nothing_of_the_machine(estate: Path) -> None:
    record = read(exported(estate))
    assert {one.kind.value: one.name for one in record.inputs} == {
        "config": "cors-audit.yaml",
        "allowlist": "allowlist.yaml",
    }
    assert record.inputs[0].text == ALLOWLIST
    assert str(estate).encode() not in pack(record)


def test_a_store_that_may_only_be_read_is_looked_into_or_said_so(estate: Path) -> None:
    (estate / "runs.db").chmod(0o444)
    looked = cors_audit("history", "--check", folder=estate)
    assert (looked.code, looked.out) == (0, "runs.db: whole; 3 runs\n")
    done = cors_audit("prune", "--keep-runs", "1", folder=estate)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("runs.db: may not be written; give this user the right to write the")
    (estate / "runs.db").chmod(0o644)
    assert "3 runs" in run(estate, "history", "--check").out


def test_a_run_that_cannot_be_written_out_is_said_so(estate: Path) -> None:
    done = run(estate, "export", "--out", "none/a.run", code=1)
    assert done.err.startswith("none/a.run: cannot be written (No such file or directory); make")
    assert not os.path.lexists(estate / "none")
    again = run(estate, "export", "9", "--out", "a.run", code=2)
    assert again.err == (
        "run '9': the store does not hold it; it holds 1 to 3, or write last, or the file of one\n"
    )


NOT_A_STORE = [
    ("PRAGMA user_version = 99", "was written by a newer cors-audit (format 99, this one knows"),
    ("PRAGMA application_id = 7", "is another program's database; name another store"),
]


@pytest.mark.parametrize(("statement", "what"), NOT_A_STORE)
def test_a_store_of_others_is_left_alone_by_every_command(
    statement: str, what: str, estate: Path
) -> None:
    path = exported(estate, 1)
    with closing(sqlite3.connect(estate / "runs.db")) as db:
        db.executescript(statement)
    content = (estate / "runs.db").read_bytes()
    for words in (
        ("history",),
        ("history", "--check"),
        ("prune", "--keep-runs", "1"),
        ("export", "--out", "new.run"),
        ("import", path),
        ("replay",),
        ("findings",),
        ("audit",),
    ):
        done = run(estate, *words, code=1)
        assert done.err.startswith("runs.db: ")
        assert what in done.err
        assert len(done.err.splitlines()) == 1
    assert (estate / "runs.db").read_bytes() == content
    assert not (estate / "new.run").exists()


def test_a_store_that_is_not_there_is_named(estate: Path) -> None:
    path = exported(estate, 1)
    for words in (("history",), ("prune", "--keep-runs", "1"), ("export", "--out", "a.run")):
        done = run(estate, *words, "--store", "none/a.db", code=2)
        assert done.err.startswith("none/a.db: there is no store; run cors-audit audit first")
    for words in (("import", path), ("audit",)):
        done = run(estate, *words, "--store", "none/a.db", code=1)
        assert done.err.startswith("none/a.db"), done.err
        assert "make" in done.err
    assert run(estate, "import", path, "--store", "new.db").out.startswith("new.db: run 1 is run 1")


def test_a_run_beyond_a_year_of_nights_is_found(
    estate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.cli.stored.EARLIER", 1)
    assert "run 1  " in run(estate, "findings", "--run", "1").out
