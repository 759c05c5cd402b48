"""Waivers held against the findings of a run: what they accept, and what has grown beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from auditor.core.finding import Finding, Severity
from auditor.core.waiver.waiver import (
    OfFinding,
    OfOrigins,
    OfSelection,
    Waived,
    Waiver,
    hosts_of,
    words_of,
)

HOSTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Extent:
    """How far one finding reached when it was accepted."""

    fingerprint: str
    severity: Severity
    capabilities: tuple[str, ...]
    hosts: tuple[str, ...]

    def growth(self, finding: Finding) -> Iterator[str]:
        """What `finding` has beyond that, in words."""
        if finding.severity > self.severity:
            yield f"it is {finding.severity.word} now, was {self.severity.word}"
        if more := [cap for cap in finding.capabilities if cap not in self.capabilities]:
            yield f"it lets in more now: {', '.join(more)}"
        if more := [host for host in hosts_of(finding) if host not in self.hosts]:
            rest = f" and {len(more) - HOSTS_NAMED} more" if len(more) > HOSTS_NAMED else ""
            yield f"it reaches more hosts now: {', '.join(more[:HOSTS_NAMED])}{rest}"


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a waiver took when a run first met it."""

    extents: tuple[Extent, ...] = ()

    def of(self, fingerprint: str) -> Extent | None:
        """How far a finding reached then; None where it was not there."""
        return next((one for one in self.extents if one.fingerprint == fingerprint), None)


@dataclass(frozen=True, slots=True)
class Use:
    """What became of a waiver in one run. `taken`: findings that it accepts; `beyond`: those that it
    would, had they not grown or come since, with what is more; `used`: whether it accepts anything."""

    waiver: Waiver
    active: bool
    used: bool
    taken: tuple[Finding, ...] = ()
    beyond: tuple[tuple[Finding, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The findings of a run that are waived, by fingerprint, what each waiver did, and the footprints
    that are to be kept, by the waiver's key."""

    waived: Mapping[str, Waived] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    footprints: Mapping[str, Footprint] = field(default_factory=dict)


def accept(
    waivers: Iterable[Waiver],
    findings: Iterable[Finding],
    footprints: Mapping[str, Footprint],
    today: date,
    used_origins: frozenset[str] = frozenset(),
) -> Accepted:
    """Hold waivers against the findings of a run. `footprints`: kept from earlier runs, by key;
    `used_origins`: the keys of waivers for origins that let something in."""
    found = tuple(findings)
    waived: dict[str, Waived] = {}
    uses: list[Use] = []
    kept: dict[str, Footprint] = {}
    for waiver in waivers:
        if isinstance(waiver.of, OfOrigins):
            uses.append(Use(waiver, waiver.active(today), waiver.key in used_origins))
            continue
        meant = tuple(one for one in found if means(waiver, one))
        footprint = footprints.get(waiver.key)
        if footprint is None:
            footprint = Footprint(tuple(_extent(one) for one in meant if _within(waiver, one)))
            kept[waiver.key] = footprint
        use = _use(waiver, meant, footprint, today)
        uses.append(use)
        for one in use.taken if use.active else ():
            waived[one.fingerprint] = _longer(waived.get(one.fingerprint), words_of(waiver))
    return Accepted(waived, tuple(uses), kept)


def _longer(one: Waived | None, other: Waived) -> Waived:
    """Of two that accept the same, the one that holds longer: it is the one that counts in the end."""
    return one if one is not None and one.until >= other.until else other


def means(waiver: Waiver, finding: Finding) -> bool:
    """Whether `finding` is one that the waiver is for, however far it reaches."""
    match waiver.of:
        case OfFinding(fingerprint=fingerprint):
            return finding.fingerprint.startswith(fingerprint)
        case OfSelection() as chosen:
            return chosen.takes(finding)
        case OfOrigins():
            return False


def _extent(one: Finding) -> Extent:
    return Extent(one.fingerprint, one.severity, one.capabilities, hosts_of(one))


def _within(waiver: Waiver, finding: Finding) -> bool:
    return waiver.max_severity is None or finding.severity <= waiver.max_severity


def _use(waiver: Waiver, meant: tuple[Finding, ...], then: Footprint, today: date) -> Use:
    taken: list[Finding] = []
    beyond: list[tuple[Finding, str]] = []
    for one in meant:
        more = _more(waiver, then.of(one.fingerprint), one)
        if more:
            beyond.append((one, more))
        else:
            taken.append(one)
    return Use(waiver, waiver.active(today), bool(meant), tuple(taken), tuple(beyond))


def _more(waiver: Waiver, extent: Extent | None, finding: Finding) -> str:
    """What `finding` has beyond what was accepted; empty for nothing."""
    if not _within(waiver, finding):
        worst = "" if waiver.max_severity is None else waiver.max_severity.word
        return f"it is {finding.severity.word}, and at most {worst} was accepted"
    if extent is None:
        return "it came after the approval"
    return "; ".join(extent.growth(finding))
