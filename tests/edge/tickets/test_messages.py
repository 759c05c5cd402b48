"""What messages name, count and leave out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.core.finding import Severity
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfFinding, Waiver
from auditor.edge.tickets.messages import Backlog, Digest, Line, Notice, digest, links, notice
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.slack import BLOCKS_CAP, render_slack
from tests.edge.tickets.tales import DIGEST, LINES, NOTICE, RUN, TODAY


def line(short: str, severity: Severity = Severity.HIGH, days: int = 0) -> Line:
    return Line(severity, short, f"title {short}", since=TODAY - timedelta(days=days))


def test_nothing_to_say_is_nothing() -> None:
    assert notice(Notice(RUN)) == ()
    assert digest(Digest("team-a", RUN)) == ()


def test_ten_are_named_worst_first_and_the_rest_counted() -> None:
    found = (*(line(f"h{index:02}") for index in range(20)), line("worst", Severity.CRITICAL))
    shown = render_plain(notice(Notice(RUN, found)))
    assert shown.count("\n- HIGH") == 9
    assert shown.index("CRITICAL worst") < shown.index("HIGH h00")
    assert "and 11 more: cors-audit findings" in shown
    assert "21 new findings." in shown


def test_what_blinds_most_routes_is_named_first() -> None:
    shown = render_plain(notice(NOTICE))
    assert shown.index("29 routes") < shown.index("12 routes")


@pytest.mark.parametrize(
    ("days", "column"), [(0, 1), (6, 1), (7, 2), (29, 2), (30, 3), (89, 3), (90, 4), (900, 4)]
)
def test_what_stands_is_counted_by_age(days: int, column: int) -> None:
    prose = digest(Digest("team-a", RUN, standing=(line("a", days=days),)))
    (row,) = (row for block in prose for row in block.rows if row[0] == "high")
    assert [index for index, cell in enumerate(row) if cell == "1"] == [column]


def test_every_severity_that_stands_has_a_row() -> None:
    found = tuple(line(one.word, one) for one in Severity)
    prose = digest(Digest("team-a", RUN, standing=found))
    table = next(block for block in prose if block.rows and block.rows[0][0] == "severity")
    assert [row[0] for row in table.rows[1:]] == ["critical", "high", "medium", "low", "info"]


@pytest.mark.parametrize(("ahead", "named"), [(-1, False), (0, True), (14, True), (15, False)])
def test_waivers_that_end_soon_are_named(ahead: int, named: bool) -> None:
    waiver = Waiver(
        OfFinding("ab" * 32), "why", "who", TODAY + timedelta(days=ahead), Where("waivers.yaml", 3)
    )
    assert bool(digest(Digest("team-a", RUN, waivers=(waiver,)))) is named


@pytest.mark.parametrize(
    ("backlog", "words"),
    [
        (Backlog(475, 463, 5), "463 that were there from the beginning, 12 fewer than a week ago; 5 tickets given out."),
        (Backlog(3, 3), "3 that were there from the beginning, as many as a week ago."),
        (Backlog(0, 1), "1 that were there from the beginning, 1 more than a week ago."),
        (Backlog(2, 0), "0 that were there from the beginning, 2 fewer than a week ago."),
    ],
)  # fmt: skip
def test_the_backlog_is_told_as_it_goes(backlog: Backlog, words: str) -> None:
    assert words in render_plain(digest(Digest("team-a", RUN, backlog=backlog)))


def test_links_are_the_tickets_of_every_list() -> None:
    other = replace(LINES[0], ticket="B-1", url="https://tracker.example/B-1")
    found = links(replace(DIGEST, new=(), standing=LINES, left=(other,)))
    assert found == {
        "ACC-4312": "https://tracker.example/browse/ACC-4312",
        "B-1": "https://tracker.example/B-1",
    }
    assert links(Notice(RUN, (line("a"),))) == {}


def test_a_full_digest_fits_a_message() -> None:
    many = tuple(
        replace(line(f"{index:08}", days=index), title="https://x.example/" + "x " * 400)
        for index in range(500)
    )
    reviews = tuple((f"https://{index}.example", date(2026, 11, 20)) for index in range(300))
    found = Digest("team-a", RUN, many, many, Backlog(9, 9), (), reviews, many)
    blocks = render_slack(digest(found))["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) <= BLOCKS_CAP
    assert "left out" not in str(blocks)
