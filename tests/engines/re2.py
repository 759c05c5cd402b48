"""RE2 as the PyPI package brings it: whole texts, and Envoy's way of asking.

Envoy: `allow_origin_string_match` takes an origin if a matcher takes it, or takes the text `*`
(see the row of Envoy in the product's dialect table). RE2 is linear in the text: no limits here.
"""

from collections.abc import Sequence

import re2  # type: ignore[import-untyped]

from auditor.core.language.pattern import Dialect
from tests.engines.engine import Answer, Question, Refused


class Re2:
    """Google's RE2, in this process."""

    def __init__(self) -> None:
        self._options = re2.Options()
        self._options.log_errors = False

    def answer(self, dialect: Dialect, questions: Sequence[Question]) -> list[Answer]:
        """Answer every question, in order."""
        return [self._answer(dialect is Dialect.ENVOY, question) for question in questions]

    def close(self) -> None:
        """Nothing was started."""

    def _answer(self, envoy: bool, question: Question) -> Answer:
        try:
            compiled = re2.compile(question.pattern, self._options)
        except re2.error as error:
            return Refused(_words(error))
        everything = envoy and compiled.fullmatch("*") is not None
        return tuple(everything or compiled.fullmatch(text) is not None for text in question.texts)


def _words(error: re2.error) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
