"""Texts from configurations never reach a terminal or a page as anything but text."""

import json
import unicodedata

import pytest

from auditor.edge.reports.colour import paint
from auditor.edge.reports.deltas import Trend
from auditor.edge.reports.json import coverage_document, dump, findings_document, run_document
from auditor.edge.reports.layout import LONGEST_TEXT, Screen, Tone, cells, pad, safe
from auditor.edge.reports.markdown import diff_markdown
from auditor.edge.reports.wording import Row
from tests.edge.reports import records
from tests.edge.reports.views import difference, hostile_texts

VIEWS = dict(hostile_texts(Screen(80)))
FORBIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_no_text_moves_hides_or_reorders(name: str) -> None:
    bad = {c for c in VIEWS[name] if unicodedata.category(c) in FORBIDDEN and c != "\n"}
    assert bad == set()
    VIEWS[name].encode("utf-8")


@pytest.mark.parametrize("name", sorted(set(VIEWS) - {"summary", "diff-all"}))
def test_what_was_hostile_is_shown_as_an_escape(name: str) -> None:
    assert r"\x1b[31m" in VIEWS[name]
    assert r"\u202e" in VIEWS[name]


def test_every_field_of_a_hostile_run_is_seen() -> None:
    """A report that leaves everything out would pass the tests above."""
    for label in ("proof", "let in by", "why", "changed", "routes", "given", "do"):
        assert f"\n  {label}" in VIEWS["audit"], label


@pytest.mark.parametrize("char", ["\u200b", "\u2066", "\ufe0f", "\u3164", "\x00", "\x85", "\u00ad"])
def test_characters_that_print_as_nothing_are_escaped(char: str) -> None:
    assert safe(f"a{char}b") == f"a{char.encode('unicode_escape').decode()}b"


@pytest.mark.parametrize("text", ["team-größe", "日本", "https://a.example", "a b", "cafe\u0301"])
def test_ordinary_text_stays(text: str) -> None:
    assert safe(text) == text


def test_long_text_is_cut_and_says_so() -> None:
    assert safe("a" * (LONGEST_TEXT + 1_000)).endswith("a... (1,000 more characters)")


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    assert (cells("日本"), cells("cafe\u0301"), pad("日本", 6)) == (4, 4, "日本  ")


def test_json_is_ascii_and_holds_no_document_body() -> None:
    nights = records.hostile()
    for document in (
        run_document(nights),
        findings_document(nights, nights.now.drifts),
        coverage_document(nights, frozenset({records.HOSTILE})),
    ):
        text = dump(document)
        assert text.isascii()
        assert text.replace("\n", "").isprintable()
        json.loads(text)
    held = dump(run_document(records.night_two()))
    assert "AllowCredentials" not in held


def test_markdown_cannot_be_left_through_its_fence() -> None:
    row = Row(Trend.GAINED, "prod", "a ```` b", "```", "can now read", "")
    text = diff_markdown(difference(records.night_two(), (row,)))
    fence = text.splitlines()[2].removesuffix("diff")
    assert set(fence) == {"`"}
    assert len(fence) == 5
    assert text.splitlines()[-1] == fence


def test_colours_are_only_what_the_paint_adds() -> None:
    painted = dict(hostile_texts(Screen(80, paint)))
    assert "\x1b[" in painted["audit"]
    for tone in Tone:
        before, _, after = paint("x", tone).partition("x")
        assert before.startswith("\x1b[")
        assert after == "\x1b[0m"
    assert painted["audit"].count("\x1b") % 2 == 0
