"""Three ready answers to a finding: mend it, say that it is right, or accept it for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from auditor.core.finding import Finding
from auditor.core.origin import Origin, parse
from auditor.edge.config.quoting import day as yaml_day
from auditor.edge.config.quoting import quote
from auditor.edge.tickets.prose import Block, code, heading, text
from auditor.edge.tickets.telling import Telling
from auditor.edge.tickets.title import WAIVER_RULES, is_beyond

UNALLOWABLE: Final = frozenset(
    {"null-origin", "wildcard-credentials", "doubled-header", "cache-mixes-origins"}
)
"""Rules of which no entry in an allowlist makes a finding right."""
WAIVE_FOR: Final = timedelta(days=30)
REVIEW_AFTER: Final = timedelta(days=180)


def answers(telling: Telling) -> Iterator[Block]:
    """The choices that make sense for this finding, with the lines to paste."""
    finding = telling.finding
    if finding.rule in WAIVER_RULES:
        yield heading("Do")
        yield text(finding.do)
        return
    yield heading("Choose one")
    yield from _mend(finding)
    yield from _right(telling)
    yield from _waive(telling)


def in_short(finding: Finding) -> Iterator[str]:
    """The same choices in a few words, for who has the ticket before them."""
    yield f"mend it: {finding.do}"
    if finding.rule in WAIVER_RULES:
        return
    match finding.rule:
        case "narrowed-origin":
            yield "or have the origin taken out of the allowlist"
        case "unread-hop":
            yield "or describe the layer, or accept the gap, in cors-audit.yaml"
        case "layers-disagree":
            yield "or say in waivers.yaml, under rollouts, until when they may differ"
        case rule if rule in UNALLOWABLE:
            pass
        case _:
            yield "or, if it is right, have it written into the allowlist and reviewed"
    yield "or have it accepted in waivers.yaml, with a reason, who approves, and a last day"


def _mend(finding: Finding) -> Iterator[Block]:
    undone = ""
    if finding.managed_by:
        undone = f" It is managed by {finding.managed_by}: a change made by hand will be undone."
    yield text(f"1. {_verb(finding)}: {finding.do}{undone}")


def _verb(finding: Finding) -> str:
    match finding.rule:
        case "narrowed-origin":
            return "Let it in"
        case "unread-hop":
            return "Let it be read"
        case _:
            return "Mend it"


def _right(telling: Telling) -> Iterator[Block]:
    """The second answer: it is meant to be so."""
    finding = telling.finding
    at = telling.allow_at or "the allowlist"
    match finding.rule:
        case "narrowed-origin":
            yield text(f"2. It is not meant to work: take the origin out of {at}, with a review.")
        case "unread-hop":
            yield text(
                "2. Nobody here can read it: describe the layer under hops in cors-audit.yaml, with "
                "declared_by and expires, or accept the gap under coverage."
            )
        case "layers-disagree":
            yield text("2. It is being rolled out: add to waivers.yaml, under rollouts")
            yield code(_rollout(telling))
        case "null-origin":
            yield text(
                "2. It cannot be allowed: any page can be the origin null. Serve the tool that needs "
                "it from an origin of its own."
            )
        case rule if rule in UNALLOWABLE:
            yield text("2. It cannot be allowed: no entry in the allowlist makes this right.")
        case _:
            yield from _allow(telling, at)


def _allow(telling: Telling, at: str) -> Iterator[Block]:
    finding = telling.finding
    if is_beyond(finding):
        yield text(f"2. It is right: name what they may do in {at}, and have it reviewed.")
        return
    if not isinstance(parse(finding.subject), Origin):
        yield text(
            f"2. It is right for some: list those origins in {at}, each with an owner, have it "
            "reviewed, and list the same where it is let in."
        )
        return
    yield text(f"2. It is right: add it to {at}, and have it reviewed")
    yield code("\n".join(_entry(telling)))


def _entry(telling: Telling) -> Iterator[str]:
    origin = quote(telling.finding.subject)
    review = yaml_day((telling.run.at + REVIEW_AFTER).date())
    yield "# under origins:"
    yield f"  - {{origin: {origin}, owner: TEAM, ticket: THIS, review_by: {review}}}"
    match = telling.allow_match or _route(telling.finding)
    if match:
        yield f"# and to allow_origins of the route {quote(match)}:"
        yield f"  {origin}"


def _waive(telling: Telling) -> Iterator[Block]:
    finding = telling.finding
    until = yaml_day((telling.run.at + WAIVE_FOR).date())
    yield text("3. Not now: add to waivers.yaml, under waivers")
    yield code(
        f"  - {{finding: {quote(finding.short)}, reason: WHY, approved_by: WHO, expires: {until}}}"
    )


def _rollout(telling: Telling) -> str:
    until = yaml_day((telling.run.at + WAIVE_FOR).date())
    match = quote(telling.allow_match or _route(telling.finding) or "HOST/PATH")
    return f"  - {{match: {match}, until: {until}, reason: WHY}}"


def _route(finding: Finding) -> str:
    """The first route without its methods."""
    return finding.routes[0].rpartition(" ")[2] if finding.routes else ""
