"""Tickets that are not there yet: one each, one for many that came at once, or as the backlog allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256

from auditor.core.drift import State
from auditor.core.lifecycle.ticket import Act, Case, Held, Kind, Night, Status, Step, fresh
from auditor.core.lifecycle.umbrella import evidence_of


def open_new(cases: list[Case], night: Night) -> Iterator[Step]:
    """Tickets for what is new."""
    single = [case for case in cases if case.kind is not Kind.FINDING]
    found = [case for case in cases if case.kind is Kind.FINDING]
    if len(found) > night.policy.max_new:
        yield from _gather(found, night.today)
    else:
        single = [*_worst_first(found), *single]
    for case in single:
        yield Step(Act.OPEN, fresh(case, night.today), case)


def _gather(cases: list[Case], today: date) -> Iterator[Step]:
    """One ticket for all of `cases`."""
    keys = tuple(sorted(case.key for case in cases))
    key = sha256("\n".join(["umbrella", today.isoformat(), *keys]).encode()).hexdigest()
    worst = max(case.severity for case in cases)
    umbrella = Held(key, key, Kind.UMBRELLA, Status.OPEN, worst, evidence_of(keys), today)
    yield Step(Act.UMBRELLA, umbrella, members=keys)
    for case in cases:
        member = replace(fresh(case, today), status=Status.MEMBER, umbrella=key)
        yield Step(Act.UMBRELLA, member, case)


def release(cases: list[Case], night: Night) -> Iterator[Step]:
    """The worst of the backlog, as many for each owner as a week may have; none in the night in which
    its source was first read."""
    given = dict(night.policy.released)
    for case in _worst_first(one for one in cases if one.state is not State.NEW):
        owner = case.owner or ""
        if given.get(owner, 0) < night.policy.backlog_per_week:
            given[owner] = given.get(owner, 0) + 1
            yield Step(Act.RELEASE, fresh(case, night.today), case)


def _worst_first(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (-case.severity, case.key))
