"""What every machine owes a search: its ways on are its single steps, and it settles rightly."""

import itertools
from collections.abc import Iterable

from auditor.core.language.machine import Machine
from auditor.core.language.tree import bit

STATES = 100


def same_ways(machine: Machine, alphabet: str) -> None:
    """Walk a hundred states: sets are disjoint, each leads where its characters lead, none is left out."""
    for state in states_of(machine):
        ways = machine.arcs(state)
        for one, other in itertools.combinations(ways, 2):
            assert not one[0] & other[0]
        for char in alphabet:
            led = [following for mask, following in ways if mask & bit(char)] or [0]
            assert led == [machine.step(state, char)]


def states_of(machine: Machine) -> Iterable[int]:
    """The start of `machine` and what is reached from there, a hundred states at most."""
    seen, todo = {machine.start}, [machine.start]
    while todo and len(seen) < STATES:
        state = todo.pop()
        yield state
        fresh = {following for _, following in machine.arcs(state)} - seen
        seen |= fresh
        todo += sorted(fresh)


def state_after(machine: Machine, text: str) -> int:
    """The state that `text` leads to."""
    state = machine.start
    for char in text:
        state = machine.step(state, char) if state else 0
    return state
