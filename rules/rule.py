"""What a rule is, and what it may look at.

A rule is one file: its prose is the module's docstring, `RULE` its metadata, and one pure function
that looks at one judged request path and yields findings, or says why it cannot be evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.capability import ANONYMOUS, WITH_CREDENTIALS, Capability
from auditor.core.decision.judged import Kind, Outcome
from auditor.core.decision.verdict import Compared, Judged
from auditor.core.finding import Finding, Severity
from auditor.core.link.route import RequestPath, Route
from auditor.core.link.walk import Placed, Way
from auditor.core.waiver.acceptance import Use
from rules.reference import Reference


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
        return self.path.actual if outcome.kind is Kind.ACTUAL else self.path.preflight

    @property
    def ways(self) -> tuple[Way, ...]:
        """The way of the request and that of its preflight, once where they are the same."""
        actual, preflight = self.path.actual, self.path.preflight
        return (actual,) if actual == preflight else (actual, preflight)

    def others(self) -> Iterator[Compared]:
        """Every class but the route's own origin, which is not judged."""
        return (one for one in self.judged.classes if not one.own)

    @property
    def open_to_all(self) -> Capability:
        """What the allowlist gives to every origin: reading and sending without credentials where the
        route is public, nothing elsewhere."""
        allowed = self.route.allowed
        public = allowed is not None and allowed.public and not allowed.proposed
        return ANONYMOUS if public else Capability.NONE


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule that could not be evaluated on one path, and why: never shown as passed."""

    rule: str
    reason: str


Result: TypeAlias = Finding | NotEvaluated


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `name` is its id and its file; `summary` one line; `prose` the docstring of its file;
    `severity` where nothing raises or lowers it; `references` to the frameworks that ask for it. `check`
    looks at one judged path, `weigh` at one waiver; `whole`: only a run that read everything can say."""

    name: str
    severity: Severity
    summary: str
    prose: str
    check: Callable[[View], Iterator[Result]] | None = None
    weigh: Callable[[Use], Iterator[Finding]] | None = None
    whole: bool = False
    needs_allowlist: bool = False
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        if (self.check is None) == (self.weigh is None):
            raise ValueError(f"{self.name}: looks at paths or at waivers, at one of them")


def raised(severity: Severity, caps: Capability, production: bool) -> Severity:
    """`severity`, one up where credentials are involved, one down outside production."""
    step = bool(caps & WITH_CREDENTIALS) - (not production)
    return Severity(min(max(severity + step, Severity.INFO), Severity.CRITICAL))


def undecided(view: View) -> str | None:
    """Why some origin on the path is undecided: the unknowns that made a difference; None: all are
    decided."""
    reasons = {view.judged.cut.unfinished} - {None}
    for one in view.others():
        if one.seen.undecided is not None:
            reasons.add(one.seen.undecided)
        if one.can.meet != one.can.join or one.missing:
            reasons |= one.seen.causes
    return "; ".join(sorted(filter(None, reasons))) or None


def concluded(
    rule: str,
    view: View,
    findings: Iterator[Finding],
    unread: Callable[[View], str | None] = undecided,
) -> Iterator[Result]:
    """`findings`; where there is none, that the rule was not evaluated if `unread` has a reason."""
    silent = True
    for finding in findings:
        silent = False
        yield finding
    reason = unread(view) if silent else None
    if reason is not None:
        yield NotEvaluated(rule, reason)
