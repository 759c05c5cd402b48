"""A `.run` file: one run that was exported, or what was collected elsewhere for an audit to judge.

Compressed lines of JSON (`auditor.edge.sealed`): first what the file is, then the run's head, then
one record a line. Everything in it is as trusted as whoever could write it: nothing is executed,
and nothing is taken of a file that is cut off, altered or newer than this version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from auditor.core.drift import Drift
from auditor.core.reading import Document, Json, Unread
from auditor.edge.sealed import CAPS, SealedError, seal, unseal
from auditor.edge.store.codec import decode, encode
from auditor.edge.store.record import (
    Blind,
    Input,
    RouteRecord,
    RunHead,
    RunRecord,
    SourceRead,
    Unlinked,
)
from auditor.edge.whole_file import unwritten, write_whole

FORMAT: Final = 1
SUFFIX: Final = ".run"
_OWNER_ONLY: Final = 0o600


class Kind(StrEnum):
    """What a file holds."""

    RUN = "run"
    COLLECTED = "collected"


@dataclass(frozen=True, slots=True)
class Collection:
    """What was read without being judged. `at`: when that ended, with a time zone; `by`: what it was
    read for, in words."""

    documents: tuple[Document, ...]
    unread: tuple[Unread, ...]
    counts: tuple[SourceRead, ...]
    at: datetime
    by: str = ""


class RunFileError(Exception):
    """`<where>: <what>; <what to do>`."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


_OF_RUN: Final[Mapping[str, type]] = {
    "documents": Document,
    "sources": SourceRead,
    "unread": Blind,
    "routes": RouteRecord,
    "drifts": Drift,
    "unlinked": Unlinked,
    "inputs": Input,
}
"""Parts of a `RunRecord`: each of their items is one record of the file."""
_OF_COLLECTION: Final[Mapping[str, type]] = {
    "documents": Document,
    "unread": Unread,
    "counts": SourceRead,
}


def write_run_file(path: Path, content: RunRecord | Collection) -> int:
    """Put the file at `path`, whole and for its owner alone; return its bytes. Raises RunFileError."""
    data = pack(content)
    try:
        write_whole(path, data, _OWNER_ONLY)
    except OSError as error:
        raise RunFileError(*unwritten(path, error).split(": ", 1)) from error
    return len(data)


def pack(content: RunRecord | Collection) -> bytes:
    """The bytes of a file: the same for equal content by the same version of the auditor."""
    return seal(_records(content))


def _records(content: RunRecord | Collection) -> Iterator[Json]:
    first: dict[str, Json] = {"format": FORMAT, "made_by": version("cors-audit")}
    if isinstance(content, RunRecord):
        head = content.head
        number = "a run" if head.id is None else f"run {head.id}"
        what, when = f"{number} of {head.scope.estate}", head.finished
        yield first | {"kind": str(Kind.RUN), "what": what, "when": when.isoformat()}
        yield {"head": encode(head)}
        yield from _items(content, _OF_RUN)
    else:
        when = content.at
        kind = str(Kind.COLLECTED)
        yield first | {"kind": kind, "what": content.by, "when": when.isoformat()}
        yield {"head": {"at": when.isoformat(), "by": content.by}}
        yield from _items(content, _OF_COLLECTION)


def _items(content: RunRecord | Collection, parts: Iterable[str]) -> Iterator[Json]:
    for name in parts:
        yield from ({name: encode(one)} for one in getattr(content, name))


def read_run_file(source: Path | bytes, name: str = "the run file") -> RunRecord | Collection:
    """What the file at a path, or of these bytes, holds; `name` is what errors call bytes.

    Raises RunFileError: it cannot be read, is none of ours, newer, too large, cut off or altered.
    """
    where, data = (name, source) if isinstance(source, bytes) else (str(source), _bytes(source))
    try:
        return _read(iter(unseal(data)))
    except SealedError as error:
        raise RunFileError(where, str(error)) from error
    except ValueError as error:
        what = f"it holds a record that cannot be read ({error!s:.200}); have it made again"
        raise RunFileError(where, what) from error


def _bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise RunFileError(str(path), "it is no file; name one that export or collect wrote")
        with path.open("rb") as file:
            return file.read(CAPS.packed + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file has"
        what = f"cannot be read ({reason}); name a file that export or collect wrote"
        raise RunFileError(str(path), what) from error


def _read(records: Iterator[Json]) -> RunRecord | Collection:
    kind = _kind(next(records, None))
    head = next(records, None)
    if not isinstance(head, dict) or head.keys() != {"head"}:
        raise SealedError("its second line is no head")
    if kind is Kind.RUN:
        return _run(head["head"], records)
    at = decode(_Made, head["head"])
    found = Collection(**_parts(records, _OF_COLLECTION), at=at.at, by=at.by)
    _require_zone(found.at)
    return found


@dataclass(frozen=True, slots=True)
class _Made:
    at: datetime
    by: str


def _kind(first: Json) -> Kind:
    if not isinstance(first, dict) or type(first.get("format")) is not int:
        raise SealedError("it is not a run file", "name one that export or collect wrote")
    made, found = first.get("made_by"), first["format"]
    if found != FORMAT:
        what = f"it is of format {found}, made by cors-audit {made!s:.40}; this one knows {FORMAT}"
        raise SealedError(what, "upgrade cors-audit, or have it made by this version")
    if first.get("kind") not in list(Kind):
        raise SealedError(f"it holds {first.get('kind')!r:.40}, which this version does not know")
    return Kind(str(first["kind"]))


def _run(head: Json, records: Iterator[Json]) -> RunRecord:
    read = decode(RunHead, head)
    _require_zone(read.started, read.finished)
    record = RunRecord(read, **_parts(records, _OF_RUN))
    if any(one.finding and one.finding.fingerprint != one.fingerprint for one in record.drifts):
        raise SealedError("a finding in it does not bear its own fingerprint")
    if any(one.text is not None and _digest(one.text) != one.digest for one in record.inputs):
        raise SealedError("a file of the user's in it is not the one that was stored")
    return record


def _parts(records: Iterator[Json], kinds: Mapping[str, type]) -> dict[str, Any]:
    found: dict[str, list[object]] = {name: [] for name in kinds}
    for record in records:
        name, data = next(iter(record.items())) if isinstance(record, dict) and record else ("", 0)
        if name not in kinds:
            raise SealedError(f"it holds a record {name!r:.40}, which this version does not know")
        found[name].append(decode(kinds[name], data))
    return {name: tuple(items) for name, items in found.items()}


def _require_zone(*times: datetime) -> None:
    if any(one.utcoffset() is None for one in times):
        raise SealedError("a time in it lacks its zone")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
