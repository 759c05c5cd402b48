"""`coverage`: gaps, what they blind, what was declared."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.coverage import coverage
from tests.cli.estates import write_ingress


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_ingress(tmp_path / "deploy", "https://app.example.com")
    (tmp_path / "deploy" / "legacy.env").write_text("CORS_ORIGINS=*\nSECRET=hunter2\n")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(coverage, list(words))


def test_a_gap_is_named_with_what_to_do_and_never_its_content() -> None:
    result = run("--source", "deploy")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "UNREAD, by how many routes it blinds" in text
    assert "file:deploy/legacy.env: it mentions CORS, and no mapping reads it" in text
    assert "do: name it under files:" in text
    assert "hunter2" not in text


def test_an_end_that_nothing_answers_to_is_told() -> None:
    text = " ".join(run("--source", "deploy").stdout.split())
    assert "UNLINKED 1 host ends at something that nothing read answers to 1 route service:" in text
    assert 'files: - {path: "...", key: "...", like: "...", serves: [api.example.com/*]}' in text
    assert "UNDECIDED" not in text


def test_the_end_is_kept_with_the_run_until_something_answers(here: Path) -> None:
    from auditor.cli.audit import audit

    config = "version: 1\nstore: runs.db\nfiles: [deploy/api.yaml%s]\n"
    (here / "cors-audit.yaml").write_text(config % "")
    told = CliRunner().invoke(audit, ["--exit-zero"]).stdout
    assert "Not linked 1 host ends at something that nothing read answers to" in told
    (end,) = json.loads(run("--format", "json").stdout)["unlinked"]
    assert (end["hosts"], end["routes"], end["blinds"]) == (
        ["api.example.com"],
        ["api.example.com/*"],
        ["api.example.com/*"],
    )
    assert end["paste"]["under"] == "files"
    (here / "app.env").write_text("ORIGINS=https://app.example.com\n")
    app = ", {path: app.env, key: ORIGINS, like: starlette@0.40, serves: api.example.com/*}"
    (here / "cors-audit.yaml").write_text(config % app)
    assert "Not linked" not in CliRunner().invoke(audit, ["--exit-zero"]).stdout
    assert json.loads(run("--format", "json").stdout)["unlinked"] == []
    assert "UNLINKED" not in run().stdout


def test_json() -> None:
    document = json.loads(run("--source", "deploy", "--format", "json").stdout)
    assert document["verdicts"] == {"not compared": 1}
    assert [one["scope"] for one in document["unread"]] == ["file:deploy/legacy.env"]
    assert document["sources"][0]["found"] == 2


def test_accepted_gaps_stand_apart(here: Path) -> None:
    (here / "cors-audit.yaml").write_text(
        "version: 1\nstore: runs.db\nfiles: [deploy]\n"
        "coverage: {accept: [{source: 'file:deploy*', reason: moves away, expires: 2099-01-31}]}\n"
        "hops: [{name: edge, in_front_of: ['*.example.com'], acts: transparent,"
        " declared_by: team-edge, expires: 2099-03-01}]\n"
    )
    from auditor.cli.audit import audit

    assert CliRunner().invoke(audit, ["--exit-zero"]).exit_code == 0
    text = " ".join(run().stdout.split())
    assert "ACCEPTED GAPS" in text
    assert "file:deploy* moves away, says cors-audit.yaml:4 until 2099-01-31" in text
    assert "edge transparent, in front of *.example.com, says team-edge until 2099-03-01" in text
    assert "UNREAD, by" not in text


def test_a_part(here: Path) -> None:
    write_ingress(here / "deploy", "https://app.example.com", "web")
    assert "2 routes" in run("--source", "deploy").stdout
    part = run("--source", "deploy", "--host", "web.*").stdout
    assert "1 route:" in part
    assert "UNLINKED  1 host ends" in part


def test_a_filter_that_a_gap_cannot_answer_is_2() -> None:
    result = run("--source", "deploy", "--owner", "team-*")
    assert result.exit_code == 2
    assert result.stderr == (
        "--owner: a run does not keep that of what it could not read; "
        "use --account, --region, --cluster, --host, --env\n"
    )
