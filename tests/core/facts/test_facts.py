"""The awkward facts that the common model must fit: each as data, and what it answers."""

import pytest

from auditor.core.hop.behaviour import Doing
from auditor.core.hop.printed import printed
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain
from auditor.core.path.run import Run
from tests.core.facts.asking import APP, SILENT, Answer, Ask, Fact, get, lines, preflight
from tests.core.facts.edges import EDGES
from tests.core.facts.frameworks import FRAMEWORKS
from tests.core.facts.gateways import CANARY, GATEWAYS
from tests.core.facts.ingresses import INGRESSES
from tests.core.facts.nginx import NGINX
from tests.core.facts.servers import SERVERS
from tests.core.facts.starlette import STARLETTES

FACTS: tuple[Fact, ...] = (
    *NGINX,
    *INGRESSES,
    *GATEWAYS,
    *EDGES,
    *SERVERS,
    *STARLETTES,
    *FRAMEWORKS,
)

NOT_SENDABLE = {31}
"""rs/cors echoes both of two Origin lines: no browser sends two, so the model has one Origin."""


def test_every_fact_that_a_browser_can_meet_is_here_once() -> None:
    numbers = sorted(fact.number for fact in FACTS)
    assert numbers == sorted({*range(1, 35)} - NOT_SENDABLE)


ASKS = [
    pytest.param(ask, id=f"{fact.number}-{at}")
    for fact in sorted(FACTS, key=lambda fact: fact.number)
    for at, ask in enumerate(fact.asks)
]


@pytest.mark.parametrize("ask", ASKS)
def test_a_fact(ask: Ask) -> None:
    assert ask.got() == set(ask.expected)


def test_preflight_and_request_may_meet_different_releases() -> None:
    chain = HopChain((CANARY,), SILENT)

    def ask(choices: Choices) -> tuple[Answer, Answer]:
        run = Run(chain, choices)
        first, second = run.ask(preflight(APP)), run.ask(get(APP))
        return (first.status, first.pairs), (second.status, second.pairs)

    old, new = (200, lines(origin="*")), (200, lines(origin=APP))
    (world,) = worlds(ask)
    assert sorted(world.results) == sorted((a, b) for a in (old, new) for b in (old, new))


def test_facts_that_differ_print_differently() -> None:
    hops: set[Doing] = {ask.hop for fact in FACTS for ask in fact.asks}
    assert len({printed(hop) for hop in hops}) == len(hops)
