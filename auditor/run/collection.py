"""Everything that a run has to judge: read here, taken over from a resumed run, collected elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from auditor.run.files import from_apps
from auditor.run.folders import from_folders
from auditor.run.live import from_aws, from_clusters
from auditor.run.merged import Part, together, with_collected
from auditor.run.plan import Plan
from collectors.collector import Collected
from collectors.kubernetes.apps import unmatched

Progress = Callable[[str], None]
Parts = Iterable[Collected]
Tell = Callable[[Parts], Parts]
"""Hands on what is read, part by part, and tells a log of it (see `auditor.run.journal`)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run read whole, so that it is not read again. `live`: regions and clusters, by
    source; `local`: all files and apps together, None: they are read; `elsewhere`: what files held
    that were collected elsewhere."""

    live: Mapping[str, Collected] = field(default_factory=dict)
    local: Collected | None = None
    elsewhere: tuple[Part, ...] = ()


NOTHING = Kept()


def _silent(parts: Parts) -> Parts:
    return parts


def collect(
    plan: Plan,
    environ: Mapping[str, str],
    progress: Progress,
    now: datetime,
    kept: Kept = NOTHING,
    tell: Tell = _silent,
) -> Collected:
    """Everything that the sources of `plan` give; `now` tells how old collected files are."""
    here = read_here(plan, environ, progress, kept, tell)
    total = with_collected(here, plan, now, kept.elsewhere)
    sources = {count.source for count in total.counts}
    return total + Collected(unread=unmatched([app.mapping for app in plan.apps], sources))


def read_here(
    plan: Plan,
    environ: Mapping[str, str],
    progress: Progress,
    kept: Kept = NOTHING,
    tell: Tell = _silent,
) -> Collected:
    """What can be read from where this runs: files, clusters, accounts."""
    mappings = [app.mapping for app in plan.apps]
    parts: list[Parts] = [_read_local(plan) if kept.local is None else (kept.local,)]
    if plan.kubernetes is not None:
        parts.append(from_clusters(plan.kubernetes, environ, progress, mappings, kept.live))
    if plan.aws is not None:
        parts.append(from_aws(plan.aws, environ, progress, kept.live))
    return together(tell(chain.from_iterable(parts)))


def _read_local(plan: Plan) -> Iterator[Collected]:
    mapped: frozenset[str] = frozenset()
    for part, names in from_apps(plan.apps, plan.base):
        yield part
        mapped |= names
    yield from from_folders(plan.files, plan.base, mapped, [app.mapping for app in plan.apps])
