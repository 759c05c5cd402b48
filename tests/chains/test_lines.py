"""Header lines: what comes over the wire through real servers is what was predicted."""

from collections.abc import Iterable

import pytest

from tests.chains.chain import CHAINS, Chain
from tests.chains.estate import Client, Estate
from tests.chains.origins import STRANGER
from tests.chains.prediction import Answer, Predicted, predict
from tests.chains.question import QUESTIONS, Question

pytestmark = pytest.mark.server


@pytest.mark.parametrize("chain", CHAINS, ids=str)
def test_what_is_received_was_predicted(chain: Chain, servers: Estate) -> None:
    assert differing(chain, servers, QUESTIONS) == []


@pytest.mark.parametrize("chain", [chain for chain in CHAINS if chain.mixed], ids=str)
def test_whatever_was_predicted_of_a_mix_is_received(chain: Chain, servers: Estate) -> None:
    client, get = Client(servers.port(chain), chain.differs), QUESTIONS[0].of(STRANGER)
    received = {client.ask(get, f"turns-{at}") for at in range(40)}
    client.close()
    predicted = predict(chain.model, get, but=chain.differs).all
    assert len(predicted) > 1
    assert received == predicted


def differing(
    chain: Chain, servers: Estate, questions: Iterable[Question]
) -> list[tuple[Question, Answer, Predicted]]:
    """Every question whose answer was not predicted, or not predicted to be the only one."""
    client, model = Client(servers.port(chain), chain.differs), chain.model
    found = []
    for at, question in enumerate(questions):
        predicted = predict(model, question, but=chain.differs)
        received = client.ask(question, f"lines-{at}")
        if received not in predicted.fresh or not (chain.mixed or is_sure(predicted)):
            found.append((question, received, predicted))
    client.close()
    return found


def is_sure(predicted: Predicted) -> bool:
    """One answer; of several, nothing is unknown but how the application answers OPTIONS."""
    causes = {key[0] if isinstance(key, tuple) else key for key in predicted.unknown}
    return len(predicted.all) == 1 or causes == {"options"}
