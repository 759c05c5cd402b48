"""Every text report of hand-made runs, byte for byte, at three widths."""

import pytest

from tests.edge.reports.views import FOLDER, rendered

RENDERED = rendered()


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_the_report_is_what_is_expected(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert RENDERED[name] == expected, "look at the difference, then: make accept"


def test_nothing_else_is_expected() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(RENDERED)


def copied(line: str) -> bool:
    return "cors-audit" in line or line.lstrip().startswith("- {")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_lines_keep_to_the_width_unless_one_word_is_longer(width: int) -> None:
    for name, text in RENDERED.items():
        if name.endswith(f"-{width}.txt") and not name.startswith("summary"):
            long = [line for line in text.splitlines() if len(line) > width]
            # Commands, and lines for the configuration, are there to be copied.
            loose = [line for line in long if not copied(line)]
            assert [line for line in loose if max(map(len, line.split())) < width] == [], name


def test_commands_stand_unbroken_on_one_line() -> None:
    for width in (60, 80, 140):
        lines = RENDERED[f"audit-{width}.txt"].splitlines()
        assert any(
            line.endswith("cors-audit coverage --config prod/cors-audit.yaml") for line in lines
        )
