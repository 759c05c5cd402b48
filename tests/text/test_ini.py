"""INI files: configparser is the oracle."""

import configparser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.text.ini import parse_ini
from auditor.text.limits import Limits
from auditor.text.tree import Mapping, Mark, Scalar, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("[a]\nB = c", {"a": {"b": "c"}}),
        ("[a]\nb: c = d\ne=f:g", {"a": {"b": "c = d", "e": "f:g"}}),
        ("[a]\nb = c ; not a comment\n# d\n ; e", {"a": {"b": "c ; not a comment"}}),
        ("[a]\nb = c\n  d\n\n  e\n\nf=g", {"a": {"b": "c\nd\n\ne", "f": "g"}}),
        ("[a]\nb =\n  c\n  d", {"a": {"b": "\nc\nd"}}),
        ("[a]\n  b = c\n  d = e", {"a": {"b": "c", "d": "e"}}),
        ("[a]\nb = %(x)s ${y}", {"a": {"b": "%(x)s ${y}"}}),
        ("[a]\n[b c]\n[d]]", {"a": {}, "b c": {}, "d]": {}}),
        (
            "[DEFAULT]\nx=1\ny=1\n[a]\ny=2\n[DEFAULT]\nz=3",
            {"DEFAULT": {"x": "1", "y": "1", "z": "3"}, "a": {"x": "1", "y": "2", "z": "3"}},
        ),
        ("[a]\r\nb=1\r\n", {"a": {"b": "1"}}),
    ],
)
def test_sections(text: str, expected: object) -> None:
    parsed = parse_ini(text.encode(), "a.ini")
    assert parsed.problems == ()
    assert [plain(document.root) for document in parsed.documents] == [expected]


def test_marks() -> None:
    (document,) = parse_ini(b"# c\n[a]\n  Key =  v\n    w\n", "a.ini").documents
    assert isinstance(document.root, Mapping)
    ((name, section),) = document.root.entries
    assert name.mark == Mark(2, 1)
    assert isinstance(section, Mapping)
    assert section.entries == (
        (Scalar("key", "Key", Mark(3, 3)), Scalar("v\nw", "v\nw", Mark(3, 10))),
    )


def test_doubles_are_told_all_at_once() -> None:
    parsed = parse_ini(b"[a]\nb=1\nB=2\n[c]\n[a]\nb=3\n", "a.ini")
    assert [plain(document.root) for document in parsed.documents] == [{"a": {"b": "3"}, "c": {}}]
    assert sorted(str(p) for p in parsed.problems) == [
        "a.ini:3: the key 'b' is here twice, first on line 2; remove one; the last one was taken",
        "a.ini:5: the section 'a' is here twice, first on line 1; join them",
        "a.ini:6: the key 'b' is here twice, first on line 3; remove one; the last one was taken",
    ]


def test_bad_lines_are_told_all_at_once() -> None:
    parsed = parse_ini(b"[a]\nb\nc=1\n= d\n", "a.ini")
    assert parsed.documents == ()
    assert [str(p) for p in parsed.problems] == [
        "a.ini:2: a line that is no 'name = value'; correct it",
        "a.ini:4: a line that is no 'name = value'; correct it",
    ]


def test_an_entry_without_a_section() -> None:
    parsed = parse_ini(b"\na=1\n", "a.ini")
    assert parsed.documents == ()
    assert [str(p) for p in parsed.problems] == [
        "a.ini:2: an entry before the first [section]; add a section line before it"
    ]


def test_inheritance_is_bounded() -> None:
    defaults = "".join(f"k{n}=1\n" for n in range(100))
    sections = "".join(f"[s{n}]\n" for n in range(100))
    text = f"[DEFAULT]\n{defaults}{sections}".encode()
    assert parse_ini(text, "a.ini").problems == ()
    (problem,) = parse_ini(text, "a.ini", Limits(nodes=10_000)).problems
    assert "more than 10,000 values" in problem.what


PIECES = ["[a]", "[b]", "[DEFAULT]", "x", "y", "X", "=", ":", " ", "  ", "\n", "\n", "#", ";", "]"]


@given(st.lists(st.sampled_from([*PIECES, "\n[c]\n", "\nk = "]), max_size=20).map("".join))
@example("[a]\nx=1\n\n \n  y\n#\n z\n[b]\n z=")
@example("[a]\nx=1\n[b]\n  y")
def test_agrees_with_configparser(text: str) -> None:
    oracle = configparser.RawConfigParser(strict=False)
    parsed = parse_ini(text.encode(), "a.ini")
    try:
        oracle.read_string(text)
    except configparser.Error:
        assert parsed.documents == ()
        assert parsed.problems
        return
    expected = {name: dict(section) for name, section in oracle.items()}
    (document,) = parsed.documents
    found = plain(document.root)
    assert isinstance(found, dict)
    assert {"DEFAULT": {}} | found == expected
