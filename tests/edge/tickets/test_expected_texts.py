"""Every text that people are sent, byte for byte."""

import pytest

from tests.edge.tickets.texts import FOLDER, rendered

RENDERED = rendered()


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_the_text_is_what_is_expected(name: str) -> None:
    expected = (FOLDER / name).read_text(encoding="utf-8")
    assert RENDERED[name] == expected, "look, then: python -m tests.edge.tickets.texts"


def test_nothing_else_is_expected() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(RENDERED)
