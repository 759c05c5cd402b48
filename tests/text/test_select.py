"""Paths into a tree: one row a rule."""

import pytest

from auditor.text.select import select
from auditor.text.tree import plain
from auditor.text.yaml import parse_yaml

TREE = r"""
a.b: whole
a: {b: nested, "c.d": dotted, "": empty, 'x\y': back}
list: [{k: 1}, {k: 2}, [3, 4]]
map: {p: {o: 5}, q: {o: 6}}
conf: {"[/**]": {o: 7}, "[/v1.0/*]": {o: 8}, "[0]": 9, "z[0]": 10}
none: null
on: yes
0777: octal
"""


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", ["whole"]),
        (r"a\.b", ["whole"]),
        (r"a.c\.d", ["dotted"]),
        ("a.c.d", []),
        ("a.", ["empty"]),
        (r"a.x\\y", ["back"]),
        ("list[0]", [{"k": 1}]),
        ("list[0].k", [1]),
        ("list[1]k", [2]),
        ("list[2][1]", [4]),
        ("list[*].k", [1, 2]),
        ("list.[*].k", [1, 2]),
        ("list[2][*]", [3, 4]),
        ("list[9]", []),
        ("list[-1]", []),
        ("list[999999999999]", []),
        ("list.k", []),
        ("map[*].o", [5, 6]),
        ("map[0]", []),
        ("conf.[/**].o", [7]),
        ("conf.[/v1.0/*].o", [8]),
        (r"conf.\[0]", [9]),
        (r"conf.z\[0]", [10]),
        ("none", [None]),
        ("none.x", []),
        ("on", [True]),
        ("0777", ["octal"]),
        ("511", []),
        ("missing", []),
        ("", []),
        ("a.b.c", []),
        ("list[", []),
    ],
)
def test_select(path: str, found: list[object]) -> None:
    (document,) = parse_yaml(TREE.encode(), "a.yaml").documents
    assert document.root is not None
    assert [plain(node) for node in select(document.root, path)] == found


def test_select_in_a_list() -> None:
    (document,) = parse_yaml(b"[{a: 1}, {a: 2}]", "a.yaml").documents
    assert document.root is not None
    assert [plain(node) for node in select(document.root, "[*].a")] == [1, 2]
    assert [plain(node) for node in select(document.root, "[1].a")] == [2]
