"""Requests and responses as hops see them: header lines that remember who wrote them."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from auditor.core.hop.behaviour import Doing, Forward, Inward, Terminal
from auditor.core.hop.op import Literal

Field = str
HopAt = int


class Line(NamedTuple):
    """One header line: lower-case name, value as sent, the position of the hop that wrote it (the
    number of hops stands for the terminal) and the field it came from."""

    name: str
    value: str
    hop: HopAt
    field: Field


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `requested_headers`: the names of Access-Control-Request-Headers (lower-case), None
    when the header is absent; `present`: other request headers that are there (lower-case). `alone`:
    `origin` speaks for itself, so that patterns without an automaton can be tried on it."""

    method: str
    origin: str | None
    requested_method: str | None = None
    requested_headers: tuple[str, ...] | None = None
    present: frozenset[str] = frozenset()
    alone: bool = False

    def value(self, name: str) -> str | None:
        """The value of the request header `name` as far as the model knows it."""
        match name:
            case "origin":
                return self.origin
            case "access-control-request-method":
                return self.requested_method
            case "access-control-request-headers":
                return None if self.requested_headers is None else ",".join(self.requested_headers)
            case _:
                return "present" if name in self.present else None

    def passed(self, inward: Inward) -> "Request":
        """The request as it reaches the hop behind one with `inward`."""
        request = self
        if isinstance(inward.origin, Literal):
            request = replace(request, origin=inward.origin.text, alone=True)
        elif inward.origin is Forward.DROP:
            request = replace(request, origin=None)
        if inward.requested is Forward.DROP:
            request = replace(request, requested_method=None, requested_headers=None)
        return request


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `by`: the position of the hop that made it. `usual`: it is a success, or a preflight's
    refusal, and no answer that some hop gives only sometimes: gaps on others narrow no route."""

    status: int
    lines: tuple[Line, ...]
    by: HopAt
    usual: bool = True

    def values(self, name: str) -> tuple[str, ...]:
        """The value of every line of `name`, in order."""
        return tuple(line.value for line in self.lines if line.name == name)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The lines as (name, value), the form that `auditor.core.browser` takes."""
        return tuple((line.name, line.value) for line in self.lines)


@dataclass(frozen=True, slots=True)
class HopChain:
    """What a request for one route crosses: what each hop does, outermost first, and the terminal.

    `host`: the route's host with its port, which same-host comparisons are made against.
    """

    doings: tuple[Doing, ...]
    terminal: Terminal
    host: str = ""
