"""Two hops write Access-Control-Allow-Origin, and browsers accept neither.

What: an answer carries Access-Control-Allow-Origin twice, from two hops, or several values in one
line. Browsers join the lines and compare the whole with the origin: nobody who gets this answer can
read it, not even where both lines are `*`.

Why: it is an outage now, and a leak later. The two copies hide each other: on the day that somebody
mends the outage by removing one of them, the other becomes the policy.

Example: an ingress adds a line for its two origins, in front of an application that writes `*`.

Mend: let one layer answer CORS and take it out of the other; look first at what the copy that stays
would let in.

References: Fetch Standard, whatwg/fetch 586cd2a, 2.2.2 (get) and 4.10 (CORS check);
web-platform-tests, cors/origin.htm. Lists of methods and headers are united instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.core.browser.response import cors_check
from auditor.core.capability import Capability
from auditor.core.decision.judged import Outcome
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.path.exchange import Line
from rules.claim import Claim, finding
from rules.grant import telling
from rules.reference import ACCESS_POLICY, INTERPRETATION_CONFLICT
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach, doing_at, outermost, source_of

NAME = "doubled-header"


def check(view: View) -> Iterator[Result]:
    """Find answers with several Allow-Origin values."""
    return concluded(NAME, view, _found(view))


RULE = Rule(
    name=NAME,
    severity=Severity.HIGH,
    summary="two hops write Access-Control-Allow-Origin, so browsers refuse the answer",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, INTERPRETATION_CONFLICT),
)


@dataclass(frozen=True, slots=True)
class _Doubled:
    """One class of origins, and an answer of several values that it gets."""

    one: Compared
    outcome: Outcome

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.outcome.response.lines if line.name == ALLOW_ORIGIN)


def _found(view: View) -> Iterator[Finding]:
    groups: dict[tuple[tuple[int, str], ...], list[_Doubled]] = {}
    for one in view.others():
        for outcome in one.seen.outcomes:
            doubled = _Doubled(one, outcome)
            if outcome.certain and outcome.response.usual and _several(doubled):
                writers = tuple((line.hop, line.field) for line in doubled.lines)
                groups.setdefault(writers, []).append(doubled)
    for group in groups.values():
        yield _finding(view, min(group, key=_rank), _affected(view, group))


def _several(doubled: _Doubled) -> bool:
    return len(doubled.lines) > 1 or any("," in line.value for line in doubled.lines)


def _rank(doubled: _Doubled) -> tuple[bool, tuple[bool, bool, int, str]]:
    """Origins that the allowlist trusts first."""
    wanted = doubled.one.wanted
    return (wanted is None or not wanted.caps, telling(doubled.one))


def _affected(view: View, group: list[_Doubled]) -> str:
    """Who cannot read the answer."""
    if not any(one.can.join for one in view.others()):
        return "Nobody"
    names = {doubled.one.witness for doubled in group}
    first = min(group, key=_rank).one.witness
    return first if len(names) == 1 else f"{first} and others"


def _finding(view: View, shown: _Doubled, affected: str) -> Finding:
    way, host = view.way(shown.outcome), view.route.host
    line = outermost(shown.lines)
    source, stands = source_of(way, line, shown.one.witness, host), doing_at(way, line.hop)
    placed = source.placed if source is not None else stands[0] if stands is not None else None
    titles = dict.fromkeys(_title(view, shown, line) for line in shown.lines)
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=ALLOW_ORIGIN,
            what=f"{affected} can read {view.route.text}"
            if affected == "Nobody"
            else f"{affected} cannot read {view.route.text}",
            why="",
            do="",
            witness=shown.one.witness,
            placed=placed,
            field=line.field if source is None else source.field,
        ),
    )
