"""The runs that a store holds, newest first, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from auditor.core.drift import State
from auditor.core.reading import Json
from auditor.edge.reports.json import run
from auditor.edge.reports.layout import Screen, count, flow, fold, safe
from auditor.edge.store.history import Past
from auditor.edge.store.record import RunHead, Scope

FORMAT: Final = 1
_TOLD: Final = (State.NEW, State.REGRESSED, State.CHANGED, State.RESOLVED, State.UNVERIFIABLE)


def history_text(past: Sequence[Past], screen: Screen) -> str:
    """Two or three lines for each run."""
    return "\n".join(line for one in past for line in _run(one, screen))


def _run(one: Past, screen: Screen) -> Iterator[str]:
    head = one.head
    began = f"{head.started:%d %b %Y %H:%M}-{head.finished:%H:%M}"
    whole = "complete" if head.complete else "incomplete"
    routes = count(head.counts.get("routes", 0), "route")
    items = [f"run {head.id}", began, _scope(head.scope), f"{whole}, exit {head.exit_code}", routes]
    yield from flow(items, "  ", "", "    ", screen.width)
    told = [f"{one.states[state]:,} {state}" for state in _TOLD if one.states.get(state)]
    stands = one.states.get(State.STANDING, 0)
    told += [f"{stands:,} standing"] if stands else []
    changed = [f"{count(one.documents, 'document')} changed"] if one.documents else []
    yield from flow([*told, *changed] or ["no findings"], "  ", "    ", "    ", screen.width)
    if one.late:
        text = "it started before the run stored before it had ended: a clock went back"
        yield from fold(text, screen.width, "    ", "    ")


def _scope(scope: Scope) -> str:
    chosen = " ".join(f"--{name} {value}" for name, value in scope.selection)
    parts = [scope.estate, f"({chosen})" if chosen else "", "imported" if scope.imported else ""]
    return safe(" ".join(filter(None, parts)), 120)


def history_document(past: Iterable[Past]) -> dict[str, Json]:
    """The same for programs."""
    return {
        "document": "history",
        "format": FORMAT,
        "runs": [
            {
                "run": run(one.head),
                "imported": one.head.scope.imported,
                "states": {str(state): number for state, number in sorted(one.states.items())},
                "documents_changed": one.documents,
                "clock_went_back": one.late,
            }
            for one in past
        ],
    }


def faults_text(where: str, faults: Sequence[str], runs: int) -> str:
    """What is wrong with a store, one line each."""
    if not faults:
        return f"{safe(where)}: whole; {count(runs, 'run')}"
    return "\n".join(f"{safe(where)}: {safe(fault)}" for fault in faults)


def faults_document(where: str, faults: Iterable[str], runs: int) -> dict[str, Json]:
    """The same for programs."""
    listed: list[Json] = [*faults]
    return {"document": "store", "format": FORMAT, "store": where, "runs": runs, "faults": listed}


def clock_warning(head: RunHead, before: RunHead) -> str:
    """The line that says that a clock went back."""
    return (
        f"run {head.id}: it started at {head.started:%d %b %H:%M:%S}, before run {before.id} had "
        f"ended at {before.finished:%d %b %H:%M:%S}; check the clock of this machine"
    )
