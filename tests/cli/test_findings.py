"""`findings` of stored runs and of folders: lists, filters, one in full."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli.audit import audit
from auditor.cli.findings import findings
from tests.cli.estates import APP, EVIL, write_app, write_ingress


@pytest.fixture
def two_nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second night has one finding more than the first, which had none."""
    monkeypatch.chdir(tmp_path)
    for origins in (APP, f"{APP},{EVIL}"):
        write_app(tmp_path, origins)
        CliRunner().invoke(audit, ["--exit-zero"], catch_exceptions=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(findings, list(words))


def listed(*words: str) -> list[str]:
    result = run("--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    return [one["witness"] for one in json.loads(result.stdout)["findings"]]


@pytest.mark.usefixtures("two_nights")
def test_the_list_names_the_next_command() -> None:
    text = run().stdout
    assert "run 2" in text
    assert "1 finding, worst first" in text
    assert "cors-audit findings " in text


@pytest.mark.usefixtures("two_nights")
def test_one_in_full_with_its_history() -> None:
    short = json.loads(run("--format", "json").stdout)["findings"][0]["fingerprint"][:8]
    text = run(short).stdout
    assert f"proof     {EVIL}" in text
    assert "rests on" in text
    history = text[text.index("history") :].splitlines()
    assert [line.split()[-1] for line in history] == ["new", "there"]
    assert run(short[:8].upper()).stdout == text


@pytest.mark.usefixtures("two_nights")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--run", "1"), 0),
        (("--run", "2"), 1),
        (("--severity", "high"), 1),
        (("--severity", "critical"), 0),
        (("--rule", "widened-origin"), 1),
        (("--rule", "null-origin"), 0),
        (("--state", "new"), 1),
        (("--state", "standing"), 0),
        (("--host", "api.*"), 1),
        (("--host", "other.*"), 0),
        (("--host", "other.*", "--host", "api.*"), 1),
        (("--host", "api.*", "--env", "staging"), 0),
        (("--env", "prod"), 1),
        (("--account", "*"), 0),
        (("--owner", "*"), 0),
        (("--service", "*api*"), 1),
    ],
)
def test_filters(words: tuple[str, ...], found: int) -> None:
    assert len(listed(*words)) == found


@pytest.mark.usefixtures("two_nights")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--run", "9"), "run '9': the store does not hold it; it holds 1 to 2, or write last"),
        (("--run", "x"), "run 'x': the store does not hold it; "),
        (("--run", "9" * 5_000), "the store does not hold it; "),
        (("ffffffff0",), "finding 'ffffffff0': no finding of this run begins so; "),
        (("",), "finding '': no finding of this run begins so; "),
        (("--store", "none.db"), "none.db: there is no store; run cors-audit audit first"),
    ],
)
def test_what_is_not_there_is_2(words: tuple[str, ...], problem: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert not Path("none.db").exists()


def test_a_store_needs_no_configuration(two_nights: Path) -> None:
    (two_nights / "cors-audit.yaml").unlink()
    assert "1 finding" in run("--store", "runs.db").stdout


def test_folders_need_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_ingress(tmp_path / "deploy", "*", "open")
    text = run("--source", "deploy", "--namespace", "open").stdout
    assert "wildcard-credentials" in text
    assert "--source deploy" in text
    assert "0 findings" in run("--source", "deploy", "--namespace", "other").stdout
    assert [path.name for path in tmp_path.iterdir()] == ["deploy"]
