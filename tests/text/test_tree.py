"""The values that parsers return."""

import pytest

from auditor.text.problems import BrokenDocumentError, Problems
from auditor.text.tree import Mapping, Mark, Node, Opaque, Problem, Scalar, Sequence, plain

HERE = Mark(1, 1)
ONE = Scalar(1, "1", HERE)
TEXT = Scalar("x", "x", HERE, quoted=True)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, None),
        (ONE, 1),
        (TEXT, "x"),
        (Sequence((ONE, TEXT), HERE), [1, "x"]),
        (Mapping(((TEXT, Sequence((), HERE)), (ONE, ONE)), HERE), {"x": [], 1: 1}),
        (Opaque("!Ref", HERE), Opaque("!Ref", HERE)),
    ],
)
def test_plain(node: Node | None, expected: object) -> None:
    assert plain(node) == expected


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (Scalar("a", "a", HERE), "a"),
        (Scalar(True, "on", HERE), "on"),
        (Scalar(511, "0777", HERE), "0777"),
        (Scalar(None, "", HERE), ""),
        (Scalar("key", "KEY", HERE), "key"),
    ],
)
def test_a_key_is_found_by_its_text(key: Scalar, found: str) -> None:
    mapping = Mapping(((key, ONE),), HERE)
    assert mapping.get(found) == ONE
    assert mapping.get("other") is None


def test_the_last_of_two_keys_with_one_text_is_found() -> None:
    mapping = Mapping(((ONE, ONE), (Scalar("1", "1", HERE, quoted=True), TEXT)), HERE)
    assert mapping.get("1") == TEXT


def test_a_problem_is_one_line() -> None:
    problems = Problems("a.yaml", 9)
    problems.add(3, "what", "do")
    problems.add_broken(BrokenDocumentError(None, "why", "do it"))
    assert problems.listed() == (
        Problem("a.yaml:3", "what", "do"),
        Problem("a.yaml", "why", "do it"),
    )
    assert [str(p) for p in problems.listed()] == ["a.yaml:3: what; do", "a.yaml: why; do it"]
