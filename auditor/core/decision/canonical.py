"""Chains without the names that make equal ones differ: what is judged once serves them all.

Two Ingresses with the same annotations differ in their fields' texts and in what they call the
services behind them, and in nothing that a browser could tell. `canonical` numbers fields and the
causes of what was not read, in the order in which they are met; `Names` puts the texts back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from auditor.core.hop.behaviour import (
    Behaviour,
    Case,
    Doing,
    Either,
    Mix,
    Respond,
    Service,
    Silent,
    Step,
    Terminal,
    UnreadBehaviour,
    UnreadEnd,
)
from auditor.core.hop.op import Op
from auditor.core.path.exchange import HopChain, Line, Response


@dataclass(slots=True)
class Names:
    """The texts that numbers stand for: `#3` the third field, `?2` the second cause."""

    fields: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)

    def field_number(self, text: str) -> str:
        """The number of a field, the same for the same text."""
        return self.fields.setdefault(text, f"#{len(self.fields)}")

    def cause_number(self, text: str) -> str:
        """The number of a cause."""
        return self.causes.setdefault(text, f"?{len(self.causes)}")

    def restored(self) -> Restored:
        """The way back."""
        return Restored(
            {number: text for text, number in self.fields.items()},
            {number: text for text, number in self.causes.items()},
        )


@dataclass(frozen=True, slots=True)
class Restored:
    """Texts by number."""

    fields: dict[str, str]
    causes: dict[str, str]

    def response(self, response: Response) -> Response:
        """`response` with the texts of its fields."""
        lines = tuple(self._line(line) for line in response.lines)
        return replace(response, lines=lines)

    def cause(self, number: str) -> str:
        """The words of a cause; what is no number is its own."""
        return self.causes.get(number, number)

    def _line(self, line: Line) -> Line:
        return line._replace(field=self.fields.get(line.field, line.field))


def canonical(chain: HopChain, names: Names) -> HopChain:
    """`chain` with numbers for fields and for the causes of what was not read."""
    doings = tuple(_doing(doing, names) for doing in chain.doings)
    return HopChain(doings, _terminal(chain.terminal, names), chain.host)


def _terminal(terminal: Terminal, names: Names) -> Terminal:
    match terminal:
        case Silent():
            return terminal
        case Service(doing):
            return Service(_doing(doing, names))
        case UnreadEnd(cause):
            return UnreadEnd(names.cause_number(cause))


def _doing(doing: Doing, names: Names) -> Doing:
    match doing:
        case Behaviour():
            return _behaviour(doing, names)
        case Either(cause, options):
            return Either(cause, tuple(_doing(option, names) for option in options))
        case Mix(cause, options):
            return Mix(cause, tuple(_doing(option, names) for option in options))
        case UnreadBehaviour(cause):
            return UnreadBehaviour(names.cause_number(cause))


def _behaviour(behaviour: Behaviour, names: Names) -> Behaviour:
    responds = tuple(_respond(respond, names) for respond in behaviour.responds)
    edits = tuple(_step(step, names) for step in behaviour.edits)
    return replace(behaviour, responds=responds, edits=edits)


def _respond(respond: Respond, names: Names) -> Respond:
    ops = tuple(_op(op, names) for op in respond.ops)
    return replace(respond, ops=ops, field=names.field_number(respond.field))


def _step(step: Step, names: Names) -> Step:
    return tuple(Case(case.when, tuple(_op(op, names) for op in case.ops)) for case in step)


def _op(op: Op, names: Names) -> Op:
    return replace(op, field=names.field_number(op.field))
