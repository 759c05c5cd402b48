"""A report whose reader goes away, whose disk is full, or that has nowhere to go."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

MAIN = "from auditor.cli.main import main; main()"


def shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run `line` by bash."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=tmp_path,
        env={"AUDIT_PYTHON": sys.executable, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


EXAMPLE = ROOT / "examples" / "deploy"
RULES = f"$AUDIT_PYTHON -c '{MAIN}' rules"


AUDIT = f"$AUDIT_PYTHON -c '{MAIN}' audit {EXAMPLE} --exit-zero"


@pytest.mark.parametrize(("command", "lines"), [(RULES, 0), (AUDIT, 1)])
def test_a_reader_that_goes_away_changes_nothing(command: str, lines: int, tmp_path: Path) -> None:
    done = shell(f"{{ sleep 0.5; {command}; echo code=$? >&2; }} | true", tmp_path)
    *summary, code = done.stderr.splitlines()
    assert code == "code=0"
    assert len(summary) == lines, "what was done is told on stderr all the same"


@pytest.mark.parametrize("command", [RULES, AUDIT])
def test_a_full_disk_is_said_in_a_line(command: str, tmp_path: Path) -> None:
    done = shell(f"{command} > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "stdout: the report cannot be written (No space left on device); "
        "free some space; a run that was stored is shown by cors-audit findings\n"
    )


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing(closed: str, tmp_path: Path) -> None:
    done = shell(f"{RULES} {closed}", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_line_that_stderr_does_not_take_is_lost(tmp_path: Path) -> None:
    done = shell(f"{AUDIT} 2> /dev/full", tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("run (not kept)")
