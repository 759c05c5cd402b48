"""Random members of several languages at once, drawn by walking their machines side by side."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeAlias

from auditor.core.language.machine import Machine
from auditor.core.language.tree import OTHER, bits

LONGEST = 90
SHARE_PIECE, SHARE_LIKED, STOP = 0.45, 0.7, 0.12
"""Of steps that follow a whole piece, of other steps that take a liked character; and the chance
to stop where the text so far is a member."""
_TRIES = 4

_States: TypeAlias = tuple[int, ...]


class Walk:
    """Walks through `machines` that like to follow `pieces` and to take their characters."""

    def __init__(self, machines: Sequence[Machine], random: Random, pieces: Sequence[str]) -> None:
        self._machines = machines
        self._random = random
        self._pieces = tuple(pieces)
        self._liked = "".join(sorted(set("".join(pieces)))) or "a"
        self._choices: dict[_States, str] = {}

    def texts(self, tries: int) -> Iterator[str]:
        """What `tries` walks come to; those that run into a dead end come to nothing."""
        for _ in range(tries):
            text = self._text()
            if text is not None:
                yield text

    def _text(self) -> str | None:
        states, text = tuple(machine.start for machine in self._machines), ""
        while len(text) < LONGEST:
            if self._ends(states) and self._random.random() < STOP:
                return text
            onward = self._onward(states)
            if onward is None:
                return text if self._ends(states) else None
            states, text = onward[0], text + onward[1]
        return text if self._ends(states) else None

    def _onward(self, states: _States) -> tuple[_States, str] | None:
        if self._pieces and self._random.random() < SHARE_PIECE:
            piece = self._random.choice(self._pieces)
            after = self._after(states, piece)
            if after is not None:
                return after, piece
        for _ in range(_TRIES if self._random.random() < SHARE_LIKED else 0):
            char = self._random.choice(self._liked)
            after = self._after(states, char)
            if after is not None:
                return after, char
        allowed = self._allowed(states)
        if not allowed:
            return None
        char = self._random.choice(allowed)
        after = self._after(states, char)
        assert after is not None
        return after, char

    def _after(self, states: _States, text: str) -> _States | None:
        for char in text:
            following = tuple(m.step(s, char) for m, s in zip(self._machines, states, strict=True))
            if not all(following):
                return None
            states = following
        return states

    def _allowed(self, states: _States) -> str:
        """The ASCII characters that no machine dies of."""
        found = self._choices.get(states)
        if found is None:
            together = (1 << OTHER) - 1
            for machine, state in zip(self._machines, states, strict=True):
                together &= sum(mask for mask, _ in machine.arcs(state))
            found = self._choices[states] = "".join(map(chr, bits(together)))
        return found

    def _ends(self, states: _States) -> bool:
        return all(m.accepting(s) for m, s in zip(self._machines, states, strict=True))
