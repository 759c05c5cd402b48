"""The shapes of `tickets:`, `notify:` and `verify:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from auditor.edge.config import values
from auditor.edge.config.compound import ByShape, Into, ListOf
from auditor.edge.config.delivery import (
    Mode,
    NoticeOn,
    Notify,
    Server,
    Slack,
    System,
    Target,
    TicketRoute,
    Tickets,
    Verify,
)
from auditor.edge.config.record import Field, Record
from auditor.edge.config.schema import Fault, Flag, Here, Integer, Schema, TextAs, choice, unlike
from auditor.edge.config.targets_shape import ROUTES, SECRET_VARIABLE, SERVERS, server_for
from auditor.text.tree import Node, Scalar

_MOST_NEW = 1_000
_MOST_A_WEEK = 1_000
_MOST_A_SECOND = 50.0
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _switch(on: bool) -> Mode:
    """YAML 1.1 reads `on` and `off` without quotes as true and false."""
    return Mode.ON if on else Mode.OFF


_MODE: Final[ByShape[Mode]] = ByShape(
    "off, dry-run or on", text=choice(Mode), boolean=Into(Flag(), _switch)
)


def _tickets(
    servers: Mapping[System, Server] | None = None,
    routes: tuple[TicketRoute, ...] = (),
    **found: Any,
) -> Tickets:
    return Tickets(routes=tuple(_served(route, servers or {}) for route in routes), **found)


def _served(route: TicketRoute, servers: Mapping[System, Server]) -> TicketRoute:
    target = route.target
    server = target.server or server_for(target.system, servers)
    return replace(route, target=replace(target, server=server))


def _judge_tickets(tickets: Tickets) -> Iterator[tuple[str, Fault]]:
    if tickets.mode is Mode.ON and not tickets.routes:
        yield "mode", Fault("is on, and no route says where tickets go", 'add routes, "*" last')
    seen: dict[str, Target] = {}
    lacking: set[System] = set()
    for at, (owner, target) in enumerate((one.owner, one.target) for one in tickets.routes):
        key = f"routes[{at}]"
        if target.server is None and target.system not in lacking:
            lacking.add(target.system)
            what = f"needs the address of {target.system}, which servers does not have"
            line = f"{{{target.system}: {{url: ..., user: ...}}}}"
            yield key, Fault(what, f"add it to tickets: servers: {line}")
        if seen.setdefault(target.name, target) != target:
            what = f"describes {target.name} otherwise than a route before it"
            yield key, Fault(what, "write the same in both, since one place has one set of labels")
        if any(before.owner in ("*", owner) for before in tickets.routes[:at]):
            yield key, Fault("is never reached: a route before it takes the same", "move it up")


TICKETS: Final[Record[Tickets]] = Record(
    _tickets,
    (
        Field("mode", _MODE, "off, dry-run (say what would be done; the default) or on"),
        Field("min_severity", values.SEVERITY, "tickets for this and worse; medium if left out"),
        Field("max_new_per_run", Integer(1, _MOST_NEW), "more new ones become one; 15 if left out"),
        Field(
            "backlog_per_week",
            Integer(0, _MOST_A_WEEK),
            "tickets a week and owner for what was there at first, worst first; 0 if left out",
        ),
        Field("servers", SERVERS, "the trackers' addresses, and where their tokens are"),
        Field("routes", ROUTES, "whose tickets go where; the first that takes the owner wins"),
    ),
    judge=_judge_tickets,
)


def _weekday(text: str) -> int | Fault:
    if text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    return Fault("is no day of the week", "write monday, or another in small letters")


_SLACK: Final = Record(
    Slack,
    (
        Field("webhook_env", SECRET_VARIABLE, "the variable with the webhook's URL", required=True),
        Field("on", ListOf(choice(NoticeOn), 1), "what a message is sent for: new, unread, failed"),
        Field(
            "digest",
            TextAs(_weekday, {"enum": list(_WEEKDAYS)}),
            "the day of the weekly digest for each owner",
        ),
    ),
)
NOTIFY: Final[Record[Notify]] = Record(
    Notify,
    (
        Field("slack", _SLACK, "messages to a channel"),
        Field("heartbeat_env", SECRET_VARIABLE, "the variable with the URL to ask after each run"),
        Field("metrics", values.TEXT, "the metrics file that each run writes anew"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Rate:
    """Requests a second, whole or not, above 0."""

    def read(self, node: Node, here: Here) -> float | None:
        """Read a number; text and booleans are refused."""
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, int | float) or isinstance(value, bool):
            here.refuse(node, unlike(node, "a number"))
        elif not 0 < value <= _MOST_A_SECOND:
            what = f"is not above 0 and at most {_MOST_A_SECOND:g}"
            here.refuse(node, Fault(what, "write a number in that range"))
        else:
            return float(value)
        return None

    def schema(self) -> Schema:
        """Return `type: number` with its range."""
        return {"type": "number", "exclusiveMinimum": 0, "maximum": _MOST_A_SECOND}


def _asked_host(text: str) -> str | Fault:
    if not text.strip("*.:[]"):
        return Fault("takes every host", "name the hosts that may be asked, as *.example.com")
    return values.HOST_GLOB.convert(text)


def _only_new(text: str) -> str | Fault:
    return text if text == "new" else Fault("is not new", "write new")


def _verify(on: str = "new", **found: Any) -> Verify:
    """Take out what has one value only."""
    del on
    return Verify(**found)


VERIFY: Final[Record[Verify]] = Record(
    _verify,
    (
        Field("on", TextAs(_only_new, {"const": "new"}), "new: what is asked live"),
        Field("min_severity", values.SEVERITY, "this and worse; high if left out"),
        Field("hosts", ListOf(TextAs(_asked_host), 1), "globs of hosts that may be asked", True),
        Field("per_second", _Rate(), "requests a second, at most; 2 if left out"),
    ),
)
