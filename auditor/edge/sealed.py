"""Lines of JSON in one compressed file that is taken whole or not at all.

A gzip stream (RFC 1952) of lines; the last one counts those before it and bears the SHA-256 over
their bytes. That tells a truncated or damaged file, not a forged one: whoever can write the file
can write the digest. What is read is bounded before it is looked into.
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Final, NoReturn

from auditor.core.reading import Json

AGAIN: Final = "have it made again"
_END: Final = "sha256"
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Caps:
    """How much is read before a file is refused: `packed` and `unpacked` bytes in all, bytes of a
    `line`, number of `lines`, collections inside each other (`depth`)."""

    packed: int = 256 * 1024 * 1024
    unpacked: int = 1024 * 1024 * 1024
    line: int = 32 * 1024 * 1024
    lines: int = 5_000_000
    depth: int = 120


CAPS: Final = Caps()


class SealedError(ValueError):
    """What is wrong with the file, and what to do: `<what>; <what to do>`."""

    def __init__(self, what: str, do: str = AGAIN) -> None:
        super().__init__(f"{what}; {do}")


def seal(records: Iterable[Json]) -> bytes:
    """The file of `records`: the same bytes for equal records."""
    digest, count, made = sha256(), 0, io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=made, mtime=0) as file:
        for record in records:
            line = _line(record)
            digest.update(line)
            count += 1
            file.write(line)
        file.write(_line({"records": count, _END: digest.hexdigest()}))
    return made.getvalue()


def _line(record: Json) -> bytes:
    try:
        text = json.dumps(record, sort_keys=True, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        # Half surrogate pairs, of odd file names, are spelled out.
        text = json.dumps(_spelled(record), sort_keys=True, ensure_ascii=False).encode()
    return text + b"\n"


def _spelled(value: Json) -> Json:
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case list():
            return [_spelled(one) for one in value]
        case dict():
            return {str(_spelled(key)): _spelled(one) for key, one in value.items()}
        case _:
            return value


def unseal(data: bytes, caps: Caps = CAPS) -> Iterator[Json]:
    """The records of a file, one by one; what was yielded counts only if the end is reached.

    Raises SealedError: no such file, over a cap, truncated, altered.
    """
    if len(data) > caps.packed:
        raise SealedError(f"{len(data):,} bytes, over the cap of {caps.packed:,}", "split it")
    digest, count, last = sha256(), 0, b""
    for line in _lines(data, caps):
        if last:
            yield _parse(last, count, caps)
            digest.update(last)
        count += 1
        last = line
    _check_end(last, count - 1, digest.hexdigest())


def _check_end(last: bytes, count: int, digest: str) -> None:
    try:
        end = json.loads(last) if len(last) <= _LONGEST_END else None
    except (ValueError, RecursionError):
        end = None
    if not isinstance(end, dict) or end.keys() != {"records", _END}:
        raise SealedError("it is cut off: its last line is missing")
    if end != {"records": count, _END: digest}:
        raise SealedError("it was altered: its content is not what its last line says")


_LONGEST_END: Final = 1_000


def _lines(data: bytes, caps: Caps) -> Iterator[bytes]:
    """Whole lines with their ends, as far as the caps go."""
    left, count = caps.unpacked, 0
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        while line := _read_line(file, min(left, caps.line) + 1):
            left -= len(line)
            count += 1
            if left < 0 or count > caps.lines:
                _refuse_size(caps)
            if not line.endswith(b"\n"):
                if len(line) > caps.line:
                    raise SealedError(f"line {count:,} is over the cap of {caps.line:,} bytes")
                raise SealedError("it is cut off in the middle of a line")
            yield line


def _refuse_size(caps: Caps) -> NoReturn:
    what = f"unpacked, it is over the caps of {caps.unpacked:,} bytes and {caps.lines:,} lines"
    raise SealedError(what, "split it, or do not trust it")


def _read_line(file: gzip.GzipFile, most: int) -> bytes:
    try:
        return file.readline(most)
    except EOFError:
        raise SealedError("it is cut off") from None
    except (OSError, zlib.error):
        raise SealedError("it is no gzip file, or damaged") from None


def _parse(line: bytes, number: int, caps: Caps) -> Json:
    try:
        record: Json = json.loads(line, parse_constant=_refuse_number, parse_float=_finite)
        if b"\\u" in line:
            json.dumps(record, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise SealedError(f"line {number:,} is no JSON") from None
    # Counting brackets is cheap; only where there are many does it matter how they lie.
    if line.count(b"{") + line.count(b"[") > caps.depth and _deep(record, caps.depth):
        raise SealedError(f"line {number:,} is nested over {caps.depth} levels")
    return record


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse_number(text)


def _deep(record: Json, depth: int) -> bool:
    level: list[Json] = [record]
    while level and depth:
        level = [inner for one in level for inner in _inside(one)]
        depth -= 1
    return bool(level)


def _inside(value: Json) -> Iterable[Json]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()
