"""CODEOWNERS beside a configuration: found from the root of the repository, or why it is not."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli.audit import audit
from auditor.cli.findings import findings
from auditor.cli.validate import validate
from tests.cli.estates import write_app

OWNERS = "\nowners:\n  - {codeowners: %s}\n  - {default: team-platform}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_app(tmp_path / "deploy", "*")
    monkeypatch.chdir(tmp_path / "deploy")
    return tmp_path


def named(here: Path, path: str, text: str, under: str = "CODEOWNERS") -> None:
    config = here / "deploy/cors-audit.yaml"
    config.write_text(config.read_text() + OWNERS % path)
    at = here / under
    at.parent.mkdir(exist_ok=True)
    at.write_text(text)


@pytest.mark.parametrize("under", ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"])
def test_the_owner_of_the_file_owns_the_finding(here: Path, under: str) -> None:
    named(here, f"../{under}", "* @org/all\n/deploy/*.env @org/orders a@example.com\n", under)
    assert CliRunner().invoke(audit, ["--exit-zero"]).exit_code == 0
    assert "@org/orders a@example.com" in CliRunner().invoke(findings).stdout


def test_a_line_that_means_nothing_is_said_and_the_rest_counts(here: Path) -> None:
    named(here, "../CODEOWNERS", "* @org/all\n!app.env\n")
    result = CliRunner().invoke(audit, ["--exit-zero"])
    assert result.exit_code == 0
    assert "../CODEOWNERS:2: '!app.env' takes nothing back here" in result.stderr
    assert "@org/all" in result.stdout
    checked = CliRunner().invoke(validate)
    assert checked.exit_code == 0
    assert "../CODEOWNERS:2: '!app.env' takes nothing back here" in checked.output


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../OTHER", "../OTHER: there is no such file or folder; make it readable"),
        ("..", "..: it is a folder; name the file in it"),
        ("../CODEOWNERS", "../CODEOWNERS:1: the byte at offset 0 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_program(here: Path, path: str, why: str) -> None:
    named(here, path, "")
    (here / "CODEOWNERS").write_bytes(b"\xff\n")
    for command in (audit, validate):
        result = CliRunner().invoke(command)
        assert result.exit_code == 2
        assert why in result.output
