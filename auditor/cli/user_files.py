"""Reading the user's own files: bounded, in order, and every file that cannot be read is said."""

import os.path
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from auditor.text.limits import DEFAULT
from auditor.text.problems import printable
from auditor.text.tree import Problem

CONFIG_NAME: Final = "cors-audit.yaml"
ALLOWLIST_NAMES: Final = ("allowlist", "allowlist.yaml")
_ENDINGS = (".yaml", ".yml")
_MOST_FILES = 10_000
_DO_READ = "make it readable, or name another path"


@dataclass(slots=True)
class UserFiles:
    """Names, as the user wrote the paths, with contents; and what could not be read."""

    files: list[tuple[str, bytes]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Read a file, or the YAML files of a folder and the folders in it, in order of names."""
        if _is_folder(path):
            found = list(self._walk(path, ()))
            if not found and not self.problems:
                self._refuse(path, "the folder holds no .yaml file", "name a folder that does")
            for file in found[:_MOST_FILES]:
                self._read(file)
            if len(found) > _MOST_FILES:
                self._refuse(
                    path, f"over {_MOST_FILES:,} files", "name the folder of one allowlist"
                )
        else:
            self._read(path)

    def _walk(self, folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        try:
            place = folder.resolve(strict=True)
            entries = sorted(folder.iterdir())
        except (OSError, RuntimeError) as error:
            self._refuse(folder, _words(error), _DO_READ)
            return
        if place in above:
            self._refuse(folder, "a link that leads back to a folder above it", "remove the link")
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                yield from self._walk(entry, (*above, place))
            elif entry.suffix in _ENDINGS:
                yield entry

    def _read(self, path: Path) -> None:
        data = self._bytes(path)
        if data is not None:
            self.files.append((str(path), data))

    def _bytes(self, path: Path) -> bytes | None:
        """Return the content, cut one byte past the cap, so that the parser names the cap."""
        try:
            if path.exists() and not path.is_file():
                self._refuse(path, "no file and no folder", "name a file or a folder")
                return None
            with path.open("rb") as stream:
                return stream.read(DEFAULT.file_bytes + 1)
        except (OSError, RuntimeError, ValueError) as error:
            self._refuse(path, _words(error), _DO_READ)
            return None

    def _refuse(self, path: Path, what: str, do: str) -> None:
        self.problems.append(Problem(printable(str(path)), what, do))


def read_paths(paths: tuple[Path, ...]) -> UserFiles:
    """Read files and folders that the user named."""
    found = UserFiles()
    for path in paths:
        found.add(path)
    return found


def usual_allowlist(folder: Path) -> Path | None:
    """Return where an allowlist usually is in `folder`, None if it is not there."""
    candidates = (folder / name for name in ALLOWLIST_NAMES)
    return next((path for path in candidates if os.path.lexists(path)), None)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _words(error: Exception) -> str:
    """Return why the system did not let us read, without the path that stands before it."""
    match error:
        case FileNotFoundError():
            return "there is no such file or folder"
        case OSError(strerror=str(words)):
            return words[:1].lower() + words[1:]
        case RuntimeError():
            return "a loop of links"
        case _:
            return "a path that cannot be opened"
