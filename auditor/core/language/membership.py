"""Whether a pattern takes one text, when a class is not the question."""

from functools import lru_cache

from auditor.core.language.dialect import Opaque, compile_pattern, tree_of
from auditor.core.language.machine import Machine, accepts
from auditor.core.language.pattern import Pattern
from auditor.core.language.positions import REPEAT_CAP
from auditor.core.language.sample import holds

MEMORY_CAP = 50_000
"""Steps that the machine of one pattern may remember between two questions."""


@lru_cache(maxsize=65_536)
def takes_all_alike(pattern: Pattern, origin: str) -> bool | None:
    """Whether `pattern` takes `origin` and, with it, its whole decision class; None where no automaton
    says so."""
    machine = compile_pattern(pattern)
    return None if isinstance(machine, Opaque) else _accepts(machine, origin)


@lru_cache(maxsize=65_536)
def takes_alone(pattern: Pattern, origin: str) -> bool | None:
    """Whether `pattern` takes `origin` itself; tried where there is no automaton, None where even that
    does not tell."""
    machine = compile_pattern(pattern)
    if isinstance(machine, Opaque):
        return None if machine.tree is None else holds(machine.tree, origin)
    if len(origin) > REPEAT_CAP and (tree := tree_of(pattern)) is not None:
        # Longer than any origin of a browser: machines do not count so far.
        return holds(tree, origin)
    return _accepts(machine, origin)


def _accepts(machine: Machine, origin: str) -> bool:
    found = accepts(machine, origin)
    if machine.held > MEMORY_CAP:
        machine.forget()
    return found


def unread_cause(pattern: Pattern) -> str:
    """Why it is not known what `pattern` takes."""
    machine = compile_pattern(pattern)
    if not isinstance(machine, Opaque):
        return ""
    how = "is only sampled" if machine.tree is not None else "cannot be read"
    return f"pattern {pattern} {how}: {machine.reason}"
