"""Snippets as directives: nginx's own words, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.ingress.ingress_nginx.directives import (
    Directive,
    SnippetError,
    parse_snippet,
    render,
)
from collectors.ingress.ingress_nginx.redaction import reduced
from collectors.ingress.ingress_nginx.variables import expand, variables


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b;", ("a", "b")),
        ("a 'b c';", ("a", "b c")),
        (r'a "b\"c";', ("a", 'b"c')),
        (r"a ^\.x$;", ("a", r"^\.x$")),
        ("a\n b # c\n d;", ("a", "b", "d")),
        ("a b#c;", ("a", "b#c")),
        ("a ${x}y;", ("a", "${x}y")),
        ("a '';", ("a", "")),
        ("a b\\;c;", ("a", "b\\;c")),
    ],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    assert parse_snippet(text) == (Directive(words[0], words[1:]),)


def test_blocks() -> None:
    assert parse_snippet("if ($a = 'b') { c d; } e;") == (
        Directive("if", ("($a", "=", "b", ")"), (Directive("c", ("d",)),)),
        Directive("e"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a {",
        "}",
        "a };",
        ";",
        "a 'b",
        'a "b"c;',
        "{ a; }",
        "a {" * 20 + "}" * 20,
        "a;" * 5_000,
    ],
)
def test_what_nginx_would_not_load(text: str) -> None:
    with pytest.raises(SnippetError):
        parse_snippet(text)


@given(st.text("ab ;{}\"'\\#$\n(=)~", max_size=40))
def test_any_text_is_parsed_or_refused_and_survives_rendering(text: str) -> None:
    try:
        directives = parse_snippet(text)
    except SnippetError:
        assert reduced(text) == "unreadable;"
        return
    assert parse_snippet(render(directives)) == directives
    assert reduced(reduced(text)) == reduced(text)


def test_variables() -> None:
    assert variables("a$b${c}d$") == {"b", "c"}
    assert expand("$a-${b}_$c$", {"a": "1", "b": ""}) == "1-_${c}$"
