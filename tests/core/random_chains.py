"""100,000 random chains of two to five hops: the engine against the naive evaluator, and what occurred.

`python -m tests.core.random_chains [--chains N] [--seed S] [--jobs J]` prints a line of JSON every few
seconds, the coverage at the end, and exits with 1 at a disagreement. Of each chain one origin is
looked at with one preflight: the class that it falls into must fare as it does by itself.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from random import Random

from auditor.core.decision.classes import origin_classes
from auditor.core.decision.judged import Ask, Seen, see
from auditor.core.decision.question import question
from auditor.core.language.cut import DecisionClass
from auditor.core.path.exchange import HopChain
from tests.core import naive_match
from tests.core.agreement import Check, Tally
from tests.core.chains import UNIVERSE, Wild, chain, kinds

SHARES = (
    (Wild(unknowns=False, caches=False, lengths=(2, 2, 3, 4, 5)), 85),
    (Wild(unknowns=False, caches=True, lengths=(2, 2, 3, 4, 5)), 10),
    (Wild(unknowns=True, caches=False, lengths=(2, 2, 3)), 5),
)
"""What may occur, and in how many of a hundred chains."""
BATCH = 200


def of_kind(seed: int) -> Wild:
    """What may occur in the chain of `seed`."""
    at = seed % 100
    for wild, share in SHARES:
        if at < share:
            return wild
        at -= share
    raise AssertionError("the shares are of a hundred")


def class_of(
    hops: HopChain, ask: Ask, origin: str
) -> tuple[Ask, DecisionClass, tuple[str, ...]] | None:
    """The class of `origin` by the naive matchers, the question with what caches may hold, and a member
    of each class that the closed world has none of; None where the engine did not find all classes."""
    parts = origin_classes(ask.about, (), (), None)
    if parts.unfinished is not None or parts.opaque:
        return None
    if any(one.cache is not None for one in ask.about.plain):
        peers = (None, *(member for one in parts.classes for member in one.members))
        single = frozenset(one.witness for one in parts.classes if one.alone)
        ask = replace(ask, peers=peers, single=single)
    every = {pattern for one in parts.classes for pattern in one.matches}
    lone = {one.witness: one for one in parts.classes if one.alone}

    def home(text: str) -> DecisionClass:
        if text in lone:
            return lone[text]
        matching = frozenset(p for p in every if naive_match.takes(p, text, hops.host))
        (found,) = [one for one in parts.classes if not one.alone and one.matches == matching]
        return found

    known = {id(home(text)) for text in UNIVERSE} if ask.peers else set()
    others = (one.witness for one in parts.classes if ask.peers and id(one) not in known)
    return ask, home(origin), tuple(others)


def looked_at(seed: int) -> tuple[HopChain, str, Seen | None, tuple[str, ...]]:
    """The chain of `seed`, an origin, what the engine says of the origin's class, and the origins that
    a cache may have stored answers for."""
    hops = chain(seed, of_kind(seed))
    random = Random(seed)
    origin = random.choice(UNIVERSE)
    ask = question(hops, hops, ("*",), None, frozenset({"GET"}))
    ask = replace(ask, asked=(random.choice(ask.asked),))
    found = class_of(hops, ask, origin)
    if found is None:
        return hops, origin, None, ()
    asked, about, others = found
    return hops, origin, see(asked, about), others


def disagreement(seed: int, tally: Tally) -> str | None:
    """What the two evaluators think differently of the chain of `seed`."""
    hops, origin, seen, others = looked_at(seed)
    tally.seen["chains"] += 1
    tally.seen[f"chains of {len(hops.doings)} hops"] += 1
    tally.kinds += kinds(hops)
    if seen is None or seen.undecided is not None:
        tally.seen["undecided"] += 1
        return None
    wrong = Check(hops, tally, (origin,), others=others).compare(origin, seen)
    return None if wrong is None else f"seed {seed}: {origin}: {wrong}\n{hops}"


def batch(seeds: range) -> tuple[Counter[str], Counter[str], str | None]:
    """The tallies of `seeds`, and the first disagreement."""
    tally = Tally()
    for seed in seeds:
        wrong = disagreement(seed, tally)
        if wrong is not None:
            return tally.seen, tally.kinds, wrong
    return tally.seen, tally.kinds, None


def batches(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, BATCH):
        yield range(start, min(start + BATCH, first + count))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chains", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(arguments)
    total, shown, began = Tally(), 0.0, time.monotonic()
    with ProcessPoolExecutor(asked.jobs) as pool:
        for seen, occurred, wrong in pool.map(batch, batches(asked.seed, asked.chains)):
            total.seen += seen
            total.kinds += occurred
            if wrong is not None:
                print(wrong)
                pool.shutdown(cancel_futures=True)
                return 1
            if time.monotonic() - shown > 5:
                shown = time.monotonic()
                print(json.dumps({"seconds": round(shown - began), **total.seen}), flush=True)
    print(json.dumps({"seconds": round(time.monotonic() - began), **total.seen}))
    print(json.dumps({"occurred": dict(sorted(total.kinds.items()))}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
