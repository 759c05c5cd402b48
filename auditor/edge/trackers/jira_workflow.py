"""Which transition of a Jira workflow closes or reopens an issue.

Workflows differ from project to project, and their names from language to language; what each status
means is its category, whose keys are fixed: `new`, `indeterminate`, `done`, `undefined` (Jira Cloud
platform REST API v3, "Get transitions": `to.statusCategory.key`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from auditor.edge.reports.layout import safe
from auditor.edge.trackers.rest import dig, listed

DONE: Final = "done"
_LIKED: Final = ("done", "resolved", "fixed", "closed", "complete", "completed")
"""Names to prefer among several statuses, or resolutions, that are done: another may be "Won't do"."""
_FRESH: Final = ("new", "undefined", "indeterminate")
_RESOLUTION: Final = "resolution"
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Step:
    """A transition: where it leads, the resolution to give with it (an id), and the names of fields
    that it asks for and that nobody but a person can fill in."""

    id: str
    status: str
    category: str
    resolution: str | None = None
    asks: tuple[str, ...] = ()


def read_steps(held: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The members of `transitions` in a "Get transitions" answer, `expand=transitions.fields`."""
    return tuple(
        step for one in held if one.get("isAvailable", True) and (step := _step(one)) is not None
    )


def choose_step(steps: tuple[Step, ...], *, done: bool) -> Step | str:
    """The transition to take so that an issue is done, or is not; else why there is none."""
    fit = [step for step in steps if (step.category == DONE) is done]
    free = sorted((step for step in fit if not step.asks), key=_close if done else _fresh)
    if free:
        return free[0]
    if fit:
        asked = ", ".join(sorted({name for step in fit for name in step.asks}))
        return f"every transition there asks for fields that only a person can fill in: {asked}"
    kind = "of the category done" if done else "of another category than done"
    return f"no transition that this account may use leads to a status {kind}"


def _step(one: Mapping[str, Any]) -> Step | None:
    number, status = one.get("id"), dig(one, "to", "name")
    category = dig(one, "to", "statusCategory", "key")
    if not (isinstance(number, str) and isinstance(category, str)):
        return None
    fields = one.get("fields")
    screen: Mapping[str, Any] = fields if isinstance(fields, dict) else {}
    resolution = _resolution(screen.get(_RESOLUTION)) if category == DONE else None
    asks = tuple(
        _name(key, held)
        for key, held in screen.items()
        if _is_needed(held) and not (key == _RESOLUTION and resolution is not None)
    )
    return Step(number, safe(str(status), _LONGEST_NAME), category, resolution, asks)


def _is_needed(held: object) -> bool:
    return dig(held, "required") is True and dig(held, "hasDefaultValue") is not True


def _resolution(held: object) -> str | None:
    """The id of the resolution that says best that the cause is gone."""
    allowed = [one for one in listed(dig(held, "allowedValues")) if isinstance(one.get("id"), str)]
    best = min(allowed, key=lambda one: _rank(str(one.get("name"))), default=None)
    return None if best is None else str(best["id"])


def _name(key: str, held: object) -> str:
    found = dig(held, "name")
    return safe(found if isinstance(found, str) else key, _LONGEST_NAME)


def _rank(name: str) -> int:
    low = name.lower()
    return _LIKED.index(low) if low in _LIKED else len(_LIKED)


def _close(step: Step) -> int:
    return _rank(step.status)


def _fresh(step: Step) -> int:
    return _FRESH.index(step.category) if step.category in _FRESH else len(_FRESH)
