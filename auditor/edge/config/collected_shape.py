"""The shape of `collected:`: globs of files that `cors-audit collect` made, and how old each may be."""

from __future__ import annotations

from typing import Final

from auditor.edge.config import values
from auditor.edge.config.compound import ByShape, ListOf
from auditor.edge.config.model import CollectedFiles
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import Fault, TextAs

_DAY = 24
_LONGEST = 366 * _DAY


def _hours(text: str) -> int | Fault:
    """Read `36h` or `8d`."""
    number = text[:-1]
    unit = {"h": 1, "d": _DAY}.get(text[-1:], 0)
    if unit and number.isascii() and number.isdecimal() and len(number) < 5:
        found = int(number) * unit
        if 1 <= found <= _LONGEST:
            return found
    return Fault("is no age", "write 36h or 8d (1h to 366d)")


_AGE: Final[TextAs[int]] = TextAs(_hours, {"pattern": "^[1-9][0-9]{0,3}[hd]$"})

COLLECTED: Final = ListOf(
    ByShape(
        "a glob, or a mapping with path and max_age",
        text=TextAs(CollectedFiles),
        mapping=Record(
            CollectedFiles,
            (
                Field("path", values.TEXT, "glob of files", required=True),
                Field("max_age", _AGE, "older ones count as unread; 36h", argument="max_hours"),
            ),
        ),
    ),
    1,
)
