"""Drift: what became of each finding between the baseline and a run, and why.

The laws: a finding is resolved only when every source that it rested on was read completely, its
routes were judged (or are gone, and something that it rested on changed) and its rule ran; all
else is unverifiable, with the reason, and stays open. What a source already had when it was first
read is backlog. A partial run touches no finding that has a route outside its selection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from auditor.core.finding import Finding, Severity, unite
from auditor.core.reading import Document
from auditor.core.waiver.waiver import Waived

_NAMED = 3


class State(StrEnum):
    """What became of a finding since the baseline."""

    NEW = "new"
    STANDING = "standing"
    CHANGED = "changed"
    RESOLVED = "resolved"
    UNVERIFIABLE = "unverifiable"
    REGRESSED = "regressed"


class Cause(StrEnum):
    """Why it did. VERSION: a rule of ours is new, or the auditor is another version."""

    CONFIGURATION = "configuration"
    FIRST_READ = "first-read"
    VERSION = "version"
    ALLOWLIST = "allowlist"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Held:
    """A document as a run held it: the source it was read in, and a digest of its content."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one run knew.

    `documents`: by document name (see `document_name`; findings bear the same). `sources`: read at least in
    part; `incomplete`: those, or others, with gaps. `version`: of the auditor and its rules;
    `rules`: the names of those that ran. `allowlist` and `exclusions`: digests. `evaluated`: routes
    judged; `blinded`: routes that cannot be, for something on their path was not read; `skipped`:
    (rule, route) where a rule could not be evaluated, as without an allowlist entry.
    """

    documents: Mapping[str, Held]
    sources: frozenset[str]
    incomplete: frozenset[str]
    version: str
    rules: frozenset[str]
    allowlist: str
    exclusions: str = ""
    evaluated: frozenset[str] = frozenset()
    blinded: frozenset[str] = frozenset()
    skipped: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as earlier runs left it. `open`: not resolved by then; `backlog`: it was there when
    its sources were first read. The rest is what the run that saw it last knew: `documents` (name
    to digest) and `sources` that it rested on, `routes`, the digest of the `exclusions`, and the
    `finding` itself, None where only its parts are known."""

    fingerprint: str
    rule: str
    evidence: str
    open: bool
    backlog: bool
    routes: tuple[str, ...]
    documents: Mapping[str, str]
    sources: frozenset[str]
    exclusions: str = ""
    finding: Finding | None = None

    @property
    def severity(self) -> Severity:
        """How bad it was."""
        return Severity.INFO if self.finding is None else self.finding.severity


@dataclass(frozen=True, slots=True)
class Drift:
    """One finding's change. `finding`: None where the run no longer has it; `cause`: None where
    nothing changed or nobody could look; `also`: what else changed and may be the cause instead;
    `changed`: names of the documents that did; `reason`: why it is unverifiable; `waived`: who accepted
    it until when."""

    fingerprint: str
    state: State
    cause: Cause | None
    backlog: bool
    finding: Finding | None
    changed: tuple[str, ...] = ()
    also: tuple[Cause, ...] = ()
    reason: str | None = None
    waived: Waived | None = None


def document_name(document: Document) -> str:
    """`<source> <kind> <key>`: how findings and snapshots call a document; always valid UTF-8."""
    name = f"{document.source} {document.kind} {document.key}"
    return name.encode(errors="backslashreplace").decode()


def compare(
    before: Snapshot | None,
    now: Snapshot,
    known: Mapping[str, Known],
    findings: Iterable[Finding],
    within: frozenset[str] | None = None,
) -> tuple[Drift, ...]:
    """What became of every finding, known or found now, ordered by fingerprint.

    `before`: what whole runs knew before, None on the first night. `within`: the routes that a
    partial run selected, None for a whole run.
    """
    night = _Night(before, now, within, _moved(before, now))
    found = {one.fingerprint: one for one in unite(findings)}
    drifts = [night.present(known.get(key), finding) for key, finding in found.items()]
    for key, old in known.items():
        if key not in found and old.open and night.covers(old.routes):
            drifts.append(night.absent(old))
    return tuple(sorted(drifts, key=lambda drift: drift.fingerprint))


def told_apart(drifts: Iterable[Drift], again: Iterable[Finding]) -> tuple[Drift, ...]:
    """`drifts` after an upgrade, with its part in them known exactly. `again`: what this version says
    of what was read before; whatever it says there as well is the upgrade's doing, and backlog where
    it is new: it was there all along, unless it is worse by now."""
    then = {one.fingerprint: one for one in unite(again)}
    return tuple(_told(drift, then.get(drift.fingerprint)) for drift in drifts)


def _told(drift: Drift, then: Finding | None) -> Drift:
    if drift.cause is None:
        return drift
    now = drift.finding
    upgraded = then is None if now is None else then is not None and then.evidence == now.evidence
    if drift.state in (State.NEW, State.REGRESSED):
        upgraded = then is not None and now is not None and now.severity <= then.severity
    if upgraded:
        backlog = drift.backlog or drift.state is State.NEW
        return replace(drift, cause=Cause.VERSION, also=(), backlog=backlog)
    rest = [one for one in (drift.cause, *drift.also) if one is not Cause.VERSION]
    return replace(drift, cause=rest[0] if rest else Cause.UNKNOWN, also=tuple(rest[1:]))


