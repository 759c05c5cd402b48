"""Nothing in a text becomes anything but text, in any tracker's markup: asked of real parsers."""

import re
import unicodedata

import cmarkgfm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.edge.reports.layout import safe
from auditor.edge.tickets.adf import render_adf
from auditor.edge.tickets.markdown import render_line, render_markdown
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import (
    BlockKind,
    Prose,
    code,
    fields,
    heading,
    items,
    table,
    text,
)
from auditor.edge.tickets.slack import render_slack
from auditor.edge.tickets.words import pieces
from tests.edge.tickets.harmless import (
    SCHEMA,
    assert_adf_harmless,
    assert_harmless,
    assert_slack_harmless,
    pages,
    sections,
)
from tests.edge.tickets.hostile import EVERYTHING, HOSTILE

texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4)), max_size=6).map("".join),
    st.lists(st.sampled_from(HOSTILE), max_size=6).map(" ".join),
    st.text("`|\\\n -<!@#x1", max_size=20),
)


def every_block(one: str) -> Prose:
    return (
        heading(one),
        text(one),
        fields((one, one), ("", one), ("plain", one)),
        code(one),
        items(one, one),
        table((one, one), (one,), ("a", one)),
        code(f"{one}\n{one}\n"),
    )


@pytest.mark.parametrize("one", [*HOSTILE, EVERYTHING])
def test_markdown_of_each_hostile_text_is_only_text(one: str) -> None:
    assert_harmless(render_markdown(every_block(one)))


@settings(max_examples=300, deadline=None)
@given(texts)
def test_markdown_of_any_text_is_only_text(one: str) -> None:
    assert_harmless(render_markdown(every_block(one)))


def tamed(text: str) -> str:
    """What even code does not shelter, spelled otherwise: a comment, and backticks without end."""
    long = re.compile("`{40,}")
    return long.sub(lambda run: r"\x60" * len(run[0]), text.replace("<!--", "<! --"))


@settings(max_examples=300, deadline=None)
@given(texts)
def test_a_text_is_read_as_it_was_written(one: str) -> None:
    shown = tamed(" ".join(safe(one, 2_000).split()))
    for page in pages(render_line(one)):
        assert " ".join(page.text.split()) == shown
    held = "\n".join(tamed(safe(line, 2_000)) for line in one.split("\n"))
    for page in pages(render_markdown((code(one),))) if one else ():
        got_lines = page.text.rstrip("\n").split("\n")
        lines = zip(got_lines, held.rstrip("\n").split("\n"), strict=True)
        assert all(got in (wanted, f" {wanted}") for got, wanted in lines)


@pytest.mark.parametrize(
    "word",
    [
        "@team",
        "x@team",
        "#1",
        "GH-1",
        "gh-1",
        "ACC-4312",
        "a/b#1",
        "!1",
        "deadbeef",
        "1234567",
        "www.x.example",
        "https://x",
        "$x$",
        ":a:",
        "a_b",
        "-",
        "+",
        "*",
        "~a",
        "[x]",
        "<b>",
        "&amp;",
        "a|b",
        "a\\",
        "!",
        "...",
        "::",
    ],
)
def test_words_that_a_tracker_could_read_stand_as_code(word: str) -> None:
    assert [piece.code for piece in pieces(f"see {word} there")] == [False, True, False]


@pytest.mark.parametrize(
    "line",
    [
        "Any site can read it with cookies. Not allowed.",
        'Owner: team-accounts (it said "so"), at 03:06; 2,143 routes of version 1.4.0!',
        "can't tell: größer, 日本",
    ],
)
def test_plain_words_stay_plain(line: str) -> None:
    assert render_line(line) == line


def test_code_in_markdown_is_longer_fenced_than_its_content() -> None:
    assert render_markdown((code("a\n````\nb"),)) == "`````\na\n ````\nb\n`````"


def test_a_number_begins_no_list() -> None:
    assert [render_line(one) for one in ("1. a", "2026) b", "1.5 c")] == [
        "1\\. a",
        "2026\\) b",
        "1.5 c",
    ]


def test_a_label_left_out_continues_the_value_above() -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(
        render_markdown((fields(("What", "a"), ("", "b"), ("Where", "c")),))
    )
    assert html.count("<li>") == 2
    assert "a<br />\nb" in html


@settings(max_examples=50, deadline=None)
@given(texts)
def test_adf_fits_its_schema_and_holds_text_alone(one: str) -> None:
    assert_adf_harmless(render_adf(every_block(one)))


def test_the_schema_refuses_an_empty_text() -> None:
    empty = {"type": "paragraph", "content": [{"type": "text", "text": ""}]}
    assert not SCHEMA.is_valid({"version": 1, "type": "doc", "content": [empty]})


def test_adf_of_nothing_is_a_document() -> None:
    for prose in ((), (text(""), code(""), fields(("", ""))), (items(""),), (table(("",)),)):
        assert SCHEMA.is_valid(render_adf(prose))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_slack_reads_no_mark_but_ours(one: str) -> None:
    assert_slack_harmless(render_slack(every_block(one)))


@pytest.mark.parametrize("one", [EVERYTHING, "\U000e0001" * 5_000, "& " * 5_000, "`" * 5_000])
def test_slack_keeps_its_caps(one: str) -> None:
    assert_slack_harmless(render_slack(every_block(one) * 12))


def test_slack_links_the_tickets_it_was_given_and_no_other() -> None:
    links = {"ACC-7": "https://tracker.example/7", "a/b#1": "https://tracker.example/1"}
    message = render_slack(
        (text("see ACC-7: not ACC-8, nor https://tracker.example/7 a/b#1."),), links
    )
    assert sections(message) == [
        "see <https://tracker.example/7|ACC-7>: not `ACC-8`, nor `https://tracker.example/7` "
        "<https://tracker.example/1|a/b#1>."
    ]


@pytest.mark.parametrize(
    "url", ["https://a.example/7|x", "javascript:alert(1)", "https://a<!channel>", "https://a\n"]
)
def test_slack_links_no_odd_url(url: str) -> None:
    assert "<" not in sections(render_slack((text("see ACC-7"),), {"ACC-7": url}))[0]


@pytest.mark.parametrize("name", ["a|<!channel>", "`<@U1>", "a&b"])
def test_slack_escapes_the_names_of_links(name: str) -> None:
    shown = sections(render_slack((text(f"see {name}"),), {name: "https://a.example/7"}))[0]
    assert shown.count("<") == shown.count(">") == 1
    assert shown.count("|") == 1


@settings(max_examples=200, deadline=None)
@given(texts)
def test_plain_text_hides_nothing_and_begins_lines_itself(one: str) -> None:
    for kind in BlockKind:
        shown = render_plain(tuple(b for b in every_block(one) if b.kind is kind))
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in shown if c != "\n")
        if kind is BlockKind.CODE:
            assert all(line.startswith("  ") for line in shown.split("\n") if line)
        else:
            assert shown.count("\n") <= 2


def test_plain_text_reads_as_it_should() -> None:
    prose = (
        heading("A heading"),
        fields(("What", "a value"), ("", "and more"), ("Wherever", "b")),
        code("curl x \\\n  -H y"),
        items("one", "two"),
        table(("origin", "owner"), ("https://a.example", "team-a"), ("null", "b")),
    )
    assert render_plain(prose) == "\n".join(
        (
            "A heading",
            "",
            "What      a value",
            "          and more",
            "Wherever  b",
            "",
            "  curl x \\",
            "    -H y",
            "",
            "- one",
            "- two",
            "",
            "origin             owner",
            "https://a.example  team-a",
            "null               b",
        )
    )
