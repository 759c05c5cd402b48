"""One task in one library: `python -m tests.bench.worker LIBRARY < TASK`, both as `library` has them."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import interegular
from automata.fa.dfa import DFA
from automata.fa.nfa import NFA
from interegular.fsm import FSM

from tests.bench.library import Language, Library, Task

CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.:/_")
TURNS = 5
_ENOUGH_SECONDS = 1.0
_QUOTED = frozenset(".*+?()[]{}|^&\\")

Automaton: TypeAlias = Any
"""A `DFA` of one library or an `FSM` of the other."""


class Automata:
    """automata-lib 9: lists have a way of their own, a difference is a test for a subset."""

    def everything(self) -> Automaton:
        return DFA.universal_language(CHARACTERS)

    def build(self, language: Language) -> Automaton:
        parts = []
        if language.words:
            parts.append(DFA.from_finite_language(CHARACTERS, set(language.words)))
        if language.expressions:
            text = "|".join(f"({one})" for one in language.expressions)
            parts.append(DFA.from_nfa(NFA.from_regex(text, input_symbols=CHARACTERS)))
        return parts[0] if len(parts) == 1 else parts[0] | parts[1]

    def leaves(self, left: Automaton, right: Automaton) -> bool:
        return not left <= right

    def split(self, part: Automaton, by: Automaton) -> list[Automaton]:
        return [one for one in (part & by, part - by) if not one.isempty()]


class Interegular:
    """interegular 0.3: everything is an expression of Python's."""

    def everything(self) -> Automaton:
        return interegular.parse_pattern(".*").to_fsm()

    def build(self, language: Language) -> Automaton:
        quoted = ("".join(map(_quoted, text)) for text in language.words)
        text = "|".join(f"(?:{one})" for one in (*quoted, *language.expressions))
        return interegular.parse_pattern(text).to_fsm()

    def leaves(self, left: FSM, right: FSM) -> bool:
        return not (left - right).empty()

    def split(self, part: FSM, by: FSM) -> list[FSM]:
        return [one for one in (part & by, part - by) if not one.empty()]


def _quoted(char: str) -> str:
    return f"\\{char}" if char in _QUOTED else char


def solve(engine: Automata | Interegular, task: Task) -> list[int]:
    """The answers of `task`."""
    known: dict[tuple[Language, Language], bool] = {}
    for left, right in task.pairs:
        if (left, right) not in known:
            known[left, right] = engine.leaves(engine.build(left), engine.build(right))
    if task.pairs:
        return [int(known[pair]) for pair in task.pairs]
    parts = [engine.everything()]
    for one in map(engine.build, task.divided):
        parts = [piece for part in parts for piece in engine.split(part, one)]
    return [len(parts)]


def timed(subject: Callable[[], list[int]]) -> tuple[float, list[int]]:
    """The best time of a few turns, of one where that takes long, and the answers."""
    spent: list[float] = []
    answers: list[int] = []
    while len(spent) < TURNS and sum(spent) < _ENOUGH_SECONDS:
        started = time.perf_counter()
        answers = subject()
        spent.append(time.perf_counter() - started)
    return min(spent), answers


def _task(found: dict[str, Any]) -> Task:
    pairs = ((_language(left), _language(right)) for left, right in found["pairs"])
    return Task(tuple(pairs), tuple(map(_language, found["divided"])))


def _language(found: dict[str, Iterable[str]]) -> Language:
    return Language(tuple(found["words"]), tuple(found["expressions"]))


def main(library: str, text: str) -> None:
    """Print the outcome as JSON."""
    engine = Automata() if library == Library.AUTOMATA else Interegular()
    task = _task(json.loads(text))
    seconds, answers = timed(lambda: solve(engine, task))
    print(json.dumps({"seconds": seconds, "answers": answers}))


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.read())
