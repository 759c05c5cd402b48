"""YAML under limits: bombs, depth, caps; each ends in a problem that says which."""

import pytest
import yaml

from auditor.text import yaml_composer
from auditor.text.limits import Limits
from auditor.text.tree import Parsed, plain
from auditor.text.yaml import parse_yaml


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_composer, "LOADER", getattr(yaml, request.param))


def read(text: str, **limits: int) -> Parsed:
    return parse_yaml(text.encode(), "a.yaml", Limits(**limits))


def roots(parsed: Parsed) -> list[object]:
    return [plain(document.root) for document in parsed.documents]


def lines(parsed: Parsed) -> list[str]:
    return [str(problem) for problem in parsed.problems]


def bomb(levels: int) -> str:
    first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    rest = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels + 1))
    return first + "".join(rest)


def count(node: object) -> int:
    match node:
        case dict():
            return 1 + sum(1 + count(value) for value in node.values())
        case list():
            return 1 + sum(count(item) for item in node)
        case _:
            return 1


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    parsed = read(bomb(60) + "---\nb: 1\n")
    assert roots(parsed) == [{"b": 1}]
    (problem,) = parsed.problems
    # 10 ** 5 expanded values fit, 10 ** 6 do not: refused on the line of the fifth level.
    assert str(problem) == (
        "a.yaml:6: more than 500,000 values, what its aliases stand for included; split it or leave it out"
    )


def test_aliases_are_counted_as_a_walk_meets_them() -> None:
    text = bomb(2)
    size = count(yaml.safe_load(text))
    assert read(text, nodes=size).problems == ()
    assert read(text, nodes=size - 1).documents == ()


def test_a_merge_bomb_is_refused() -> None:
    keys = ", ".join(f"k{n}: 1" for n in range(100))
    merges = "".join(f"m{n}: {{<<: [{', '.join(['*a'] * 100)}]}}\n" for n in range(9))
    (problem,) = read(f"a: &a {{{keys}}}\n{merges}", nodes=100_000).problems
    assert "more than 100,000 values" in problem.what


def test_too_many_aliases() -> None:
    text = "a: &a 1\nb:\n" + "- *a\n" * 11
    assert read(text, aliases=11).problems == ()
    assert lines(read(text, aliases=10)) == [
        "a.yaml:13: more than 10 aliases; split it or leave it out"
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100 + "]" * 100, "- " * 100 + "x", "".join(" " * n + "a:\n" for n in range(100))]
)
def test_depth(text: str) -> None:
    assert read(text).problems == ()
    assert lines(read(text, depth=99)) == [
        f"a.yaml:{text.count(chr(10)) or 1}: nested more than 99 levels deep; "
        "split it or leave it out"
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
def test_a_depth_bomb_is_refused(text: str) -> None:
    (problem,) = read(text).problems
    assert "nested more than 100 levels" in problem.what


def test_aliases_do_not_add_up_to_depth() -> None:
    text = "a: &a " + "[" * 6 + "]" * 6 + "\nb: &b " + "[" * 6 + "*a" + "]" * 6
    assert read(text, depth=13).problems == ()
    (problem,) = read(text, depth=12).problems
    assert problem.where == "a.yaml:2"
    assert "nested more than 12" in problem.what


def test_caps_on_bytes() -> None:
    assert lines(read("a: 1\n---\nb: " + "é" * 10 + "\n", document_bytes=20)) == [
        "a.yaml:2: 28 bytes, over the cap of 20 bytes a document; split it or leave it out"
    ]
    assert lines(read("a: 12345", file_bytes=7)) == [
        "a.yaml: 8 bytes, over the cap of 7 bytes a file; split it or leave it out"
    ]


def test_cap_on_documents() -> None:
    parsed = read("---\na: 1\n" * 4, documents=3)
    assert len(parsed.documents) == 3
    assert lines(parsed) == [
        "a.yaml:7: more than 3 documents; those from here on were not read; split the file"
    ]


def test_cap_on_problems() -> None:
    parsed = read("a: 1\n" * 6, problems=2)
    assert [p.where for p in parsed.problems] == ["a.yaml:2", "a.yaml:3", "a.yaml"]
    assert parsed.problems[2].what == "3 more problems are not listed"
