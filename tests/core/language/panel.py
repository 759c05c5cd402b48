"""Second opinions on what a pattern takes: the real engines, and string functions for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TypeAlias

from auditor.core.language.pattern import Dialect, Pattern
from tests.core import naive_match
from tests.engines.engine import Engine, Question, Refused, Verdict
from tests.engines.roster import ENGINES, engine_of

CHUNK = 400
"""Texts of one question; a slow pattern costs the rest of its chunk, not of all."""

Opinion: TypeAlias = Mapping[str, Verdict]
"""By text, whether a pattern takes it."""


class Panel:
    """The engines of several dialects, each started when it is first asked."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._engines: dict[Dialect, Engine] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def opinions(self, asked: Mapping[Pattern, Sequence[str]]) -> dict[Pattern, Opinion | Refused]:
        """What each pattern says of its texts; `Refused` where the engine takes no such pattern."""
        found: dict[Pattern, Opinion | Refused] = {}
        for dialect in sorted({pattern.dialect for pattern in asked}):
            mine = {p: texts for p, texts in asked.items() if p.dialect is dialect}
            found.update(self._engine(dialect, mine) if dialect in ENGINES else _plainly(mine))
        return found

    def _engine(
        self, dialect: Dialect, asked: Mapping[Pattern, Sequence[str]]
    ) -> dict[Pattern, Opinion | Refused]:
        engine = self._engines.get(dialect)
        if engine is None:
            engine = self._engines[dialect] = self._stack.enter_context(engine_of(dialect))
        chunks = [(p, chunk) for p, texts in asked.items() for chunk in _chunks(texts)]
        questions = [Question(pattern.text, tuple(chunk)) for pattern, chunk in chunks]
        answers = engine.answer(dialect, questions)
        found: dict[Pattern, Opinion | Refused] = {}
        for (pattern, chunk), answer in zip(chunks, answers, strict=True):
            known = found.get(pattern, {})
            if isinstance(answer, Refused) or isinstance(known, Refused):
                found[pattern] = answer if isinstance(answer, Refused) else known
            else:
                found[pattern] = {**known, **dict(zip(chunk, answer, strict=True))}
        return found


def _plainly(asked: Mapping[Pattern, Sequence[str]]) -> dict[Pattern, Opinion | Refused]:
    return {p: {text: naive_match.takes(p, text) for text in texts} for p, texts in asked.items()}


def _chunks(texts: Sequence[str]) -> Iterable[Sequence[str]]:
    return (texts[at : at + CHUNK] for at in range(0, max(len(texts), 1), CHUNK))
