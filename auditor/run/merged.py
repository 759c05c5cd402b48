"""What was collected elsewhere beside what was read here: one answer for each source, never two mixed.

What was read now wins, unless nothing could be read of that source; then the file that was made
last. A file that is set aside is counted as excluded in the rows of its source; one that nothing
can be taken of is a gap, and its sources have rows all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from auditor.core.reading import Document, Gap, Unread, Where
from auditor.run.arrivals import SOURCE, Arrival, arrivals, lost
from auditor.run.live import without_namespaces
from auditor.run.plan import Plan
from collectors.app.fault import Fault
from collectors.app.mapping import AppMapping
from collectors.app.selection import KIND
from collectors.collector import Collected, Count
from collectors.kubernetes.names import LIVE

ROW: Final = "collected files"
"""The kind of the row that says of a source how many files held it: read, set aside, too old."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one file says of one source. `by`: who made it, None: not known; `late`: why it is not
    taken."""

    source: str
    name: str
    at: datetime
    by: str | None
    collected: Collected
    late: str = ""


def with_collected(
    live: Collected, plan: Plan, now: datetime, kept: Iterable[Part] = ()
) -> Collected:
    """`live` and what the files of `plan` give. `kept`: parts of an earlier run that is resumed."""
    found = list(arrivals(plan.config.collected, plan.base, now))
    gaps = tuple(one for one in found if isinstance(one, Unread))
    parts = [part for one in found if isinstance(one, Arrival) for part in parts_of(one)]
    here = split(live)
    total = Collected(unread=gaps)
    taken: dict[str, Collected] = {}
    by_source: dict[str, list[Part]] = {}
    for part in (*parts, *kept):
        by_source.setdefault(part.source, []).append(part)
    for source, several in sorted(by_source.items()):
        chosen, said = _choose(source, several, here.get(source))
        total += said
        if chosen is not None:
            taken[source] = _prepared(chosen, plan)
    read = {*taken, *(source for source, one in here.items() if answered(one))}
    late = Collected(unread=_late(parts, read))
    return together([_but(live, taken), *taken.values(), total, late])


def parts_of(arrival: Arrival) -> list[Part]:
    """What a file holds, source by source."""
    made = arrival.collection
    counts = tuple(Count(c.source, c.kind, c.found, c.read, c.excluded) for c in made.counts)
    whole = Collected(made.documents, made.unread, counts)
    return [
        Part(source, arrival.name, made.at, made.by, collected, arrival.late)
        for source, collected in split(whole).items()
    ]


def split(collected: Collected) -> dict[str, Collected]:
    """What was collected by its source, in order of first mention."""
    documents: dict[str, list[Document]] = {}
    unread: dict[str, list[Unread]] = {}
    counts: dict[str, list[Count]] = {}
    for document in collected.documents:
        documents.setdefault(document.source, []).append(document)
    for gap in collected.unread:
        unread.setdefault(gap.source, []).append(gap)
    for count in collected.counts:
        counts.setdefault(count.source, []).append(count)
    return {
        source: Collected(
            tuple(documents.get(source, ())),
            tuple(unread.get(source, ())),
            tuple(counts.get(source, ())),
        )
        for source in dict.fromkeys([*documents, *counts, *unread])
    }


def together(parts: Iterable[Collected]) -> Collected:
    """All parts as one, in their order."""
    given = list(parts)
    return Collected(
        tuple(one for part in given for one in part.documents),
        tuple(one for part in given for one in part.unread),
        tuple(one for part in given for one in part.counts),
    )


def answered(collected: Collected) -> bool:
    """Whether anything was read of a source: a failure gives way to an older answer."""
    read = any(one.read for one in collected.counts)
    whole = bool(collected.counts) and not collected.unread
    return bool(collected.documents) or read or whole


def _choose(
    source: str, parts: list[Part], live: Collected | None
) -> tuple[Part | None, Collected]:
    """The part that is taken of a source, if any, and what is said of all of them."""
    fresh = [part for part in parts if not part.late]
    best = max(fresh, key=lambda p: (answered(p.collected), p.at, p.name), default=None)
    here = live is not None and (answered(live) or best is None or not answered(best.collected))
    chosen = None if here else best
    unread = len(parts) if chosen is None and not (live and answered(live)) else 0
    read = int(chosen is not None)
    row = Count(source, ROW, len(parts), read, len(parts) - read - unread)
    clashes = [] if chosen is None else [p for p in fresh if _clashes(p, chosen)]
    return chosen, Collected(
        unread=tuple(_clash(chosen, p) for p in clashes if chosen), counts=(row,)
    )


def _clashes(part: Part, taken: Part) -> bool:
    return None not in (part.by, taken.by) and part.by != taken.by


def _clash(taken: Part, other: Part) -> Unread:
    """Two makers, one name: nobody can tell whether it is the same source."""
    reason = (
        f"{other.source} is in it, by {other.by or 'nobody'}, and in {taken.name}, made later by "
        f"{taken.by or 'nobody'}, which was taken"
    )
    do = "give each place a name of its own: cors-audit collect --name NAME"
    where = Where(other.name)
    return Unread(f"{SOURCE}{other.name}", f"{SOURCE}{other.name}", Gap.INVALID, reason, do, where)


def _late(parts: Iterable[Part], read: set[str]) -> tuple[Unread, ...]:
    """A gap for each file that is too old and holds what nothing else does."""
    missed: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        if part.late and part.source not in read:
            missed.setdefault((part.name, part.late), []).append(part.source)
    return tuple(
        lost(name, f"{late}; it holds {', '.join(sources)}")
        for (name, late), sources in missed.items()
    )


def _prepared(part: Part, plan: Plan) -> Collected:
    """A part as the configuration here has it: namespaces left out, mappings that it lacks named."""
    cluster = plan.kubernetes if part.source.startswith(LIVE) else None
    globs = cluster.exclude.namespaces if cluster is not None else ()
    mappings = [app.mapping for app in plan.apps]
    lacking = unserved(mappings, part.source, part.collected)
    gaps = tuple(_unmapped(one, part) for one in lacking)
    return without_namespaces(part.collected, part.source, globs) + Collected(unread=gaps)


def unserved(
    mappings: Iterable[AppMapping], source: str, collected: Collected
) -> tuple[AppMapping, ...]:
    """The mappings of workloads of `source` of which what was collected says nothing."""
    keys = [one.key for one in collected.documents if one.kind == KIND]
    gaps = {one.scope for one in collected.unread}
    return tuple(
        one
        for one in mappings
        if workload_source(one) == source
        and f"app {one.name}" not in gaps
        and not any(key.startswith(f"{one.name} ") for key in keys)
    )


def workload_source(mapping: AppMapping) -> str:
    """The source whose workload a mapping names for its values; empty where it names files."""
    return "" if mapping.paths or not mapping.workload else mapping.workload.rsplit("/", 2)[0]


def _unmapped(mapping: AppMapping, part: Part) -> Unread:
    what = f"its workload {mapping.workload} was collected without it, in {part.name}"
    do = "put this entry under files: of the configuration that collect uses there"
    fault = Fault(Where(mapping.workload or mapping.name), Gap.ABSENT, what, do)
    return fault.unread(mapping.name, mapping.names, part.source)


def _but(collected: Collected, sources: Mapping[str, Collected]) -> Collected:
    """What was collected here of every source but those; nothing was read of them."""
    return replace(
        collected,
        documents=tuple(d for d in collected.documents if d.source not in sources),
        unread=tuple(g for g in collected.unread if g.source not in sources),
        counts=tuple(c for c in collected.counts if c.source not in sources),
    )
