"""Waivers beside the allowlist that they extend: what has run out, ends soon, or changes nothing."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from auditor.core.allowlist import AllowedRoute, Allowlist
from auditor.core.waiver.waiver import OfOrigins, Waiver, Waivers
from auditor.edge.allowlist.check import Note
from auditor.edge.config.ledger import place_of
from auditor.text.tree import Problem

SOON: Final = timedelta(days=14)
"""How long before its last day a waiver is spoken of."""


def check_waivers(
    allowlist: Allowlist, waivers: Waivers, today: date
) -> tuple[Problem | Note, ...]:
    """What is due on `today` as problems and what is odd as notes, by file and line."""
    found: list[Problem | Note] = []
    for one in waivers.waivers:
        found += _ended(one, today)
        if isinstance(one.of, OfOrigins) and one.active(today):
            found += _beside(one, one.of, allowlist, today)
    found += (
        Problem(
            str(one.where),
            f"the rollout of {one.match} was to end by {one.until}",
            "remove the line, or say until when the layers may differ",
        )
        for one in waivers.rollouts
        if one.until < today
    )
    return tuple(sorted(found, key=lambda one: place_of(one.where)))


def _ended(waiver: Waiver, today: date) -> Iterator[Problem | Note]:
    where, name = str(waiver.where), f"the waiver for {waiver.about}"
    if not waiver.active(today):
        do = "remove the line, or have it approved again"
        yield Problem(where, f"{name} ended on {waiver.expires}", do)
    elif waiver.expires - today <= SOON:
        do = "list the origin" if isinstance(waiver.of, OfOrigins) else "mend what it accepts"
        told = f"{name} ends on {waiver.expires}"
        yield Note(where, told, f"{do} by then, or have it approved again")


def _beside(waiver: Waiver, of: OfOrigins, allowlist: Allowlist, today: date) -> Iterator[Note]:
    """What the allowlist says of the same routes."""
    routes = [one for one in allowlist.routes if one.match.within(of.match) is not None]
    where, name = str(waiver.where), f"the waiver for {waiver.about}"
    if not routes:
        what = f"{name} changes nothing: no route of the allowlist is there"
        yield Note(where, what, "correct its match, or remove the line")
    elif all(_lists(one, of, today) for one in routes):
        what = f"{name} changes nothing: the allowlist has it on those routes"
        yield Note(where, what, "remove the line")


def _lists(route: AllowedRoute, of: OfOrigins, today: date) -> bool:
    named = any(
        one.pattern == of.pattern and one.active(today) and not one.proposed
        for one in route.entries
    )
    return named and not route.proposed and not of.caps & ~route.granted
