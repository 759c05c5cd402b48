"""Two layers decide about origins, and not alike.

What: two hops of one path each decide which origins may read, and by itself one of them would let
an origin in that the other refuses. A hop that only passes, or only removes headers, decides
nothing.

Why: browsers see one answer only. The other is a policy that its owner believes in and nobody gets;
it becomes real when the first is changed or taken out of the path, or on the answers that only one
of the two sees. The practice asks for one authoritative decision. It is low where the inner hop is
the stricter one and is masked.

Example: a gateway lists three origins, the application behind it two.

Mend: let one layer decide. Make the others pass answers on as they are, or remove CORS headers.

References: Fetch Standard, whatwg/fetch 586cd2a, 4.10. CWE-436.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from auditor.core.capability import READ, Capability
from auditor.core.decision.bounds import Bounds
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.behaviour import UnreadEnd
from auditor.core.link.walk import Placed, Way
from rules.claim import Claim, finding
from rules.grant import telling
from rules.question import alone
from rules.reference import (
    ACCESS_POLICY,
    CONFIGURATION_OWNED,
    INTERPRETATION_CONFLICT,
    ZERO_TRUST,
)
from rules.rule import Result, Rule, View, concluded, raised, undecided
from rules.source import doing_at, writes

NAME = "layers-disagree"
MASKED = Severity.LOW
"""Where the inner hop is the stricter one, and masked."""


def check(view: View) -> Iterator[Result]:
    """Find pairs of hops that decide differently about an origin."""
    if _places(view.path.actual) < 2:
        return concluded(NAME, view, iter(()))
    return concluded(NAME, view, _found(view), _unread)


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="two layers of one path decide differently about an origin",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, ZERO_TRUST, INTERPRETATION_CONFLICT, CONFIGURATION_OWNED),
)


@dataclass(frozen=True, slots=True)
class _Decider:
    """A hop that decides, its position on the way, and the setting that it decides by."""

    at: int
    placed: Placed
    field: str


@dataclass(frozen=True, slots=True)
class _Difference:
    """One class on which two hops differ. `outer`: whether the outer one, alone, lets it read; then
    the inner one does not. `effective`: whether the path does."""

    one: Compared
    outer: bool
    effective: bool

    @property
    def masked_and_stricter(self) -> bool:
        """Whether the inner hop is the stricter one, and masked."""
        return self.outer and self.effective


def _found(view: View) -> Iterator[Finding]:
    way = view.path.actual
    for outer, inner in combinations(_deciding(view, way), 2):
        differences = list(_differences(view, way, outer.at, inner.at))
        if differences and outer.placed != inner.placed:
            yield _finding(view, outer, inner, differences)


def _deciding(view: View, way: Way) -> list[_Decider]:
    """The hops that write Allow-Origin and let some origin read by themselves, outermost first."""
    return [
        _Decider(at, stands[0], wrote[0].op.field)
        for at in _positions(way)
        if (stands := doing_at(way, at)) is not None
        and (wrote := list(writes(stands[1])))
        and any(alone(view, way, at, one.seen.about).reads.join for one in view.others())
    ]


def _positions(way: Way) -> range:
    """Those of the hops, and that of a service at the end."""
    return range(len(way.hops) + 1)


def _places(way: Way) -> int:
    """How many places there are at which something may decide; what was not read is one, too."""
    standing = sum(doing_at(way, at) is not None for at in _positions(way))
    return standing + isinstance(way.terminal, UnreadEnd)


def _differences(view: View, way: Way, outer: int, inner: int) -> Iterator[_Difference]:
    for one in view.others():
        about = one.seen.about
        first = _lets(alone(view, way, outer, about).reads)
        second = _lets(alone(view, way, inner, about).reads)
        effective = _lets(one.can)
        if None not in (first, second, effective) and first != second:
            yield _Difference(one, bool(first), bool(effective))


def _lets(bounds: Bounds) -> bool | None:
    """Whether an origin can read; None where that is not known."""
    sure, perhaps = bool(bounds.meet & READ), bool(bounds.join & READ)
    return sure if sure == perhaps else None


def _finding(
    view: View, outer: _Decider, inner: _Decider, differences: list[_Difference]
) -> Finding:
    # What is masked first: nothing else speaks of it.
    shown = min(differences, key=lambda one: (one.effective, telling(one.one)))
    low = all(one.masked_and_stricter for one in differences)
    first, second = outer.placed.hop, inner.placed.hop
    wider, stricter = (first, second) if shown.outer else (second, first)
    effective = wider if shown.effective else stricter
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(MASKED if low else RULE.severity, Capability.NONE, view.production),
            subject=f"{first.layer} {first.role or first.id}",
            what=f"Two layers of {view.route.text} decide differently about {shown.one.witness}.",
            why=f"{wider.title} lets it in and {stricter.title} does not. Browsers get the "
            f"decision of {effective.title}; the other is masked.",
            do=f"Let one layer decide: take CORS out of {first.title} or of {second.title}.",
            witness=shown.one.witness,
            placed=inner.placed,
            field=inner.field,
        ),
    )


def _unread(view: View) -> str | None:
    """Why it is not known whether a second hop decides: one of them, or the end, was not read."""
    way = view.path.actual
    unread = {at: doing_at(way, at) for at in _positions(way) if _unknown(view, way, at)}
    titles = [stands[0].hop.title for stands in unread.values() if stands is not None]
    reasons = [f"what {title} decides is not known" for title in titles]
    if isinstance(way.terminal, UnreadEnd):
        reasons.append(way.terminal.cause)
    known = sum(decider.at not in unread for decider in _deciding(view, way))
    return "; ".join(reasons) if reasons and len(reasons) + known > 1 else undecided(view)


def _unknown(view: View, way: Way, at: int) -> bool:
    """Whether it is not known of some origin what the hop alone would let it do."""
    return any(_lets(alone(view, way, at, one.seen.about).reads) is None for one in view.others())