@dataclass(frozen=True, slots=True)
class _Night:
    """One comparison. `moved`: sources of which any document changed, came or went."""

    before: Snapshot | None
    now: Snapshot
    within: frozenset[str] | None
    moved: frozenset[str] = field(default_factory=frozenset)

    def covers(self, routes: tuple[str, ...]) -> bool:
        """Whether the run looked at all of `routes`; a partial run never at a finding without."""
        return self.within is None or (bool(routes) and self.within.issuperset(routes))

    def present(self, old: Known | None, finding: Finding) -> Drift:
        """The drift of a finding that the run has."""
        key = finding.fingerprint
        if old is not None and old.open:
            # A partial run saw some of the routes, and routes are evidence: nothing to compare.
            if old.evidence == finding.evidence or not self.covers(old.routes):
                return Drift(key, State.STANDING, None, old.backlog, finding)
            changed = self._changed((*old.documents, *finding.documents), old.documents)
            causes = self._causes(finding.rule, changed, known=True)
            return Drift(key, State.CHANGED, causes[0], old.backlog, finding, changed, causes[1:])
        changed = self._changed(finding.documents, {})
        causes = self._causes(finding.rule, changed, known=old is not None)
        if old is not None:
            return Drift(key, State.REGRESSED, causes[0], False, finding, changed, causes[1:])
        backlog = self._first_read(finding)
        return Drift(key, State.NEW, causes[0], backlog, finding, changed, causes[1:])

    def absent(self, old: Known) -> Drift:
        """The drift of an open finding that the run no longer has."""
        key, backlog = old.fingerprint, old.backlog
        reason = next(self._obstacles(old), None)
        if reason is not None:
            return Drift(key, State.UNVERIFIABLE, None, backlog, None, reason=reason)
        changed = self._changed(old.documents, old.documents)
        causes = self._causes(old.rule, changed, known=True)
        return Drift(key, State.RESOLVED, causes[0], backlog, None, changed, causes[1:])

    def _obstacles(self, old: Known) -> Iterator[str]:
        now, routes = self.now, set(old.routes)
        if missing := old.sources - now.sources:
            yield f"not read by this run: {_name(missing)}"
        if partly := old.sources & now.incomplete:
            yield f"read only in part: {_name(partly)}"
        if old.rule not in now.rules:
            yield f"its rule did not run: {old.rule}"
        if blind := routes & now.blinded:
            yield f"something on the path was not read: {_name(blind)}"
        if skipped := {route for route in routes if (old.rule, route) in now.skipped}:
            yield f"its rule, {old.rule}, could not be evaluated: {_name(skipped)}"
        vanished = old.documents.keys() - now.documents.keys()
        if vanished and old.exclusions != now.exclusions:
            yield f"deleted or newly excluded, which cannot be told apart: {_name(vanished)}"
        gone = routes - now.evaluated - now.blinded
        moved = self._changed(old.documents, old.documents) or self.moved & old.sources
        if gone and not moved:
            yield f"not judged, though nothing that it rested on changed: {_name(gone)}"

    def _changed(self, names: Iterable[str], then: Mapping[str, str]) -> tuple[str, ...]:
        """Those of `names` whose content is not what it was: in `then`, else in `before`."""
        earlier = {} if self.before is None else self.before.documents
        changed = set()
        for name in names:
            old = then.get(name) or _digest(earlier.get(name))
            if old != _digest(self.now.documents.get(name)):
                changed.add(name)
        return tuple(sorted(changed))

    def _causes(self, rule: str, changed: tuple[str, ...], *, known: bool) -> tuple[Cause, ...]:
        """What may have caused a change, likeliest first; never empty."""
        before, now = self.before, self.now
        if before is None:
            if not known:
                return (Cause.FIRST_READ,)
            return (Cause.CONFIGURATION if changed else Cause.UNKNOWN,)
        fresh = [name for name in changed if self._unseen(before, name)]
        causes = []
        if len(fresh) < len(changed):
            causes.append(Cause.CONFIGURATION)
        if fresh:
            causes.append(Cause.FIRST_READ)
        if rule not in before.rules:
            causes.insert(0, Cause.VERSION)
        elif before.version != now.version:
            causes.append(Cause.VERSION)
        if before.allowlist != now.allowlist:
            causes.append(Cause.ALLOWLIST)
        return tuple(causes) or (Cause.UNKNOWN,)

    def _unseen(self, before: Snapshot, name: str) -> bool:
        """Whether a document may have been there all along, in what had not been read before."""
        held = self.now.documents.get(name)
        if held is None or name in before.documents:
            return False
        return held.source not in before.sources or held.source in before.incomplete

    def _first_read(self, finding: Finding) -> bool:
        """Whether every source that a finding rests on was read for the first time."""
        before = self.before
        if before is None:
            return True
        held = [self.now.documents.get(name) for name in finding.documents]
        return bool(held) and all(
            one is not None and one.source not in before.sources for one in held
        )


def _moved(before: Snapshot | None, now: Snapshot) -> frozenset[str]:
    if before is None:
        return frozenset()
    return frozenset(held.source for _, held in before.documents.items() ^ now.documents.items())


def _digest(held: Held | None) -> str | None:
    return None if held is None else held.digest


def _name(things: Iterable[str]) -> str:
    """The first few of `things`, and how many more."""
    listed = sorted(things)
    more = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" and {more} more" if more > 0 else "")
