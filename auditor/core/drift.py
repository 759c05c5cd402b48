"""Drift: what became of each finding between the baseline and a run, and why.

The laws: a finding is resolved only when everything that it rested on was read again and its rule
ran; what could not be read is unverifiable and stays open. What a source already had when it was
first read is backlog. A partial run resolves nothing outside its selection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.core.finding import Finding


class State(StrEnum):
    """What became of a finding since the baseline."""

    NEW = "new"
    STANDING = "standing"
    CHANGED = "changed"
    RESOLVED = "resolved"
    UNVERIFIABLE = "unverifiable"
    REGRESSED = "regressed"


class Cause(StrEnum):
    """Why it did."""

    CONFIGURATION = "configuration"
    FIRST_READ = "first-read"
    VERSION = "version"
    ALLOWLIST = "allowlist"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one run knew. `documents`: content hash by document key; `sources`: those read at least
    in part; `unread`: sources or scopes with gaps; `version`: of the auditor and its rules;
    `allowlist`: digest; `scope`: the selection, empty for a whole run; `evaluated`: routes judged."""

    documents: Mapping[str, str]
    sources: frozenset[str]
    incomplete: frozenset[str]
    version: str
    allowlist: str
    evaluated: frozenset[str] = frozenset()
    blinded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as an earlier run left it. `open`: not resolved by then; `backlog`: it was there
    when its source was first read; `sources`: what it rested on."""

    fingerprint: str
    evidence: str
    open: bool
    backlog: bool
    routes: tuple[str, ...]
    documents: tuple[str, ...]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Drift:
    """One finding's change. `finding` is None where the run no longer has it."""

    fingerprint: str
    state: State
    cause: Cause | None
    backlog: bool
    finding: Finding | None
    changed: tuple[str, ...] = ()


def compare(
    before: Snapshot | None,
    now: Snapshot,
    known: Mapping[str, Known],
    findings: Iterable[Finding],
    within: frozenset[str] | None = None,
) -> tuple[Drift, ...]:
    """What became of every finding, known or found now, ordered by fingerprint.

    `before`: the last complete run of the same scope, None on the first night. `within`: the routes
    that the run selected, None for all: known findings outside it are left untouched.
    """
    found = {finding.fingerprint: finding for finding in findings}
    drifts = [_present(before, now, known.get(key), found[key]) for key in found]
    for key, old in known.items():
        if key not in found and old.open and (within is None or within & set(old.routes)):
            drifts.append(_absent(before, now, old))
    return tuple(sorted(drifts, key=lambda drift: drift.fingerprint))


def _present(before: Snapshot | None, now: Snapshot, old: Known | None, finding: Finding) -> Drift:
    key = finding.fingerprint
    if old is not None and old.open:
        same = old.evidence == finding.evidence
        changed = () if same else _changed(before, now, finding.documents)
        cause = None if same else _cause(before, now, finding.documents)
        return Drift(
            key, State.STANDING if same else State.CHANGED, cause, old.backlog, finding, changed
        )
    cause = _cause(before, now, finding.documents)
    state = State.NEW if old is None else State.REGRESSED
    backlog = old is None and cause is Cause.FIRST_READ
    return Drift(key, state, cause, backlog, finding, _changed(before, now, finding.documents))


def _absent(before: Snapshot | None, now: Snapshot, old: Known) -> Drift:
    gone = old.sources - now.sources
    blind = old.sources & now.incomplete or set(old.routes) & now.blinded
    if gone or blind:
        return Drift(old.fingerprint, State.UNVERIFIABLE, None, old.backlog, None)
    cause = _cause(before, now, old.documents)
    return Drift(
        old.fingerprint,
        State.RESOLVED,
        cause,
        old.backlog,
        None,
        _changed(before, now, old.documents),
    )


def _changed(before: Snapshot | None, now: Snapshot, keys: Iterable[str]) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(sorted(key for key in keys if before.documents.get(key) != now.documents.get(key)))


def _cause(before: Snapshot | None, now: Snapshot, keys: tuple[str, ...]) -> Cause:
    if before is None:
        return Cause.FIRST_READ
    changed = _changed(before, now, keys)
    if changed:
        new = [key for key in changed if source_of(key) not in before.sources]
        return Cause.FIRST_READ if len(new) == len(changed) else Cause.CONFIGURATION
    if before.version != now.version:
        return Cause.VERSION
    if before.allowlist != now.allowlist:
        return Cause.ALLOWLIST
    return Cause.UNKNOWN


def source_of(document: str) -> str:
    """The source of a document key (`<source> <kind> <key>`)."""
    return document.partition(" ")[0]
