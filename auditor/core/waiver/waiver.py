"""Waivers: what someone accepted until a day, and how far.

A waiver never accepts more than was there when it was approved. One for origins is a dated extension
of the allowlist, bounded by its origin, its routes and whether cookies count. One for findings is
bounded by its *footprint*: what it took when a run first met it. What grows beyond shows again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from auditor.core.allowlist import RouteMatch
from auditor.core.capability import ANONYMOUS, EVERYTHING, Capability
from auditor.core.finding import Finding, Severity
from auditor.core.glob import takes
from auditor.core.language.pattern import Pattern
from auditor.core.reading import Where


@dataclass(frozen=True, slots=True)
class OfFinding:
    """One finding, by the beginning of its fingerprint."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class OfSelection:
    """Findings by globs over what they say; None: any. At least one is given."""

    rule: str | None = None
    host: str | None = None
    environment: str | None = None
    owner: str | None = None

    def takes(self, finding: Finding) -> bool:
        """Whether every glob takes what `finding` says."""
        pairs = (
            (self.rule, (finding.rule,)),
            (self.host, hosts_of(finding)),
            (self.environment, (finding.environment,)),
            (self.owner, (finding.owner or "",)),
        )
        return all(
            glob is None or any(takes(glob, text) for text in texts) for glob, texts in pairs
        )


@dataclass(frozen=True, slots=True)
class OfOrigins:
    """Origins on routes, as if the allowlist had them; `credentials`: with cookies as well."""

    pattern: Pattern
    match: RouteMatch
    credentials: bool = False

    @property
    def caps(self) -> Capability:
        """What is accepted."""
        return EVERYTHING if self.credentials else ANONYMOUS


Scope: TypeAlias = OfFinding | OfSelection | OfOrigins


@dataclass(frozen=True, slots=True)
class Waiver:
    """One line of `waivers.yaml`. `expires`: the last day that it holds; `max_severity`: what is worse
    is not accepted."""

    of: Scope
    reason: str
    approved_by: str
    expires: date
    where: Where
    ticket: str | None = None
    max_severity: Severity | None = None

    def active(self, today: date) -> bool:
        """Whether it still holds on `today`."""
        return today <= self.expires

    @property
    def key(self) -> str:
        """SHA-256 over all that was approved: another approval, or another day, is another waiver."""
        worst = None if self.max_severity is None else self.max_severity.word
        said = [repr(self.of), self.reason, self.approved_by, self.expires.isoformat(), worst]
        return sha256(json.dumps(said).encode()).hexdigest()

    @property
    def about(self) -> str:
        """What it is about, for people."""
        match self.of:
            case OfFinding(fingerprint=fingerprint):
                return f"finding {fingerprint[:8]}"
            case OfOrigins(pattern=pattern, match=match):
                return f"{pattern.text} on {match}"
            case OfSelection() as chosen:
                pairs = ((name, getattr(chosen, name)) for name in OfSelection.__slots__)
                return ", ".join(f"{name} {glob}" for name, glob in pairs if glob is not None)


@dataclass(frozen=True, slots=True)
class Rollout:
    """Layers that are being changed one after another: until that day they may disagree."""

    match: RouteMatch
    until: date
    reason: str
    where: Where
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Waivers:
    """Everything that `waivers.yaml` says; `digest`: of its content."""

    waivers: tuple[Waiver, ...] = ()
    rollouts: tuple[Rollout, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    """What a report says of an accepted finding. `until`: year-month-day, that day included."""

    key: str
    until: str
    reason: str
    approved_by: str
    where: str


def hosts_of(finding: Finding) -> tuple[str, ...]:
    """The hosts of a finding's routes, or its own where it has none."""
    found = dict.fromkeys(place_of(route)[0] for route in finding.routes)
    return tuple(found) or (finding.host,)


def place_of(route: str) -> tuple[str, str]:
    """Host and path of a route as findings bear it (`GET,PUT api.example.com/v1/*`): without methods
    and the star at its end."""
    first, space, rest = route.partition(" ")
    # A method is a token (RFC 9110, 5.6.2), which has no slash; a host is followed by one.
    host, _, path = (rest if space and "/" not in first else route).partition("/")
    return host, "/" + path.removesuffix("*").rstrip("/")


def words_of(waiver: Waiver) -> Waived:
    """What a report says of what `waiver` accepts."""
    return Waived(
        waiver.key,
        waiver.expires.isoformat(),
        waiver.reason,
        waiver.approved_by,
        str(waiver.where),
    )
