"""What a run may reach beside its sources and its store: nothing of it unless it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auditor.edge.log import Log, Silent
from auditor.edge.probe import Exchange, Probe
from auditor.edge.store.record import RunRecord
from auditor.edge.tickets.notices import Channel
from auditor.edge.trackers.tracker import Tracker


def _at_once(_seconds: float) -> None:
    """Wait for nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """`trackers`: by the name of their target; `send`: live requests, None: none is sent; `channel`:
    where messages go; `dry_run`: say what would be done, keep and send nothing; `resume`: the run that
    what is not read is taken from, and `again`: the sources that are read, None: those with gaps then."""

    trackers: Mapping[str, Tracker] = field(default_factory=dict)
    send: Callable[[Probe], Exchange] | None = None
    channel: Channel | None = None
    sleep: Callable[[float], None] = _at_once
    log: Log = field(default_factory=Silent)
    dry_run: bool = False
    resume: RunRecord | None = None
    again: frozenset[str] | None = None
