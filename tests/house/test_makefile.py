"""The Makefile: a wrong Python gets one clear line, and the audit's own exit code is judged."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.servers import require

# A Python that answers as the real one does after `BEFORE` was run in it.
FAKE_PYTHON = """#!{python}
import sys
{before}
if "-c" in sys.argv:
    exec(sys.argv[sys.argv.index("-c") + 1])
else:
    print("Traceback of a broken Python", file=sys.stderr)
    sys.exit(1)
"""
TOO_OLD = "sys.version_info = (3, 9, 2, 'final', 0)"
NO_ENSUREPIP = "sys.modules['ensurepip'] = None"
TARGETS = {
    "audit",
    "test",
    "check",
    "fmt",
    "bench",
    "accept",
    "chains",
    "failpoints",
    "oracle",
    "venv",
    "help",
}


def make(*args: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run make on the real Makefile; `path` is put first where programs are looked up."""
    env = {name: os.environ[name] for name in os.environ if not name.startswith(("MAKE", "MFLAGS"))}
    if path is not None:
        env["PATH"] = f"{path}{os.pathsep}{env['PATH']}"
    program = require("make", "to run the project's own commands")
    command = [str(program), "--no-print-directory", "-C", str(ROOT), *args]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def executable(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def fake_python(path: Path, before: str) -> str:
    return executable(path, FAKE_PYTHON.format(python=sys.executable, before=before))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            TOO_OLD,
            "{python}: this is not Python 3.11 or newer; "
            "apt-get install python3 python3-venv, or make PYTHON=/path/to/python",
        ),
        (
            NO_ENSUREPIP,
            "{python}: cannot make a virtual environment, ensurepip is missing; "
            "apt-get install python3-venv",
        ),
    ],
)
def test_a_wrong_python_gets_one_line_and_no_environment(
    before: str, expected: str, tmp_path: Path
) -> None:
    python = fake_python(tmp_path / "python", before)
    venv = tmp_path / "venv"
    done = make("venv", f"PYTHON={python}", f"VENV={venv}")
    assert done.returncode != 0
    assert done.stdout.splitlines() == [expected.format(python=python)]
    assert [line for line in done.stderr.splitlines() if not line.startswith("make: ***")] == []
    assert not venv.exists()


def test_an_environment_that_fails_half_way_is_removed(tmp_path: Path) -> None:
    python = fake_python(tmp_path / "python", "")
    venv = tmp_path / "venv"
    (venv / "lib").mkdir(parents=True)
    done = make("venv", f"PYTHON={python}", f"VENV={venv}")
    assert done.returncode != 0
    assert done.stdout.startswith(f"{venv}: could not be made with {python}; ")
    assert not venv.exists()


def test_the_first_python_that_is_new_enough_is_used(tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12"):
        fake_python(tmp_path / name, TOO_OLD)
    fake_python(tmp_path / "python3.11", NO_ENSUREPIP)
    done = make("venv", f"VENV={tmp_path / 'venv'}", path=tmp_path)
    assert done.stdout.startswith("python3.11: cannot make a virtual environment")


def test_no_python_at_all_gets_one_line(tmp_path: Path) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3"):
        fake_python(tmp_path / name, TOO_OLD)
    done = make("venv", f"VENV={tmp_path / 'venv'}", path=tmp_path)
    assert done.returncode != 0
    assert done.stdout.startswith("python: none of 3.11 or newer found; ")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("code", "succeeds", "last"),
    [
        (10, True, "exit code of the audit: 10"),
        (13, True, "exit code of the audit: 13"),
        (0, False, "the planted faults were not found"),
        (3, False, "the planted faults were not found"),
        (2, False, "the audit itself failed"),
        (1, False, "the audit itself failed"),
    ],
)
def test_the_audit_succeeds_when_it_finds_the_planted_faults(
    code: int, succeeds: bool, last: str, tmp_path: Path
) -> None:
    bin_folder = tmp_path / "venv" / "bin"
    executable(bin_folder / "python", "#!/bin/sh\n")
    executable(bin_folder / "cors-audit", f"#!/bin/sh\necho audited $*\nexit {code}\n")
    done = make("audit", f"VENV={tmp_path / 'venv'}")
    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "audited audit --config examples/cors-audit.yaml",
        f"exit code of the audit: {code}",
    ]
    assert (done.returncode == 0) is succeeds
    assert last in lines[-1]


def test_help_lists_every_target_that_people_call() -> None:
    done = make()
    assert {line.split()[0] for line in done.stdout.splitlines()} == TARGETS
