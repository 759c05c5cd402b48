"""One member speaks for its class: every origin of a closed world fares as its class does.

The engine's bounds of the class that an origin is in equal, in all four parts, what a naive
evaluator finds for that very origin; behind a cache, over every earlier request of the world.
"""

from collections import Counter
from typing import get_args

import pytest

from auditor.core.hop.behaviour import Doing, Forward, Terminal
from auditor.core.hop.guard import Atom
from auditor.core.hop.op import Act, Value
from tests.core.agreement import Look, Tally
from tests.core.chains import Wild, kinds
from tests.core.strategies import PATTERNS

KNOWN = Look(range(32), Wild(unknowns=False, caches=False), asks=3)
CACHED = Look(range(200, 214), Wild(unknowns=False), asks=2)
UNKNOWN = Look(range(400, 424), Wild(caches=False), origins=2, asks=1)
LOOKS = {"known": KNOWN, "cached": CACHED, "unknown": UNKNOWN}
FLAGS = (
    *("Respond sometimes", "Respond edited", "Respond several", "Not", "Inward literal"),
    *("Cache key", "Cache vary", "Cache options"),
    *(f"{count} hops" for count in (1, 2, 3, 4)),
)


def names_of_kinds() -> set[str]:
    """Every kind of the language that has to occur."""
    found = {one.__name__ for union in (Doing, Terminal, Atom, Value) for one in get_args(union)}
    found |= {f"{type(one).__name__}.{one.name}" for one in (*Act, *Forward)}
    found |= {f"Dialect.{pattern.dialect.name}" for pattern in PATTERNS}
    return found | set(FLAGS)


def test_every_kind_of_the_language_occurs() -> None:
    total: Counter[str] = Counter()
    for look in LOOKS.values():
        for chain, _ in look.chains():
            total += kinds(chain)
    print(dict(total))
    assert names_of_kinds() - set(total) == set()


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_an_origin_fares_as_its_class(look: Look) -> None:
    tally = Tally()
    wrong = look.disagreement(tally)
    print(tally)
    assert wrong is None, tally
    assert tally.seen["chains"] == len(look.seeds)
    assert tally.seen["origins"] > 2 * (tally.seen["undecided"] + tally.seen["left out"])


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_an_origin_fares_as_its_class_at_length(look: Look) -> None:
    tally = Tally()
    assert look.longer().disagreement(tally) is None, tally
    print(tally)
