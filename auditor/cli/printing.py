"""What commands print, and how they fail: one line for people, never a traceback by default."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import click

from auditor.edge.reports.layout import NARROWEST, PIPED_WIDTH, Screen, plain, safe
from auditor.edge.store.fault import StoreError

FAILED = 1
_PACKAGE = Path(__file__).resolve().parents[1]


class OutputError(Exception):
    """The report could not be printed: `stdout: <what>; <what to do>`."""


class SafeCommand(click.Command):
    """A command that ends with exit code 1 and one line where the auditor itself fails.

    `--debug` shows the traceback. Usage errors stay with click (exit code 2). An exception's own
    words are not shown without it: they may hold what a configuration says.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = "Show the traceback where the auditor itself fails."
        self.params.append(click.Option(["--debug"], is_flag=True, help=about))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        debug = ctx.params.pop("debug", False)
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except (StoreError, OutputError) as error:
            problem(str(error))
        except Exception as error:  # noqa: BLE001 - the last door: what is left is our own fault
            problem(_defect(error))
            if debug:
                traceback.print_exception(error)
        return ctx.exit(FAILED)


def _defect(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE.parent)]
    last = (ours or frames)[-1]
    place = Path(last.filename)
    name = (
        place.relative_to(_PACKAGE.parent) if place.is_relative_to(_PACKAGE.parent) else place.name
    )
    what = f"the auditor failed ({type(error).__name__} at {name}:{last.lineno})"
    return f"cors-audit: {what}; run it again with --debug and report what it prints"


def problem(text: str) -> None:
    """One line on stderr, escaped; lost where that cannot be written."""
    with suppress(OSError):
        _write(sys.stderr, f"{safe(text, 4_000)}\n")


def show(text: str) -> None:
    """A report on stdout; characters that its encoding lacks are spelled out.

    A reader that went away, as `head` does, has seen what it wanted: what was done stands, and so does
    the exit code. Raises OutputError where stdout cannot be written otherwise.
    """
    try:
        _write(sys.stdout, f"{text}\n")
    except BrokenPipeError:
        _forsake(sys.stdout)
    except OSError as error:
        _forsake(sys.stdout)
        raise _unprinted(error) from error


def _unprinted(error: OSError) -> OutputError:
    what = f"the report cannot be written ({error.strerror or type(error).__name__})"
    do = "free some space; a run that was stored is shown by cors-audit findings"
    return OutputError(f"stdout: {what}; {do}")


def settle_streams() -> None:
    """Write what is left in the buffers, at the very end: Python itself would complain with a traceback
    and exit code 120. Ends with exit code 1 where a report is lost, and not only its reader."""
    try:
        sys.stderr.flush()
    except OSError:
        _forsake(sys.stderr)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forsake(sys.stdout)
    except OSError as error:
        _forsake(sys.stdout)
        problem(str(_unprinted(error)))
        sys.exit(FAILED)


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _forsake(stream: TextIO) -> None:
    """Lead what is still in its buffer nowhere: Python would try again at exit, and complain."""
    with suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def open_streams() -> None:
    """Give a program that was started with closed streams (`>&-`) ones that lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def screen() -> Screen:
    """The screen of stdout: its own width and colours on a terminal, 80 and none in a pipe.

    NO_COLOR, when not empty, and TERM=dumb turn colours off (no-color.org).
    """
    if not sys.stdout.isatty():
        return Screen(PIPED_WIDTH)
    width = max(shutil.get_terminal_size().columns, NARROWEST)
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return Screen(width, plain)
    from auditor.edge.reports.colour import paint

    return Screen(width, paint)


class Progress:
    """What is being done, on one line of a terminal that is written over and wiped at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()

    def __call__(self, text: str) -> None:
        """Show `text` instead of what stood there."""
        if self._shown:
            width = max(shutil.get_terminal_size().columns - 1, 1)
            self._stream.write(f"\r\x1b[K{safe(text)[:width]}")
            self._stream.flush()

    def wipe(self) -> None:
        """Leave an empty line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on stderr while something runs."""
    shown = Progress(sys.stderr)
    try:
        yield shown
    finally:
        shown.wipe()
