"""What characters cost: plain ones little, so that witnesses stay readable."""

from functools import lru_cache

from auditor.core.language.tree import OTHER

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


@lru_cache(maxsize=16_384)
def cheapest(mask: int) -> tuple[int, str]:
    """The price and the plainest character of `mask`."""
    found = choices(mask, 0)
    return min(((price, char) for char, price in found), key=lambda one: one[0])


@lru_cache(maxsize=16_384)
def choices(mask: int, named: int) -> tuple[tuple[str, int], ...]:
    """Characters of `mask` to go on with, and their prices: each that a literal names, and of the
    others two digits (numbers make hosts of their own) and two that are none."""
    inside = [char for char in _ORDERED if mask >> ord(char) & 1]
    rest = [char for char in inside if not named >> ord(char) & 1]
    taken = [char for char in inside if char not in rest]
    others = [char for char in rest if char not in _DIGITS][:2]
    digits = [char for char in rest if char in _DIGITS][:2]
    groups = (taken, others, digits)
    return tuple((c, _COST.get(c, _DEAR) + at) for group in groups for at, c in enumerate(group))
