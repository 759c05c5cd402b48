"""A few of the random chains that `make chains` runs 100,000 of, and that a fault is seen in them."""

from collections import Counter
from dataclasses import replace

import pytest

from auditor.core.decision import judged
from auditor.core.path.exchange import Line, Response
from tests.core.agreement import Tally
from tests.core.chains import chain, kinds
from tests.core.random_chains import SHARES, disagreement, of_kind
from tests.core.test_property_origins import names_of_kinds

SEEDS = (*range(5_000, 5_060), *range(5_085, 5_100))


def test_one_origin_of_each_chain_fares_as_its_class() -> None:
    tally = Tally()
    assert [wrong for seed in SEEDS if (wrong := disagreement(seed, tally))] == []
    assert tally.seen["origins"] > 3 * (tally.seen["undecided"] + tally.seen["left out"])
    assert tally.seen["origins that can do something"] > 20


def test_every_kind_and_length_occurs_in_a_few_hundred() -> None:
    total: Counter[str] = Counter()
    for seed in range(9_000, 9_300):
        total += kinds(chain(seed, of_kind(seed)))
    missing = names_of_kinds() - set(total) - {"1 hops"}
    assert missing == set()
    assert total["5 hops"]


def test_the_shares_are_of_a_hundred() -> None:
    assert sum(share for _, share in SHARES) == 100
    assert len({of_kind(seed) for seed in range(100)}) == len(SHARES)


def test_a_line_that_is_lost_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = judged.read_caps

    def forgetful(origin: str, response: Response) -> object:
        lines: tuple[Line, ...] = response.lines[:-1] if len(response.lines) > 2 else response.lines
        return real(origin, replace(response, lines=lines))

    monkeypatch.setattr(judged, "read_caps", forgetful)
    assert any(disagreement(seed, Tally()) for seed in range(5_000, 5_060))
