"""The `.run` file: comes back as it was, and nothing is taken of one that is not whole."""

import gzip
import json
import os
import stat
from collections import Counter
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from auditor.core.drift import compare
from auditor.core.reading import Document, Json, Where
from auditor.edge import runfile, sealed
from auditor.edge.runfile import Collection, RunFileError, pack, read_run_file, write_run_file
from auditor.edge.sealed import Caps, SealedError, seal, unseal
from auditor.edge.store.record import (
    Blind,
    InputKind,
    RunRecord,
    Scope,
    SourceRead,
    take_input,
)
from auditor.edge.store.snapshot import take_snapshot
from tests.edge.nights import APP_CONFIG, DENIED, OLD_PORTAL, START, gateway, night, widened

CONFIG = take_input(InputKind.CONFIG, "cors-audit.yaml", b"version: 1\n")


def whole(**changes: object) -> RunRecord:
    """A record with something in each of its parts."""
    seen, denied = night(OLD_PORTAL), night(denied=True)
    record = replace(
        seen,
        head=replace(seen.head, id=213, counts={"routes": 3}),
        unread=(*denied.unread, Blind(DENIED, said=True)),
        unlinked=denied.unlinked,
        inputs=(CONFIG,),
        drifts=compare(None, take_snapshot(seen), {}, [widened()]),
    )
    return replace(record, **changes)  # type: ignore[arg-type]


COLLECTION = Collection(
    (APP_CONFIG, gateway("https://app.example.com")),
    (DENIED,),
    (SourceRead("file:services", "AppConfig", 1, 1),),
    START,
    "cluster prod-1",
)


def records_of(data: bytes) -> list[Json]:
    return [json.loads(line) for line in gzip.decompress(data).splitlines()]


def test_a_run_comes_back_as_it_was() -> None:
    record = whole()
    again = read_run_file(pack(record))
    assert isinstance(again, RunRecord)
    assert again == record
    assert take_snapshot(again) == take_snapshot(record)
    scope = Scope("prod", (("host", "a"), ("host", "b")), imported=True)
    partial = whole(head=replace(record.head, scope=scope))
    assert read_run_file(pack(partial)) == partial


def test_what_was_collected_comes_back_as_it_was() -> None:
    assert read_run_file(pack(COLLECTION)) == COLLECTION


def test_equal_content_makes_equal_bytes_and_a_head_that_people_can_read() -> None:
    data = pack(whole())
    assert data == pack(whole())
    assert data[4:8] == bytes(4), "the time in a gzip header (RFC 1952, 2.3.1)"
    assert data != pack(whole(inputs=()))
    head, *_, end = records_of(data)
    assert isinstance(head, dict)
    assert isinstance(end, dict)
    made_by = head.pop("made_by")
    assert isinstance(made_by, str)
    assert head == {
        "format": 1,
        "kind": "run",
        "what": "run 213 of prod",
        "when": "2026-11-22T03:07:00+00:00",
    }
    assert end["records"] == len(records_of(data)) - 1


def test_odd_names_are_spelled_out() -> None:
    odd = Document("file:\udcff", "AppConfig", "\udcff", {"\ud800": "\ud800"}, Where("\udcff"))
    again = read_run_file(pack(replace(COLLECTION, documents=(odd,))))
    assert again.documents[0].source == "file:\\udcff"
    assert again.documents[0].body == {"\\ud800": "\\ud800"}


def test_a_file_is_its_owners_and_replaces_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "latest.run"
    path.write_text("old")
    size = write_run_file(path, whole())
    assert path.stat().st_size == size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_run_file(path) == whole()
    assert [one.name for one in tmp_path.iterdir()] == ["latest.run"]
    with pytest.raises(RunFileError, match=r"none/x\.run: cannot be written .*; make its folder"):
        write_run_file(tmp_path / "none" / "x.run", whole())


def test_any_byte_that_is_missing_or_other_is_noticed() -> None:
    data, random = pack(whole()), Random(6)
    for size in range(len(data)):
        with pytest.raises(RunFileError):
            read_run_file(data[:size])
    other = Counter[str]()
    for _ in range(400):
        at, bit = random.randrange(10, len(data)), 1 << random.randrange(8)
        with pytest.raises(RunFileError) as caught:
            read_run_file(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        other[str(caught.value).partition(": ")[2][:20]] += 1
    assert len(other) > 1, other


def altered(change: str, by: str) -> bytes:
    """The lines of a run with a text replaced, packed as they are: the last line is the old one."""
    return gzip.compress(gzip.decompress(pack(whole())).replace(change.encode(), by.encode()))


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("https://old-portal", "https://new-portal"),
        ('"exit_code": 10', '"exit_code": 0'),
        ('"records": ', '"records": 1'),
        ('"sha256": "', '"sha256": "0'),
    ],
)
def test_altered_content_is_refused(change: str, by: str) -> None:
    with pytest.raises(RunFileError, match=r"run file: it was altered: .*; have it made again"):
        read_run_file(altered(change, by))


