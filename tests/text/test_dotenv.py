"""Environment files: one row a fact."""

import pytest

from auditor.text.dotenv import parse_dotenv
from auditor.text.tree import Mapping, Mark, Scalar, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("A=1", {"A": "1"}),
        ("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("  A = 1  ", {"A": "1"}),
        ("export A=1\nexport\tB=2", {"A": "1", "B": "2"}),
        ("export=1", {"export": "1"}),
        ("# c\n  # d\nA=1", {"A": "1"}),
        ("A=1 # c", {"A": "1"}),
        ("A=1#c", {"A": "1#c"}),
        ("A=#c", {"A": "#c"}),
        ("A= #c\nB =#d", {"A": "", "B": "#d"}),
        ('A=\n"', {"A": "", '"': None}),
        ("A=https://a.example/#x", {"A": "https://a.example/#x"}),
        ("A=\nB=2", {"A": "", "B": "2"}),
        ("A='x # y' # c", {"A": "x # y"}),
        ('A="x\ny"\nB=2', {"A": "x\ny", "B": "2"}),
        ("A='x\ny'\nB=2", {"A": "x\ny", "B": "2"}),
        ('A="a\\nb\\t\\"c\\"\\\\"', {"A": 'a\nb\t"c"\\'}),
        ("A='a\\nb\\'c'", {"A": "a\\nb'c"}),
        ('A="\\$x \\q"', {"A": "\\$x \\q"}),
        ("A=a b c", {"A": "a b c"}),
        ("A=$B\nC=${D:-x}", {"A": "$B", "C": "${D:-x}"}),
        ("A='$B'", {"A": "$B"}),
        ("A=$(rm -rf /)`id`", {"A": "$(rm -rf /)`id`"}),
        ("A", {"A": None}),
        ("export A # c\nB=", {"A": None, "B": ""}),
        ("a.b-c=1", {"a.b-c": "1"}),
        ("'a b'=1", {"a b": "1"}),
        ('CORS=["https://a.example"]', {"CORS": '["https://a.example"]'}),
    ],
)
def test_entries(text: str, expected: object) -> None:
    parsed = parse_dotenv(text.encode(), ".env")
    assert parsed.problems == ()
    assert [plain(document.root) for document in parsed.documents] == [expected]


def test_marks_and_quotes() -> None:
    (document,) = parse_dotenv(b"A=600\n\nexport B='6\n0'\n C=1", ".env").documents
    assert isinstance(document.root, Mapping)
    assert document.root.entries == (
        (Scalar("A", "A", Mark(1, 1)), Scalar("600", "600", Mark(1, 3))),
        (Scalar("B", "B", Mark(3, 8)), Scalar("6\n0", "6\n0", Mark(3, 10), quoted=True)),
        (Scalar("C", "C", Mark(5, 2)), Scalar("1", "1", Mark(5, 4))),
    )


def test_bad_lines_are_told_all_at_once_and_the_others_stay() -> None:
    text = "A=1\nB: x\n=y\nC='x' y\nD=2\nA=3\n'E=1\nF=\"x\nG=4\n"
    parsed = parse_dotenv(text.encode(), ".env")
    assert [plain(document.root) for document in parsed.documents] == [
        {"A": "3", "D": "2", "G": "4"}
    ]
    assert [f"{p.where}: {p.what}" for p in parsed.problems] == [
        ".env:2: after the name 'B:' comes no '='",
        ".env:3: a line without a name",
        ".env:4: text after the quoted value of 'C'",
        ".env:6: the key 'A' is here twice, first on line 1",
        ".env:7: a line without a name",
        ".env:8: the quote that starts the value of 'F' has no end",
    ]


def test_no_value_is_printed() -> None:
    parsed = parse_dotenv(b"A='s3cr3t' s3cr3t\nB=\"s3cr3t\n", ".env")
    assert len(parsed.problems) == 2
    assert "s3cr3t" not in str(parsed.problems)
