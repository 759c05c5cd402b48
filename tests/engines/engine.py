"""What a regex engine is asked and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from auditor.core.language.pattern import Dialect

Verdict: TypeAlias = bool | None
"""Whether the pattern takes the text; None: the engine gave up at a time or match limit."""


@dataclass(frozen=True, slots=True)
class Question:
    """One pattern, as the dialect writes it, and the texts to try it on."""

    pattern: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The engine calls the pattern invalid, in its own words."""

    message: str


Answer: TypeAlias = Refused | tuple[Verdict, ...]
"""Of one question: a verdict for each text, in order, unless the pattern is refused."""


class Engine(Protocol):
    """A real implementation of one or several dialects."""

    def answer(self, dialect: Dialect, questions: Sequence[Question]) -> list[Answer]:
        """Answer every question, in order."""
        ...

    def close(self) -> None:
        """End what was started."""
        ...
