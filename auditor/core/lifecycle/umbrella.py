"""What becomes of umbrellas: they are done when none of their members stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from auditor.core.lifecycle.ticket import (
    Act,
    Held,
    Kind,
    Night,
    Seen,
    Status,
    Step,
    closed,
    next_mark,
)


def umbrellas(night: Night, steps: Sequence[Step]) -> Iterator[Step]:
    """What becomes of umbrellas that were there: done when none of their members stands."""
    now = {**night.held, **{step.held.key: step.held for step in steps}}
    standing: dict[str | None, list[str]] = {}
    for one in now.values():
        if one.status is Status.MEMBER:
            standing.setdefault(one.umbrella, []).append(one.key)
    ended = Counter(step.held.umbrella for step in steps if step.held.status is not Status.MEMBER)
    for key, held in night.held.items():
        if held.kind is Kind.UMBRELLA and held.status is Status.OPEN:
            left = tuple(sorted(standing.get(key, ())))
            step = _next(held, left, night.seen.get(key), night.today)
            if step is not None:
                yield replace(step, members=left, ended=ended[key])


def _next(held: Held, left: tuple[str, ...], seen: Seen | None, today: date) -> Step | None:
    if not left:
        return Step(Act.FIXED, closed(held, Status.FIXED, today))
    if seen in (Seen.CLOSED, Seen.GONE) and held.reopened:
        return Step(Act.ESCALATED, closed(held, Status.LEFT, today))
    if seen is Seen.GONE:
        return Step(Act.UMBRELLA, replace(held, mark=next_mark(held), reopened=1))
    if seen is Seen.CLOSED:
        return Step(Act.BY_HAND, replace(held, reopened=1))
    if evidence_of(left) != held.evidence:
        return Step(Act.CHANGED, replace(held, evidence=evidence_of(left)))
    return None


def evidence_of(keys: Iterable[str]) -> str:
    """Changes with the members."""
    return sha256("\n".join(keys).encode()).hexdigest()