def test_lines_that_went_or_came_are_noticed() -> None:
    lines = gzip.decompress(pack(whole())).splitlines(keepends=True)
    for chosen in (lines[:4] + lines[5:], lines[:4] + lines[3:]):
        with pytest.raises(RunFileError, match="it was altered"):
            read_run_file(gzip.compress(b"".join(chosen)))
    with pytest.raises(RunFileError, match="it holds a record 'records'"):
        read_run_file(gzip.compress(b"".join([*lines, lines[-1]])))
    with pytest.raises(RunFileError, match="it is cut off: its last line is missing"):
        read_run_file(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(RunFileError, match="it is cut off in the middle of a line"):
        read_run_file(gzip.compress(b"".join(lines)[:-9]))
    with pytest.raises(RunFileError, match="it is cut off"):
        read_run_file(gzip.compress(b""))


HEAD = {"format": 1, "made_by": "0.1.0", "kind": "run"}


def forged(*changes: tuple[str, Json]) -> list[Json]:
    """The records of a run with values in its head replaced, without the last."""
    records = records_of(pack(whole()))[:-1]
    head = records[1]
    assert isinstance(head, dict)
    assert isinstance(head["head"], dict)
    head["head"].update(changes)
    return records


NOT_OURS: list[tuple[list[Json], str]] = [
    ([], "it is not a run file; name one that export or collect wrote"),
    ([[1]], "it is not a run file"),
    ([{"format": "1"}], "it is not a run file"),
    (
        [HEAD | {"format": 2, "made_by": "9.0"}],
        "it is of format 2, made by cors-audit 9.0; this one knows 1; upgrade cors-audit",
    ),
    ([HEAD | {"kind": "soup"}], "it holds 'soup', which this version does not know"),
    ([HEAD | {"kind": ["run"]}], "which this version does not know"),
    ([HEAD], "its second line is no head"),
    ([HEAD, {"head": {}}], "a record that cannot be read (no RunHead"),
    (forged(("started", "2026-11-22T03:00:00")), "a time in it lacks its zone"),
    (forged(("started", "yesterday")), "a record that cannot be read"),
    (forged(("started", None)), "a record that cannot be read (no RunHead"),
    (forged(("counts", [1])), "a record that cannot be read (no RunHead"),
    ([*forged(), {"songs": {}}], "it holds a record 'songs', which this version does not know"),
    ([*forged(), {}], "it holds a record ''"),
    ([*forged(), {"documents": {"source": 1}}], "a record that cannot be read (no Document"),
    ([*forged(), {"documents": []}], "a record that cannot be read (no Document"),
]


@pytest.mark.parametrize(("records", "what"), NOT_OURS)
def test_what_is_none_of_ours_is_refused(records: list[Json], what: str) -> None:
    with pytest.raises(RunFileError, match="the run file: ") as caught:
        read_run_file(seal(records))
    assert what in str(caught.value)


def test_a_finding_and_an_input_are_what_they_say() -> None:
    record = whole()
    (drift,) = record.drifts
    odd = replace(record, drifts=(replace(drift, fingerprint="0" * 64),))
    with pytest.raises(RunFileError, match="does not bear its own fingerprint"):
        read_run_file(pack(odd))
    other = replace(record, inputs=(replace(CONFIG, text="version: 2\n"),))
    with pytest.raises(RunFileError, match="is not the one that was stored"):
        read_run_file(pack(other))


def sealed_text(*lines: str) -> bytes:
    text = "".join(f"{line}\n" for line in lines).encode()
    end = {"records": len(lines), "sha256": sha256(text).hexdigest()}
    return gzip.compress(text + json.dumps(end).encode() + b"\n")


DEEP = "[" * 200 + "]" * 200
HOSTILE = [
    ("x" * 300, "line 1 is no JSON"),
    ("[" * 100_000, "line 1 is no JSON"),
    (DEEP, "line 1 is nested over 120 levels"),
    ("NaN", "line 1 is no JSON"),
    ("[1e999]", "line 1 is no JSON"),
    ("9" * 5_000, "line 1 is no JSON"),
    (r'"\ud800"', "line 1 is no JSON"),
]


@pytest.mark.parametrize(("line", "what"), HOSTILE)
def test_a_hostile_line_is_refused(line: str, what: str) -> None:
    with pytest.raises(SealedError, match=what):
        list(unseal(sealed_text(line)))
    assert list(unseal(sealed_text(json.dumps("[" * 500)))) == ["[" * 500]


SMALL = Caps(packed=5_000, unpacked=40_000, line=30_000, lines=50)
BOMBS = [
    (sealed_text("0" * 40_000), "line 1 is over the cap of 30,000 bytes"),
    (sealed_text(*["[0]", json.dumps("0" * 25_000)] * 2), "unpacked, it is over the caps of 40,0"),
    (sealed_text(*["[0]"] * 60), "unpacked, it is over the caps of 40,000 bytes and 50 lines"),
    (os.urandom(5_001), "5,001 bytes, over the cap of 5,000"),
]


@pytest.mark.parametrize(("data", "what"), BOMBS)
def test_a_bomb_is_not_unpacked(data: bytes, what: str) -> None:
    with pytest.raises(SealedError, match=what):
        list(unseal(data, SMALL))


def test_a_real_bomb_ends_with_a_clear_error(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.run"
    bomb.write_bytes(gzip.compress(b"0" * (sealed.CAPS.line + 10), 1))
    with pytest.raises(RunFileError, match=r"bomb\.run: line 1 is over the cap of 33,554,432 by"):
        read_run_file(bomb)


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"cannot be read .*; name a file that export or"):
        read_run_file(tmp_path / "none.run")
    os.mkfifo(tmp_path / "pipe.run")
    for path in (tmp_path, tmp_path / "pipe.run"):
        with pytest.raises(RunFileError, match="it is no file; name one"):
            read_run_file(path)
    with pytest.raises(RunFileError, match="cannot be read"):
        read_run_file(Path("a\0b"))
    (tmp_path / "text.run").write_text("version: 1\n")
    with pytest.raises(RunFileError, match=r"text\.run: it is no gzip file, or damaged; have it"):
        read_run_file(tmp_path / "text.run")


def test_times_keep_their_zone() -> None:
    at = datetime.fromisoformat("2026-11-22T03:00:00.123456+05:30")
    again = read_run_file(pack(replace(COLLECTION, at=at)))
    assert isinstance(again, Collection)
    assert again.at == at
    assert runfile.FORMAT == 1
