"""How a run ends that is told to: SIGTERM, SIGINT and SIGHUP, in seconds and with one clear line.

The first signal raises `Ended` in the main thread, so that everything is undone on the way out. Where
that takes too long (a call that hangs in another thread), or a second signal comes, the process
ends there and then: the kernel frees the lock, and SQLite undoes what was not committed. The exit
code is 1: the auditor could not do its work. 128+N would say the same and is not in the contract.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn

from auditor.cli.printing import FAILED, problem

GRACE_SECONDS: Final = 5.0
_TELLING_SECONDS: Final = 2.0
SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Ended(BaseException):
    """A signal asked the run to end; no `except Exception` holds it up."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.signal = signal.Signals(number).name


class Ending:
    """Where signals arrive. `kept` tells the number of what is stored of this run, None: nothing."""

    def __init__(self, kept: Callable[[], int | None], grace_seconds: float) -> None:
        self._kept = kept
        self._grace = grace_seconds
        self._first = ""
        self._telling = threading.Lock()

    def take(self, number: int, _frame: FrameType | None) -> None:
        """The handler, which Python runs in the main thread, once what that is at in C is done."""
        if not self._first:
            self._first = signal.Signals(number).name
            raise Ended(number)

    def watch(self, arrivals: int) -> None:
        """Wait for signals, one byte each, and see that the process ends. Runs in a thread of its own,
        since a handler has to wait for what the main thread is at."""
        while numbers := os.read(arrivals, 1):
            if numbers[0] in SIGNALS:
                select.select([arrivals], [], [], self._grace)
                self._first = self._first or signal.Signals(numbers[0]).name
                self.end()

    def end(self) -> NoReturn:
        """Say how it ended and end, whatever other threads are at."""
        # Whoever comes second leaves the first the time to finish its line.
        if self._telling.acquire(timeout=_TELLING_SECONDS):
            with suppress(Exception):
                problem(f"cors-audit: {self._words()}")
            with suppress(Exception):
                sys.stdout.flush()
        os._exit(FAILED)

    def _words(self) -> str:
        try:
            number = self._kept()
        except Exception:  # noqa: BLE001 - the last line of a process: any reason is as good
            return f"ended by {self._first}; cors-audit history says whether this run was stored"
        if number is None:
            told = "nothing of this run was kept; earlier runs are as they were"
            return f"ended by {self._first}: {told}"
        told = "what it had to report or deliver is left to the next run"
        return f"ended by {self._first}: run {number} is stored whole; {told}"


@contextmanager
def clean_ending(
    kept: Callable[[], int | None], grace_seconds: float = GRACE_SECONDS
) -> Iterator[None]:
    """End the process with exit code 1 and one line where a signal asks for it before the block ends.

    A signal that is ignored, as SIGHUP under nohup, stays so. The process ends in this function, not
    later, since Python itself would wait for every thread of a pool.
    """
    ending = Ending(kept, grace_seconds)
    asked = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    arrivals, wake = os.pipe()
    os.set_blocking(wake, False)
    threading.Thread(target=ending.watch, args=(arrivals,), daemon=True).start()
    awake = signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    before = {number: signal.signal(number, ending.take) for number in asked}
    try:
        yield
    except Ended:
        ending.end()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(awake)
        os.close(wake)
