"""The release test: what the wheel holds, and that it works away from the source tree."""

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path, PurePosixPath

import pytest

from tests.house.tree import PACKAGES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
for name in ("auditor", "collectors", "rules"):
    package = importlib.import_module(name)
    print(package.__file__)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
"""
GUARD = """
import sys
sys.path.insert(0, sys.argv[1])
from auditor.cli.guard import foreign_packages
print(*foreign_packages(), sep="\\n")
"""


def run(*args: str | Path, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *args], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    target = tmp_path / "installed"
    options = ("--quiet", "--no-deps", "--no-index", "--target", target)
    run("-m", "pip", "install", *options, wheel, cwd=tmp_path)
    return target


def source_files() -> set[str]:
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}


def test_it_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    metadata = {name for name in names if PurePosixPath(name).parts[0].endswith(".dist-info")}
    assert set(names) - metadata == source_files()


def test_its_metadata_says_what_pyproject_says(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"cors_audit-{PROJECT['version']}.dist-info"
        metadata = message_from_string(archive.read(f"{info}/METADATA").decode())
        entries = archive.read(f"{info}/entry_points.txt").decode()
    assert metadata["Name"] == PROJECT["name"]
    assert metadata["Version"] == PROJECT["version"]
    assert f"cors-audit = {PROJECT['scripts']['cors-audit']}" in entries.splitlines()


def test_every_module_imports_from_elsewhere(installed: Path, tmp_path: Path) -> None:
    found = run("-I", "-c", IMPORT_ALL, installed, cwd=tmp_path).split()
    assert found == [str(installed / name / "__init__.py") for name in PACKAGES]


def test_the_guard_knows_its_own_files(installed: Path, tmp_path: Path) -> None:
    assert run("-I", "-c", GUARD, installed, cwd=tmp_path).strip() == ""


def test_the_guard_sees_a_package_installed_over_ours(installed: Path, tmp_path: Path) -> None:
    overwritten = installed / "rules" / "__init__.py"
    overwritten.write_text("class Rule: ...\n")
    line = run("-I", "-c", GUARD, installed, cwd=tmp_path).strip()
    assert line.startswith(f"{overwritten}: not the file of cors-audit; ")
