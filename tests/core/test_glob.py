"""Globs match the whole text, and no pattern makes them slow."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.glob import takes


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*", "", True),
        ("", "", True),
        ("", "a", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("prod-*", "prod-", True),
        ("*-prod", "orders-prod-x", False),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
    ],
)
def test_a_star_is_any_characters(glob: str, text: str, expected: bool) -> None:
    assert takes(glob, text) is expected


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_it_agrees_with_the_standard_library(glob: str, text: str) -> None:
    assert takes(glob, text) is fnmatchcase(text, glob)


def test_many_stars_end() -> None:
    assert not takes("*a" * 1_000 + "b", "a" * 5_000)
