"""Java .properties: one row a rule of java.util.Properties.load."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.text.properties import parse_properties
from auditor.text.tree import Mapping, Mark, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("Truth = Beauty", {"Truth": "Beauty"}),
        (" Truth:Beauty", {"Truth": "Beauty"}),
        ("Truth\t\t\t:Beauty", {"Truth": "Beauty"}),
        ("cheeses", {"cheeses": ""}),
        ("a.b.c=1", {"a.b.c": "1"}),
        ("a b = c", {"a": "b = c"}),
        ("a == b", {"a": "= b"}),
        ("a=b  ", {"a": "b  "}),
        ("# c\n! d\n  # e\na=#f", {"a": "#f"}),
        ("fruits apple, \\\n   banana, \\\r\n\tpear", {"fruits": "apple, banana, pear"}),
        ("a=b\\\n#c", {"a": "b#c"}),
        ("a=b\\\\\nc=d", {"a": "b\\", "c": "d"}),
        ("a=b\\\\\\\nc=d", {"a": "b\\c=d"}),
        ("a=b\\", {"a": "b"}),
        ("a=b\\\n\nc=d", {"a": "b", "c": "d"}),
        ("\\\n\na=1", {"a": "1"}),
        ("# c \\\na=1", {"a": "1"}),
        ("\\\n#c\na=1", {"a": "1"}),
        ("\\", {"": ""}),
        ("a\\ b\\:c\\=d=e", {"a b:c=d": "e"}),
        ('a=\\t\\n\\r\\f\\q\\"', {"a": '\t\n\r\fq"'}),
        ("a=\\u00e9\\uD83D\\uDE00", {"a": "é😀"}),
        ("=x", {"": "x"}),
        ("cors=https\\://a.example", {"cors": "https://a.example"}),
        ("cors=${ORIGINS:*}", {"cors": "${ORIGINS:*}"}),
    ],
)
def test_entries(text: str, expected: object) -> None:
    parsed = parse_properties(text.encode(), "a.properties")
    assert parsed.problems == ()
    assert [plain(document.root) for document in parsed.documents] == [expected]


def test_marks() -> None:
    (document,) = parse_properties(b"a=1 \\\n  2\n\n  b=3", "a.properties").documents
    assert isinstance(document.root, Mapping)
    assert [key.mark for key, _ in document.root.entries] == [Mark(1, 1), Mark(4, 3)]


def test_doubled_keys() -> None:
    parsed = parse_properties(b"a=1\nb=2\na=3", "a.properties")
    assert [plain(document.root) for document in parsed.documents] == [{"a": "3", "b": "2"}]
    assert [str(p) for p in parsed.problems] == [
        "a.properties:3: the key 'a' is here twice, first on line 1; "
        "remove one; the last one was taken"
    ]


@pytest.mark.parametrize("text", ["x=1\na=\\u00g0", "x=1\n\\u12=1", "x=1\na=\\u"])
def test_java_refuses_a_malformed_escape(text: str) -> None:
    parsed = parse_properties(text.encode(), "a.properties")
    assert parsed.documents == ()
    assert [p.where for p in parsed.problems] == ["a.properties:2"]


def test_half_a_character() -> None:
    parsed = parse_properties(b"a=\\ud800", "a.properties")
    assert parsed.documents == ()
    assert "surrogate" in parsed.problems[0].what


def test_java_reads_latin_1() -> None:
    (document,) = parse_properties(b"a=\xe9", "a.properties").documents
    assert plain(document.root) == {"a": "é"}


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=5))
def test_escaped_entries_come_back(entries: dict[str, str]) -> None:
    def escape(text: str) -> str:
        units = text.encode("utf-16-be")
        return "".join(
            f"\\u{int.from_bytes(units[at : at + 2]):04x}" for at in range(0, len(units), 2)
        )

    written = "\n".join(f"{escape(key)} = {escape(value)}" for key, value in entries.items())
    # Without one character of a key there is an entry only where '=' says so.
    parsed = parse_properties(written.encode(), "a.properties")
    assert [plain(document.root) for document in parsed.documents] == [entries]
