"""`cors-audit allowlist draft` and `check`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from auditor.cli.allowlist import allowlist
from auditor.cli.validate import validate
from auditor.edge.allowlist.draft import Observed

TODAY = ("--today", "2026-11-22")
OBSERVED = (
    Observed("api.example.com", "/v1/*", "prod", "team-a", ("https://a.example",), True, False),
    Observed("api.example.com", "/v2/*", "prod", None, ("null",), True, False),
)
LIST = """\
version: 1
defaults: {owner: t, environment: stg}
origins:
  - {origin: "http://a.example.com", review_by: 2026-11-30}
routes:
  - {match: api.example.com/*, allow_origins: ["http://a.example.com"]}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, object]]:
    """Stand in for the run that the command asks for; return what it was asked with."""
    asked: list[Mapping[str, object]] = []

    def observed_routes(parameters: Mapping[str, object]) -> tuple[Observed, ...]:
        asked.append(parameters)
        return OBSERVED

    wiring = ModuleType("auditor.cli.wiring")
    monkeypatch.setattr(wiring, "observed_routes", observed_routes, raising=False)
    monkeypatch.setitem(sys.modules, "auditor.cli.wiring", wiring)
    return asked


def run(*arguments: str) -> Result:
    return CliRunner().invoke(allowlist, arguments)


def test_draft_writes_files_that_validate(asked: list[Mapping[str, object]]) -> None:
    result = run("draft", "deploy", "--into", "lists", *TODAY)
    assert result.exit_code == 0, result.output
    assert asked[0]["sources"] == (Path("deploy"),)
    assert "wrote 1 file, one for each owner; 1 origin, 1 route group (from 2 routes)" in (
        result.output
    )
    assert "     1  null, e.g. null on api.example.com/v2/*" in result.output
    assert "They go stale on 2026-12-22." in result.output
    assert "next: cors-audit validate lists/" in result.output
    checked = CliRunner().invoke(validate, ["lists"])
    assert (checked.exit_code, checked.output) == (0, "lists/team-a.yaml: ok: 1 origin, 1 route\n")


@pytest.mark.usefixtures("asked")
def test_draft_never_writes_over_a_file() -> None:
    Path("allowlist").mkdir()
    Path("allowlist/team-a.yaml").write_text("mine")
    result = run("draft", *TODAY)
    assert (result.exit_code, result.output) == (
        2,
        "allowlist/team-a.yaml: is there already; "
        "move it away, or name another folder with --into\n",
    )
    assert Path("allowlist/team-a.yaml").read_text() == "mine"


@pytest.mark.usefixtures("asked")
def test_draft_says_where_it_cannot_write() -> None:
    Path("file").write_text("")
    result = run("draft", "--into", "file/lists", *TODAY)
    assert result.exit_code == 2
    assert "cannot be written: Not a directory" in result.output


def test_check_is_silent_about_what_is_right_and_knows_the_environments() -> None:
    Path("allowlist.yaml").write_text(LIST)
    config = "version: 1\nenvironments: {stg: {hosts: [a], non_production: true}}\n"
    Path("cors-audit.yaml").write_text(config)
    result = run("check", *TODAY)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "origins: 1, routes: 1, due: 0\n"
    Path("cors-audit.yaml").unlink()
    result = run("check", *TODAY)
    assert result.exit_code == 0
    assert result.stdout.startswith("note: allowlist.yaml:4: 'http://a.example.com' is plain http")


def test_what_is_due_makes_the_exit_code_ten() -> None:
    Path("lists").mkdir()
    Path("lists/a.yaml").write_text(LIST.replace("http:", "https:"))
    result = run("check", "lists", "--today", "2026-12-01")
    assert result.exit_code == 10
    assert result.stdout == (
        "lists/a.yaml:4: 'https://a.example.com' was to be reviewed by 2026-11-30; "
        "look at it again and write the next review_by\n"
    )


def test_check_reads_the_allowlist_that_the_configuration_names() -> None:
    Path("conf/lists").mkdir(parents=True)
    Path("conf/lists/a.yaml").write_text(LIST.replace("http:", "https:"))
    Path("conf/x.yaml").write_text("version: 1\nallowlist: lists/\n")
    result = run("check", "--config", "conf/x.yaml", "--today", "2026-12-01")
    assert result.exit_code == 10
    assert result.stdout.startswith("conf/lists/a.yaml:4: ")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "allowlist: there is no allowlist file; name an allowlist.yaml"),
        ({"allowlist.yaml": "version: 2\n"}, "allowlist.yaml:1: 'version' is not between"),
        ({"allowlist.yaml": LIST, "cors-audit.yaml": "a: 1\n"}, "cors-audit.yaml:1: "),
        ({"cors-audit.yaml": "version: 1\nallowlist: gone/\n"}, "gone: there is no such file"),
    ],
)
def test_what_is_wrong_makes_the_exit_code_two(files: dict[str, str], expected: str) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    result = run("check", *TODAY)
    assert result.exit_code == 2
    assert result.stdout.startswith(expected)


@pytest.mark.parametrize("arguments", [["--help"], ["draft", "--help"], ["check", "--help"]])
def test_help_shows_an_example(arguments: list[str]) -> None:
    assert "$ cors-audit allowlist " in run(*arguments).output
