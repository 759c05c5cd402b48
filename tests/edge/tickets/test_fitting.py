"""What a tracker would refuse for its length is cut by whole blocks and rows, and says so."""

import pytest

from auditor.edge.tickets.fitting import CUT, fit, fit_line
from auditor.edge.tickets.markdown import render_line, render_markdown
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import code, fields, heading, items, table, text

LONG = (
    heading("What"),
    text("Any site can read it. " * 20),
    code("\n".join(f"curl https://{number}.example" for number in range(40))),
    fields(*((f"label {number}", "value " * 8) for number in range(40))),
    table(("host", "path"), *((f"h{number}", f"/p/{number}") for number in range(40))),
    items(*(f"https://{number}.example" for number in range(40))),
    text("The end."),
)


@pytest.mark.parametrize("render", [render_markdown, render_plain])
def test_what_fits_stays_whole(render: object) -> None:
    assert callable(render)
    whole = render(LONG)
    assert fit(LONG, render, len(whole)) == whole
    assert fit((), render, 100) == render(())


@pytest.mark.parametrize("render", [render_markdown, render_plain])
def test_every_room_is_kept_and_nearly_filled(render: object) -> None:
    assert callable(render)
    whole, end = render(LONG), render((CUT,))
    longest_row = max(
        len(render((block,))) for block in (*LONG[:3], fields(("label 99", "value " * 8)))
    )
    for room in range(len(end), len(whole), 37):
        found = fit(LONG, render, room)
        assert len(found) <= room
        assert found.endswith(end)
        assert len(found) > room - longest_row - len(end) - 10


def test_no_fence_and_no_table_stays_open() -> None:
    for room in range(200, len(render_markdown(LONG)), 53):
        found = fit(LONG, render_markdown, room)
        assert found.count("```") % 2 == 0
        assert ("| host | path |" in found) == ("| --- | --- |" in found)


def test_a_single_block_that_is_too_long_loses_rows() -> None:
    block = items(*(f"row {number}" for number in range(1_000)))
    found = fit((block,), render_markdown, 500)
    assert found.startswith("- row 0\n- row 1\n")
    assert 480 < len(found) <= 500


def test_a_single_text_that_is_too_long_goes() -> None:
    found = fit((code("x\n" * 500),), render_markdown, 200)
    assert found == render_markdown((CUT,))


@pytest.mark.parametrize("room", [10, 50, 256])
def test_a_line_is_cut_and_ends_in_dots(room: int) -> None:
    found = fit_line("[CORS] prod a.example/* " * 40, render_line, room)
    assert len(found) <= room
    assert found.rstrip("`").endswith("...")


def test_a_line_that_fits_stays() -> None:
    assert fit_line("all of it", render_line, 9) == "all of it"


def test_the_first_rows_of_the_block_that_breaks_stay() -> None:
    assert "label 0" in fit(LONG, render_plain, len(render_plain(LONG[:3])) + 250)
