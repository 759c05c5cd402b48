"""Something on the path was not read, and what origins can do depends on it.

What: a hop, the end of the path, a pattern or a setting could not be read, and with one reading of
it an origin may do what it may not with another. Hops that cannot make a difference are not named:
a layer in front that removes and decides by itself proves that what is behind does not matter.

Why: what was not read is not clean. A finding may hide there, and no ticket may be closed on it.

Example: the credentials of the auditor were refused in one account; an application computes its
list of origins when it starts; a list holds a regular expression.

Mend: give the auditor access, map the file that holds the setting, or declare the layer with an
owner and an expiry.

References: OWASP API Security Top 10 2023, API9: the inventory names the CORS policy of every
endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import assert_never

from auditor.core.capability import Capability
from auditor.core.decision.judged import cause_of
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
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
from auditor.core.link.walk import Placed
from auditor.core.path.condition import bind
from rules.claim import Claim, finding
from rules.grant import telling
from rules.reference import ACCESS_POLICY, API_INVENTORY, CONFIGURATION_OWNED
from rules.rule import Result, Rule, View, raised
from rules.source import doing_at

NAME = "unread-hop"
_UNKNOWN = (UnknownGuard, UnknownValue)


class What(StrEnum):
    """What was not read, with what to do about it."""

    HOP = "Let the auditor read {title}, or declare under hops what it does."
    END = "Let the auditor read what stands behind {title}, or map its file under files."
    PATTERN = "Write {title}'s list as exact origins: its patterns cannot be read."
    SETTING = "Make known which of the readings of {title} is true: its release, or its setting."
    OPTIONS = "Make known how the application behind {title} answers OPTIONS."
    SEARCH = "Make the lists on this path shorter: they could not be worked through."


def check(view: View) -> Iterator[Result]:
    """Find what was not read and makes a difference; it can always be evaluated."""
    yield from _found(view)


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="something on the path was not read, and the decision depends on it",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, API_INVENTORY, CONFIGURATION_OWNED),
)


def _found(view: View) -> Iterator[Finding]:
    groups: dict[str, list[Compared]] = {}
    for one in view.others():
        for cause in sorted(_causes(one)):
            groups.setdefault(cause, []).append(one)
    if view.judged.cut.unfinished:
        groups.setdefault(view.judged.cut.unfinished, [])
    for cause, classes in groups.items():
        yield _finding(view, cause, classes)


def _causes(one: Compared) -> frozenset[str]:
    """The unknowns that decide what `one` can do, as far as the allowlist does not settle it."""
    if one.seen.undecided:
        return frozenset({one.seen.undecided})
    return one.seen.causes if _doubt(one) else frozenset()


def _doubt(one: Compared) -> Capability:
    """What `one` may or may not do; with an allowlist, only what matters to it."""
    if one.wanted is None:
        return one.can.join & ~one.can.meet
    return one.doubtful | one.missing


def _finding(view: View, cause: str, classes: list[Compared]) -> Finding:
    what, placed = _place(view, cause)
    shown = min(classes, key=telling) if classes else None
    title = view.route.host if placed is None else placed.hop.title
    caps = Capability.NONE
    for one in classes:
        caps |= _doubt(one)
    witness = None if shown is None else shown.witness
    example = "" if shown is None else f", {witness} for one"
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=cause,
            what=f"What origins can do on {view.route.text} cannot be told: {cause}.",
            why=f"With one reading of it some origins are let in, with another not{example}.",
            do=what.format(title=title),
            witness=witness,
            placed=placed,
            caps=caps,
            because=(cause,),
        ),
    )


def _place(view: View, cause: str) -> tuple[What, Placed | None]:
    """What it is, and the hop that it is a part of or stands behind."""
    host = view.route.host
    for way in view.ways:
        last = way.hops[-1] if way.hops else None
        for at in range(len(way.hops) + 1):
            stands = doing_at(way, at)
            what = None if stands is None else _inside(stands[1], cause, host)
            if what is not None and stands is not None:
                return what, stands[0]
        if isinstance(way.terminal, UnreadEnd) and way.terminal.cause == cause:
            return What.END, last
        if cause == cause_of(("options", 0)):
            return What.OPTIONS, last
    return What.SEARCH, None


def _inside(doing: Doing, cause: str, host: str) -> What | None:
    match doing:
        case UnreadBehaviour():
            return What.HOP if doing.cause == cause else None
        case Either() if doing.cause == cause:
            return What.SETTING
        case Either(options=options) | Mix(options=options):
            return next(filter(None, (_inside(one, cause, host) for one in options)), None)
        case Behaviour():
            return _part(doing, cause, host)
        case _:
            assert_never(doing)


def _part(behaviour: Behaviour, cause: str, host: str) -> What | None:
    opaque = (cause_of(("pattern", str(bind(one, host)))) for one in patterns(behaviour))
    if cause in opaque:
        return What.PATTERN
    values = [op.value for op in operations(behaviour)]
    unknown = [one for one in (*atoms(behaviour), *values) if isinstance(one, _UNKNOWN)]
    return What.SETTING if any(one.cause == cause for one in unknown) else None
