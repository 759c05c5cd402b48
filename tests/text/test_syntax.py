"""Programs as trees: what is kept, what is unreadable, and where it stops."""

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from auditor.text.problems import BrokenDocumentError
from auditor.text.syntax import LIMITS, UNREADABLE, Language, Node, parse_source

START = {Language.PHP: "<?php "}


def read(text: str, language: Language = Language.JAVASCRIPT, **limits: int) -> Node:
    return parse_source(text.encode(), language, replace(LIMITS, **limits))


def kinds(node: Node) -> list[str]:
    return [one.kind for one in node.walk()]


def test_a_tree_has_kinds_fields_lines_and_texts() -> None:
    root = read("// a\nconst é = f(1,\r\n  'ü');\n")
    (declared,) = root.of("lexical_declaration")
    (variable,) = declared.of("variable_declarator")
    name, value = variable.get("name"), variable.get("value")
    assert name is not None
    assert value is not None
    assert (name.kind, name.text, name.line) == ("identifier", "é", 2)
    arguments = value.get("arguments")
    assert arguments is not None
    assert [(one.kind, one.text, one.line) for one in arguments.children] == [
        ("number", "1", 2),
        ("string", "'ü'", 3),
    ]
    assert not root.broken
    assert variable.get("absent") is None
    assert [one.kind for one in variable.all("value")] == ["call_expression"]


def test_comments_are_left_out_and_operators_stay() -> None:
    root = read("a /* x */ || b // y")
    assert "comment" not in kinds(root)
    assert "||" in kinds(root)


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        (Language.JAVASCRIPT, "f(<b>x</b>)", "jsx_element"),
        (Language.TYPESCRIPT, "const a: B = <C>d;", "type_annotation"),
        (Language.TSX, "const a: B = <b>x</b>;", "jsx_element"),
        (Language.PHP, "<?php return ['a' => 1];", "return_statement"),
        (Language.RUBY, "allow do\n x :y\nend", "do_block"),
    ],
)
def test_every_language_is_read(language: Language, text: str, kind: str) -> None:
    root = read(text, language)
    assert kind in kinds(root)
    assert not root.broken


def test_the_nodes_around_come_innermost_first() -> None:
    [around] = [around for node, around in read("f(g)").paths() if node.text == "g"]
    assert [node.kind for node in around] == [
        "arguments",
        "call_expression",
        "expression_statement",
        "program",
    ]


def test_what_is_no_program_is_unreadable_and_the_rest_is_not() -> None:
    root = read("f(1);\nconst x = ;\nconst y = 2;\n")
    assert root.broken
    [broken] = [node for node in root.walk() if node.kind == UNREADABLE]
    assert broken.line == 2
    assert broken.children == ()
    whole = [one for one in root.children if not one.broken]
    assert [one.line for one in whole] == [1, 3]


def test_something_that_is_missing_is_unreadable() -> None:
    root = read("a = (1;")
    [missing] = [node for node in root.walk() if node.kind == UNREADABLE]
    assert missing.text == ""
    assert root.broken


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("piece", ["[", "{", "(", "a?b:", "([{}", "`${", "'", '"', "<", "!", "a+"])
def test_hostile_text_ends_soon(language: Language, piece: str) -> None:
    begun = time.perf_counter()
    text = START.get(language, "") + piece * (40_000 // len(piece))
    try:
        root = read(text, language)
    except BrokenDocumentError as error:
        assert error.do  # noqa: PT017 - either ending is right
    else:
        assert root.broken or len(kinds(root)) <= LIMITS.nodes
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("text", "limits", "what"),
    [
        ("[" * 1_000_000, {}, "1,000,000 bytes, over the cap of 131,072"),
        ("[" * 300 + "]" * 300, {}, "more than 200 pieces inside each other"),
        ("a;\n" * 20_000, {"nodes": 1_000}, "more than 1,000 pieces of a program"),
        ("a\0b", {}, "NUL"),
    ],
)
def test_what_is_too_much_ends_with_a_reason(text: str, limits: dict[str, int], what: str) -> None:
    with pytest.raises(BrokenDocumentError, match=what) as error:
        read(text, **limits)
    assert error.value.do


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BrokenDocumentError, match="UTF-8"):
        parse_source(b"a = '\xff'", Language.RUBY)


def test_grammars_are_loaded_where_they_are_needed() -> None:
    script = (
        "import sys, auditor.text.syntax, collectors.app.source.javascript;"
        "print([name for name in sys.modules if name.startswith('tree_sitter')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
