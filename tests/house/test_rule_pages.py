"""The pages of `docs/rules` say what the rules' own files say."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.rule_pages import PAGES, faults, pages


def test_the_pages_are_current() -> None:
    assert list(faults(PAGES)) == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "null-origin.md").unlink(), "null-origin.md: not as"),
        (lambda folder: (folder / "null-origin.md").write_text("old\n"), "null-origin.md: not as"),
        (lambda folder: (folder / "gone.md").write_text("# gone\n"), "gone.md: of no rule"),
    ],
)
def test_a_stale_page_is_seen(spoil: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    for name, text in pages():
        (tmp_path / name).write_text(text)
    assert list(faults(tmp_path)) == []
    spoil(tmp_path)
    found = list(faults(tmp_path))
    assert len(found) == 1
    assert found[0].startswith(told)
