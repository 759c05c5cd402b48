"""The plan of a run that is over: what it was told comes back from what was kept with it."""

import os
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.audit import audit
from auditor.cli.planning import load_plan
from auditor.edge.store.record import Input, InputKind, RunRecord, Scope, take_input
from auditor.edge.store.store import open_store
from auditor.run.replay import collected_by, compare_findings, judge_again
from auditor.run.restored import NotKeptError, restore_plan, restore_selection
from auditor.run.selection import Selection
from tests.cli.estates import APP, EVIL, write_app

DAY = date(2026, 11, 22)
WAIVERS = """\
version: 1
waivers:
  - {{finding: {finding}, reason: until the move, approved_by: sec, expires: {day}}}
"""
MORE = """
waivers: waivers.yaml
owners:
  - {codeowners: ../.github/CODEOWNERS}
  - {default: team-platform}
accept:
"""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Path]:
    """A repository with an estate in a folder of it, whose configuration names everything."""
    deploy = write_app(tmp_path / "deploy", f"{APP},{EVIL}")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @org/all\n/deploy/*.env @org/orders\n")
    more = MORE.replace("accept:\n", "")
    (deploy / "cors-audit.yaml").write_text((deploy / "cors-audit.yaml").read_text() + more)
    (deploy / "waivers.yaml").write_text("version: 1\nwaivers: []\n")
    with chdir(deploy):
        yield deploy


def night(*words: str) -> RunRecord:
    CliRunner().invoke(audit, ["--exit-zero", *words], catch_exceptions=False)
    with open_store(Path("runs.db")) as store:
        return store.run("last")


def same(record: RunRecord, day: date, selection: Selection | None = None) -> bool:
    plan = restore_plan(record, Path("/nowhere"), day)
    judged = judge_again(plan, record, day, lambda _: None, selection or Selection())
    return compare_findings(record, judged).equal


def test_everything_that_a_run_was_told_comes_back(here: Path) -> None:
    record = night("--assume", "ingress-nginx=1.9.0", "--assume", "ingress-nginx=1.10.1,a=b")
    now = load_plan((), None, None, ("ingress-nginx=1.9.0", "ingress-nginx=1.10.1,a=b"))
    then = restore_plan(record, Path(), record.head.started.date())
    assert then.config == now.config
    assert then.assume == now.assume
    assert (then.estate, then.whole, then.files) == (now.estate, now.whole, now.files)
    assert then.code_owners == now.code_owners
    assert then.allowlist == now.allowlist
    assert then.waivers == now.waivers
    assert then.store is None
    assert set(then.inputs) == set(now.inputs)
    kinds = {one.kind for one in record.inputs}
    assert kinds == set(InputKind) - {InputKind.SOURCES}


def test_judging_again_needs_none_of_the_files(here: Path) -> None:
    record = night()
    (drift,) = [one for one in record.drifts if one.finding]
    assert drift.finding is not None
    assert drift.finding.owner == "@org/orders"
    for name in ("cors-audit.yaml", "allowlist.yaml", "waivers.yaml", "app.env", "runs.db"):
        Path(name).unlink()
    Path("../.github/CODEOWNERS").unlink()
    assert same(record, record.head.started.date())


def test_a_waiver_of_that_day_holds(here: Path) -> None:
    record = night()
    fingerprint = record.drifts[0].fingerprint
    day = date.fromordinal(record.head.started.toordinal() + 30)
    (here / "waivers.yaml").write_text(WAIVERS.format(finding=fingerprint[:8], day=day))
    waived = night()
    assert waived.drifts[0].waived is not None
    assert same(waived, waived.head.started.date())
    plan = restore_plan(waived, Path(), waived.head.started.date())
    assert [one.expires for one in plan.waivers.waivers] == [day]
    assert restore_plan(record, Path(), DAY).waivers.waivers == ()


def test_part_of_an_estate_is_judged_again_as_that_part(here: Path) -> None:
    record = night("--host", "api.*")
    selection = restore_selection(record)
    assert selection == Selection(host=("api.*",))
    assert same(record, record.head.started.date(), selection)
    odd = replace(record.head, scope=Scope("x", (("mood", "grim"),)))
    with pytest.raises(NotKeptError, match="this version knows no --mood"):
        restore_selection(replace(record, head=odd))


def test_gaps_that_reading_finds_are_not_doubled(here: Path) -> None:
    Path("app.env").unlink()
    with Path("allowlist.yaml").open("a") as file:
        file.write("  - {match: other.example.com/*, allow_origins: []}\n")
    record = night()
    assert {one.said for one in record.unread} == {False, True}
    collected = collected_by(record)
    assert len(collected.unread) < len(record.unread)
    judged = judge_again(restore_plan(record, Path(), DAY), record, DAY, lambda _: None)
    assert compare_findings(record, judged).equal


CONFIG = take_input(InputKind.CONFIG, "cors-audit.yaml", b"version: 1\n")


def record_of(here: Path, *inputs: Input) -> RunRecord:
    return replace(night(), inputs=inputs)


BAD = [
    ((), "its configuration was not kept: the version that stored it kept none"),
    ((replace(CONFIG, text=None),), "cors-audit.yaml: only its digest was kept"),
    (
        (take_input(InputKind.CONFIG, "c.yaml", b"version: 9\n"),),
        "c.yaml:1: 'version' is not between",
    ),
    ((CONFIG, take_input(InputKind.ALLOWLIST, "a.yaml", b"routes: 1\n")), "a.yaml"),
    ((CONFIG, take_input(InputKind.WAIVERS, "w.yaml", b"waivers: 1\n")), "w.yaml"),
    ((CONFIG, take_input(InputKind.ASSUME, "--assume", b"x")), "--assume 'x': not PRODUCT="),
    ((CONFIG, take_input(InputKind.CODEOWNERS, "C", b"x\0")), "C"),
]


@pytest.mark.parametrize(("inputs", "what"), BAD)
def test_what_was_not_kept_or_is_not_understood_is_said(
    here: Path, inputs: tuple[Input, ...], what: str
) -> None:
    with pytest.raises(NotKeptError) as caught:
        restore_plan(record_of(here, *inputs), Path(), DAY)
    assert what in str(caught.value)


def test_the_root_of_the_repository_is_kept(here: Path) -> None:
    (root,) = [one for one in night().inputs if one.kind is InputKind.ROOT]
    assert (root.name, root.text) == ("../.github/CODEOWNERS", "deploy")
    assert os.fspath(here).endswith("deploy")
