"""What every source file of the house keeps to, and that each breach is seen."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, python_files, text_files

LONGEST_FILE = 350
LONGEST_FUNCTION = 50
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
SKIPPING = {"skip", "skipif", "skipIf", "xfail", "importorskip", "expectedFailure"}
MACHINE_PATHS = re.compile(r"(?<![\w.*-])/(work|root|home|Users)/")
REGISTRY_HOSTS = re.compile(
    r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|proxy\.golang\.org)\b"
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def init_faults(root: Path) -> Iterator[str]:
    """`__init__` files are empty or hold imports and tuples that can be read, nothing that runs."""
    for path in python_files(root, *PACKAGES):
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text()).body
        tuples = 0
        for node in body:
            match node:
                case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                    continue
                case (
                    ast.Assign(value=ast.Tuple() as items)
                    | ast.AnnAssign(value=ast.Tuple() as items)
                ) if _is_explicit(items):
                    tuples += 1
                case _:
                    yield f"{path}:{node.lineno}: neither an import nor an explicit tuple"
        if body and not tuples:
            yield f"{path}: not empty and without an explicit tuple"


def _is_explicit(items: ast.expr) -> bool:
    allowed = (ast.Tuple, ast.Name, ast.Attribute, ast.Constant, ast.expr_context)
    return all(isinstance(node, allowed) for node in ast.walk(items))


def size_faults(root: Path) -> Iterator[str]:
    for path in python_files(root, *PACKAGES, "tests"):
        text = path.read_text()
        if (lines := len(text.splitlines())) > LONGEST_FILE:
            yield f"{path}: {lines} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, FUNCTIONS) and (length := _lines(node)) > LONGEST_FUNCTION:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def unfinished_faults(root: Path) -> Iterator[str]:
    return _matches(UNFINISHED, _but(python_files(root, *PACKAGES, "tests"), __file__))


def skip_faults(root: Path) -> Iterator[str]:
    """Only `tests/servers.py` leaves a test out, so that what was left out is counted."""
    for path in _but(python_files(root, "tests"), root / "tests" / "servers.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case (
                    ast.Call(func=ast.Attribute(value=ast.Name(), attr=word))
                    | ast.Attribute(value=ast.Attribute(attr="mark"), attr=word)
                ) if word in SKIPPING:
                    yield f"{path}:{node.lineno}: {word}"
                case ast.ImportFrom(module="pytest" | "unittest", names=names):
                    found = SKIPPING & {alias.name for alias in names}
                    yield from (f"{path}:{node.lineno}: {word}" for word in sorted(found))
                case _:
                    continue


def machine_path_faults(root: Path) -> Iterator[str]:
    return _matches(MACHINE_PATHS, _but(text_files(root), __file__))


def registry_faults(root: Path) -> Iterator[str]:
    return _matches(REGISTRY_HOSTS, _but(text_files(root), __file__))


def version_faults(root: Path) -> Iterator[str]:
    """The version stands in pyproject.toml; everything else asks the installed metadata."""
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    for path in python_files(root, *PACKAGES):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and node.value == version:
                yield f"{path}:{node.lineno}: repeats the version {version}"


def _but(paths: Iterator[Path], *excepted: str | Path) -> Iterator[Path]:
    left_out = {Path(path).resolve() for path in excepted}
    return (path for path in paths if path.resolve() not in left_out)


def _matches(pattern: re.Pattern[str], paths: Iterator[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if found := pattern.search(line):
                yield f"{path}:{number}: {found[0]}"


PLANTED: list[tuple[Callable[[Path], Iterator[str]], str, str]] = [
    (init_faults, "rules/__init__.py", "RULES = tuple(sorted(globals()))\n"),
    (init_faults, "rules/__init__.py", "RULES = ()\nprint(RULES)\n"),
    (init_faults, "rules/__init__.py", "from os import path\n"),
    (size_faults, "auditor/long.py", "def f():\n" + "    x = 1\n" * 60),
    (size_faults, "auditor/long.py", "class A:\n    async def f():\n" + "        x = 1\n" * 50),
    (size_faults, "tests/long.py", "x = 1\n" * 351),
    (unfinished_faults, "collectors/a.py", "# TODO: the rest\n"),
    (unfinished_faults, "rules/a.py", "def f():\n    raise NotImplementedError\n"),
    (skip_faults, "tests/test_a.py", "@pytest.mark.xfail\ndef test_a(): ...\n"),
    (skip_faults, "tests/test_a.py", "def test_a():\n    pytest.skip('later')\n"),
    (skip_faults, "tests/test_a.py", "@pytest.mark.skipif(True, reason='x')\ndef test_a(): ...\n"),
    (skip_faults, "tests/test_a.py", "from pytest import importorskip\n"),
    (machine_path_faults, "docs/a.md", "see /home/someone/notes\n"),
    (machine_path_faults, ".ci/run", "cd /work/tree\n"),
    (registry_faults, "examples/requirements.txt", "--index-url https://pypi.org/simple\n"),
    (version_faults, "auditor/a.py", '__version__ = "9.8.7"\n'),
]
HARMLESS = {
    "pyproject.toml": '[project]\nname = "x"\nversion = "9.8.7"\n',
    "auditor/__init__.py": "",
    "rules/__init__.py": '"""Why."""\nfrom rules.a import A\nRULES: tuple[int, ...] = (A, A.b)\n',
    "auditor/short.py": "def f():\n" + "    x = 1\n" * 49,
    "tests/servers.py": "pytest.skip('no server')\n",
    "tests/test_b.py": "with pytest.raises(pytest.skip.Exception): require('x')\n",
    "docs/a.md": "https://api.example.com/home/ and TODO lists\n",
    ".venv/a.txt": "/home/someone on pypi.org\n",
}
CHECKS = sorted({row[0] for row in PLANTED}, key=lambda check: check.__name__)


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_is_clean(check: Callable[[Path], Iterator[str]]) -> None:
    assert list(check(ROOT)) == []


@pytest.mark.parametrize("check", CHECKS)
def test_what_is_allowed_passes(check: Callable[[Path], Iterator[str]], tmp_path: Path) -> None:
    _write(tmp_path, HARMLESS)
    assert list(check(tmp_path)) == []


@pytest.mark.parametrize(("check", "name", "text"), PLANTED)
def test_a_planted_fault_is_seen(
    check: Callable[[Path], Iterator[str]], name: str, text: str, tmp_path: Path
) -> None:
    _write(tmp_path, HARMLESS | {name: text})
    faults = list(check(tmp_path))
    assert faults
    assert all(fault.startswith(str(tmp_path / name)) for fault in faults)


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
