"""JSON with positions, and without them above one mebibyte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.text import json as subject
from auditor.text.json import parse_json
from auditor.text.limits import Limits
from auditor.text.tree import Mapping, Mark, Parsed, Scalar, Sequence, plain


@pytest.fixture(params=["with positions", "as a dump"])
def dump(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Both readers see the same small texts."""
    if request.param == "as a dump":
        monkeypatch.setattr(subject, "_POSITIONS_UP_TO", -1)
    return bool(request.param == "as a dump")


def read(text: str, **limits: int) -> Parsed:
    return parse_json(text.encode(), "a.json", Limits(**limits))


def test_marks() -> None:
    (document,) = read('{\n  "a": [1,\r\n\t{"é": null}]}').documents
    assert isinstance(document.root, Mapping)
    assert document.root.mark == Mark(1, 1)
    ((key, value),) = document.root.entries
    assert key == Scalar("a", "a", Mark(2, 3), quoted=True)
    assert isinstance(value, Sequence)
    assert [item.mark for item in (value, *value.items)] == [Mark(2, 8), Mark(2, 9), Mark(3, 2)]
    assert isinstance(value.items[1], Mapping)
    assert value.items[1].entries == (
        (Scalar("é", "é", Mark(3, 3), quoted=True), Scalar(None, "null", Mark(3, 8))),
    )


def test_a_large_file_has_no_marks() -> None:
    (document,) = read(json.dumps({"x": "y" * 1024 * 1024, "a": [1]}, indent=1)).documents
    assert isinstance(document.root, Mapping)
    assert document.root.get("a") is not None
    assert {key.mark for key, _ in document.root.entries} == {Mark(1, 1)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a\\u00e9\\ud83d\\ude00\\n"', "aé😀\n"),
        ("-0.5e3", -500.0),
        ("9007199254740993", 9007199254740993),
        ("1" * 1_001, "1" * 1_001),
        (" \n[ ] ", []),
        ('{"": {}}', {"": {}}),
        ("\ufefftrue", True),
    ],
)
@pytest.mark.usefixtures("dump")
def test_values(text: str, value: object) -> None:
    parsed = read(text)
    assert parsed.problems == ()
    assert [plain(document.root) for document in parsed.documents] == [value]


@pytest.mark.usefixtures("dump")
def test_numbers_keep_their_text() -> None:
    (document,) = read("1.50").documents
    assert document.root == Scalar(1.5, "1.50", Mark(1, 1))


def test_doubled_keys(dump: bool) -> None:
    parsed = read('{"a": 1,\n "b": {"c": 1,\n  "c": 2},\n "a": 3}')
    assert [plain(document.root) for document in parsed.documents] == [{"a": 3, "b": {"c": 2}}]
    first, second = ("1", "1") if dump else ("2", "1")
    assert [p.where for p in parsed.problems] == (
        ["a.json:1", "a.json:1"] if dump else ["a.json:3", "a.json:4"]
    )
    assert [p.what for p in parsed.problems] == [
        f"the key 'c' is here twice, first on line {first}",
        f"the key 'a' is here twice, first on line {second}",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("[1,\n]", 2),
        ("[1\n2]", 2),
        ('{"a" 1}', 1),
        ('{\n"a": 1,}', 2),
        ("{a: 1}", 1),
        ('"a\nb"', 1),
        ('{"a": 01}', 1),
        ("[1] x", 1),
        ('\n"\\x"', 2),
        ("// c\n1", 1),
        ("nul", 1),
        ("[", 1),
    ],
)
@pytest.mark.usefixtures("dump")
def test_faults(text: str, line: int) -> None:
    parsed = read(text)
    assert parsed.documents == ()
    (problem,) = parsed.problems
    assert problem.where == f"a.json:{line}"
    assert problem.what.startswith("this is not JSON: ")


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", '["\\ud800"]', '{"\\udc00": 1}'])
@pytest.mark.usefixtures("dump")
def test_python_reads_more_than_json(text: str) -> None:
    parsed = read(text)
    assert parsed.documents == ()
    assert len(parsed.problems) == 1


@pytest.mark.parametrize("text", ["[" * 100 + "]" * 100, '{"a":' * 99 + "[1]" + "}" * 99])
@pytest.mark.usefixtures("dump")
def test_depth(text: str) -> None:
    assert read(text).problems == ()
    (problem,) = read(text, depth=99).problems
    assert problem.what == "nested more than 99 levels deep"


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
@pytest.mark.usefixtures("dump")
def test_a_depth_bomb_is_refused(text: str) -> None:
    (problem,) = read(text).problems
    assert problem.what == "nested more than 100 levels deep"


@pytest.mark.parametrize("text", ["[[],[],[]]", '{"a":1,"b":{}}', "[1,2,3]"])
@pytest.mark.usefixtures("dump")
def test_cap_on_values(text: str) -> None:
    size = 5 if "{" in text else 4
    assert read(text, json_nodes=size).problems == ()
    (problem,) = read(text, json_nodes=size - 1).problems
    assert f"more than {size - 1} values" in problem.what


@pytest.mark.usefixtures("dump")
def test_too_many_brackets_are_not_even_decoded() -> None:
    (problem,) = read("[" * 5, json_nodes=4).problems
    assert problem.what == "more than 4 values"


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(TREES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_dumped_trees_come_back(tree: object, ascii_only: bool, indent: int | None) -> None:
    written = json.dumps(tree, ensure_ascii=ascii_only, indent=indent)
    for positions in (0, 1024):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subject, "_POSITIONS_UP_TO", positions)
            parsed = read(written)
        assert parsed.problems == ()
        assert [repr(plain(document.root)) for document in parsed.documents] == [repr(tree)]


@given(st.text(alphabet='{}[],:"\\u019-.eE \ntruefalsn', max_size=20))
def test_agrees_with_the_standard_library(text: str) -> None:
    parsed = read(text)
    try:
        expected = json.loads(text)
    except ValueError:
        assert parsed.documents == ()
        assert len([p for p in parsed.problems if "twice" not in p.what]) == 1
        return
    assert [repr(plain(document.root)) for document in parsed.documents] == [repr(expected)]
