"""Stores: an answer made for one origin is served to another exactly where that was predicted."""

from itertools import permutations

import pytest

from auditor.core.path.exchange import Request
from tests.chains.chain import CHAINS, Chain
from tests.chains.estate import Client, Estate
from tests.chains.origins import ADMIN, APP, LOOK_ALIKE, STRANGER
from tests.chains.prediction import predict
from tests.chains.question import FOUND, MISSING, Question

pytestmark = pytest.mark.server
STORING = tuple(chain for chain in CHAINS if chain.stores)
ASKING = (APP, ADMIN, LOOK_ALIKE, STRANGER, None)
GETS = tuple(Question(Request("GET", None), status) for status in (FOUND, MISSING))


@pytest.mark.parametrize("chain", STORING, ids=str)
def test_the_second_to_ask_gets_what_was_predicted(chain: Chain, servers: Estate) -> None:
    client, model, but = Client(servers.port(chain), chain.differs), chain.model, chain.differs
    differing: list[tuple[object, ...]] = []
    for at, (first, second) in enumerate(permutations(ASKING, 2)):
        for get in GETS:
            where, question = f"stored-{at}", get.of(second)
            filling = get.of(first)
            client.ask(filling, where)
            received = client.ask(question, where)
            predicted = predict(model, question, (filling.request,), but)
            if received not in (predicted.served or predicted.fresh):
                differing.append((filling, question, received, predicted))
    client.close()
    assert differing == []


@pytest.mark.parametrize("chain", STORING, ids=str)
def test_whoever_asked_before_it_is_one_of_the_courses(chain: Chain, servers: Estate) -> None:
    client, model, but = Client(servers.port(chain), chain.differs), chain.model, chain.differs
    differing: list[tuple[object, ...]] = []
    for at, order in enumerate(permutations((APP, STRANGER, None, ADMIN), 3)):
        questions = [GETS[0].of(origin) for origin in order]
        for asking, question in enumerate(questions):
            stored = tuple(one.request for one in questions[:asking])
            received = client.ask(question, f"course-{at}")
            predicted = predict(model, question, stored, but)
            if received not in predicted.all:
                differing.append((order, question, received, predicted))
    client.close()
    assert differing == []
