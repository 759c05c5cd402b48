"""Starting is fast: what `--help` and `--version` import leaves the heavy libraries alone."""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

HEAVY = (
    *("boto3", "botocore", "kubernetes", "yaml", "httpx", "rich", "deepdiff", "sqlite_utils"),
    "tree_sitter",
)
ENTRIES = ["auditor.cli.guard", "auditor.cli.main"]
PRESENT = [name for name in ENTRIES if (ROOT / f"{name.replace('.', '/')}.py").is_file()]


def heavy_imports(statement: str) -> str:
    """Return the heavy libraries, one blank between them, that a fresh interpreter then holds."""
    script = f"import sys; {statement}; print(*sorted(sys.modules.keys() & {set(HEAVY)}))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("entry", PRESENT)
def test_the_entry_point_imports_nothing_heavy(entry: str) -> None:
    assert heavy_imports(f"import {entry}") == ""


def test_a_heavy_import_is_seen() -> None:
    assert heavy_imports("import yaml") == "yaml"
