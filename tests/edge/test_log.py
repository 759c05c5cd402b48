"""The log: one JSON object a line, whatever is in it, and a run that outlives its log."""

import io
import json
import logging
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.edge.log import (
    LONGEST_TEXT,
    MOST_ITEMS,
    MOST_LINES,
    JsonLines,
    Level,
    Silent,
    line,
    open_log,
)

NOW = datetime(2026, 11, 22, 3, 0, 1, 500_000, tzinfo=UTC)
HOSTILE = 'x\x1b[31m\x7f\n\r\u202e\u2028"\\\ud800{"event": "run-finished"}'


def told(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(row) for row in stream.getvalue().splitlines()]


def test_an_event_is_a_line() -> None:
    stream = io.StringIO()
    log = JsonLines(stream, lambda: NOW)
    log.event("source-read", source="kube:prod", documents=3, seconds=0.25)
    log.event("problem", Level.WARNING, what="w", run=None)
    assert stream.getvalue().endswith("\n")
    assert told(stream) == [
        {
            "time": "2026-11-22T03:00:01.500+00:00",
            "level": "info",
            "event": "source-read",
            "source": "kube:prod",
            "documents": 3,
            "seconds": 0.25,
        },
        {
            "time": "2026-11-22T03:00:01.500+00:00",
            "level": "warning",
            "event": "problem",
            "what": "w",
            "run": None,
        },
    ]


def test_hostile_values_stay_values() -> None:
    text = line({"event": "e", "source": HOSTILE, "counts": {HOSTILE: 1}, "names": [HOSTILE]})
    assert text.isascii()
    assert text.isprintable()
    found = json.loads(text)
    assert found == {"event": "e", "source": HOSTILE, "counts": {HOSTILE: 1}, "names": [HOSTILE]}


def test_sizes_are_capped() -> None:
    text = "x" * (LONGEST_TEXT + 7)
    names = {f"k{at}": at for at in range(MOST_ITEMS + 3)}
    found = json.loads(line({"text": text, "names": list(names), "counts": names}))
    assert found["text"] == f"{text[:LONGEST_TEXT]}... (7 more characters)"
    assert found["names"][MOST_ITEMS:] == ["left out: 3"]
    assert len(found["counts"]) == MOST_ITEMS + 1
    assert found["counts"]["left out"] == 3


def test_a_log_that_cannot_be_written_ends_and_says_why() -> None:
    log = open_log(Path("/dev/full"), lambda: NOW)
    log.event("run-started")
    log.event("run-finished")
    assert log.fault == "No space left on device"
    log.close()


def test_its_lines_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.edge.log.MOST_LINES", 3)
    stream = io.StringIO()
    log = JsonLines(stream, lambda: NOW)
    for _ in range(5):
        log.event("e")
    assert len(told(stream)) == 3
    assert log.fault == "3 lines are enough"
    assert MOST_LINES > 10_000


def test_a_file_is_added_to_and_is_not_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    for _ in range(2):
        log = open_log(path, lambda: NOW)
        log.event("run-started")
        log.close()
    assert len(path.read_text().splitlines()) == 2
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        open_log(tmp_path / "log", lambda: NOW)
    assert not (tmp_path / "elsewhere").exists()


def test_pythons_own_logging_is_left_alone() -> None:
    before = list(logging.root.handlers), logging.root.level
    Silent().event("e", source="s")
    JsonLines(io.StringIO(), lambda: NOW).event("e")
    assert (list(logging.root.handlers), logging.root.level) == before
