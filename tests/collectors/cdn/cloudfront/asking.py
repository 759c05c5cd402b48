"""Ask one behaviour in front of an origin that is silent, echoes, or lets everyone in."""

from collections.abc import Sequence

from auditor.core.hop.behaviour import Behaviour, Doing, Respond, Service, Silent, Terminal
from auditor.core.hop.guard import ALWAYS
from auditor.core.hop.op import Op, RequestedHeaders, TheOrigin, add_line
from auditor.core.path.choice import Choices, worlds
from auditor.core.path.exchange import HopChain, Request, Response
from auditor.core.path.run import Run, Surroundings

Answer = tuple[int, frozenset[tuple[str, str]]]

SILENT = Silent((200,))


def backend(*ops: Op, status: int = 200) -> Service:
    """An origin that answers every request with the lines of `ops`."""
    return Service(Behaviour(responds=(Respond(ALWAYS, (status,), ops),)))


STAR = backend(add_line("access-control-allow-origin", "*"))
ECHO = backend(
    add_line("access-control-allow-origin", TheOrigin()),
    add_line("access-control-allow-headers", RequestedHeaders()),
    add_line("vary", "Origin"),
)


def answers(
    doing: Doing, request: Request, end: Terminal = SILENT, stored: Sequence[Request] = ()
) -> set[Answer]:
    """Every answer that `request` may get in front of `end`, after the requests `stored`."""
    chain, around = HopChain((doing,), end), Surroundings(tuple(stored))

    def ask(choices: Choices) -> Response:
        return Run(chain, choices, around).ask(request)

    return {
        (response.status, frozenset(response.pairs))
        for world in worlds(ask)
        for response in world.results
    }


def lines(
    doing: Doing, request: Request, end: Terminal = SILENT, stored: Sequence[Request] = ()
) -> set[frozenset[tuple[str, str]]]:
    """The header lines of every answer."""
    return {found for _, found in answers(doing, request, end, stored)}
