"""Compare the product with a real engine and print what differs, as small as it gets.

python -m tests.engines.compare --dialect python-search --seed 7 --patterns 300
python -m tests.engines.compare --recorded            (the recorded patterns, every dialect)
python -m tests.engines.compare --dialect js-test --pattern '/a+/i' --text A --text b
"""

import argparse
import time
from collections.abc import Sequence

import pytest

from auditor.core.language.dialect import Opaque
from auditor.core.language.pattern import Dialect, Pattern
from tests.engines.comparison import (
    Comparison,
    Difference,
    ask_about,
    compare,
    questions,
    read,
    reasons,
)
from tests.engines.engine import Engine, Question, Refused
from tests.engines.realistic import recorded
from tests.engines.roster import ENGINES, engine_of
from tests.engines.shrink import shrink_difference, shrink_loose


def main() -> int:
    options = _options()
    wrong = 0
    for name in options.dialect or [dialect.value for dialect in ENGINES]:
        dialect = Dialect(name)
        try:
            with engine_of(dialect) as engine:
                if options.pattern is not None:
                    _print_one(dialect, engine, Question(options.pattern, tuple(options.text)))
                else:
                    wrong += _print_comparison(dialect, engine, options)
        except pytest.skip.Exception as missing:
            print(f"{dialect}: {missing.msg}")
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.engines.compare")
    names = [dialect.value for dialect in ENGINES]
    parser.add_argument("--dialect", action="append", choices=names, help="all without it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patterns", type=int, default=300)
    parser.add_argument("--show", type=int, default=5, help="differences and reasons printed")
    parser.add_argument("--recorded", action="store_true", help="the recorded patterns instead")
    parser.add_argument("--pattern", help="one pattern: print every verdict on --text")
    parser.add_argument("--text", action="append", default=[])
    return parser.parse_args()


def _print_comparison(dialect: Dialect, engine: Engine, options: argparse.Namespace) -> int:
    start = time.monotonic()
    if options.recorded:
        asked = ask_about(dialect, recorded(dialect), options.seed)
    else:
        asked = questions(dialect, options.seed, options.patterns)
    found = compare(dialect, engine, asked)
    print(f"{dialect} seed {options.seed}: {found}; {time.monotonic() - start:.1f} s")
    _print_findings(engine, found, options.show)
    for line in reasons(found.opaque)[: options.show]:
        print(f"  OPAQUE {line}")
    return len(found.differences) + len(found.loose)


def _print_findings(engine: Engine, found: Comparison, most: int) -> None:
    first: dict[str, Difference] = {}
    for difference in found.differences:
        first.setdefault(difference.pattern.text, difference)
    for small in _small(engine, list(first.values())[:most]):
        verdict = f"engine {small.engine}, ours {not small.engine}"
        print(f"  DIFFERS {small.pattern.text}   on   {small.text}   : {verdict}")
    shrunk = (shrink_loose(engine, loose) for loose in found.loose[:most])
    for loose in {loose.pattern.text: loose for loose in shrunk}.values():
        print(f"  LOOSE   {loose.pattern.text}   : refused, {loose.message}")


def _small(engine: Engine, found: Sequence[Difference]) -> list[Difference]:
    return list(dict.fromkeys(shrink_difference(engine, difference) for difference in found))


def _print_one(dialect: Dialect, engine: Engine, question: Question) -> None:
    [answer] = engine.answer(dialect, [question])
    takes = read(Pattern(dialect, question.pattern))
    if isinstance(takes, Opaque):
        print(f"{dialect}: ours opaque, {takes.reason}")
    if isinstance(answer, Refused):
        print(f"{dialect}: engine refuses, {answer.message}")
        return
    for text, verdict in zip(question.texts, answer, strict=True):
        ours = None if isinstance(takes, Opaque) else takes(text)
        print(f"{dialect}: {text!r} engine {verdict}, ours {ours}")


if __name__ == "__main__":
    raise SystemExit(main())
