"""Another package in the place of one of ours is named before anything runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli.guard import foreign_packages

HOME = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from auditor.cli.guard import foreign_packages
print(*foreign_packages(), sep="\\n")
assert not {"collectors", "rules"} & sys.modules.keys()
"""


def guard_with(*folders: Path) -> list[str]:
    """Return what the guard says in a fresh interpreter with these folders first on its path."""
    path = os.pathsep.join(map(str, (*folders, HOME)))
    done = subprocess.run(
        [sys.executable, "-P", "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_our_own_packages_pass() -> None:
    assert foreign_packages() == ()
    assert guard_with() == [""]


@pytest.mark.parametrize("name", ["rules", "collectors"])
def test_a_foreign_package_first_on_the_path_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise SystemExit('imported')\n")
    (line,) = guard_with(tmp_path)
    assert line == (
        f"{tmp_path / name}: hides the package {name} of cors-audit in {HOME}; "
        "install cors-audit in an environment of its own (pipx install cors-audit)"
    )


def test_every_foreign_name_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text("")
    (tmp_path / "collectors").mkdir()
    (tmp_path / "collectors" / "__init__.py").write_text("")
    lines = guard_with(tmp_path)
    assert [line.split(": ")[0] for line in lines] == [
        str(tmp_path / "collectors"),
        str(tmp_path / "rules.py"),
    ]


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    for folder in ("auditor/cli", "collectors"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "auditor" / "__init__.py").write_text("")
    guard = (HOME / "auditor" / "cli" / "guard.py").read_text()
    (tmp_path / "auditor" / "cli" / "guard.py").write_text(guard)
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(f"{tmp_path / 'rules'}: the package is missing; "), done.stderr
