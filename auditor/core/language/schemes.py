"""The schemes that patterns name: an app shell's origin is in the universe once somebody writes it."""

from collections.abc import Callable, Iterable, Iterator

from auditor.core.language.dialect import Opaque, compile_pattern, singleton
from auditor.core.language.machine import Machine
from auditor.core.language.pattern import Pattern
from auditor.core.language.tree import bits
from auditor.core.language.universe import scheme_of

_LONGEST = 24
_STEPS = 400


def schemes_of(
    patterns: Iterable[Pattern], literals: Iterable[str], valid: Callable[[str], bool]
) -> frozenset[str]:
    """The schemes that `patterns` and `literals` spell out, letter by letter, before `://`, less those
    whose pages have no origin of their own: nothing with them is `valid`."""
    found = set(filter(None, map(scheme_of, literals)))
    for pattern in patterns:
        alone = singleton(pattern)
        if alone is not None:
            found.update(filter(None, (scheme_of(alone),)))
            continue
        machine = compile_pattern(pattern)
        if not isinstance(machine, Opaque):
            found |= _spelt_whole(machine)
    return frozenset(scheme for scheme in found if valid(f"{scheme}://a"))


def _spelt_whole(machine: Machine) -> set[str]:
    """Without those that only repeat the beginning of another, where a text may begin anyhow."""
    found = set(_spelt(machine))
    if not machine.step(machine.start, "~"):
        return found
    return {
        one for one in found if not any(one != other and one.endswith(other) for other in found)
    }


def _spelt(machine: Machine) -> Iterator[str]:
    todo, steps = [("", machine.start)], 0
    while todo and steps < _STEPS:
        text, state = todo.pop()
        for mask, following in machine.arcs(state):
            steps += 1
            char = _only(mask)
            if char == ":" and scheme_of(f"{text}://") and _goes_on(machine, following):
                yield text
            elif char and (char.isalnum() or char in "+-.") and len(text) < _LONGEST:
                todo.append((text + char, following))


def _only(mask: int) -> str | None:
    """The one character of `mask`, be it in both cases; None for sets."""
    members = {chr(at).lower() for at in bits(mask)} if mask.bit_count() <= 2 else ()
    return next(iter(members)) if len(members) == 1 else None


def _goes_on(machine: Machine, state: int) -> bool:
    for char in "//":
        state = machine.step(state, char) if state else 0
    return bool(state)
