"""One concrete request through one chain: the header lines, or why they cannot be known."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.core.decision.judged import cause_of
from auditor.core.hop.behaviour import Behaviour, Respond, Service
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.header import CORS_NAMES, VARY
from auditor.core.hop.op import add_line
from auditor.core.path.choice import Choices, TooManyError, worlds
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Event, Run

SHOWN = frozenset({*CORS_NAMES, VARY})
"""Headers that an answer tells: those of CORS, and Vary."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back. `response` None: it cannot be known, for `reason`. `status` None: it differs from
    request to request while the lines do not. `events`: the course of one usual request. `possible`:
    what may come back where that is not known; empty where not even that is."""

    response: Response | None
    status: int | None
    events: tuple[Event, ...]
    reason: str | None = None
    possible: tuple[Response, ...] = ()


def answer(chain: HopChain, request: Request) -> Answer:
    """The answer to `request`; answers that some hop gives only sometimes count only if no other is
    left."""
    events: dict[Response, tuple[Event, ...]] = {}

    def question(choices: Choices) -> Response:
        run = Run(chain, choices)
        response = run.ask(request)
        events.setdefault(response, tuple(run.events))
        return response

    try:
        found = list(worlds(question))
    except TooManyError:
        return Answer(None, None, (), "more combinations than can be run")
    results = {response for world in found for response in world.results}
    usual = {response for response in results if response.usual} or results
    kinds = {_told(response) for response in usual}
    first = min(usual, key=lambda response: (response.status, response.lines))
    if len(kinds) > 1:
        causes = sorted({cause_of(key) for world in found for key in world.keys})
        reason = "; ".join(causes) or "requests are spread over hops that answer differently"
        every = sorted(usual, key=lambda response: (response.status, response.lines))
        return Answer(None, None, events[first], reason, tuple(every))
    statuses = {response.status for response in usual}
    return Answer(first, first.status if len(statuses) == 1 else None, events[first])


def fixed(status: int, headers: tuple[tuple[str, str], ...]) -> Service:
    """A terminal that gives one answer to everything."""
    ops = tuple(add_line(name.lower(), value) for name, value in headers)
    return Service(Behaviour(responds=(Respond(ALWAYS, (status,), ops),)))


def _told(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pair for pair in response.pairs if pair[0] in SHOWN))
