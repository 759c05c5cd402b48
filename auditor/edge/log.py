"""The log of a run, on request: one JSON object a line, for machines that gather logs.

Each line has `time`, `level` and `event`; the rest depends on the event and is data, never a
sentence to be taken apart. Nothing here touches Python's own `logging`: what libraries write there
may hold tokens, and goes nowhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, TextIO, TypeAlias

Value: TypeAlias = str | int | float | bool | None
Field: TypeAlias = Value | Sequence[str] | Mapping[str, int]

LONGEST_TEXT: Final = 1_000
"""Characters of one text; past them it says how many were left out."""
MOST_ITEMS: Final = 50
MOST_LINES: Final = 100_000
"""Lines of one run: an estate of thousands of sources has some ten thousand."""


class Level(StrEnum):
    """How much an event matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Log(Protocol):
    """Where events of a run are told; passed down as progress is."""

    def event(self, name: str, level: Level = Level.INFO, **fields: Field) -> None:
        """Tell of one event. Raises nothing."""


class Silent:
    """The log that nobody asked for."""

    def event(self, name: str, level: Level = Level.INFO, **fields: Field) -> None:
        """Tell nobody."""


class JsonLines:
    """A log on a stream. `fault`: why it fell silent before its end, None while all is well."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime]) -> None:
        self._stream = stream
        self._clock = clock
        self._lines = 0
        self.fault: str | None = None

    def event(self, name: str, level: Level = Level.INFO, **fields: Field) -> None:
        """Write a line; a log that cannot be written ends, the run does not."""
        if self.fault is not None:
            return
        if self._lines >= MOST_LINES:
            self.fault = f"{MOST_LINES:,} lines are enough"
            return
        self._lines += 1
        row = {"time": self._clock().isoformat("T", "milliseconds"), "level": level, "event": name}
        try:
            self._stream.write(f"{line({**row, **fields})}\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            self.fault = getattr(error, "strerror", None) or type(error).__name__

    def close(self) -> None:
        """Let the stream go."""
        try:
            self._stream.close()
        except OSError as error:
            self.fault = self.fault or error.strerror


def open_log(path: Path, clock: Callable[[], datetime]) -> JsonLines:
    """A log at the end of the file at `path`, made if need be for this user and group alone.

    Raises OSError.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    number = os.open(path, flags, 0o640)
    return JsonLines(os.fdopen(number, "w", encoding="ascii"), clock)


def line(row: Mapping[str, Field]) -> str:
    """`row` as JSON in printable ASCII, on one line; what it is given may be hostile."""
    return json.dumps({name: _capped(value) for name, value in row.items()}, ensure_ascii=True)


def _capped(value: Field) -> object:
    match value:
        case str():
            return _cut(value)
        case Mapping():
            kept = list(value.items())[:MOST_ITEMS]
            return {_cut(key): number for key, number in kept} | _more(len(value))
        case Sequence():
            kept_texts = [_cut(one) for one in value[:MOST_ITEMS]]
            return kept_texts + [f"{name}: {more}" for name, more in _more(len(value)).items()]
        case _:
            return value


def _more(number: int) -> dict[str, int]:
    return {"left out": number - MOST_ITEMS} if number > MOST_ITEMS else {}


def _cut(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}... ({len(text) - LONGEST_TEXT} more characters)"
