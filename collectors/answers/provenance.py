"""Where an answer comes from, and what of it says whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TypeAlias

from auditor.core.reading import Json, Where
from collectors.answers.fields import pairs

Line: TypeAlias = Callable[[tuple[str | int, ...]], int | None]
"""The line of the value at a path of keys and indices, or None where it is not known."""

STACK_TAG = "aws:cloudformation:stack-name"

_TAGS = frozenset({"team", "owner", "service", "app", "application", "env", "environment"})
_STACK_TAGS = "aws:cloudformation:"
_ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from: its source, account and region (empty when not known), place."""

    source: str
    account: str
    region: str
    where: Where
    line: Line = lambda _path: None

    def inside(self, *path: str | int) -> Provenance:
        """Return the same for the value at `path` of the answer."""
        line = self.line
        return replace(
            self,
            where=Where(self.where.place, line(path) or self.where.line),
            line=lambda rest: line((*path, *rest)),
        )


def kept_tags(tagged: Mapping[str, Json], key: str) -> dict[str, Json]:
    """Return the tags under `key` that say who owns the resource or which stack manages it."""
    return {
        name: value
        for name, value in pairs(tagged, key).items()
        if name.lower() in _TAGS or name.startswith(_STACK_TAGS)
    }


def account_and_region(place: str) -> tuple[str, str]:
    """Return those of a folder `<12 digits>/<region>` on the way to the file `place`, or empty."""
    found = "", ""
    for first, second in pairwise(PurePosixPath(place).parts[:-1]):
        if len(first) == _ACCOUNT_DIGITS and first.isdigit() and _is_region(second):
            found = first, second
    return found


def _is_region(folder: str) -> bool:
    parts = folder.split("-")
    return len(parts) > 2 and parts[-1].isdigit() and all(part.isalnum() for part in parts)
