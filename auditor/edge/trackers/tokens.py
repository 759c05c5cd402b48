"""Secrets out of variables and files: read once, shown to nobody, in no error.

`Secret` keeps its text out of reprs, logs and copies; only `reveal` gives it out.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NoReturn

from auditor.text.problems import shown
from auditor.text.tree import Problem

LONGEST: Final = 8_192
"""Bytes of a file that holds a secret."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_WRITERS: Final = stat.S_IWGRP | stat.S_IWOTH
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Without O_NONBLOCK a named pipe would be waited for."""


class Secret:
    """A text that nothing shows by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the header that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> NoReturn:
        msg = "a secret is not written anywhere"
        raise TypeError(msg)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def read_variable(where: str, name: str, environ: Mapping[str, str]) -> Secret | Problem:
    """The secret in the variable `name`; `where`: who needs it, for the problem."""
    value = environ.get(name)
    if value is None:
        do = f"set {name}, or name another variable in the configuration"
        return Problem(where, f"the variable {name} is not set", do)
    return _checked(value, where, f"the variable {name}")


def read_file(where: str, path: Path) -> Secret | Problem:
    """The secret in a file of one line that only its owner, this user or root, can read.

    A file that others could have swapped is refused: a link of somebody else's, and a folder that
    others may write to (unless it is sticky). `where`: who needs it, for the problem.
    """
    subject = f"the file {shown(str(path))}"
    try:
        fault = _swappable(path)
        if fault is not None:
            return Problem(where, f"{subject} {fault}", "move it to a folder of its owner's alone")
        fault, data = _contents(path)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        why = error.strerror if isinstance(error, OSError) else "a link leads to itself"
        what = f"{subject} cannot be read: {why}"
        return Problem(where, what, "put the secret there, or name another place")
    if fault is not None:
        return Problem(where, f"{subject} {fault}", "give it to this user alone: chmod 600")
    if len(data) > LONGEST:
        return Problem(where, f"{subject} is longer than a secret", "leave one line in it")
    return _checked(data.decode("ascii", "replace"), where, subject)


def _swappable(path: Path) -> str | None:
    link = path.lstat()
    if stat.S_ISLNK(link.st_mode) and not _ours(link):
        return "is a link that belongs to another user"
    for folder in {path.absolute().parent, path.resolve().parent}:
        status = folder.stat()
        if not _ours(status) or (status.st_mode & _WRITERS and not status.st_mode & stat.S_ISVTX):
            return "is in a folder that others may write to"
    return None


def _contents(path: Path) -> tuple[str | None, bytes]:
    """What is wrong with the file that is open now, whatever stands at `path` later, or its bytes."""
    file = os.open(path, _FLAGS)
    try:
        fault = _exposed(os.fstat(file))
        return fault, b"" if fault else os.read(file, LONGEST + 1)
    finally:
        os.close(file)


def _exposed(status: os.stat_result) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return "is no regular file"
    if not _ours(status):
        return "belongs to another user"
    if status.st_mode & _OTHERS:
        return "can be read or written by others"
    return None


def _ours(status: os.stat_result) -> bool:
    return status.st_uid in (0, os.geteuid())


def _checked(text: str, where: str, subject: str) -> Secret | Problem:
    found = text.strip()
    if not found:
        return Problem(where, f"{subject} is empty", "put the secret there")
    if len(found) > LONGEST:
        return Problem(where, f"{subject} is longer than a secret", "leave one line in it")
    if "\n" in found or "\r" in found:
        return Problem(where, f"{subject} has several lines", "leave one line in it")
    if not (found.isascii() and found.isprintable()):
        what = f"{subject} holds control characters, or others than ASCII"
        return Problem(where, what, "write the secret anew")
    return Secret(found)
