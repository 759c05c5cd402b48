"""Who lets which origins in: the answers of a path, by the entry that each line comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from auditor.core.capability import Capability
from auditor.core.decision.canonical import Same
from auditor.core.decision.judged import Outcome, Seen
from auditor.core.decision.verdict import Compared
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.language.probe import is_attackers
from auditor.core.link.walk import Way
from rules.question import transparent
from rules.rule import View
from rules.source import Source, setting, source_of

NONE = Capability.NONE


@dataclass(frozen=True, slots=True)
class Grant:
    """One entry lets one class of origins do `caps`. `source` None: no setting that was read could
    be found; `certain` False: only if what was not read passes everything."""

    one: Compared
    seen: Seen
    caps: Capability
    source: Source | None
    way: Way
    at: int
    certain: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry of one hop, and everything that it gives."""

    source: Source | None
    grants: tuple[Grant, ...]

    @property
    def caps(self) -> Capability:
        """All that it gives to anyone."""
        return _total(self.grants)

    @property
    def certain(self) -> bool:
        """Whether it gives something whatever the unread hops do."""
        return any(grant.certain for grant in self.grants)

    @property
    def shown(self) -> Grant:
        """The grant of the most telling origin."""
        return min(self.grants, key=lambda grant: telling(grant.one))

    @property
    def text(self) -> str:
        """The entry in normal form; the origin itself where the entry is not known."""
        return self.shown.one.witness if self.source is None else self.source.text


Telling: TypeAlias = tuple[bool, bool, bool, bool, int, str]


def telling(one: Compared) -> Telling:
    """Smaller is more telling as a proof: any of many origins, an attacker's, https, no port, short."""
    witness = one.witness
    _, _, authority = witness.partition("://")
    return (
        one.seen.about.alone,
        not is_attackers(witness),
        not witness.startswith("https://"),
        ":" in authority,
        len(witness),
        witness,
    )


def given(view: View) -> Iterator[Grant]:
    """Everything that the path lets origins do, approved or not, but for what is public."""
    return iter(_given(Same(view)))


def unapproved(view: View) -> Iterator[Grant]:
    """What the path lets origins do beyond the allowlist; everything where there is none."""
    return given(view) if view.route.allowed is None else iter(_unapproved(Same(view)))


# Several rules ask this of one path, one after the other.


@lru_cache(maxsize=8)
def _given(view: Same[View]) -> tuple[Grant, ...]:
    public = view.of.open_to_all
    return tuple(
        grant
        for one in view.of.others()
        for grant in _sure_and_maybe(view.of, one, one.can.meet & ~public, one.can.join & ~public)
    )


@lru_cache(maxsize=8)
def _unapproved(view: Same[View]) -> tuple[Grant, ...]:
    return tuple(
        grant
        for one in view.of.others()
        for grant in _sure_and_maybe(view.of, one, one.widened, one.widened | one.conditional)
    )


def causes(grants: Iterable[Grant]) -> tuple[Cause, ...]:
    """`grants` by the entry that gives them."""
    groups: dict[tuple[str, ...], list[Grant]] = {}
    for grant in grants:
        source = grant.source
        key = ("", grant.one.witness) if source is None else _key(source)
        groups.setdefault(key, []).append(grant)
    return tuple(Cause(group[0].source, tuple(group)) for group in groups.values())


def _key(source: Source) -> tuple[str, ...]:
    return (source.placed.hop.id, setting(source.field), source.text, source.reach)


def _sure_and_maybe(
    view: View, one: Compared, sure: Capability, possible: Capability
) -> Iterator[Grant]:
    if sure:
        yield from _grants(view, one, one.seen, sure, certain=True)
    maybe = possible & ~sure
    if maybe:
        bare = transparent(view, one.seen.about)
        maybe &= bare.bounds.meet
        yield from _grants(view, one, bare, maybe, certain=False)


def _grants(
    view: View, one: Compared, seen: Seen, caps: Capability, *, certain: bool
) -> Iterator[Grant]:
    """The entries that give `caps`. What no read setting accounts for is looked for once more with the
    unread hops out of the way; what is left then has no source, and is never dropped."""
    rest = caps
    for look in (seen, None):
        if not rest:
            return
        looked_at = look or transparent(view, one.seen.about)
        found = list(_traced(view, one, looked_at, rest, certain=certain))
        yield from found
        rest &= ~_total(found)
    if rest:
        yield Grant(one, seen, rest, None, view.path.actual, 0, certain)


def _traced(
    view: View, one: Compared, seen: Seen, caps: Capability, *, certain: bool
) -> Iterator[Grant]:
    """The settings behind the answers that give `caps`: those met in every world; others only for what
    the former leave open."""
    rest = caps
    for sure in (True, False):
        outcomes = [o for o in seen.outcomes if o.certain is sure and o.caps & rest]
        found = [
            replace(grant, seen=seen, caps=outcome.caps & rest, certain=certain)
            for outcome in outcomes
            for grant in traced(view, one, outcome)
        ]
        yield from found
        rest &= ~_total(found)


def _total(grants: Iterable[Grant]) -> Capability:
    total = NONE
    for grant in grants:
        total |= grant.caps
    return total


def traced(view: View, one: Compared, outcome: Outcome) -> Iterator[Grant]:
    """The settings behind one answer that `one` gets, each with all that the answer gives."""
    way, host = view.way(outcome), view.route.host
    for line in outcome.response.lines:
        if line.name == ALLOW_ORIGIN:
            source = source_of(way, line, one.witness, host)
            if source is not None:
                at = min(line.hop, len(way.hops) - 1)
                yield Grant(one, one.seen, outcome.caps, source, way, at, outcome.certain)
