"""Asking a chain of hops: requests, what may stand within, and every answer that may come."""

from dataclasses import dataclass

from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Respond,
    Service,
    Silent,
    Step,
    Terminal,
)
from auditor.core.hop.guard import ALWAYS, Guard
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
    VARY,
)
from auditor.core.hop.op import Op, add_line
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request
from auditor.core.path.run import PLAIN, Run, Surroundings

Lines = tuple[tuple[str, str], ...]
Answer = tuple[int, Lines]

APP = "https://app.example.com"
ADMIN = "https://admin.example.com"
EVIL = "https://evil.test"

_SHORT = {
    "origin": ALLOW_ORIGIN,
    "credentials": ALLOW_CREDENTIALS,
    "methods": ALLOW_METHODS,
    "headers": ALLOW_HEADERS,
    "expose": EXPOSE_HEADERS,
    "age": MAX_AGE,
    "vary": VARY,
}

SILENT = Silent((200,))
"""An app that sends no CORS headers and answers OPTIONS with 200."""


def lines(**values: str) -> Lines:
    """Header lines in the order given; several of one name: add two of these."""
    return tuple((_SHORT[name], value) for name, value in values.items())


def once(*ops: Op, when: Guard = ALWAYS) -> Step:
    """A step with one case."""
    return (Case(when, ops),)


def app(*sent: tuple[str, str], status: int = 200) -> Service:
    """What stands within: it answers everything with `sent`."""
    ops = tuple(add_line(name, value) for name, value in sent)
    return Service(Behaviour(responds=(Respond(ALWAYS, (status,), ops),)))


def get(origin: str | None = None, *present: str, method: str = "GET") -> Request:
    """The request itself; `present`: other request headers."""
    return Request(method, origin, present=frozenset(present))


def options(origin: str | None = None) -> Request:
    """OPTIONS that is no preflight."""
    return Request("OPTIONS", origin)


def preflight(origin: str, method: str = "PUT", *headers: str) -> Request:
    """A CORS-preflight request; without `headers` it has no Access-Control-Request-Headers."""
    return Request("OPTIONS", origin, method, headers or None)


def answers_by_world(
    chain: HopChain, request: Request, around: Surroundings = PLAIN
) -> list[set[Answer]]:
    """Every answer that may come, one set for each assignment of what is not known."""

    def ask(choices: Choices) -> Answer:
        response = Run(chain, choices, around).ask(request)
        return response.status, response.pairs

    return [set(world.results) for world in worlds(ask)]


def answers(chain: HopChain, request: Request, around: Surroundings = PLAIN) -> set[Answer]:
    """Every answer that may come, in any world."""
    return {answer for world in answers_by_world(chain, request, around) for answer in world}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to `hop`, with `within` behind it, and all the answers that may come."""

    hop: Doing
    request: Request
    expected: tuple[Answer, ...]
    within: Terminal = SILENT
    around: Surroundings = PLAIN
    host: str = "api.example.com"

    def got(self) -> set[Answer]:
        """What the evaluator says."""
        return answers(HopChain((self.hop,), self.within, self.host), self.request, self.around)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a product, numbered as in the list that the common model was made to fit."""

    number: int
    text: str
    asks: tuple[Ask, ...]
