"""What `history` and `replay` print: for people, and by the schema for programs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from auditor.core.drift import State
from auditor.core.finding import Finding, Severity
from auditor.edge.reports.history import (
    clock_warning,
    faults_document,
    faults_text,
    history_document,
    history_text,
)
from auditor.edge.reports.json import dump
from auditor.edge.reports.layout import Screen
from auditor.edge.reports.replay import (
    Difference,
    Replayed,
    Turned,
    replay_document,
    replay_text,
)
from auditor.edge.store.history import Past
from auditor.edge.store.record import RunHead, Scope
from tests.edge.nights import START, head, night, widened

SCHEMA = Path(__file__).resolve().parents[3] / "docs/schema/output.schema.json"
VALID = Draft7Validator(json.loads(SCHEMA.read_text()))
HOSTILE = "\x1b[2J\u202e\r\n"


def numbered(number: int, scope: Scope | None = None, *, complete: bool = True) -> RunHead:
    begun = START + timedelta(days=number)
    one = replace(head(scope, complete=complete), id=number, started=begun)
    return replace(one, finished=begun + timedelta(minutes=7), counts={"routes": 2_143})


PAST = (
    Past(numbered(4, Scope("prod", (("host", "api.*"),))), {State.STANDING: 1}, 0),
    Past(numbered(3, Scope("prod", (), True)), {}, 0),
    Past(
        numbered(2, complete=False),
        {State.STANDING: 37, State.NEW: 2, State.RESOLVED: 1, State.UNVERIFIABLE: 4},
        3,
        late=True,
    ),
    Past(numbered(1), {State.NEW: 1_500}, 0),
)
TOLD = """\
run 4  26 Nov 2026 03:00-03:07  prod (--host api.*)  complete, exit 10
    2,143 routes
    1 standing
run 3  25 Nov 2026 03:00-03:07  prod imported  complete, exit 10  2,143 routes
    no findings
run 2  24 Nov 2026 03:00-03:07  prod  incomplete, exit 13  2,143 routes
    2 new  1 resolved  4 unverifiable  37 standing  3 documents changed
    it started before the run stored before it had ended: a clock went back
run 1  23 Nov 2026 03:00-03:07  prod  complete, exit 10  2,143 routes
    1,500 new"""


def test_history_has_a_few_lines_for_each_run() -> None:
    assert history_text(PAST, Screen(80)) == TOLD
    assert all(len(line) <= 60 for line in history_text(PAST, Screen(60)).splitlines())


def test_nothing_in_a_name_reaches_the_terminal() -> None:
    scope = Scope(f"prod{HOSTILE}", (("host", HOSTILE),))
    text = history_text([Past(numbered(1, scope), {}, 0)], Screen(80))
    text += faults_text(f"a{HOSTILE}", (f"b{HOSTILE}",), 0)
    found = replace(widened(f"https://x{HOSTILE}"), rule=f"r{HOSTILE}", witness=HOSTILE)
    other = replace(found, routes=(HOSTILE,), certainty=found.certainty, witness="w")
    turned = (Turned(HOSTILE, HOSTILE, HOSTILE, None),)
    replayed = Replayed(0, (Difference(found, other), Difference(None, found)), turned)
    text += replay_text(night(), replayed, HOSTILE, Screen(80))
    assert not set(HOSTILE) - {"\n", "[", "2", "J"} & set(text)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_store_is_whole_or_not() -> None:
    assert faults_text("runs.db", (), 365) == "runs.db: whole; 365 runs"
    assert faults_text("runs.db", ("file: torn", "x"), 0) == "runs.db: file: torn\nruns.db: x"


def test_a_clock_that_went_back_is_told_in_one_line() -> None:
    line = clock_warning(replace(numbered(1), id=9), numbered(8))
    assert line == (
        "run 9: it started at 23 Nov 03:00:00, before run 8 had ended at 30 Nov 03:07:00; "
        "check the clock of this machine"
    )


WORSE = replace(widened(), severity=Severity.CRITICAL, what="worse", routes=("a/*", "b/*"))
REPLAYED = Replayed(
    11,
    (Difference(widened(), WORSE), Difference(None, widened("https://a")), Difference(WORSE, None)),
    tuple(Turned("prod", f"api{n}/*", "clean", "widened" if n else None) for n in range(12)),
)


def test_what_is_otherwise_is_said_field_by_field() -> None:
    text = replay_text(night(), REPLAYED, "by version 2", Screen(80))
    lines = text.splitlines()
    assert lines[:2] == ["this run judged again by version 2", "3 findings otherwise, 11 the same"]
    short = widened().short
    assert f"CRITICAL  changed  widened-origin  {short}" in lines
    assert "  severity: high -> critical" in lines
    assert "  - api.example.com/v1/accounts/*" in lines
    assert "  + a/*" in lines
    assert "  prod  api0/*  clean -> no route" in lines
    assert lines[-1] == "  and 2 more"
    same = replay_text(night(), Replayed(3, (), ()), "x", Screen(80))
    assert same.splitlines()[1] == "the same: 3 findings, 1 route"


DOCUMENTS: list[dict[str, Any]] = [
    history_document(PAST),
    history_document(()),
    faults_document("runs.db", ("file: torn",), 0),
    replay_document(night(), REPLAYED, "by version 2"),
    replay_document(night(), Replayed(0, (), ()), "by version 2"),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: str(one["document"]))
def test_documents_keep_to_the_schema(document: dict[str, Any]) -> None:
    read = json.loads(dump(document))
    assert [error.message for error in VALID.iter_errors(read)] == []
    assert list(VALID.iter_errors(read | {"extra": 1}))


def test_a_difference_is_of_something() -> None:
    nothing: Finding | None = None
    with pytest.raises(ValueError, match="nothing"):
        Difference(nothing, nothing).any  # noqa: B018 - the look raises
