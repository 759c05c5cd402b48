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
from auditor.core.decision.judged import Kind, Outcome
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.path.exchange import Line
from rules.claim import Claim, finding
from rules.grant import Telling, telling
from rules.reference import ACCESS_POLICY, INTERPRETATION_CONFLICT
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach, doing_at, outermost, source_of

NAME = "doubled-header"
NOBODY = "Nobody"


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


def _rank(doubled: _Doubled) -> tuple[bool, Telling]:
    """Origins that the allowlist trusts first."""
    wanted = doubled.one.wanted
    return (wanted is None or not wanted.caps, telling(doubled.one))


def _affected(view: View, group: list[_Doubled]) -> str:
    """Who cannot read the answer."""
    if not any(one.can.join for one in view.others()):
        return NOBODY
    names = {doubled.one.witness for doubled in group}
    first = min(group, key=_rank).one.witness
    return first if len(names) == 1 else f"{first} and others"


def _finding(view: View, shown: _Doubled, affected: str) -> Finding:
    way, host = view.way(shown.outcome), view.route.host
    line = outermost(shown.lines)
    source, stands = source_of(way, line, shown.one.witness, host), doing_at(way, line.hop)
    writers = sorted(shown.lines, key=lambda line: line.hop)
    titles = " and ".join(dict.fromkeys(_title(view, shown, line) for line in writers))
    verb = "read" if shown.outcome.kind is Kind.ACTUAL else "send to"
    can = "can" if affected == NOBODY else "cannot"
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=ALLOW_ORIGIN,
            what=f"{affected} {can} {verb} {view.route.text}: the answer names several origins.",
            why=" ".join([f"{titles} wrote {ALLOW_ORIGIN}.", *_survivors(view, shown)]),
            do="Let one layer alone answer CORS on this path, and take it out of the others.",
            witness=shown.one.witness,
            placed=None if stands is None else stands[0],
            field=line.field if source is None else source.field,
        ),
    )


def _survivors(view: View, shown: _Doubled) -> Iterator[str]:
    """What each copy would let in if it alone stayed."""
    if len(shown.lines) < 2:
        return
    others = [line for line in shown.outcome.response.lines if line.name != ALLOW_ORIGIN]
    for line in shown.lines:
        pairs = [(one.name, one.value) for one in (*others, line)]
        readable = [cors_check(shown.one.witness, pairs, cookies).ok for cookies in (False, True)]
        source = source_of(view.way(shown.outcome), line, shown.one.witness, view.route.host)
        wide = source is not None and source.reach in (Reach.ANY, Reach.REFLECT)
        who = "any site" if wide else shown.one.witness if source is None else source.text
        what = "with cookies" if readable[1] else "without cookies" if readable[0] else "not at all"
        yield f"If only that of {_title(view, shown, line)} stays, {who} can read, {what}."


def _title(view: View, shown: _Doubled, line: Line) -> str:
    stands = doing_at(view.way(shown.outcome), line.hop)
    return "what stands at the end" if stands is None else stands[0].hop.title
