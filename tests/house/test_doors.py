"""Each outside library has one door: no other file imports it."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, python_files

# Library -> the files that may import it, as shell patterns in which * crosses folders.
DOORS = {
    "boto3": ("collectors/_aws.py",),
    "botocore": ("collectors/_aws.py",),
    "kubernetes": ("collectors/_kube.py",),
    "yaml": ("auditor/text/yaml*.py",),
    **dict.fromkeys(
        (
            "tree_sitter",
            "tree_sitter_javascript",
            "tree_sitter_typescript",
            "tree_sitter_php",
            "tree_sitter_ruby",
        ),
        ("auditor/text/syntax.py",),
    ),
    "deepdiff": ("auditor/edge/changes.py",),
    "sqlite3": ("auditor/edge/store/*.py",),
    "sqlite_utils": ("auditor/edge/store/*.py",),
    "httpx": ("auditor/edge/http.py",),
    **dict.fromkeys(("jinja2", "markupsafe"), ("auditor/edge/reports/html.py",)),
    "rich": ("auditor/edge/reports/*.py", "auditor/cli/*.py"),
}
# These may live anywhere, in one file.
ONE_FILE = ("idna", "publicsuffixlist")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, top-level name) of each import, the dynamic ones with a literal name too."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.split(".")[0]) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.split(".")[0]
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield node.lineno, module.split(".")[0]
            case _:
                continue


def stray_imports(root: Path) -> list[str]:
    strays = []
    users: dict[str, set[str]] = {library: set() for library in ONE_FILE}
    for path in python_files(root, *PACKAGES):
        name = path.relative_to(root).as_posix()
        for line, library in imported(ast.parse(path.read_text())):
            if library in users:
                users[library].add(name)
            elif not any(fnmatch(name, door) for door in DOORS.get(library, ("*",))):
                strays.append(f"{name}:{line}: {library}")
    strays += [
        f"{', '.join(sorted(files))}: {lib}" for lib, files in users.items() if len(files) > 1
    ]
    return strays


def test_no_library_is_imported_beside_its_door() -> None:
    assert stray_imports(ROOT) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("collectors/gateway/a.py", "import boto3\n"),
        ("collectors/gateway/a.py", "def f():\n    from botocore.config import Config\n"),
        ("auditor/run.py", "import kubernetes.client as k\n"),
        ("auditor/core/yaml.py", "from yaml import CSafeLoader\n"),
        ("auditor/edge/http.py", "import sqlite3\n"),
        ("auditor/cli/a.py", "import importlib\nimportlib.import_module('deepdiff.diff')\n"),
        ("rules/a.py", "if TYPE_CHECKING:\n    import httpx\n"),
        ("auditor/edge/trackers/jira.py", "import rich.table\n"),
        ("auditor/b.py", "import idna\n"),
    ],
)
def test_a_stray_import_is_seen(name: str, text: str, tmp_path: Path) -> None:
    _write(tmp_path, "auditor/a.py", "import idna\n")
    _write(tmp_path, name, text)
    strays = stray_imports(tmp_path)
    assert len(strays) == 1
    assert name in strays[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("collectors/_aws.py", "import boto3, botocore.config\n"),
        ("auditor/text/yaml.py", "import yaml\n"),
        ("auditor/edge/store/migrations.py", "import sqlite_utils\n"),
        ("auditor/edge/store/tables.py", "import sqlite3\n"),
        ("auditor/cli/explain.py", "from rich.table import Table\n"),
        ("auditor/edge/suffixes.py", "import publicsuffixlist\n"),
        ("auditor/run.py", "from auditor.text.yaml import parse_yaml\nimport json\n"),
    ],
)
def test_a_door_stays_open(name: str, text: str, tmp_path: Path) -> None:
    _write(tmp_path, name, text)
    assert stray_imports(tmp_path) == []


def _write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
