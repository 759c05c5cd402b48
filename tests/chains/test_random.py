"""Chains drawn at random, and the ends of those that were chosen: the long run."""

import random
from collections.abc import Iterator

import pytest

from tests.chains.app import APPS
from tests.chains.chain import CHAINS, PRODUCTS, Chain
from tests.chains.estate import Estate, estate
from tests.chains.question import QUESTIONS
from tests.chains.test_lines import differing

pytestmark = [pytest.mark.server, pytest.mark.long]
DRAWN, LONGEST, SEED = 60, 4, 7
PROXIES = [proxy for product in PRODUCTS for proxy in product.proxies]


def drawn() -> tuple[Chain, ...]:
    dice = random.Random(SEED)
    return tuple(
        Chain(tuple(dice.choices(PROXIES, k=dice.randint(2, LONGEST))), dice.choice(APPS))
        for _ in range(DRAWN)
    )


RANDOM = drawn()
ENDS = tuple(
    dict.fromkeys(
        Chain(chain.proxies[at:], chain.app)
        for chain in CHAINS
        for at in range(1, len(chain.proxies) + 1)
    )
)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with estate(RANDOM, tmp_path_factory.mktemp("random")) as found:
        yield found


@pytest.mark.parametrize("chain", RANDOM, ids=str)
def test_a_random_chain_sends_what_was_predicted(chain: Chain, others: Estate) -> None:
    assert differing(chain, others, QUESTIONS) == []


@pytest.mark.parametrize("chain", ENDS, ids=str)
def test_so_does_what_stands_within(chain: Chain, servers: Estate) -> None:
    assert differing(chain, servers, QUESTIONS) == []
