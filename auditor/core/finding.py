"""Findings: one rule's claim about one cause, with witness, grantor, severity and fingerprint.

The fingerprint names the *cause*: rule, environment, the grantor's role and field (the host where
nothing that was read is to blame), and the subject, in normal form. One setting behind several hosts
is one cause. No resource ids that a redeploy changes, no routes, lines, dates, severity,
witness or version: those are evidence, and evidence has a hash of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from hashlib import sha256

from auditor.core.reading import Layer, Where


class Severity(IntEnum):
    """How much it matters; comparable, rendered by name."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The lower-case name."""
        return self.name.lower()


class Certainty(StrEnum):
    """Whether the claim holds in every world, only if what was not read is transparent, or was
    found by sampling patterns that are not regular."""

    CERTAIN = "certain"
    CONDITIONAL = "conditional"
    SAMPLED = "sampled"


@dataclass(frozen=True, slots=True)
class Grantor:
    """The hop and field to blame: `layer` and `role` (what it answers to) and `field` identify it.
    For people: `title`, `where`, and `entry`, the field with its position in a list; `hop` is the
    hop's id."""

    layer: Layer | None
    role: str
    field: str
    hop: str
    title: str
    where: Where | None
    entry: str = ""

    @property
    def setting(self) -> str:
        """What to look up and change."""
        return self.entry or self.field


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim. `subject`: the origin, pattern or header that it is about, in normal form;
    `what`, `why`, `do`: sentences for people; `routes`: host and path of each route concerned."""

    rule: str
    severity: Severity
    environment: str
    host: str
    subject: str
    what: str
    why: str
    do: str
    witness: str | None
    grantor: Grantor | None
    routes: tuple[str, ...]
    owner: str | None = None
    managed_by: str | None = None
    certainty: Certainty = Certainty.CERTAIN
    capabilities: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the cause, in hex; people are shown its first eight characters."""
        grantor = self.grantor
        blamed = (
            ("host", self.host, "")
            if grantor is None
            else (grantor.layer, grantor.role, grantor.field)
        )
        return _digest("cors-audit/2", self.rule, self.environment, *blamed, self.subject)

    @property
    def evidence(self) -> str:
        """SHA-256 over what may change while the cause stays the same."""
        return _digest(
            self.severity.word, self.witness, self.what, self.certainty, *sorted(self.routes)
        )

    @property
    def short(self) -> str:
        """The fingerprint as people are shown it."""
        return self.fingerprint[:8]


def unite(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one cause become one, with the routes and documents of all."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.fingerprint, []).append(finding)
    return tuple(merge(group) for group in groups.values())


def merge(group: Sequence[Finding]) -> Finding:
    """One finding for all of `group`: the worst speaks, of several that are as bad the first."""
    if len(group) == 1:
        return group[0]
    return replace(
        max(group, key=lambda one: one.severity),
        routes=tuple(sorted({route for one in group for route in one.routes})),
        documents=tuple(sorted({name for one in group for name in one.documents})),
        capabilities=tuple(sorted({word for one in group for word in one.capabilities})),
        because=tuple(dict.fromkeys(why for one in group for why in one.because)),
    )


def _digest(*parts: object) -> str:
    text = json.dumps([None if part is None else str(part) for part in parts])
    return sha256(text.encode()).hexdigest()
