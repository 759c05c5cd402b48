"""The life of tickets: what is to be said to the tracker after a run, as a careful colleague would.

A ticket is closed only when everything that it rested on was read and its rule ran (`drift` says so),
or when someone accepted it. What a source already had when it was first read gets none unasked; more
new ones than a person can look at become one umbrella. A human who closes a ticket that still stands
is answered once; after that the ticket is left closed, and reports go on to say it.
"""

from __future__ import annotations

from auditor.core.lifecycle.opening import open_new, release
from auditor.core.lifecycle.standing import next_step
from auditor.core.lifecycle.ticket import Case, Kind, Night, Policy, Seen, Step
from auditor.core.lifecycle.umbrella import umbrellas


def plan(night: Night) -> tuple[Step, ...]:
    """Everything that is to be said and done after a run, in the order in which to do it."""
    steps: list[Step] = []
    opening: list[Case] = []
    waiting: list[Case] = []
    for case in night.cases:
        held = night.held.get(case.key)
        if held is None:
            if _deserves(case, night.policy):
                (waiting if _is_backlog(case) else opening).append(case)
            continue
        step = next_step(case, held, night.seen.get(case.key, Seen.UNKNOWN), night.today)
        if step is not None:
            steps.append(step)
    steps += open_new(opening, night)
    steps += release(waiting, night)
    return (*steps, *umbrellas(night, steps))


def _deserves(case: Case, policy: Policy) -> bool:
    asked = case.kind is not Kind.FINDING or case.severity >= policy.min_severity
    return case.present and case.waived is None and asked


def _is_backlog(case: Case) -> bool:
    return case.backlog and not case.worse
