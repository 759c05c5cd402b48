"""Placeholders: what is one, what fills it, and what happens when nothing does."""

import pytest

from collectors.app.placeholder import (
    LONGEST,
    Placeholder,
    Unfilled,
    fill,
    is_token,
    named,
    needed,
    pieces,
)

VARIABLES = {"A": "https://a.example", "B": "https://b.example", ".Values.x": "https://x.example"}


@pytest.mark.parametrize(
    ("text", "name", "default"),
    [
        ("${A}", "A", None),
        ("${A:https://d.example}", "A", "https://d.example"),
        ("${A:-https://d.example:8443}", "A", "https://d.example:8443"),
        ("${A-d}", "A", "d"),
        ("${A:}", "A", ""),
        ("${A:?must be set}", "A", None),
        ("${A?must be set}", "A", None),
        ("${app.cors.origins:d}", "app.cors.origins", "d"),
        ("${A:${B:c}}", "A", "${B:c}"),
        ("$(A)", "A", None),
        ("$A", "A", None),
        ("%env(A)%", "A", None),
        ("%env(csv:A)%", "csv:A", None),
        ("env('A')", "A", None),
        ("env('A', 'https://d.example')", "A", "https://d.example"),
        ('env("A","d")', "A", "d"),
        ("env('A', null)", "A", None),
        ("{{ .Values.x }}", ".Values.x", None),
        ("{{A}}", "A", None),
        ("#{A}", "A", None),
        ("<%= A %>", "A", None),
    ],
)
def test_a_placeholder_is_found(text: str, name: str, default: str | None) -> None:
    assert list(pieces(f"x {text} y")) == ["x ", Placeholder(name, default, text), " y"]


@pytest.mark.parametrize(
    ("text", "empty"),
    [("${A:-d}", "d"), ("${A-d}", ""), ("${A:d}", ""), ("$A", ""), ("${A:-${B:-c}}", "c")],
)
def test_a_default_behind_a_colon_and_a_dash_stands_for_an_empty_value(
    text: str, empty: str
) -> None:
    assert fill(text, {"A": "", "B": ""}, use_defaults=False) == empty


@pytest.mark.parametrize(
    "text",
    [
        "https://app.example.com",
        "^https://.*\\.example\\.com$",
        "(a$|b)",
        "\\d{2}",
        "100%",
        "%env(A%",
        "${A",
        "{{ A }",
        "$",
        "myenv('A')",
        "https://env.example",
        "",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert "".join(str(piece) for piece in pieces(text)) == text
    assert all(isinstance(piece, str) for piece in pieces(text))
    assert fill(text, VARIABLES, True) == text


@pytest.mark.parametrize(
    ("text", "defaults", "expected"),
    [
        ("${A},${B}", False, "https://a.example,https://b.example"),
        ("{{ .Values.x }}", False, "https://x.example"),
        ("${A:z}", True, "https://a.example"),
        ("${C:z}", True, "z"),
        ("${C:z}", False, Unfilled(("C",))),
        ("${C:${D:z}}", True, "z"),
        ("${C:${D}}", True, Unfilled(("D",))),
        ("${C} ${A} ${D} ${C}", True, Unfilled(("C", "D"))),
        ("${C:?say}", True, Unfilled(("C",))),
        ("%env(csv:A)%", True, Unfilled(("csv:A",))),
        ("env('C', '')", True, ""),
    ],
)
def test_filling(text: str, defaults: bool, expected: str | Unfilled) -> None:
    assert fill(text, VARIABLES, defaults) == expected


def test_a_variable_that_names_itself_is_not_filled() -> None:
    assert fill("${A}", {"A": "${B}", "B": "x${A}"}, True) == Unfilled(("B",))


def test_variables_that_multiply_are_not_filled() -> None:
    variables = {"A": "$B" * 1_000, "B": "$C" * 1_000, "C": "x" * 1_000}
    assert isinstance(fill("$A", variables, False), Unfilled)
    assert len(str(fill("$C" * 64, variables, False))) <= LONGEST


def test_hostile_texts_end() -> None:
    for text in ("${" * 30_000, "${A:" * 15_000 + "}" * 15_000, "$(" * 30_000, "{{" * 30_000):
        assert isinstance(fill(text, {}, True), str | Unfilled)
        assert len(named(text)) <= 10
    assert fill("x" * (LONGEST + 1), {}, True) == fill("${A:" + "x" * LONGEST + "}", {}, True)


def test_only_variables_that_are_asked_for_are_taken() -> None:
    variables = {"A": "${B}", "B": "b", "SECRET": "s3cr3t"}
    assert needed(iter(["x", "${A:${C}}"]), variables) == {"A": "${B}", "B": "b"}
    assert named("${A:${C:$D}}") == {"A", "C", "D"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://__HOST__", True),
        ("<your domain>", True),
        ("https://your-domain.com", True),
        ("https://ChangeMe.example", True),
        ("https://app.example.com", False),
        ("https://my__app.example", False),
    ],
)
def test_samples_to_replace(text: str, expected: bool) -> None:
    assert is_token(text) is expected
