"""What characters cost: plain ones little, so that witnesses stay readable."""

from functools import lru_cache
from itertools import islice
from typing import Final

from auditor.core.language.tree import OTHER, bit

_COST = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz:/.", 10),
    **dict.fromkeys("0123456789", 12),
    "-": 20,
    "[": 200,
}
_DEAR = 400
_PREFERRED = "ahtpsexmlcobdfgijknqruvwyz0123456789-./:"
_ORDERED = tuple(dict.fromkeys((*_PREFERRED, *map(chr, range(33, OTHER)), *map(chr, range(33)))))
_DIGITS = "0123456789"
_ALL: Final = tuple((char, bit(char)) for char in _ORDERED)
_OTHERS: Final = tuple((char, one) for char, one in _ALL if char not in _DIGITS)
_NUMBERS: Final = tuple((char, bit(char)) for char in _DIGITS)


@lru_cache(maxsize=16_384)
def cheapest(mask: int) -> tuple[int, str]:
    """The price and the plainest character of `mask`."""
    found = choices(mask, 0)
    return min(((price, char) for char, price in found), key=lambda one: one[0])


@lru_cache(maxsize=16_384)
def choices(mask: int, named: int) -> tuple[tuple[str, int], ...]:
    """Characters of `mask` to go on with, and their prices: each that a literal names, and of the
    others two digits (numbers make hosts of their own) and two that are none."""
    taken = [char for char, one in _ALL if mask & named & one] if mask & named else []
    rest = mask & ~named
    others = islice((char for char, one in _OTHERS if rest & one), 2)
    digits = islice((char for char, one in _NUMBERS if rest & one), 2)
    groups = (taken, others, digits)
    return tuple((c, _COST.get(c, _DEAR) + at) for group in groups for at, c in enumerate(group))
