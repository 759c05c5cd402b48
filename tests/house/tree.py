"""The source tree as the house tests see it."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("auditor", "collectors", "rules")


def python_files(root: Path, *folders: str) -> Iterator[Path]:
    """Yield every Python file under these folders of `root`, in order."""
    for folder in folders:
        yield from sorted((root / folder).rglob("*.py"))


def text_files(root: Path) -> Iterator[Path]:
    """Yield every file a clone would hold that people read or run; no caches, no environments."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and _is_ours(path.name):
            yield from (file for file in sorted(path.rglob("*")) if _is_text(file))
        elif _is_text(path):
            yield path


def _is_ours(folder: str) -> bool:
    return folder == ".ci" or not (folder.startswith(".") or folder in {"dist", "build"})


def _is_text(path: Path) -> bool:
    return path.is_file() and path.suffix not in {".pyc", ".gz", ".db", ".png"}
