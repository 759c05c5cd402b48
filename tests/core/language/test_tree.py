"""Trees: character sets, and the short ways to write the usual parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.language.sample import holds
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    EVERY_CHARACTER,
    NOTHING,
    OTHER,
    Cat,
    Tree,
    bit,
    bits,
    but,
    chars,
    leading,
    literal,
    mask_of,
    maybe,
    plus,
    searched,
    star,
)


@given(st.frozensets(st.integers(0, 300)))
def test_the_bits_of_a_set_are_its_numbers(numbers: frozenset[int]) -> None:
    assert list(bits(sum(1 << number for number in numbers))) == sorted(numbers)


@given(st.text(max_size=6), st.characters())
def test_a_character_set_holds_its_characters(text: str, char: str) -> None:
    inside = any(char == one or min(ord(char), ord(one)) >= OTHER for one in text)
    assert bool(mask_of(text) & bit(char)) is inside
    assert chars(text).mask | but(text).mask == EVERY_CHARACTER
    assert not chars(text).mask & but(text).mask


AB = literal("ab")
PARTS: tuple[tuple[Tree, tuple[str, ...], tuple[str, ...]], ...] = (
    (AB, ("ab",), ("", "a", "AB", "abb")),
    (literal("aB-1", caseless=True), ("aB-1", "Ab-1", "AB-1"), ("ab1", "aB\r1")),
    (literal("é", caseless=True), ("é", "ü"), ("e", "")),
    (literal(""), ("",), ("a",)),
    (EMPTY_TEXT, ("",), ("a",)),
    (NOTHING, (), ("", "a", "é")),
    (ANYTHING, ("", "a", "é\n"), ()),
    (star(AB), ("", "ab", "abab"), ("aba",)),
    (plus(AB), ("ab", "abab"), ("", "aba")),
    (maybe(AB, chars("c")), ("", "abc"), ("ab", "c", "abcabc")),
    (searched(AB), ("ab", "xabx", "aab"), ("", "axb")),
    (leading(AB), ("ab", "abx"), ("xab", "a")),
    (Cat((chars("a"), but("b"))), ("aa", "aé", "a\n"), ("ab", "a")),
)


@pytest.mark.parametrize(("tree", "takes", "refuses"), PARTS)
def test_the_parts_mean_what_they_say(
    tree: Tree, takes: tuple[str, ...], refuses: tuple[str, ...]
) -> None:
    assert [text for text in takes if holds(tree, text) is not True] == []
    assert [text for text in refuses if holds(tree, text) is not False] == []
