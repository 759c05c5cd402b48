"""Where something unknown stands on a path: what it is a part of, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from auditor.core.decision.judged import cause_of
from auditor.core.hop.behaviour import (
    Behaviour,
    Doing,
    Either,
    Mix,
    UnreadBehaviour,
    UnreadEnd,
    atoms,
    operations,
    patterns,
)
from auditor.core.hop.guard import UnknownGuard
from auditor.core.hop.op import UnknownValue
from auditor.core.language.membership import unread_cause
from auditor.core.link.walk import Placed
from auditor.core.path.condition import bind
from rules.rule import View
from rules.source import doing_at

_CAUSED = (UnknownGuard, UnknownValue)


class Unknown(StrEnum):
    """What was not read, with what to do about it."""

    HOP = "Let the auditor read {title}, or declare under hops what it does."
    END = "Let the auditor read what stands behind {title}, or map its file under files."
    PATTERN = "Write {title}'s list as exact origins: its patterns cannot be read."
    SETTING = "Make known which of the readings of {title} is true: its release, or its setting."
    OPTIONS = "Make known how the application behind {title} answers OPTIONS."
    SEARCH = "Make the lists on this path shorter: they could not be worked through."


def place_of(view: View, cause: str) -> tuple[Unknown, Placed | None]:
    """What it is, and the hop that it is a part of or stands behind."""
    host = view.route.host
    for way in view.ways:
        last = way.hops[-1] if way.hops else None
        for at in range(len(way.hops) + 1):
            stands = doing_at(way, at)
            found = None if stands is None else _inside(stands[1], cause, host)
            if found is not None and stands is not None:
                return found, stands[0]
        if isinstance(way.terminal, UnreadEnd) and way.terminal.cause == cause:
            return Unknown.END, last
        if cause == cause_of(("options", 0)):
            return Unknown.OPTIONS, last
    return Unknown.SEARCH, None


def _inside(doing: Doing, cause: str, host: str) -> Unknown | None:
    match doing:
        case UnreadBehaviour():
            return Unknown.HOP if doing.cause == cause else None
        case Either() if doing.cause == cause:
            return Unknown.SETTING
        case Either(options=options) | Mix(options=options):
            return next(filter(None, (_inside(one, cause, host) for one in options)), None)
        case Behaviour():
            return _part(doing, cause, host)
        case _:
            assert_never(doing)


def _part(behaviour: Behaviour, cause: str, host: str) -> Unknown | None:
    opaque = (unread_cause(bind(one, host)) for one in patterns(behaviour))
    if cause in opaque:
        return Unknown.PATTERN
    values = [op.value for op in operations(behaviour)]
    unknown = [one for one in (*atoms(behaviour), *values) if isinstance(one, _CAUSED)]
    return Unknown.SETTING if any(one.cause == cause for one in unknown) else None
