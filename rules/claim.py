"""A finding out of a cause: what every rule fills in alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.capability import Capability
from auditor.core.finding import Certainty, Finding, Severity
from auditor.core.link.walk import Placed
from rules.grant import Cause
from rules.rule import View, undecided
from rules.source import Reach, grantor_at, managers, notes_on, remedy, unsure_links
from rules.wording import by_name, letting_in, place, sentences, who, written


@dataclass(frozen=True, slots=True)
class Claim:
    """What a rule says of one cause. `placed` and `field`: the hop and setting to blame, None where
    nothing that was read can be."""

    rule: str
    severity: Severity
    subject: str
    what: str
    why: str
    do: str
    witness: str | None
    placed: Placed | None
    field: str = ""
    caps: Capability = Capability.NONE
    certain: bool = True
    because: tuple[str, ...] = ()


def finding(view: View, claim: Claim) -> Finding:
    """`claim` as a finding on the path of `view`."""
    placed = claim.placed
    documents = {hop.hop.document for way in view.ways for hop in way.hops} - {""}
    assumed = () if placed is None else (*_unsure(view, placed), *placed.hop.assumed)
    return Finding(
        rule=claim.rule,
        severity=claim.severity,
        environment=view.route.environment,
        host=view.route.host,
        subject=claim.subject,
        what=claim.what,
        why=claim.why if placed is None else sentences(claim.why, *notes_on(placed, claim.field)),
        do=claim.do,
        witness=claim.witness,
        grantor=None if placed is None else grantor_at(placed, claim.field),
        routes=(view.route.text,),
        owner=None if placed is None else view.owner_of(placed),
        managed_by=None if placed is None else managers(placed),
        certainty=Certainty.CERTAIN if claim.certain else Certainty.CONDITIONAL,
        capabilities=claim.caps.words,
        because=tuple(dict.fromkeys((*claim.because, *assumed))),
        documents=tuple(sorted(documents)),
    )


def _unsure(view: View, placed: Placed) -> Iterator[str]:
    """The links in front of `placed` that are not exact, on the way of the request and its preflight."""
    return (text for way in view.ways for text in unsure_links(way, placed))


@dataclass(frozen=True, slots=True)
class Wording:
    """What one rule says of a cause in other words than all rules do."""

    why: str
    subject: str | None = None
    who: str | None = None


def admission(view: View, rule: str, severity: Severity, cause: Cause, wording: Wording) -> Finding:
    """The finding that `cause` lets origins in."""
    source = cause.source
    return finding(
        view,
        Claim(
            rule=rule,
            severity=severity,
            subject=wording.subject or cause.text,
            what=letting_in(view, cause, wording.who or who(cause)),
            why=sentences(_setting(cause), wording.why, _name(view, cause)),
            do=mend(cause),
            witness=cause.shown.one.witness,
            placed=None if source is None else source.placed,
            field="" if source is None else source.field,
            caps=cause.caps,
            certain=cause.certain,
            because=() if cause.certain else _unknowns(view, cause),
        ),
    )


def mend(cause: Cause) -> str:
    """What to change: the words of the product's collector, or general ones."""
    source = cause.source
    if source is None:
        return (
            f"Find the layer that answers {cause.text}: no setting that was read accounts for it."
        )
    told = remedy(source.placed, source.field, source.text)
    if told is not None and source.reach is not Reach.REFLECT:
        return sentences(told)
    there = place(source.placed.hop.title, source.field)
    if source.reach in (Reach.REFLECT, Reach.ANY):
        return f"List the origins that are meant in {there}, instead of any."
    return f"Remove {source.text} from {there}."


def _setting(cause: Cause) -> str:
    unknown = "No setting that was read accounts for it"
    return unknown if cause.source is None else written(cause.source)


def _name(view: View, cause: Cause) -> str | None:
    source, witness = cause.source, cause.shown.one.witness
    return None if source is None else by_name(source, view.route.allowed, witness)


def _unknowns(view: View, cause: Cause) -> tuple[str, ...]:
    found = {text for grant in cause.grants for text in grant.one.seen.causes}
    reason = undecided(view)
    return tuple(sorted(found)) or (() if reason is None else (reason,))
