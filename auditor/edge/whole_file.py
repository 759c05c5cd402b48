"""Files that are there whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file with `data` at `path`; a reader sees the old one or the new one, never a part.

    Raises OSError, with what stood at `path` as it was and nothing left beside it.
    """
    # A name that readers of *.prom and *.html do not take for theirs, and that nobody can guess.
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the new name outlive a power cut, where the file system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def unwritten(path: Path, error: OSError) -> str:
    """`<path>: <what>; <what to do>`, for a file that could not be written."""
    reason = error.strerror or type(error).__name__
    return f"{path}: cannot be written ({reason}); {remedy(error)}"


def remedy(error: OSError) -> str:
    """What to do about a file that cannot be written."""
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return "give this user the right to write there, or name another place"
        case errno.ENOENT | errno.ENOTDIR:
            return "make its folder, or name another place"
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "free some space, or name another place"
        case _:
            return "name another place"
