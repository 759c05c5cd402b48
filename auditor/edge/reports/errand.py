"""What a run did, or would do, with its tickets: a line, and in a dry run each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditor.core.lifecycle.ticket import Act
from auditor.edge.reports.layout import Screen, count, flow, fold, safe

_LISTED: Final = 20
_WORDS: Final[dict[Act, tuple[str, str]]] = {
    Act.OPEN: ("opened", "open"),
    Act.RELEASE: ("opened from the backlog", "open, from the backlog,"),
    Act.UMBRELLA: ("opened for many at once", "open, for many at once,"),
    Act.CHANGED: ("changed", "say what changed in"),
    Act.WORSE: ("opened again, for it is worse", "open again, for it is worse,"),
    Act.UNVERIFIED: ("not verified", "mark as not verified"),
    Act.VERIFIED: ("verified again", "mark as verified again"),
    Act.FIXED: ("fixed", "close as fixed"),
    Act.ACCEPTED: ("accepted", "close as accepted"),
    Act.EXPIRED: ("opened again, for the waiver ended", "open again, for the waiver ended,"),
    Act.REGRESSED: ("opened again", "open again, for it is back,"),
    Act.BY_HAND: ("opened again, closed by hand", "open again, closed by hand,"),
    Act.ESCALATED: ("left closed by hand", "leave closed by hand"),
}
"""Each act as something done, and as something to do."""


@dataclass(frozen=True, slots=True)
class TicketAct:
    """One act. `about`: the ticket's name, or its title where it has none yet; `at`: whose it is, and its tracker."""

    act: Act
    about: str
    at: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What was there when its source was first read and has no ticket: how many, and how many tickets
    each owner gets of it in a week."""

    left: int = 0
    a_week: int = 0


def tickets_text(
    acts: Sequence[TicketAct],
    waiting: int,
    screen: Screen,
    *,
    dry: bool,
    backlog: Backlog = Backlog(),
) -> str:
    """The line, or with `dry` the list and what it leaves out; empty where there is nothing to say."""
    if not dry:
        return "\n".join(_done(acts, waiting, screen))
    return "\n".join([*_dry(acts, screen), *_left(backlog, screen)])


def _done(acts: Sequence[TicketAct], waiting: int, screen: Screen) -> Iterator[str]:
    counted = Counter(one.act for one in acts)
    parts = [f"{counted[act]:,} {words[0]}" for act, words in _WORDS.items() if counted[act]]
    if parts:
        yield from flow([f"Tickets {parts[0]}", *parts[1:]], ", ", "", "  ", screen.width)
    if waiting:
        yield f"{count(waiting, 'message')} to a tracker wait for the next run"


def _dry(acts: Sequence[TicketAct], screen: Screen) -> Iterator[str]:
    if not acts:
        yield "Tickets, dry run: nothing would be opened, changed or closed"
        return
    yield f"Tickets, dry run: nothing was sent; {count(len(acts), 'message')} would be"
    for one in acts[:_LISTED]:
        line = f"{_WORDS[one.act][1]} {safe(one.about, 200)}  ({safe(one.at, 80)})"
        yield from fold(line, screen.width, "  ", "      ")
    if len(acts) > _LISTED:
        yield f"  and {len(acts) - _LISTED:,} more"


def _left(backlog: Backlog, screen: Screen) -> Iterator[str]:
    if not backlog.left:
        return
    a_week = backlog.a_week
    told = (
        f"later runs open some, worst first, {a_week:,} a week and owner"
        if a_week
        else "backlog_per_week under tickets says how many are opened a week"
    )
    was = "finding was" if backlog.left == 1 else "findings were"
    text = f"{backlog.left:,} {was} there at first (backlog) and would get no ticket now; {told}"
    yield from fold(text, screen.width, "  ", "      ")
