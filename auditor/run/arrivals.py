"""The files that `cors-audit collect` made elsewhere: each one read, or a gap with its reason."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from auditor.core.reading import Gap, Unread, Where
from auditor.edge.config.model import CollectedFiles
from auditor.edge.runfile import Collection, RunFileError, read_run_file
from collectors._files import shown

SOURCE: Final = "collected:"
_CLOCKS_DIFFER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file: `name` as people see it, when and by whom it was made; `late`: how it is told that it
    is too old to be taken, empty where it is not."""

    name: str
    collection: Collection
    late: str = ""


Arrived: TypeAlias = Arrival | Unread


def arrivals(wanted: Iterable[CollectedFiles], base: Path, now: datetime) -> Iterator[Arrived]:
    """Every file that the globs of `wanted`, relative to `base`, take, each once, in order of names."""
    seen: set[str] = set()
    for one in wanted:
        names = sorted(glob.glob(one.path, root_dir=base, recursive=True))  # noqa: PTH207 - absolute ones too
        if not names:
            do = "see whether cors-audit collect still runs there, or correct the path"
            yield _gap(shown(one.path), Gap.ABSENT, "no file is there", do)
        for name in names:
            if name not in seen:
                seen.add(name)
                yield _read(name, base, now, timedelta(hours=one.max_hours))


def _read(name: str, base: Path, now: datetime, longest: timedelta) -> Arrived:
    known = shown(name)
    try:
        found = read_run_file(base / name)
    except RunFileError as error:
        what, _, do = str(error).removeprefix(f"{base / name}: ").partition("; ")
        return _gap(known, Gap.INVALID, what, do or "have it made again")
    if not isinstance(found, Collection):
        do = "name files that cors-audit collect wrote"
        return _gap(known, Gap.UNSUPPORTED, "it is a judged run, exported", do)
    if found.at > now + _CLOCKS_DIFFER:
        do = "correct the clock where it was made, or here"
        return _gap(known, Gap.INVALID, f"it was made in the future ({_when(found.at)})", do)
    age = now - found.at
    late = f"it was made {_hours(age)} ago ({_when(found.at)}), and {_hours(longest)} is allowed"
    return Arrival(known, found, late if age > longest else "")


def lost(name: str, reason: str) -> Unread:
    """The gap of a file that is too old."""
    do = "see why cors-audit collect no longer runs there, or raise max_age under collected:"
    return _gap(name, Gap.ABSENT, reason, do)


def _gap(name: str, gap: Gap, reason: str, do: str) -> Unread:
    source = f"{SOURCE}{name}"
    return Unread(source, source, gap, reason, do, Where(name))


def _when(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M %Z")


def _hours(span: timedelta) -> str:
    number = f"{span.total_seconds() / 3600:,.1f}".removesuffix(".0")
    return f"{number} hours"
