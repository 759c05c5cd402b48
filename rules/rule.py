"""What a rule is, and what it may look at.

A rule is one file: its prose is the module's docstring, `RULE` its metadata, and one pure function
that looks at one judged request path and yields findings, or says why it cannot be evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from auditor.core.capability import WITH_CREDENTIALS, Capability
from auditor.core.decision.judged import Outcome
from auditor.core.decision.verdict import Compared, Judged
from auditor.core.finding import Finding, Grantor, Severity
from auditor.core.hop.behaviour import behaviours, guards
from auditor.core.hop.guard import Not, OriginIn
from auditor.core.hop.header import ALLOW_ORIGIN
from auditor.core.link.route import RequestPath, Route
from auditor.core.link.walk import Placed, Way
from auditor.core.path.condition import bind, matches
from auditor.core.path.exchange import Line


@dataclass(frozen=True, slots=True)
class View:
    """One request path of a route, judged. `production`: whether its environment is one."""

    route: Route
    path: RequestPath
    judged: Judged
    production: bool = True
    owner_of: Callable[[Placed], str | None] = lambda _placed: None

    def way(self, outcome: Outcome) -> Way:
        """The way that `outcome` came."""
        return self.path.actual if outcome.kind == "actual" else self.path.preflight

    def others(self) -> Iterator[Compared]:
        """Every class but the route's own origin, which is not judged."""
        return (one for one in self.judged.classes if not one.own)


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule that could not be evaluated on one path, and why: never shown as passed."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `name` is its id and its file; `summary` one line; `severity` where nothing raises or
    lowers it; `references` as the practice cites them and as the named edition has them."""

    name: str
    severity: Severity
    summary: str
    check: Callable[[View], Iterator[Finding | NotEvaluated]]
    needs_allowlist: bool = False
    references: tuple[str, ...] = ()


def granting(
    view: View, one: Compared, caps: Capability
) -> Iterator[tuple[Outcome, Line, Placed | None]]:
    """The answers that give `one` any of `caps`, with the allow-origin line and the hop that wrote
    it (None: the end of the path)."""
    for outcome in one.seen.outcomes:
        if not outcome.caps & caps:
            continue
        hops = view.way(outcome).hops
        for line in outcome.response.lines:
            if line.name == ALLOW_ORIGIN:
                yield outcome, line, hops[line.hop] if line.hop < len(hops) else None


def grantor(view: View, one: Compared, caps: Capability) -> Grantor | None:
    """Who gave `one` the capabilities `caps`: the hop and the field, down to the entry of its list."""
    for _outcome, line, placed in granting(view, one, caps):
        if placed is not None:
            return blame(placed, line.field, one.witness, view.route.host)
    return None


def blame(placed: Placed, field: str, origin: str, host: str) -> Grantor:
    """The grantor at `placed`: `field`, or the entry of it that takes `origin`."""
    hop, named = placed.hop, dict(placed.hop.fields)
    entry = next((f for f in _entries(placed, field, origin, host) if f in named), field)
    where = named.get(entry, hop.where)
    return Grantor(hop.layer, hop.role or hop.id, entry, hop.id, hop.title, where)


def _entries(placed: Placed, field: str, origin: str, host: str) -> Iterator[str]:
    for behaviour in behaviours(placed.case.doing):
        for guard in guards(behaviour):
            for term in guard:
                atom = term.atom if isinstance(term, Not) else term
                if isinstance(atom, OriginIn):
                    for at, pattern in enumerate(atom.patterns):
                        if matches(bind(pattern, host), origin):
                            yield f"{field}[{at}]"


def remedy(placed_or_grantor: Grantor | None, view: View, origin: str) -> str | None:
    """What the collector of the grantor's product says to change."""
    if placed_or_grantor is None:
        return None
    for placed in (*view.path.actual.hops, *view.path.preflight.hops):
        if placed.hop.id == placed_or_grantor.hop:
            for one in placed.hop.remedies:
                if placed_or_grantor.field.startswith(one.field):
                    return one.text.replace("{origin}", origin)
    return None


def raised(severity: Severity, caps: Capability, production: bool) -> Severity:
    """`severity`, one up where credentials are involved, one down outside production."""
    step = bool(caps & WITH_CREDENTIALS) - (not production)
    return Severity(min(max(severity + step, Severity.INFO), Severity.CRITICAL))
