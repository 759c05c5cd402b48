"""Header lines that a behaviour leads to, in every course of events, for the tests."""

from auditor.core.hop.behaviour import Behaviour, Doing, Respond, Service
from auditor.core.hop.op import add_line
from auditor.core.path.choice import worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import Run

Lines = tuple[tuple[str, str], ...]
Answer = tuple[int, Lines]


def answers(doing: Doing, request: Request, inner: Answer = (200, ())) -> set[Answer]:
    """Every answer (status, sorted lines) in front of a service that gives `inner`."""
    status, lines = inner
    ops = tuple(add_line(name, value) for name, value in lines)
    service = Service(Behaviour((Respond((), (status,), ops),)))
    chain = HopChain((doing,), service)
    found: set[Answer] = set()
    for world in worlds(lambda choices: Run(chain, choices).ask(request)):
        for response in world.results:
            found.add((response.status, tuple(sorted(response.pairs))))
    return found


def answer(doing: Doing, request: Request, inner: Answer = (200, ())) -> Answer:
    """The one answer; fails when there are several."""
    found = answers(doing, request, inner)
    assert len(found) == 1, found
    return found.pop()


def values(found: Answer, name: str) -> list[str]:
    return [value for header, value in found[1] if header == name]
