"""Finite languages against what Python says of strings."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.core.language.machine import accepts
from auditor.core.language.words import Substrings, Words
from tests.core.language.ways import same_ways


@given(st.text("ab", max_size=8), st.text("abc", max_size=4))
def test_substrings(text: str, part: str) -> None:
    machine = Substrings(text)
    assert accepts(machine, part) is (part in text)
    same_ways(machine, "abc")


@given(st.text("ab", max_size=8), st.text("ab", max_size=4), st.text("ab", max_size=4))
def test_substrings_are_settled_only_when_there_are_none(text: str, part: str, rest: str) -> None:
    machine = Substrings(text)
    state = machine.start
    for char in part:
        state = machine.step(state, char)
    assert machine.settled(state) is not (part in text)
    assert machine.remaining(state) == 0
    machine.forget()
    assert accepts(machine, part + rest) is (part + rest in text)


@given(st.frozensets(st.text("ab", max_size=4), max_size=5), st.text("ab", max_size=5))
def test_words(words: frozenset[str], text: str) -> None:
    trie = Words(words)
    node = trie.start
    for char in text:
        named = bool(trie.named(node) >> ord(char) & 1)
        node = trie.step(node, char)
        assert named is bool(node)
    assert trie.accepting(node) is (text in words)


def test_a_dead_word_stays_dead() -> None:
    trie = Words(["a"])
    assert trie.step(trie.step(trie.start, "b"), "a") == 0
    assert not trie.named(0)
    assert not trie.accepting(0)
