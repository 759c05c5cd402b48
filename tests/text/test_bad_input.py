"""Hostile bytes in every format: a clear line, never a traceback."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.text.formats import Format, parse
from auditor.text.limits import Limits
from auditor.text.tree import Parsed, plain

FORMATS = st.sampled_from(list(Format))
PIECES = [b"\n", b"=", b":", b"[", b"]", b"{", b'"', b"'", b"\\", b"\\u00", b"#", b"a", b"export "]
MORE = [
    b"\xff",
    b"\xfe",
    b"\xc3\xa9",
    b"\r",
    b"---",
    b"\t",
    b" ",
    b"\x07",
    b"&a",
    b"*a",
    b"1",
    b".",
]


def check(parsed: Parsed) -> None:
    for document in parsed.documents:
        plain(document.root)
    for problem in parsed.problems:
        text = str(problem)
        assert text == f"{problem.where}: {problem.what}; {problem.do}"
        assert text.isprintable()
        assert problem.where.startswith("dir/a")


@given(st.binary(max_size=60), FORMATS)
def test_arbitrary_bytes(data: bytes, format: Format) -> None:
    check(parse(data, "dir/a", format))


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=16).map(b"".join), FORMATS)
@example(b"\xff\xfea", Format.YAML)
@example(b"[a]\na", Format.INI)
def test_arbitrary_pieces(data: bytes, format: Format) -> None:
    check(parse(data, "dir/a", format))


@given(st.text(max_size=40), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), FORMATS)
def test_arbitrary_text(text: str, encoding: str, format: Format) -> None:
    check(parse(text.encode(encoding), "dir/a", format))


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "dir/a", ""),
        (b"\x7fELF\x02\x01\x01\x00\x00", "dir/a:1", "binary content (a NUL character)"),
        (b"a=1\n\x00", "dir/a:2", "binary content (a NUL character)"),
        (b"\xff\xfea", "dir/a", "the byte at offset 2 is not UTF-16"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "dir/a:1", "binary content (a NUL character)"),
    ],
)
def test_binary(format: Format, data: bytes, where: str, what: str) -> None:
    parsed = parse(data, "dir/a", format)
    assert parsed.documents == ()
    (problem,) = parsed.problems
    assert problem.where.startswith(where)
    assert what in problem.what


@pytest.mark.parametrize("format", [f for f in Format if f is not Format.PROPERTIES])
def test_not_utf8(format: Format) -> None:
    parsed = parse(b"# c\n\xe9", "dir/a", format)
    assert [str(p) for p in parsed.problems] == [
        "dir/a:2: the byte at offset 4 is not UTF-8; save it as UTF-8, or leave it out if it is no text"
    ]


@pytest.mark.parametrize("format", list(Format))
def test_over_the_cap_of_a_file(format: Format) -> None:
    parsed = parse(b"x" * 11, "dir/a", format, Limits(file_bytes=10))
    assert [p.what for p in parsed.problems] == ["11 bytes, over the cap of 10 bytes a file"]


@pytest.mark.parametrize("format", [f for f in Format if f is not Format.JSON])
def test_over_the_cap_of_a_document(format: Format) -> None:
    parsed = parse(b"x" * 11, "dir/a", format, Limits(document_bytes=10))
    assert [p.what for p in parsed.problems] == ["11 bytes, over the cap of 10 bytes a document"]


@pytest.mark.parametrize(
    ("format", "data"),
    [
        (Format.YAML, b"{a: 1, b: 2}"),
        (Format.JSON, b'{"a": 1, "b": 2}'),
        (Format.TOML, b"a=1\nb=2"),
        (Format.PROPERTIES, b"a=1\nb=2"),
        (Format.DOTENV, b"a=1\nb=2"),
        (Format.INI, b"[x]\na=1\nb=2"),
    ],
)
def test_over_the_cap_of_values(format: Format, data: bytes) -> None:
    size = 6 if format is Format.INI else 4
    size += format in (Format.YAML, Format.JSON, Format.TOML)
    assert parse(data, "dir/a", format, Limits(nodes=size, json_nodes=size)).problems == ()
    (problem,) = parse(data, "dir/a", format, Limits(nodes=size - 1, json_nodes=size - 1)).problems
    assert f"more than {size - 1} values" in problem.what


def test_names_do_not_reach_the_terminal_raw() -> None:
    (problem,) = parse(b"[", "a\x1b[31m\n.json", Format.JSON).problems
    assert problem.where == "a\\x1b[31m\\n.json:1"
    (problem,) = parse(b'{"\\u001b": 1, "\\u001b": 2}', "a", Format.JSON).problems
    assert problem.what == "the key '\\x1b' is here twice, first on line 1"


def test_long_names_are_cut() -> None:
    key = "k" * 5_000
    (problem,) = parse(f"{key}=1\n{key}=2".encode(), "a", Format.DOTENV).problems
    assert len(str(problem)) < 200
