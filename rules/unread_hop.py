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

from auditor.core.capability import Capability
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.link.walk import Placed
from rules.claim import Claim, finding
from rules.grant import telling
from rules.reference import ACCESS_POLICY, API_INVENTORY, CONFIGURATION_OWNED
from rules.rule import Result, Rule, View, raised
from rules.source import remedy
from rules.unknown import Unknown, place_of
from rules.wording import sentences

NAME = "unread-hop"


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


def _mend(unknown: Unknown, placed: Placed | None, title: str) -> str:
    """What to do: what the gap itself says, where a hop stands for one."""
    told = remedy(placed, "", "") if placed is not None and unknown is Unknown.HOP else None
    return unknown.format(title=title) if told is None else sentences(told)


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
    unknown, placed = place_of(view, cause)
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
            do=_mend(unknown, placed, title),
            witness=witness,
            placed=placed,
            caps=caps,
            because=(cause,),
        ),
    )
