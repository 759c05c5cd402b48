"""Single texts: counted exactly, however long, and by the matcher where there is no automaton."""

import re

import pytest

from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.positions import REPEAT_CAP
from auditor.core.refusal import LONGEST_TEXT


def test_machines_count_as_far_as_origins_of_browsers_go() -> None:
    assert REPEAT_CAP >= LONGEST_TEXT


@pytest.mark.parametrize(
    "text", ["a{1,600}", "a{550}", "(?:ab?){520,}", "a*", "a{3}", "(?!b)a{513,514}"]
)
def test_texts_longer_than_that_are_counted_too(text: str) -> None:
    pattern = Pattern(Dialect.PYTHON_FULLMATCH, text)
    for length in (1, 3, 512, 513, 514, 515, 520, 550, 600, 601, 700):
        asked = "a" * length
        assert takes_alone(pattern, asked) is bool(re.fullmatch(text, asked)), length


@pytest.mark.parametrize(
    ("dialect", "text", "taken"),
    [
        (Dialect.EXACT, "a" * 600, True),
        (Dialect.EXACT, "a" * 599, False),
        (Dialect.SUBSTRING_OF, "a" * 700, True),
        (Dialect.SUBSTRING_OF, "a" * 500, False),
        (Dialect.PYTHON_FULLMATCH, r"(a{300})\1", True),
        (Dialect.PCRE_SEARCH, "^a(?R)?$", None),
    ],
)
def test_other_patterns_on_a_long_text(dialect: Dialect, text: str, taken: bool | None) -> None:
    assert takes_alone(Pattern(dialect, text), "a" * 600) is taken
