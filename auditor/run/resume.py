"""Filling the holes of an earlier run: what it read whole is taken over, the rest is read again.

What is taken over is as old as that run, and the new run says so. Nothing is taken over that the
configuration no longer names: accounts and clusters are opened again, and only what is found then
is filled from the earlier run.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from auditor.edge.store.record import Input, InputKind, RunRecord
from auditor.run.collection import Kept
from auditor.run.merged import ROW, Part, split, together, unserved, workload_source
from auditor.run.plan import Plan
from collectors.collector import Collected, Count
from collectors.kubernetes.names import LIVE

RESUMED: Final = "resumed from run"
"""Key of `RunHead.counts`: the run that the rest was taken over from."""
READ_SINCE: Final = "read since"
"""Key of `RunHead.counts`: seconds since 1970 of the oldest reading in a resumed run."""
LONGEST: Final = timedelta(hours=36)
"""How old a run may be to be resumed: a night's, until the evening of the next day."""
_SAID: Final = "what is not known follows from what was read, see cors-audit coverage"
_LOCAL: Final = ("file:", "app:")
_AWS: Final = "aws:"


def marks(record: RunRecord) -> dict[str, int]:
    """What the counts of a run say that resumes `record`."""
    since = int(read_since(record).timestamp())
    return {RESUMED: record.head.id or 0, READ_SINCE: since}


def read_since(record: RunRecord) -> datetime:
    """When the oldest that `record` holds was read."""
    seconds = record.head.counts.get(READ_SINCE)
    return record.head.started if seconds is None else datetime.fromtimestamp(seconds, UTC)


def refusal(plan: Plan, record: RunRecord, now: datetime) -> str | None:
    """Why `record` cannot be resumed: `<what>; <what to do>`."""
    scope, age = record.head.scope, now - read_since(record)
    if not scope.whole:
        return "it is not a whole run made here; resume one that is, or audit the whole"
    if scope.estate != plan.estate:
        return f"it is a run of {scope.estate}, not of {plan.estate}; name its configuration"
    if age > LONGEST:
        hours = int(age.total_seconds() // 3600)
        return f"what it read is {hours} hours old; audit the whole instead"
    if not holes(record):
        rest = "nothing is left to fill" if not record.unread else _SAID
        return f"it read everything; {rest}"
    return None


def holes(record: RunRecord) -> frozenset[str]:
    """The sources that collecting could not read whole."""
    met = {blind.unread.source for blind in record.unread if not blind.said}
    said = {blind.unread.source for blind in record.unread if blind.said}
    short = {row.source for row in record.sources if row.found > row.read + row.excluded}
    return frozenset(met | (short - said))


def keep(record: RunRecord, plan: Plan, again: frozenset[str] | None = None) -> Kept:
    """What of `record` is taken over when `plan` is run again; `again`: the sources that are read, by
    default those that it could not read whole.

    Files and apps are one, since each may speak for the other: they are taken over when none of
    them has a hole and the configuration is the same to the letter. A cluster whose workloads
    mappings name is read again when the configuration changed, or one of them has no answer.
    """
    gaps = holes(record) if again is None else again
    same = _same_configuration(record, plan)
    elsewhere = {row.source for row in record.sources if row.kind == ROW and row.read}
    parts = split(_collected(record))
    local = [source for source in parts if source.startswith(_LOCAL) and source not in elsewhere]
    whole = {source: part for source, part in parts.items() if source not in gaps}
    mappings = [app.mapping for app in plan.apps]
    named = frozenset() if same else {workload_source(one) for one in mappings}
    return Kept(
        live={
            source: part
            for source, part in whole.items()
            if source not in elsewhere | named
            and _is_scope(source)
            and not unserved(mappings, source, part)
        },
        local=together(parts[one] for one in local) if same and gaps.isdisjoint(local) else None,
        elsewhere=tuple(
            Part(source, f"run {record.head.id}", read_since(record), None, part)
            for source, part in whole.items()
            if source in elsewhere
        ),
    )


def _collected(record: RunRecord) -> Collected:
    """What collecting gave: what reading said of it is said again. How many files held a source is
    counted again as well."""
    counts = tuple(
        Count(row.source, row.kind, row.found, row.read, row.excluded)
        for row in record.sources
        if row.kind != ROW
    )
    met = tuple(blind.unread for blind in record.unread if not blind.said)
    return Collected(record.documents, met, counts)


def _is_scope(source: str) -> bool:
    """Whether it is a cluster, or a region of an account: what is read as one."""
    return source.startswith(LIVE) or (source.startswith(_AWS) and "/" in source)


def _same_configuration(record: RunRecord, plan: Plan) -> bool:
    then, now = _configurations(record.inputs), _configurations(plan.inputs)
    return bool(now) and then == now


def _configurations(inputs: Iterable[Input]) -> frozenset[str]:
    return frozenset(one.digest for one in inputs if one.kind is InputKind.CONFIG)
