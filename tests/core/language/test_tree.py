"""Automata: trees against string membership, and the ways on against single steps."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.pattern import Pattern
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    Alt,
    Automaton,
    Cat,
    Machine,
    Star,
    Substrings,
    Tree,
    Words,
    accepts,
    but,
    chars,
    literal,
    maybe,
    plus,
)
from auditor.core.language.universe import origins
from tests.core.language.samples import ORIGINS, PATTERNS, valid

SHORT = tuple("".join(text) for n in range(5) for text in itertools.product("abé", repeat=n))

trees = st.recursive(
    st.sampled_from([chars("a"), chars("b"), chars("ab"), but("a"), but(""), EMPTY_TEXT]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: Cat(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Alt(tuple(parts)))
        | inner.map(Star)
    ),
    max_leaves=6,
)


def ends(tree: Tree, text: str, at: int) -> frozenset[int]:
    """Where `tree` can stop when it starts at `at`: the meaning of a tree, read off its shape."""
    match tree:
        case Cat(parts):
            reached = frozenset({at})
            for part in parts:
                reached = frozenset(end for here in reached for end in ends(part, text, here))
            return reached
        case Alt(options):
            return frozenset(end for option in options for end in ends(option, text, at))
        case Star(inner):
            reached = frozenset({at})
            while True:
                more = reached | {end for here in reached for end in ends(inner, text, here)}
                if more == reached:
                    return reached
                reached = more
        case _:
            inside = at < len(text) and tree.mask >> min(ord(text[at]), 128) & 1
            return frozenset({at + 1} if inside else ())


@given(trees)
def test_an_automaton_takes_what_its_tree_means(tree: Tree) -> None:
    machine = Automaton(tree)
    for text in SHORT:
        assert accepts(machine, text) is (len(text) in ends(tree, text, 0)), text


@given(trees)
def test_the_ways_on_are_the_single_steps(tree: Tree) -> None:
    same_ways(Automaton(tree), "ab")


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_the_ways_on_of_patterns(pattern: Pattern) -> None:
    machine = compile_pattern(pattern)
    assert not isinstance(machine, Opaque)
    same_ways(machine, "https://aB1*.:")


def same_ways(machine: Machine, alphabet: str) -> None:
    """Walk a hundred states: sets are disjoint, each leads where its characters lead, none is left out."""
    seen, todo = {machine.start}, [machine.start]
    while todo and len(seen) < 100:
        state = todo.pop()
        ways = machine.edges(state)
        for one, other in itertools.combinations(ways, 2):
            assert not one[0] & other[0]
        for char in alphabet:
            led = [following for mask, following in ways if mask >> ord(char) & 1] or [0]
            assert led == [machine.step(state, char)]
        todo += [following for _, following in ways if following not in seen]
        seen |= {following for _, following in ways}


@given(trees)
def test_a_settled_state_stays_as_it_is(tree: Tree) -> None:
    machine = Automaton(tree)
    for prefix in SHORT[:40]:
        state = machine.start
        for char in prefix:
            state = machine.step(state, char)
        if machine.settled(state):
            after = {accepts(machine, prefix + text) for text in SHORT[:40]}
            assert after == {machine.accepting(state)}


def test_taking_everything_is_settled() -> None:
    machine = Automaton(Cat((literal("a"), ANYTHING)))
    inside = machine.step(machine.step(machine.start, "a"), "x")
    assert machine.settled(inside)
    assert machine.settled(0)
    assert not machine.settled(machine.start)


def test_the_parts_of_trees() -> None:
    machine = Automaton(Cat((literal("aB", caseless=True), maybe(chars("-"), plus(chars("01"))))))
    taken = ["ab", "AB", "aB-0", "ab-10"]
    assert all(accepts(machine, text) for text in taken)
    assert not any(accepts(machine, text) for text in ["a", "ab-", "ab-2", "ab0", "é", ""])


@given(st.text("ab", max_size=8), st.text("ab", max_size=4))
def test_substrings(text: str, part: str) -> None:
    machine = Substrings(text)
    assert accepts(machine, part) is (part in text)
    same_ways(machine, "ab")


@given(st.frozensets(st.text("ab", max_size=4), max_size=5), st.text("ab", max_size=5))
def test_words(words: frozenset[str], text: str) -> None:
    trie = Words(words)
    node = trie.start
    for char in text:
        named = bool(trie.named(node) >> ord(char) & 1)
        node = trie.step(node, char)
        assert named is bool(node)
    assert trie.accepting(node) is (text in words)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "https://a.com.",
        "https://localhost",
        "http://127.0.0.1:8080",
        "https://[::1]:8443",
        "https://[2001:db8::1]",
        "https://xn--strae-oqa.example",
        "https://a_b.example.com",
        "https://a.com:65535",
        "chrome-extension://abc",
        "capacitor://localhost",
    ],
)
def test_the_universe_holds(text: str) -> None:
    assert valid(text)
    assert accepts(origins(), text)


@given(ORIGINS)
def test_every_origin_of_a_page_is_in_the_universe(text: str) -> None:
    scheme = text.partition("://")[0] if "://" in text else ""
    assert accepts(origins(frozenset({scheme} - {""})), text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https://a.com/",
        "HTTPS://a.com",
        "https://A.com",
        "xhttps://a.com",
        "https://a..com",
        "https://a.com:",
        "https://a.com:080",
        "https://a b",
        "*",
        "nullx",
    ],
)
def test_what_no_page_has_is_outside(text: str) -> None:
    assert not accepts(origins(), text)
