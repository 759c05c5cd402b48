"""`audit` as it is typed: exit codes in a process of its own, and what it prints."""

import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from auditor.cli.audit import audit
from auditor.edge.reports.past import INCOMPLETENESS
from rules.unread_hop import NAME as UNREAD_HOP
from tests.cli.estates import ALLOWLIST, APP, EVIL, write_app, write_ingress

START = "import sys; from auditor.cli.main import main; main()"
REMINDER = "Clean CORS is not access control."


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    """The command in this process."""
    return CliRunner().invoke(audit, list(words))


def process(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program as a user runs it, in a pipe."""
    return subprocess.run(
        [sys.executable, "-c", START, "audit", *words],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_clean_is_0(here: Path) -> None:
    write_app(here, APP)
    done = process()
    assert done.returncode == 0
    assert done.stderr == f"nothing at medium or above. {REMINDER} exit 0\n"


def test_findings_are_10_and_exit_zero_makes_them_0(here: Path) -> None:
    write_app(here, f"{APP},{EVIL}")
    done = process()
    assert done.returncode == 10
    assert "widened-origin" in done.stdout
    assert done.stderr == f"1 at medium or above. {REMINDER} exit 10\n"
    zero = process("--exit-zero")
    assert zero.returncode == 0
    assert zero.stderr.endswith("exit 0 (10 without --exit-zero)\n")


def test_incomplete_is_3(here: Path) -> None:
    write_ingress(here / "deploy", "https://app.example.com")
    done = process("deploy", "--fail-on", "critical")
    assert done.returncode == 3
    assert f"incomplete (1 route not judged). {REMINDER} exit 3\n" in done.stderr


def test_findings_and_incomplete_are_13(here: Path) -> None:
    write_ingress(here / "deploy", "*", "open")
    write_ingress(here / "deploy", "https://app.example.com")
    done = process("deploy")
    assert done.returncode == 13
    assert not list(here.glob("*.db")), "files and folders alone are not stored"


def test_a_wrong_configuration_is_2_with_every_problem(here: Path) -> None:
    (here / "cors-audit.yaml").write_text("version: 1\nfiels: []\naws: 7\n")
    done = process()
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("cors-audit.yaml:") and "; " in line for line in lines)


def test_nothing_to_read_is_2_and_says_what_to_do() -> None:
    done = process()
    assert done.returncode == 2
    assert done.stderr == (
        "cors-audit.yaml: there is none here; name files or folders, or run cors-audit init\n"
    )


@pytest.mark.parametrize("words", [("--fail-on", "worst"), ("--format", "xml"), ("--nope",)])
def test_wrong_options_are_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_store_that_cannot_be_written_is_1_without_a_traceback(here: Path) -> None:
    write_app(here, APP)
    (here / "broken.db").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    done = process("--store", "broken.db")
    assert done.returncode == 1
    assert done.stderr.startswith("broken.db: is not a SQLite file, or is damaged; ")
    assert "Traceback" not in done.stderr


def test_a_defect_is_1_one_line_and_debug_shows_the_traceback(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_app(here, APP)

    def fail(*_given: object) -> None:
        raise ValueError("a secret of the configuration")

    monkeypatch.setattr("auditor.cli.audit.run_audit", fail)
    result = run()
    assert result.exit_code == 1
    assert "secret" not in result.output
    assert len(result.stderr.splitlines()) == 1
    assert "run it again with --debug" in result.stderr
    assert "Traceback" in run("--debug").stderr


def test_the_second_night_shows_what_is_new_and_why(here: Path) -> None:
    write_app(here, APP)
    assert run().exit_code == 0
    write_app(here, f"{APP},{EVIL}")
    second = run()
    assert second.exit_code == 10
    assert "1 new since run 1" in second.stdout
    assert f'"{APP}" ->\n                "{APP},{EVIL}"' in second.stdout
    third = run()
    assert "Nothing new since run 2" in third.stdout
    assert "Standing 1 (1 high)" in third.stdout
    assert third.exit_code == 10
    assert run("--fail-on", "new:medium").exit_code == 0


def test_json_is_the_whole_run(here: Path) -> None:
    write_app(here, f"{APP},{EVIL}")
    result = run("--format", "json")
    document = json.loads(result.stdout)
    assert document["document"] == "run"
    assert document["run"]["exit_code"] == result.exit_code == 10
    assert [one["witness"] for one in document["findings"]] == [EVIL]


def test_a_part_of_the_estate(here: Path) -> None:
    write_ingress(here / "deploy", "https://app.example.com")
    write_ingress(here / "deploy", "*", "open")
    whole = json.loads(run("deploy", "--format", "json").stdout)
    part = json.loads(run("deploy", "--host", "open.*", "--format", "json").stdout)
    assert {one["host"] for one in whole["routes"]} == {"api.example.com", "open.example.com"}
    assert {one["host"] for one in part["routes"]} == {"open.example.com"}
    assert part["run"]["selection"] == [["host", "open.*"]]


def test_a_selection_of_nothing_is_not_clean(here: Path) -> None:
    write_ingress(here / "deploy", "*")
    result = run("deploy", "--host", "typo.example.com")
    assert result.exit_code == 2
    assert result.stderr.startswith("--host typo.example.com: no route is selected; ")


def test_a_pipe_has_no_colours_and_no_progress(here: Path) -> None:
    write_ingress(here / "deploy", "*")
    done = process("deploy", FORCE_COLOR="1", CLICOLOR_FORCE="1", COLUMNS="200")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr


def terminal(*words: str, **environ: str) -> tuple[str, str]:
    """Stdout and stderr of the program on a terminal of 72 columns."""
    ends = [pty.openpty(), pty.openpty()]
    for _, end in ends:
        termios.tcsetwinsize(end, (24, 72))
    own = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    started = subprocess.Popen(
        [sys.executable, "-c", START, "audit", *words],
        env={**own, "TERM": "xterm", **environ},
        stdin=ends[0][1],
        stdout=ends[0][1],
        stderr=ends[1][1],
    )
    started.wait(timeout=60)
    shown = []
    for parent, child in ends:
        os.close(child)
        shown.append(os.read(parent, 1 << 16).decode())
        os.close(parent)
    return shown[0], shown[1]


def test_a_terminal_has_its_width_colours_and_progress(here: Path) -> None:
    write_ingress(here / "deploy", "*")
    out, err = terminal("deploy")
    assert "\x1b[1;33mMEDIUM\x1b[0m" in out
    plain = out.replace("\x1b[1;33m", "").replace("\x1b[0m", "").splitlines()
    heading = next(line for line in plain if line.startswith("MEDIUM"))
    assert len(heading) == 72
    assert "\r\x1b[Kjudging route 1 of 1" in err
    assert "\r\x1b[K1 at medium" in err


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_are_left_out_where_they_are_not_wanted(
    here: Path, variable: dict[str, str]
) -> None:
    write_ingress(here / "deploy", "*")
    assert "\x1b" not in terminal("deploy", **variable)[0]


def test_an_output_of_ascii_alone_spells_the_rest_out(here: Path) -> None:
    write_app(here, f"{APP},{EVIL}", ALLOWLIST.replace("team-web", "team-größe"))
    (here / "cors-audit.yaml").write_text(
        (here / "cors-audit.yaml").read_text() + "owners: [{default: team-größe}]\n"
    )
    done = process(PYTHONIOENCODING="ascii")
    assert done.returncode == 10
    assert r"team-gr\xf6\xdfe" in done.stdout


def test_plain_text_needs_no_rich(here: Path) -> None:
    write_ingress(here / "deploy", "*")
    code = f"import sys; sys.modules['rich'] = None\n{START}"
    done = subprocess.run(
        [sys.executable, "-c", code, "audit", "deploy"], capture_output=True, text=True
    )
    assert done.returncode == 10, done.stderr


def test_what_is_told_to_run_next_runs(here: Path) -> None:
    write_ingress(here / "a folder", "https://app.example.com")
    told = [
        line.split("cors-audit ", 1)[1]
        for line in run("a folder").stdout.splitlines()
        if "cors-audit " in line
    ]
    assert any(line.startswith("coverage ") for line in told)
    done = subprocess.run(
        f'"{sys.executable}" -c "{START}" {next(t for t in told if t.startswith("coverage "))}',
        shell=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "UNLINKED  1 host ends at something that nothing read answers to" in done.stdout


def test_the_rule_of_what_was_not_read_is_called_alike() -> None:
    assert INCOMPLETENESS == UNREAD_HOP


def test_help_shows_examples() -> None:
    text = click.Context(audit).get_help()
    assert "cors-audit audit deploy/" in text
    assert "10 findings" in " ".join(text.split())
