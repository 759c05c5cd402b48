"""Finite languages: sets of texts, and the substrings of one text."""

from collections.abc import Iterable

from auditor.core.language.machine import Arc
from auditor.core.language.tree import bit


class Words:
    """A finite set of texts as a trie; a state is a node, numbered from 1."""

    def __init__(self, words: Iterable[str]) -> None:
        self.start = 1
        self._children: list[dict[str, int]] = [{}, {}]
        self._ends: set[int] = set()
        for word in words:
            self._add(word)

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        return self._children[state].get(char, 0)

    def accepting(self, state: int) -> bool:
        """Whether the text so far is one of the words."""
        return state in self._ends

    def named(self, state: int) -> int:
        """The set of characters that lead on from `state`."""
        return sum(map(bit, self._children[state]))

    def _add(self, word: str) -> None:
        node = 1
        for char in word:
            following = self._children[node].get(char)
            if following is None:
                following = self._children[node][char] = len(self._children)
                self._children.append({})
            node = following
        self._ends.add(node)


class Substrings:
    """Every substring of one text, the empty one included; a state is a bit set of end positions."""

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        for position, char in enumerate(text):
            self._at[char] = self._at.get(char, 0) | (2 << position)
        self.start = (1 << (len(text) + 1)) - 1

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        return (state << 1) & self._at.get(char, 0)

    def accepting(self, state: int) -> bool:
        """Every state that is not dead is a substring."""
        return bool(state)

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on from `state`: one character each."""
        steps = ((bit(char), self.step(state, char)) for char in self._at)
        return tuple((mask, following) for mask, following in steps if following)

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead."""
        return not state

    def remaining(self, state: int) -> int:
        """None: every substring counts."""
        return 0

    @property
    def weight(self) -> int:
        """A character set for each character that occurs."""
        return len(self._at) * self.start.bit_length() // 8

    @property
    def held(self) -> int:
        """Nothing."""
        return 0

    def forget(self) -> None:
        """Nothing is kept."""
