"""One audit at a time for each store: the second waits, and says for whom.

The lock is the kernel's (flock(2)): it is gone when the process that holds it is, however that
ended, so that a file left behind locks nobody out. What the file says is for people alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from auditor.edge.reports.layout import safe
from auditor.edge.store.fault import StoreError
from auditor.edge.whole_file import remedy

STEP_SECONDS: Final = 0.5
_LONGEST: Final = 400
"""Bytes of the file that are read, and characters of a name in it that are shown."""
_REPLACED: Final = 10
"""How often the file may change under our hands before we give up."""


@contextmanager
def run_lock(
    store: Path,
    wait_seconds: float,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    say: Callable[[str], None],
) -> Iterator[None]:
    """Keep every other audit of `store` out until the block ends, by the file `<store>.lock`.

    Waits up to `wait_seconds` for one that is at it, and tells `say` for whom. Raises StoreError
    when that was in vain, and when the file cannot be made or locked.
    """
    path = store.with_name(f"{store.name}.lock")
    number = _wait(path, wait_seconds, sleep, say)
    try:
        _sign(number, clock())
        yield
    finally:
        # The file stays: taking it away would let two others lock a file each.
        with suppress(OSError):
            os.ftruncate(number, 0)
        os.close(number)


def _wait(
    path: Path, wait_seconds: float, sleep: Callable[[float], None], say: Callable[[str], None]
) -> int:
    waited = 0.0
    while (number := _try(path)) is None:
        if waited >= wait_seconds:
            what = f"{_holder(path)} is at this store and did not end in {wait_seconds:g} s"
            raise StoreError(str(path), what, "let it end, or give this run another store")
        if not waited:
            say(f"{path}: waiting for {_holder(path)}, {wait_seconds:g} s at most")
        step = min(STEP_SECONDS, wait_seconds - waited)
        sleep(step)
        waited += step
    return number


def _try(path: Path) -> int | None:
    """The locked file, None where another process holds it; raises StoreError."""
    for _ in range(_REPLACED):
        number = _lock(path)
        if number is None or _stands(number, path):
            return number
        os.close(number)
    raise StoreError(str(path), "is replaced again and again", "let nothing else write it")


def _lock(path: Path) -> int | None:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        number = os.open(path, flags, 0o644)
    except OSError as error:
        what = f"cannot be made ({error.strerror})"
        raise StoreError(str(path), what, remedy(error)) from error
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        return None
    except OSError as error:
        os.close(number)
        what = f"cannot be locked ({error.strerror})"
        raise StoreError(str(path), what, "put the store on a disk of this machine") from error
    return number


def _stands(number: int, path: Path) -> bool:
    """Whether the locked file is still the one that others find: it may have been replaced."""
    try:
        there = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(number), there)


def _sign(number: int, since: datetime) -> None:
    """Say in the file who holds it; a full disk does not matter here."""
    told = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": since.isoformat("T", "seconds"),
    }
    with suppress(OSError):
        os.ftruncate(number, 0)
        os.pwrite(number, f"{json.dumps(told)}\n".encode(), 0)


def _holder(path: Path) -> str:
    """Who holds the lock, as the file says: anybody may have written it."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            told = json.loads(os.read(number, _LONGEST))
        finally:
            os.close(number)
        pid, host, since = (safe(str(told[key]), 60) for key in ("pid", "host", "since"))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another audit"
    return f"the audit of process {pid} on {host}, since {since},"
