"""TOML: values by tomllib, lines by a scan."""

import tomllib

import pytest

from auditor.text.limits import Limits
from auditor.text.toml import parse_toml
from auditor.text.tree import Mapping, Mark, Node, Scalar, Sequence, plain

TEXT = '''\
title = "x" # """ not a string
cors.origins = ["https://a.example",
  "https://b.example"]

[server]
  port = 8080
  "quoted key" = true
  note = """
fake = 1
[fake]
"""
  after = 2026-11-22

[[route]]
path = '/a'
[route.cors]
max_age = 600
[[route]]
path = "/b"
inline = {deep = {er = 0x10}}
'''


def read(text: str) -> Node:
    parsed = parse_toml(text.encode(), "a.toml")
    assert parsed.problems == ()
    (document,) = parsed.documents
    assert document.root is not None
    return document.root


def marks(node: Node, path: str = "") -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    if isinstance(node, Mapping):
        for key, value in node.entries:
            below = f"{path}/{key.text}"
            found |= {below: key.mark} | marks(value, below)
    if isinstance(node, Sequence):
        for index, value in enumerate(node.items):
            found |= marks(value, f"{path}/{index}")
    return found


def test_values() -> None:
    expected = tomllib.loads(TEXT)
    expected["server"]["after"] = "2026-11-22"
    assert plain(read(TEXT)) == expected


def test_lines() -> None:
    assert marks(read(TEXT)) == {
        "/title": Mark(1, 1),
        "/cors": Mark(2, 1),
        "/cors/origins": Mark(2, 1),
        "/server": Mark(5, 2),
        "/server/port": Mark(6, 3),
        "/server/quoted key": Mark(7, 3),
        "/server/note": Mark(8, 3),
        "/server/after": Mark(12, 3),
        "/route": Mark(14, 3),
        "/route/0/path": Mark(15, 1),
        "/route/0/cors": Mark(16, 2),
        "/route/0/cors/max_age": Mark(17, 1),
        "/route/1/path": Mark(19, 1),
        "/route/1/inline": Mark(20, 1),
        "/route/1/inline/deep": Mark(20, 1),
        "/route/1/inline/deep/er": Mark(20, 1),
    }


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("a = 'x'", Scalar("x", "x", Mark(1, 1), quoted=True)),
        ("a = true", Scalar(True, "true", Mark(1, 1))),
        ("a = 1_000", Scalar(1000, "1000", Mark(1, 1))),
        ("a = 1.50", Scalar(1.5, "1.5", Mark(1, 1))),
        ("a = 07:32:00", Scalar("07:32:00", "07:32:00", Mark(1, 1))),
        ("a = 0x" + "f" * 1_000, Scalar("0x" + "f" * 1_000, "0x" + "f" * 1_000, Mark(1, 1))),
    ],
)
def test_scalars(text: str, scalar: Scalar) -> None:
    root = read(text)
    assert isinstance(root, Mapping)
    assert root.get("a") == scalar


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\na = 2", "a.toml:2: this is not TOML: Cannot overwrite a value; correct it"),
        (
            "\n= 1",
            "a.toml:2: this is not TOML: Invalid statement; correct it",
        ),
        (
            "a = [" * 1 + "[" * 5_000,
            "a.toml: nested more than 100 levels deep; split it or leave it out",
        ),
        (
            "a = " + "[" * 101 + "]" * 101,
            "a.toml:1: nested more than 100 levels deep; split it or leave it out",
        ),
        (
            "x=1\n" + "a." * 5_000 + "a = 1",
            "a.toml:2: a dotted key of more than 100 parts; shorten it",
        ),
        (
            "[" + "'a' . " * 5_000 + "a]",
            "a.toml:1: a dotted key of more than 100 parts; shorten it",
        ),
    ],
)
def test_faults(text: str, problem: str) -> None:
    parsed = parse_toml(text.encode(), "a.toml")
    assert parsed.documents == ()
    assert [str(p) for p in parsed.problems] == [problem]


def test_a_number_too_long_for_python() -> None:
    parsed = parse_toml(b"a = " + b"1" * 5_000, "a.toml")
    assert parsed.documents == ()
    assert len(parsed.problems) == 1
    assert len(str(parsed.problems[0])) < 200


def test_cap_on_values_before_parsing() -> None:
    (problem,) = parse_toml(b"a=1\nb=2\nc=[1,2", "a.toml", Limits(nodes=3)).problems
    assert problem.what == "more than 3 values"
