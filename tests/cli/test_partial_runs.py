"""After a partial run (a recheck, `--host`) people ask about the estate, and nothing is said to be gone
that nobody looked at."""

import json
import re
from pathlib import Path

import pytest

from auditor.edge.store.store import open_store
from tests.shows.program import Ran, cors_audit

APP, OLD = "https://app.example.com", "https://old.example.net"
CONFIG = """\
version: 1
store: runs.db
files:
  - {path: one.env, name: one, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, serves: ["one.example.com/*"], owner: team-a}
  - {path: two.env, name: two, key: CORS_ALLOWED_ORIGINS, like: starlette@0.40,
     credentials: true, serves: ["two.example.com/*"], owner: team-b}
tickets: {mode: dry-run, backlog_per_week: 1, routes: [{owner: "*", github: {repo: example/cors}}]}
"""
ALLOWLIST = f"""\
version: 1
origins: [{{origin: "{APP}", owner: team-web}}]
routes: [{{match: "*.example.com/*", allow_origins: ["{APP}"], allow_credentials: true}}]
"""


def let_in(folder: Path, app: str, *origins: str) -> None:
    (folder / f"{app}.env").write_text(f"CORS_ALLOWED_ORIGINS={','.join(origins)}\n")


def run(folder: Path, *args: str) -> Ran:
    return cors_audit(*args, folder=folder, env={"GITHUB_TOKEN": "t"})


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Two apps with a finding each; after two whole runs the first app alone was looked at."""
    (tmp_path / "cors-audit.yaml").write_text(CONFIG)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    let_in(tmp_path, "one", APP, OLD)
    let_in(tmp_path, "two", APP, OLD)
    for _ in range(2):
        assert run(tmp_path, "audit").code == 10
    return tmp_path


def test_the_last_run_is_the_last_whole_one(estate: Path) -> None:
    assert run(estate, "audit", "--host", "one.example.com").code == 10
    assert "run 2 " in run(estate, "findings").out
    assert ": run 2, " in run(estate, "export", "--out", "last.run").out
    assert "run 1 (" in run(estate, "diff").out
    assert "run 3 " in run(estate, "findings", "--run", "3").out
    listed = json.loads(run(estate, "findings", "--format", "json").out)["findings"]
    other = next(one for one in listed if one["host"] == "two.example.com")
    assert run(estate, "explain", other["fingerprint"][:8].upper()).code == 0


def test_where_no_run_is_whole_the_last_is_partial(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text(CONFIG)
    let_in(tmp_path, "one", "*")
    let_in(tmp_path, "two", "*")
    run(tmp_path, "audit", "--host", "one.example.com")
    run(tmp_path, "audit", "--host", "two.example.com")
    assert "run 2 " in run(tmp_path, "findings").out


def test_what_a_partial_run_did_not_look_at_is_not_gone(estate: Path) -> None:
    assert run(estate, "audit", "--host", "one.example.com").code == 10
    for sides in (("2", "3"), ("3", "2")):
        told = run(estate, "diff", *sides).out
        assert "FINDINGS" not in told
    let_in(estate, "one", APP)
    assert run(estate, "audit", "--host", "one.example.com").code == 0
    assert "FINDINGS GONE  1" in run(estate, "diff", "2", "4").out


def test_a_partial_run_says_nothing_of_the_whole_backlog(estate: Path) -> None:
    told = run(estate, "audit", "--host", "one.example.com").out
    assert "Backlog 1 (1 critical)" in told
    assert "fewer" not in told
    let_in(estate, "two", APP)
    assert "Backlog 1 fewer than in run 2" in run(estate, "audit").out


def test_a_partial_run_gives_out_nothing_of_the_backlog(estate: Path) -> None:
    assert "would be opened" in run(estate, "audit", "--host", "one.example.com").out
    whole = run(estate, "audit").out
    assert whole.count("open, from the backlog, [CORS]") == 2


def test_a_partial_run_names_itself_in_what_to_ask_next(estate: Path) -> None:
    (estate / "one.env").unlink()
    told = run(estate, "audit", "--host", "*.example.com").out
    assert re.search(r"cors-audit coverage --run 3$", told, re.MULTILINE)
    assert run(estate, "coverage", "--run", "3").code == 0


def test_a_selection_of_nothing_is_not_kept(estate: Path) -> None:
    assert run(estate, "audit", "--host", "none.example.com").code == 2
    with open_store(estate / "runs.db") as store:
        assert len(store.runs()) == 2


def test_a_dry_run_accounts_for_the_backlog(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text(CONFIG)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    let_in(tmp_path, "one", APP, OLD)
    let_in(tmp_path, "two", APP, OLD)
    told = " ".join(run(tmp_path, "audit").out.split())
    assert "2 findings were there at first (backlog) and would get no ticket now" in told
    assert "worst first, 1 a week and owner" in told
    assert "no ticket now" not in run(tmp_path, "audit").out
    none = CONFIG.replace("backlog_per_week: 1, ", "")
    (tmp_path / "cors-audit.yaml").write_text(none)
    assert "backlog_per_week under tickets says" in " ".join(run(tmp_path, "audit").out.split())


def test_explain_makes_no_store(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text("version: 1\nfiles: [.]\n")
    told = run(tmp_path, "explain", "7f3a91c2")
    assert (told.code, "there is no store" in told.err) == (2, True)
    assert not (tmp_path / "cors-audit.db").exists()


def test_where_nothing_was_read_the_report_says_why(tmp_path: Path) -> None:
    told = run(tmp_path, "audit", "nowhere/")
    assert told.code == 3
    assert "Not read file:nowhere: " in told.out
    assert "no route rests on it" not in told.out
