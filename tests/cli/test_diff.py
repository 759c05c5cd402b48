"""`diff`: of stored runs, and of two folders before a merge."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.audit import audit
from auditor.cli.diff import diff
from tests.cli.estates import APP, EVIL, write_app, write_ingress


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(diff, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def night(here: Path, origins: str) -> None:
    write_app(here, origins)
    CliRunner().invoke(audit, ["--exit-zero"], catch_exceptions=False)


# -- runs ------------------------------------------------------------------------------------------


def test_two_nights(here: Path) -> None:
    night(here, APP)
    night(here, f"{APP},{EVIL}")
    result = run()
    text = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "DECISIONS 1 of 1 route changed" in text
    assert f"{EVIL} can now read without cookies" in text
    assert "not allowed" in text
    assert "FINDINGS NEW 1" in text
    assert f'"{APP}" -> "{APP},{EVIL}"' in text
    assert "CANNOT COMPARE" not in text
    assert run("--exit-code").exit_code == 10
    assert run("1", "2").stdout == result.stdout == run("1").stdout
    back = " ".join(run("2", "1").stdout.split())
    assert f"{EVIL} can no longer read" in back


def test_a_quiet_night(here: Path) -> None:
    night(here, APP)
    night(here, APP)
    result = run("--exit-code")
    assert result.exit_code == 0
    assert "DECISIONS  0 of 1 route changed" in result.stdout
    assert "BECAUSE" not in result.stdout
    assert run("--format", "markdown").stdout == ""


def test_a_change_of_the_text_alone_is_listed_on_request(here: Path) -> None:
    night(here, f"{APP},{EVIL}")
    night(here, f"{EVIL},{APP}")
    text = run().stdout
    assert "DECISIONS  0 of 1 route changed" in text
    assert "1 document changed without changing any decision (--all lists them)." in text
    assert f'"{EVIL},{APP}"' in run("--all").stdout


@pytest.mark.parametrize("words", [(), ("1", "1"), ("1", "7"), ("1", "2", "3"), ("7",)])
def test_runs_that_cannot_be_compared_are_2(here: Path, words: tuple[str, ...]) -> None:
    night(here, APP)
    result = run(*words)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "; " in result.stderr


# -- folders ---------------------------------------------------------------------------------------


def test_folders_without_a_decision_changed_say_nothing_in_markdown(here: Path) -> None:
    write_ingress(here / "base", "https://app.example.com, https://b.example.com")
    write_ingress(here / "head", "https://b.example.com, https://app.example.com")
    result = run("base", "head", "--format", "markdown", "--exit-code")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "decisions changed on 0 of 1 routes\n"
    assert [path.name for path in sorted(here.iterdir())] == ["base", "head"]


def test_an_origin_more_in_a_folder(here: Path) -> None:
    write_ingress(here / "base", "https://app.example.com")
    write_ingress(here / "head", "https://app.example.com, https://*.partner.example")
    result = run("base", "head", "--format", "markdown", "--exit-code")
    assert result.exit_code == 10
    lines = result.stdout.splitlines()
    assert lines[0] == "DECISIONS  1 of 1 route changed"
    assert lines[2] == "```diff"
    assert lines[3].startswith("+ api.example.com/*")
    assert "https://*.partner.example" in lines[4]
    assert "can now read with cookies" in lines[4]
    assert lines[-1] == "```"


def test_a_file_that_breaks_is_not_nothing_changed(here: Path) -> None:
    write_ingress(here / "base", "https://app.example.com")
    broken = write_ingress(here / "head", "https://app.example.com")
    broken.write_text(broken.read_text() + "  - : {\n")
    result = run("base", "head", "--format", "markdown", "--exit-code")
    assert result.exit_code == 3
    assert "cannot be compared" in result.stdout
    assert "1 cannot be compared" in result.stderr


def test_the_configuration_inside_a_folder_is_used_and_nothing_is_stored(here: Path) -> None:
    write_app(here / "base", APP)
    write_app(here / "head", f"{APP},{EVIL}")
    document = json.loads(run("base", "head", "--format", "json").stdout)
    assert [(row["trend"], row["who"], row["allowed"]) for row in document["decisions"]] == [
        ("gained", EVIL, "not allowed")
    ]
    assert len(document["findings_new"]) == 1
    assert list(here.rglob("*.db")) == []


@pytest.mark.parametrize(
    "words", [("base",), ("base", "nowhere"), ("nowhere",), ("1", "base"), ("base", "last")]
)
def test_sides_of_another_kind_are_2(here: Path, words: tuple[str, ...]) -> None:
    write_ingress(here / "base", "*")
    result = run(*words)
    assert result.exit_code == 2
    assert "; " in result.stderr
    assert "Traceback" not in result.stderr
