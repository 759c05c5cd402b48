"""CODEOWNERS: whose a file of the repository is; the last pattern that takes it says so.

Sources: GitHub Docs, "About code owners" (order, owners, comments, size, what of gitignore does not
work); gitignore(5), "PATTERN FORMAT" (git 2.47), for what a pattern takes. Matched by hand and in
time linear in pattern and path: no expression is ever made of a pattern.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Final, TypeAlias

from auditor.text.encoding import decode
from auditor.text.limits import DEFAULT
from auditor.text.problems import BrokenDocumentError, printable, shown
from auditor.text.tree import Problem

CAP: Final = 3 * 1024 * 1024
"""Bytes from which on GitHub does not load the file ("must be under 3 MB")."""
LONGEST: Final = 4_096
"""Characters of a pattern; no path that git checks out is longer (PATH_MAX of Linux)."""
PROBLEMS_CAP: Final = 100

_ANY, _ONE, _FOLDERS = "any characters", "any character", "any folders"
_SKIPPED = "GitHub skips the line"

Segment: TypeAlias = tuple[str, ...]
"""A segment of a pattern: characters and the marks `_ANY` and `_ONE`; `(_FOLDERS,)` is `**`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what its pattern takes, and the owners. `below`: also what lies below that."""

    segments: tuple[Segment, ...]
    below: bool
    owners: tuple[str, ...]

    def takes(self, path: list[str]) -> bool:
        """Whether the pattern takes the file at `path`, segments from the root of the repository."""
        end = len(self.segments)
        at = self._skipping({0})
        for part in path:
            at = self._skipping({to for one in at for to in self._after(one, part)})
        return end in at

    def _after(self, at: int, part: str) -> Iterator[int]:
        if at == len(self.segments):
            if self.below:
                yield at
        elif self.segments[at] == (_FOLDERS,):
            yield at
        elif _fits(self.segments[at], part):
            yield at + 1

    def _skipping(self, at: set[int]) -> set[int]:
        """`at`, and where any folders may be none."""
        found = set(at)
        for one in sorted(at):
            while self.segments[one : one + 1] == ((_FOLDERS,),) and one + 1 not in found:
                one += 1
                found.add(one)
        return found


@dataclass(frozen=True)
class CodeOwners:
    """The entries of one file, in their order. `inside`: the folder that paths are relative to, as
    seen from the root of the repository (`.`, `deploy/prod`, `..`)."""

    entries: tuple[Entry, ...]
    inside: str = "."
    _known: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

    def owners_of(self, path: str) -> str | None:
        """The owners of the file `path`, joined by spaces; None where it has none, or is no file of
        the repository."""
        if path not in self._known:
            self._known[path] = self._look_up(path)
        return self._known[path]

    def _look_up(self, path: str) -> str | None:
        place = normpath(f"{self.inside}/{path}")
        if path.startswith("/") or place.startswith(".."):
            return None
        parts = place.split("/")
        last = next((one for one in reversed(self.entries) if one.takes(parts)), None)
        return None if last is None else " ".join(last.owners) or None


def parse_code_owners(
    data: bytes, name: str
) -> tuple[tuple[Entry, ...] | None, tuple[Problem, ...]]:
    """The entries of the file `name`, None where it cannot be read; and what is wrong with it, or
    with the lines that have no entry."""
    name = printable(name)
    if len(data) >= CAP:
        what = f"it is not under {CAP:,} bytes, and GitHub does not load it"
        return None, (Problem(name, what, "join entries by wildcards"),)
    try:
        text = decode(data, DEFAULT)
    except BrokenDocumentError as error:
        where = name if error.line is None else f"{name}:{error.line}"
        return None, (Problem(where, error.what, error.do),)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        found = _entry(line, f"{name}:{number}")
        if isinstance(found, Entry):
            entries.append(found)
        elif found is not None and len(problems) < PROBLEMS_CAP:
            problems.append(found)
    return tuple(entries), tuple(problems)


def _entry(line: str, where: str) -> Entry | Problem | None:
    pattern, rest = _first_word(line.strip(" \t"))
    if not pattern or pattern.startswith("#"):
        return None
    owners: list[str] = []
    for word in rest.split():
        if word.startswith("#"):
            break
        if not _is_owner(word):
            what = f"{shown(word)} is no owner ({_SKIPPED})"
            return Problem(where, what, "write @user, @org/team or a mail address")
        owners.append(word)
    found = _segments(pattern)
    if isinstance(found, str):
        return Problem(where, f"{shown(pattern)} {found} ({_SKIPPED})", "name the paths themselves")
    return Entry(*found, tuple(owners))


def _first_word(line: str) -> tuple[str, str]:
    """The pattern with its escapes, which ends at a blank without a backslash; and the rest."""
    escaped = False
    for at, char in enumerate(line):
        if char in " \t" and not escaped:
            return line[:at], line[at:]
        escaped = char == "\\" and not escaped
    return line, ""


def _is_owner(word: str) -> bool:
    name = word.removeprefix("@")
    if name != word:
        return all(name.split("/", 1)) and "@" not in name
    user, at, host = word.partition("@")
    return bool(user and at and host) and "@" not in host


def _segments(pattern: str) -> tuple[tuple[Segment, ...], bool] | str:
    """What `pattern` is made of, and whether it also takes what is below; or why it means nothing."""
    for mark, why in (("!", "takes nothing back here"), ("\\#", "cannot begin with #")):
        if pattern.startswith(mark):
            return why
    if len(pattern) > LONGEST:
        return f"is longer than {LONGEST:,} characters"
    if "[" in pattern or "]" in pattern:
        return "holds a range of characters, which means nothing here"
    *folders, last = pattern.removeprefix("/").split("/")
    if not folders and not last:
        return "names no path"
    in_any_folder = not pattern.startswith("/") and len([*folders, last]) == (1 if last else 2)
    names = [*(["**"] if in_any_folder else []), *folders, last or "**"]
    # `docs/*` is for the files in docs alone, any other pattern for a folder of that name as well.
    below = last not in ("", "*", "**")
    if names[-1] == "**":
        names.append("*")
    once = [name for at, name in enumerate(names) if names[at : at + 2] != ["**", "**"]]
    return tuple(map(_segment, once)), below


def _segment(text: str) -> Segment:
    if text == "**":
        return (_FOLDERS,)
    found: list[str] = []
    escaped = False
    for char in text:
        if escaped or char not in "\\*?":
            found.append(char)
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            found.append(_ANY if char == "*" else _ONE)
    return tuple(found)


def _fits(segment: Segment, text: str) -> bool:
    """Whether `segment` takes the whole of `text`; after a star that fitted, only the last is moved."""
    at = here = tried = 0
    star: int | None = None
    while here < len(text):
        if at < len(segment) and segment[at] == _ANY:
            star, tried = at, here
            at += 1
        elif at < len(segment) and segment[at] in (_ONE, text[here]):
            at, here = at + 1, here + 1
        elif star is not None:
            tried += 1
            at, here = star + 1, tried
        else:
            return False
    return all(mark == _ANY for mark in segment[at:])
