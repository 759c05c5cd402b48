"""The one door to the file system for collectors: what a user names becomes names and bytes.

Nothing is left out in silence: each file is given, or is an `Unread` with its reason, or is counted
as `Ignored`. The order is that of the names, links to folders after everything else.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from auditor.core.reading import Gap, Unread, Where

FILE_CAP = 64 * 1024 * 1024
"""Bytes of one file."""
DEEPEST = 64
"""Folders inside each other."""
IGNORED_FOLDERS = frozenset({".git", "node_modules", ".venv"})
_PEEK = 8_192
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SPLIT = "split it, or name the part that matters"


@dataclass(frozen=True, slots=True)
class File:
    """One file: its display name, its bytes, and the source (`file:` and what the user named)."""

    name: str
    data: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A folder or file that was not looked at, and why."""

    name: str
    reason: str


Seen: TypeAlias = File | Ignored | Unread
Wanted: TypeAlias = Callable[[str], bool]


def walk(
    paths: Sequence[str], start: Path, wanted: Wanted = lambda _name: True, cap: int = FILE_CAP
) -> Iterator[Seen]:
    """Give every file under `paths`, each once, one at a time.

    `paths`: files, folders and globs (`*`, `?`, `**`) as the user wrote them, relative to `start`;
    names are shown the same way. `wanted` is asked for each file name inside folders and globs; a
    file that is named outright is always read. `cap`: bytes of one file.
    """
    seen: set[str] = set()
    for path in paths:
        for item in _Walk(path, start, wanted, cap).run():
            name = item.where.place if isinstance(item, Unread) else item.name
            if name in seen:
                continue
            # What one path leaves out, another may name outright.
            seen |= set() if isinstance(item, Ignored) else {name}
            yield item


def matches(name: str, pattern: str) -> bool:
    """Whether a display name matches a glob: `*` and `?` inside a segment, `**` any segments."""
    return _segments(_parts(name), _parts(pattern))


def is_glob(path: str) -> bool:
    """Whether `path` is a glob and no plain name."""
    return "*" in path or "?" in path


# -- walking ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Walk:
    """One path of the user, walked: folders that were entered, links that wait for the end."""

    path: str
    start: Path
    wanted: Wanted
    cap: int
    _entered: dict[tuple[int, int], str] = field(default_factory=dict)
    _links: list[tuple[str, frozenset[tuple[int, int]], int]] = field(default_factory=list)

    @property
    def source(self) -> str:
        return f"file:{shown(str(PurePosixPath(self.path)))}"

    def run(self) -> Iterator[Seen]:
        root = _fixed(self.path)
        found = False
        for item in self._from(root):
            found = found or isinstance(item, File)
            yield item
        if is_glob(self.path) and not found:
            what = "no file matches it"
            yield self._unread(self.path, Gap.ABSENT, what, "correct the path")

    def _from(self, root: str) -> Iterator[Seen]:
        try:
            mode = (self.start / root).stat().st_mode
        except OSError as error:
            yield self._failed(root, error)
            return
        if not stat.S_ISDIR(mode):
            yield self._file(root, named=not is_glob(self.path))
            return
        yield from self._folder(root, frozenset(), 0)
        while self._links:
            yield from self._folder(*self._links.pop(0))

    def _folder(self, name: str, above: frozenset[tuple[int, int]], depth: int) -> Iterator[Seen]:
        if depth > DEEPEST:
            yield self._unread(name, Gap.TOO_LARGE, f"over {DEEPEST} folders deep", _SPLIT)
            return
        try:
            status = (self.start / name).stat()
            entries = sorted((self.start / name).iterdir())
        except OSError as error:
            yield self._failed(name, error)
            return
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            yield self._unread(name, Gap.INVALID, "a link back to a folder above it", "remove it")
            return
        if identity in self._entered:
            yield Ignored(shown(name), f"the same folder as {shown(self._entered[identity])}")
            return
        self._entered[identity] = name
        for entry in entries:
            yield from self._entry(_join(name, entry.name), entry, above | {identity}, depth)

    def _entry(
        self, name: str, entry: Path, above: frozenset[tuple[int, int]], depth: int
    ) -> Iterator[Seen]:
        if not _is_folder(entry):
            yield self._file(name, named=False)
        elif entry.name in IGNORED_FOLDERS:
            yield Ignored(shown(name), "not the user's own files")
        elif entry.is_symlink():
            # Real folders first, so that what is reached both ways keeps its own name.
            self._links.append((name, above, depth + 1))
        else:
            yield from self._folder(name, above, depth + 1)

    # -- one file ----------------------------------------------------------------------------------

    def _file(self, name: str, named: bool) -> Seen:
        if not named and is_glob(self.path) and not matches(name, self.path):
            return Ignored(shown(name), "does not match the glob")
        if not named and not self.wanted(name):
            return Ignored(shown(name), "no format that is read")
        try:
            data = self._read(self.start / name)
        except OSError as error:
            return self._failed(name, error)
        if data is None:
            return self._unread(name, Gap.UNSUPPORTED, "no regular file", "leave it out")
        if len(data) > self.cap:
            what = f"over the cap of {self.cap:,} bytes a file"
            return self._unread(name, Gap.TOO_LARGE, what, _SPLIT)
        if b"\0" in data[:_PEEK] and not data.startswith(_UTF_16):
            return self._unread(name, Gap.INVALID, "binary content", "leave it out")
        return File(shown(name), data, self.source)

    def _read(self, path: Path) -> bytes | None:
        """The file's bytes, one more than the cap at most; None where it is no regular file."""
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            return stream.read(self.cap + 1)

    def _failed(self, name: str, error: OSError) -> Unread:
        if isinstance(error, FileNotFoundError):
            if os.path.lexists(self.start / name):
                return self._unread(name, Gap.ABSENT, "a link to nothing", "correct or remove it")
            return self._unread(name, Gap.ABSENT, "there is no such file", "correct the path")
        reason = (error.strerror or type(error).__name__).lower()
        gap = Gap.DENIED if isinstance(error, PermissionError) else Gap.INVALID
        return self._unread(name, gap, reason, "make it readable or leave it out")

    def _unread(self, name: str, gap: Gap, reason: str, do: str) -> Unread:
        text = shown(name)
        return Unread(f"file:{text}", self.source, gap, reason, do, Where(text))


def _is_folder(entry: Path) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


# -- names -----------------------------------------------------------------------------------------


def shown(name: str) -> str:
    """Return a file name fit for people: bytes that are no text and control characters escaped."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _fixed(path: str) -> str:
    """The folder above the first glob segment of `path`, or the path itself."""
    parts = PurePosixPath(path).parts
    plain = next((at for at, part in enumerate(parts) if is_glob(part)), len(parts))
    return str(PurePosixPath(*parts[:plain])) if plain < len(parts) else str(PurePosixPath(path))


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in PurePosixPath(path).parts if part != ".")


def _segments(names: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    """Whether all of `names` match `patterns`; each pair is looked at once."""
    reached = {0}
    for pattern in patterns:
        if pattern == "**":
            reached = set(range(min(reached), len(names) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(names) and _segment(names[at], pattern)}
    return len(names) in reached


def _segment(name: str, pattern: str) -> bool:
    """`*` is any text, `?` one character; on a mismatch the last `*` takes one more."""
    at = back = 0
    star: int | None = None
    here = 0
    while here < len(name):
        if at < len(pattern) and pattern[at] == "*":
            star, back = at, here
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", name[here]):
            at += 1
            here += 1
        elif star is not None:
            back += 1
            at, here = star + 1, back
        else:
            return False
    return set(pattern[at:]) <= {"*"}
