"""`cors-audit collect`, and the night that merges its files: nothing missing reads as clean."""

import gzip
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.edge.runfile import Collection, read_run_file, write_run_file
from auditor.edge.store.store import open_store
from tests.cli.estates import ALLOWLIST, APP, EVIL, write_app, write_ingress
from tests.shows.program import Ran, cors_audit

HUB = """\
version: 1
store: runs.db
collected: ["in/*.run"]
environments:
  prod: {hosts: ["*.example.com"]}
"""


def inner(tmp_path: Path, origins: str = APP) -> Path:
    return write_app(tmp_path / "inner", origins)


def collect(folder: Path, *args: str | Path) -> Ran:
    return cors_audit("collect", *args, folder=folder)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    folder = tmp_path / "hub"
    (folder / "in").mkdir(parents=True)
    (folder / "cors-audit.yaml").write_text(HUB)
    (folder / "allowlist.yaml").write_text(ALLOWLIST)
    return folder


def test_what_was_read_is_in_the_file_and_nothing_is_judged(tmp_path: Path) -> None:
    folder = inner(tmp_path, f"{APP},{EVIL}")
    (folder / "allowlist.yaml").write_text("not: [an allowlist")
    ran = collect(folder, "--out", "inner.run", "--name", "inner")
    assert ran.code == 0, ran.err
    assert ran.out == ""
    assert "1 document of 1 source; whole" in ran.err
    assert ran.err.endswith(" exit 0\n")
    made = read_run_file(folder / "inner.run")
    assert isinstance(made, Collection)
    assert [one.source for one in made.documents] == ["app:api.example.com/*"]
    assert (made.by, made.at.tzinfo) == ("inner", UTC)
    assert stat.S_IMODE((folder / "inner.run").stat().st_mode) == 0o600


def test_what_was_not_read_is_3_and_the_file_is_there(tmp_path: Path) -> None:
    folder = inner(tmp_path)
    (folder / "app.env").unlink()
    ran = collect(folder, "--out", "inner.run")
    assert ran.code == 3
    assert "incomplete (1 gap)" in ran.err
    assert "app api.example.com/*: there is no such file; correct the path" in ran.complaints[0]
    made = read_run_file(folder / "inner.run")
    assert isinstance(made, Collection)
    assert len(made.unread) == 1
    assert " on " in made.by


def test_the_log_tells_of_each_source(tmp_path: Path) -> None:
    ran = collect(inner(tmp_path), "--out", "a.run", "--log", "log.jsonl")
    assert ran.code == 0, ran.err
    lines = (tmp_path / "inner" / "log.jsonl").read_text().splitlines()
    events = {line["event"]: line for line in map(json.loads, lines)}
    assert events["source-read"]["source"] == "app:api.example.com/*"
    assert events["collected"]["documents"] == 1


def test_a_file_that_cannot_be_written_is_1(tmp_path: Path) -> None:
    folder = inner(tmp_path)
    (folder / "out").mkdir(mode=0o500)
    ran = collect(folder, "--out", "out/a.run")
    assert ran.code == 1
    assert "out/a.run: cannot be written" in ran.err


def test_nothing_to_read_is_3(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text("version: 1\n")
    ran = collect(tmp_path, "--out", "a.run")
    assert ran.code == 3
    assert "nothing was named to read" in ran.err


def test_a_folder_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    ran = collect(inner(tmp_path), "--out", "none/a.run")
    assert ran.code == 2
    assert "its folder does not exist" in ran.err


def test_a_cluster_from_within_needs_a_name(tmp_path: Path) -> None:
    (tmp_path / "cors-audit.yaml").write_text("version: 1\nkubernetes: {}\n")
    env = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "1"}
    ran = cors_audit("collect", "--out", "a.run", folder=tmp_path, env=env)
    assert ran.code == 2
    assert "write --name NAME" in ran.err
    ran = cors_audit("collect", "--out", "a.run", "--name", "eks-1", folder=tmp_path, env=env)
    assert ran.code == 3
    made = read_run_file(tmp_path / "a.run")
    assert isinstance(made, Collection)
    assert {gap.source for gap in made.unread} == {"kube:eks-1"}


def test_the_audit_judges_what_was_collected(tmp_path: Path, hub: Path) -> None:
    out = hub / "in" / "inner.run"
    assert collect(inner(tmp_path), "--out", out).code == 0
    ran = cors_audit("audit", folder=hub)
    assert ran.code == 0, ran.out + ran.err
    assert collect(inner(tmp_path, f"{APP},{EVIL}"), "--out", out).code == 0
    ran = cors_audit("audit", folder=hub)
    assert ran.code == 10, ran.out + ran.err
    assert EVIL in ran.out


def test_a_file_that_was_cut_off_closes_nothing_and_is_not_clean(tmp_path: Path, hub: Path) -> None:
    out = hub / "in" / "inner.run"
    assert collect(inner(tmp_path, f"{APP},{EVIL}"), "--out", out).code == 0
    assert cors_audit("audit", folder=hub).code == 10
    out.write_bytes(out.read_bytes()[:-20])
    ran = cors_audit("audit", folder=hub)
    assert ran.code in (3, 13)
    assert "cut off" in cors_audit("coverage", folder=hub).out
    assert states(hub) == {"unverifiable"}


def test_a_cluster_that_is_missing_closes_nothing(tmp_path: Path, hub: Path) -> None:
    out = hub / "in" / "inner.run"
    folder = tmp_path / "clusters"
    write_ingress(folder / "deploy", APP, "users")
    assert collect(inner(tmp_path, f"{APP},{EVIL}"), "--out", out).code == 0
    assert collect(folder, "deploy", "--out", hub / "in" / "other.run").code == 0
    cors_audit("audit", folder=hub)
    out.unlink()
    ran = cors_audit("audit", folder=hub)
    assert ran.code in (3, 13)
    with open_store(hub / "runs.db") as store:
        record = store.run("last")
    [gap] = [b.unread for b in record.unread if b.unread.source == "app:api.example.com/*"]
    assert gap.reason == "run 1 had it; nothing of it was found now"
    assert "resolved" not in states(hub)


def test_a_file_that_is_too_old_is_not_clean(tmp_path: Path, hub: Path) -> None:
    out = hub / "in" / "inner.run"
    assert collect(inner(tmp_path), "--out", out).code == 0
    made = read_run_file(out)
    assert isinstance(made, Collection)
    (hub / "cors-audit.yaml").write_text(HUB.replace('"in/*.run"', "{path: in/*.run, max_age: 1h}"))
    assert cors_audit("audit", folder=hub).code == 0
    write_run_file(out, replace(made, at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert cors_audit("audit", folder=hub).code == 3


def states(hub: Path) -> set[str]:
    """What became of the findings about the origin that is not allowed."""
    with open_store(hub / "runs.db") as store:
        return {str(drift.state) for drift in store.run("last").drifts if drift.finding is None}


def test_the_file_holds_no_secret(tmp_path: Path) -> None:
    folder = inner(tmp_path)
    with (folder / "app.env").open("a") as file:
        file.write("TOKEN=canary-4711\n")
    assert collect(folder, "--out", "a.run").code == 0
    held = gzip.decompress((folder / "a.run").read_bytes())
    assert APP.encode() in held
    assert b"canary" not in held
    assert str(tmp_path).encode() not in held
