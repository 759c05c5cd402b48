"""The smallest pattern and text that still show a difference, found by leaving characters out."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from tests.engines.comparison import Difference, Loose, compare
from tests.engines.engine import Engine, Question

T = TypeVar("T")
PAIR = 0


def shrink_difference(engine: Engine, found: Difference) -> Difference:
    """A difference no shorter version of which is one."""

    def fewer(best: Difference, size: int) -> list[Difference]:
        pattern, text = best.pattern, best.text
        asked = [Question(shorter, (text,)) for shorter in _shorter(pattern.text, size)]
        asked += [Question(pattern.text, (short,)) for short in _shorter(text, size) if short]
        return compare(pattern.dialect, engine, asked).differences

    return _smallest(found, max(len(found.pattern.text), len(found.text)), fewer)


def shrink_loose(engine: Engine, found: Loose) -> Loose:
    """A refused pattern that is read, no shorter version of which is one."""

    def fewer(best: Loose, size: int) -> list[Loose]:
        asked = [Question(shorter, ()) for shorter in _shorter(best.pattern.text, size)]
        return compare(best.pattern.dialect, engine, asked).loose

    return _smallest(found, len(found.pattern.text), fewer)


def _smallest(found: T, longest: int, fewer: Callable[[T, int], Sequence[T]]) -> T:
    """Leave out long runs while that goes, then ever shorter ones, then pairs of brackets."""
    size = longest // 2
    while size >= PAIR:
        if shorter := fewer(found, size):
            found = shorter[0]
        else:
            size = size // 2 if size > 1 else size - 1
    return found


def _shorter(text: str, size: int) -> Iterator[str]:
    """`text` without each run of `size` characters; for `PAIR`, without two brackets."""
    if size == PAIR:
        for opening, closing in combinations(range(len(text)), 2):
            if text[opening] == "(" and text[closing] == ")":
                yield text[:opening] + text[opening + 1 : closing] + text[closing + 1 :]
    else:
        yield from (text[:at] + text[at + size :] for at in range(len(text) - size + 1))
