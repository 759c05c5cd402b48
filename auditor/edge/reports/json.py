"""Runs as JSON for programs: the model's words, stable keys, sorted; docs/json.md describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from auditor.core.drift import Drift
from auditor.core.finding import Finding, Grantor
from auditor.core.reading import Json, Unread, Where
from auditor.core.waiver.waiver import Waived
from auditor.edge.reports.past import Nights
from auditor.edge.reports.unlinked import hosts, paste
from auditor.edge.store.record import Blind, RouteRecord, RunHead, RunRecord, SourceRead, Unlinked

FORMAT: Final = 1
"""The version of these documents: keys may be added within one, none is renamed or removed."""


def dump(document: dict[str, Json]) -> str:
    """`document` as text: sorted, indented, ASCII only, so that no text in it reaches a terminal."""
    return json.dumps(document, indent=2, sort_keys=True)


def run_document(nights: Nights) -> dict[str, Json]:
    """A whole run: what was read and what not, every route, every finding and what became of it."""
    record = nights.now
    gone = [drift for drift in record.drifts if drift.finding is None]
    return {
        **_head_document("run", nights),
        "findings": findings(record.drifts, nights),
        "gone": [_drift(drift) for drift in sorted(gone, key=lambda one: one.fingerprint)],
        "routes": [route(one) for one in sorted(record.routes, key=_route_key)],
        **_reading(record),
    }


def findings_document(nights: Nights, drifts: Iterable[Drift]) -> dict[str, Json]:
    """The findings of a run, or those that were asked for."""
    return {**_head_document("findings", nights), "findings": findings(drifts, nights)}


def coverage_document(nights: Nights, accepted: frozenset[str]) -> dict[str, Json]:
    """What a run read and what not; `accepted`: scopes of gaps that the configuration accepts."""
    record = nights.now
    verdicts = Counter(one.verdict for one in record.routes)
    return {
        **_head_document("coverage", nights),
        "accepted": texts(sorted(accepted)),
        "verdicts": dict(sorted(verdicts.items())),
        **_reading(record),
    }


def _head_document(kind: str, nights: Nights) -> dict[str, Json]:
    before = None if nights.before is None else nights.before.head.id
    return {"document": kind, "format": FORMAT, "run": run(nights.now.head), "since": before}


def run(head: RunHead) -> dict[str, Json]:
    """A run in a line; times as ISO 8601 with their offset."""
    return {
        "id": head.id,
        "estate": head.scope.estate,
        "selection": [[name, value] for name, value in sorted(head.scope.selection)],
        "started": head.started.isoformat(),
        "finished": head.finished.isoformat(),
        "version": head.version,
        "rules": texts(sorted(head.rules)),
        "complete": head.complete,
        "exit_code": head.exit_code,
        "counts": dict(sorted(head.counts.items())),
    }


def texts(items: Iterable[str]) -> list[Json]:
    """Texts as a JSON array, in their order."""
    return [*items]


def findings(drifts: Iterable[Drift], nights: Nights) -> list[Json]:
    """Every finding among `drifts`, worst first, with who accepted it and who changed what it rests
    on."""
    held = [(drift, drift.finding) for drift in drifts if drift.finding is not None]
    held.sort(key=lambda pair: (-pair[1].severity, pair[1].rule, pair[0].fingerprint))
    return [
        finding(one)
        | {
            "drift": _drift(drift),
            "touched": list(_touches(drift, nights)),
            "waived": None if drift.waived is None else _waived(drift.waived),
        }
        for drift, one in held
    ]


def _waived(one: Waived) -> Json:
    keys: dict[str, Json] = {"until": one.until, "reason": one.reason, "where": one.where}
    return {**keys, "approved_by": one.approved_by}


def _touches(drift: Drift, nights: Nights) -> Iterator[Json]:
    """Who last changed each changed document, where that is known."""
    for name in drift.changed:
        held = nights.pair(name)[1]
        if held is not None and (touch := held.touched) is not None:
            at: dict[str, Json] = {"document": name, "at": touch.at, "how": touch.how}
            yield {**at, "who": touch.who, "via": touch.via}


def finding(one: Finding) -> dict[str, Json]:
    """A finding in the model's words."""
    return {
        "fingerprint": one.fingerprint,
        "evidence": one.evidence,
        "rule": one.rule,
        "severity": one.severity.word,
        "certainty": str(one.certainty),
        "environment": one.environment,
        "host": one.host,
        "subject": one.subject,
        "witness": one.witness,
        "capabilities": list(one.capabilities),
        "what": one.what,
        "why": one.why,
        "do": one.do,
        "grantor": None if one.grantor is None else _grantor(one.grantor),
        "owner": one.owner,
        "managed_by": one.managed_by,
        "routes": list(one.routes),
        "because": list(one.because),
        "documents": list(one.documents),
    }


def _grantor(one: Grantor) -> dict[str, Json]:
    return {
        "layer": None if one.layer is None else str(one.layer),
        "role": one.role,
        "field": one.field,
        "hop": one.hop,
        "title": one.title,
        "where": None if one.where is None else _where(one.where),
    }


def _where(where: Where) -> dict[str, Json]:
    return {"place": where.place, "line": where.line}


def _drift(drift: Drift) -> dict[str, Json]:
    return {
        "fingerprint": drift.fingerprint,
        "state": str(drift.state),
        "cause": None if drift.cause is None else str(drift.cause),
        "also": [str(cause) for cause in drift.also],
        "backlog": drift.backlog,
        "changed": list(drift.changed),
        "reason": drift.reason,
    }


def _route_key(one: RouteRecord) -> tuple[str, str]:
    return one.environment, one.name


def route(one: RouteRecord) -> dict[str, Json]:
    """A route as it was judged."""
    return {
        "environment": one.environment,
        "name": one.name,
        "host": one.host,
        "path": one.path,
        "verdict": one.verdict,
        "blinded": one.blinded,
        "hops": list(one.hops),
        "sources": list(one.sources),
        "skipped": list(one.skipped),
    }


def _reading(record: RunRecord) -> dict[str, Json]:
    sources = sorted(record.sources, key=lambda one: (one.source, one.kind))
    unread = sorted(record.unread, key=lambda one: one.unread.scope)
    ends = sorted(record.unlinked, key=lambda one: (one.name, one.cause))
    return {
        "sources": [_source(one) for one in sources],
        "unread": [_blind(one) for one in unread],
        "unlinked": [_end(one, record) for one in ends],
    }


def _end(one: Unlinked, record: RunRecord) -> Json:
    line = paste(one, record)
    return {
        "name": one.name,
        "hosts": texts(sorted(hosts((one,), record))),
        "routes": texts(sorted(one.routes)),
        "blinds": texts(sorted(one.blinds)),
        "paste": None if line is None else {"under": line.under, "line": line.line},
    }


def _source(one: SourceRead) -> dict[str, Json]:
    counts: dict[str, Json] = {"found": one.found, "read": one.read, "excluded": one.excluded}
    return {"source": one.source, "kind": one.kind, **counts}


def _blind(one: Blind) -> dict[str, Json]:
    gap: Unread = one.unread
    return {
        "scope": gap.scope,
        "source": gap.source,
        "gap": str(gap.gap),
        "reason": gap.reason,
        "do": gap.do,
        "layer": None if gap.layer is None else str(gap.layer),
        "where": _where(gap.where),
        "routes": texts(sorted(one.routes)),
    }
