"""What a search through languages walks: a deterministic automaton that grows where it is walked."""

from typing import Protocol, TypeAlias

Arc: TypeAlias = tuple[int, int]
"""A character set and the state that every character of it leads to."""


class Machine(Protocol):
    """A language of whole texts by integer states; 0 is dead."""

    start: int

    def __hash__(self) -> int:
        """By identity: machines are memoised."""
        ...

    def step(self, state: int, char: str) -> int:
        """The state after `char`."""
        ...

    def accepting(self, state: int) -> bool:
        """Whether the text so far is in the language."""
        ...

    def arcs(self, state: int) -> tuple[Arc, ...]:
        """The ways on from `state`, by disjoint character sets; every other character is the end."""
        ...

    def settled(self, state: int) -> bool:
        """Whether what follows cannot change the answer: dead, or taking everything."""
        ...

    def remaining(self, state: int) -> int:
        """Characters that a text in the language still needs after `state`, at least."""
        ...

    @property
    def weight(self) -> int:
        """Bytes that it takes, less what is remembered, roughly."""
        ...

    @property
    def held(self) -> int:
        """How much is remembered of the texts and ways walked so far, in steps."""
        ...

    def forget(self) -> None:
        """Give back the memory of a long walk; states handed out before are void."""
        ...


def accepts(machine: Machine, text: str) -> bool:
    """Whether `text`, whole, is in the language of `machine`."""
    state = machine.start
    for char in text:
        state = machine.step(state, char)
        if not state:
            return False
    return machine.accepting(state)


class Exhausted(Exception):  # noqa: N818 - the end of a budget, not an error
    """A walk through a machine that costs more than is spent on one; the message says how much."""
