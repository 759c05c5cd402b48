"""The product's reading of patterns beside the verdicts of the real engine."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TypeAlias

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.machine import Exhausted, accepts
from auditor.core.language.pattern import Dialect, Pattern
from tests.engines.engine import Engine, Question, Refused, Verdict
from tests.engines.origins import texts
from tests.engines.patterns import patterns
from tests.engines.spelling import body

Takes: TypeAlias = Callable[[str], bool]
Reader: TypeAlias = Callable[[Pattern], Takes | Opaque]


def read(pattern: Pattern) -> Takes | Opaque:
    """The product's own reading of `pattern`, as a test of texts."""
    machine = compile_pattern(pattern)
    return machine if isinstance(machine, Opaque) else partial(accepts, machine)


@dataclass(frozen=True, slots=True)
class Difference:
    """One text that the engine and the product judge differently."""

    pattern: Pattern
    text: str
    engine: bool

    def __str__(self) -> str:
        verdicts = f"engine {self.engine}, ours {not self.engine}"
        return f"{self.pattern.dialect} {self.pattern.text!r} on {self.text!r}: {verdicts}"


@dataclass(frozen=True, slots=True)
class Loose:
    """A pattern that the engine refuses and the product reads."""

    pattern: Pattern
    message: str

    def __str__(self) -> str:
        return f"{self.pattern.dialect} {self.pattern.text!r} is read, but refused: {self.message}"


@dataclass(slots=True)
class Comparison:
    """What was compared, and what did not agree."""

    patterns: int = 0
    refused: int = 0
    """Patterns that the engine refuses."""
    pairs: int = 0
    """Pairs of pattern and text on which both gave a verdict."""
    taken: int = 0
    """Pairs of these that the engine takes."""
    given_up: int = 0
    """Pairs on which the engine met a limit."""
    differences: list[Difference] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    opaque: list[Opaque] = field(default_factory=list)
    """What the engine accepts and the product does not read."""

    @property
    def opaque_share(self) -> float:
        """Of the patterns that the engine accepts."""
        return len(self.opaque) / max(1, self.patterns - self.refused)

    def __str__(self) -> str:
        return (
            f"{self.patterns} patterns ({self.refused} refused by the engine), {self.pairs:,} pairs"
            f" compared, {self.taken:,} of them taken, {self.given_up} given up;"
            f" {len(self.differences)} differences, {len(self.loose)} read though refused,"
            f" {len(self.opaque)} opaque ({self.opaque_share:.1%})"
        )


def questions(dialect: Dialect, seed: int, count: int) -> list[Question]:
    """`count` random patterns of `dialect`, each with about twenty texts."""
    return ask_about(dialect, patterns(dialect, seed, count), seed)


def ask_about(dialect: Dialect, written: Iterable[str], seed: int) -> list[Question]:
    """Each of the patterns `written`, with about twenty texts."""
    random = Random(f"texts {dialect} {seed}")
    return [Question(text, texts(body(dialect, text), random)) for text in written]


def compare(
    dialect: Dialect,
    engine: Engine,
    asked: Sequence[Question],
    reader: Reader = read,
) -> Comparison:
    """Put each question to `engine` and to `reader`."""
    found = Comparison(patterns=len(asked))
    for question, answer in zip(asked, engine.answer(dialect, asked), strict=True):
        pattern = Pattern(dialect, question.pattern)
        try:
            takes = reader(pattern)
            if isinstance(answer, Refused):
                found.refused += 1
                if not isinstance(takes, Opaque):
                    found.loose.append(Loose(pattern, answer.message))
            elif isinstance(takes, Opaque):
                found.opaque.append(takes)
            else:
                for text, verdict in zip(question.texts, answer, strict=True):
                    _judge(found, takes, Difference(pattern, text, bool(verdict)), verdict)
        except Exhausted as error:
            found.opaque.append(Opaque(pattern, f"exhausted: {error}"))
        except BaseException as error:
            error.add_note(f"while reading {pattern.dialect} {pattern.text!r}")
            raise
    return found


def _judge(found: Comparison, takes: Takes, difference: Difference, verdict: Verdict) -> None:
    if verdict is None:
        found.given_up += 1
        return
    found.pairs += 1
    found.taken += verdict
    if takes(difference.text) is not verdict:
        found.differences.append(difference)


def reasons(opaque: Sequence[Opaque]) -> list[str]:
    """Each reason with its count and its shortest pattern, the most frequent first."""
    counts = Counter(_without_place(found.reason) for found in opaque)
    shortest: dict[str, str] = {}
    for found in sorted(opaque, key=lambda found: len(found.pattern.text)):
        shortest.setdefault(_without_place(found.reason), found.pattern.text)
    return [f"{count:5}  {why}: {shortest[why]}" for why, count in counts.most_common()]


def _without_place(reason: str) -> str:
    """`reason` without the place in the pattern that it ends with."""
    return reason.partition(" (at ")[0]
