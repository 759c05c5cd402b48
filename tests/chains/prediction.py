"""What the common model says of a chain: every answer that may come back to a request."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from operator import itemgetter

from auditor.core.decision.answer import SHOWN
from auditor.core.hop.header import VARY
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import Run, Surroundings
from tests.chains.proxy import Difference
from tests.chains.question import Question

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """`lines`: those of CORS and Vary, by name, those of one name in their order."""

    status: int
    lines: Lines


@dataclass(frozen=True)
class Predicted:
    """`fresh`: made for this request; `served`: out of a store; `unknown`: what the model does not
    know of the way."""

    fresh: frozenset[Answer]
    served: frozenset[Answer]
    unknown: frozenset[Hashable]

    @property
    def all(self) -> frozenset[Answer]:
        return self.fresh | self.served


def answer_of(
    status: int, lines: Iterable[tuple[str, str]], but: frozenset[Difference] = frozenset()
) -> Answer:
    """An answer as it is compared: every line of CORS and Vary, `but` for what is not compared."""
    kept = [(name.lower(), value) for name, value in lines if name.lower() in SHOWN]
    if Difference.SPACES in but:
        kept = [(name, ", ".join(map(str.strip, value.split(",")))) for name, value in kept]
    if Difference.REPEATS in but:
        varied = [
            token.strip() for name, value in kept if name == VARY for token in value.split(",")
        ]
        once = {token.lower(): token for token in reversed(varied)}
        kept = [line for line in kept if line[0] != VARY] + [(VARY, once[t]) for t in sorted(once)]
    key = None if Difference.ORDER in but else itemgetter(0)
    return Answer(status, tuple(sorted(kept, key=key)))


def predict(
    chain: HopChain,
    question: Question,
    stored: tuple[Request, ...] = (),
    but: frozenset[Difference] = frozenset(),
) -> Predicted:
    """Every answer of `chain`, where its caches were asked the `stored` requests before."""
    around = Surroundings(stored, (question.status,))

    def ask(choices: Choices) -> tuple[bool, Answer]:
        run = Run(chain, choices, around)
        response = run.ask(question.request)
        served = any(event.did.startswith("serves") for event in run.events)
        return served, answer_of(response.status, response.pairs, but)

    found = list(worlds(ask))
    results = [result for world in found for result in world.results]
    return Predicted(
        frozenset(answer for served, answer in results if not served),
        frozenset(answer for served, answer in results if served),
        frozenset(key for world in found for key in world.keys),
    )
