"""A line for `waivers.yaml`, as it is to be pasted, and the waiver that it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from auditor.core.waiver.waiver import Waiver
from auditor.edge.config.quoting import day, quote
from auditor.edge.waivers import load_waivers
from auditor.text.tree import Problem

WAIVE_FOR: Final = timedelta(days=30)
"""How far ahead a proposed waiver ends."""
_FILE = "waivers"


def write_line(said: Mapping[str, str | bool], today: date) -> str:
    """The line of a waiver that says `said`, by the keys of the file; who and why are left to fill
    in."""
    keys = [f"{key}: {_value(value)}" for key, value in said.items() if value is not False]
    rest = f"reason: WHY, approved_by: WHO, expires: {day(today + WAIVE_FOR)}"
    return f"  - {{{', '.join([*keys, rest])}}}"


def _value(value: str | bool) -> str:
    return quote(value) if isinstance(value, str) else "true"


def read_line(line: str, today: date) -> Waiver | tuple[Problem, ...]:
    """The waiver that `line` is, or everything that is wrong with it."""
    data = f"version: 1\nwaivers:\n{line}\n".encode(errors="replace")
    found = load_waivers(data, _FILE, today)
    return found if isinstance(found, tuple) else found.waivers[0]
