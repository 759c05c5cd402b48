"""Libraries that do a benchmark's task in their own way, each in a process of its own with a time limit.

The task is made easier for them: texts of 41 characters instead of the origins of browsers, no
witness, and no class of origins is shown to be one that a browser can send.
"""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from tests.bench.inputs import Input

LIMIT_SECONDS = 20.0
MISSING = "{library}: not installed; make venv, it stands among the development dependencies"


class Library(StrEnum):
    """A library, by its name on the package index."""

    AUTOMATA = "automata-lib"
    INTEREGULAR = "interegular"

    @property
    def installed(self) -> bool:
        """Whether it can be imported."""
        name = "automata" if self is Library.AUTOMATA else "interegular"
        return importlib.util.find_spec(name) is not None

    def reads(self, one: Input) -> bool:
        """Whether it can express `one`: a word, or an expression without what it has no syntax for."""
        if one.plain is None:
            return one.pattern.dialect == "exact"
        return self is Library.INTEREGULAR or "(?" not in one.plain


@dataclass(frozen=True, slots=True)
class Language:
    """The texts in `words`, and those that one of `expressions` takes."""

    words: tuple[str, ...]
    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Whether anything is in the first language of each of `pairs` and not in the second, every
    different pair once; or the parts that `divided` divide all texts into, counted."""

    pairs: tuple[tuple[Language, Language], ...] = ()
    divided: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """`seconds` that the task took, the best of a few turns; None: it was stopped. `answers`: for each
    pair whether anything was left, or the number of parts."""

    seconds: float | None
    answers: tuple[int, ...] = ()


def language(inputs: Iterable[Input]) -> Language:
    """`inputs` as a library is given them."""
    listed = tuple(inputs)
    return Language(
        tuple(one.pattern.text for one in listed if one.plain is None),
        tuple(one.plain for one in listed if one.plain is not None),
    )


def difference(left: Sequence[Input], right: Sequence[Input]) -> Task:
    """One pair."""
    return Task(pairs=((language(left), language(right)),))


def division(inputs: Iterable[Input]) -> Task:
    """The cut of `inputs`."""
    return Task(divided=tuple(language((one,)) for one in inputs))


def run(library: Library, task: Task, limit: float = LIMIT_SECONDS) -> Done:
    """Do `task` in a process of its own; RuntimeError when it fails, or `library` is missing."""
    if not library.installed:
        raise RuntimeError(MISSING.format(library=library))
    command = [sys.executable, "-m", "tests.bench.worker", library]
    root = Path(__file__).parents[2]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            input=json.dumps(asdict(task)),
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return Done(None)
    if done.returncode:
        raise RuntimeError(f"{library}: {done.stderr.strip().splitlines()[-1]}")
    answer = json.loads(done.stdout)
    return Done(answer["seconds"], tuple(answer["answers"]))
