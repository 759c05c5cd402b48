"""`audit --resume RUN --unread`: which run, and why it cannot be that one."""

from __future__ import annotations

from datetime import datetime

from auditor.cli.planning import stop
from auditor.cli.stored import LAST, identify
from auditor.edge.store.record import RunRecord, Scope
from auditor.edge.store.store import Store, open_store
from auditor.run.plan import Plan
from auditor.run.resume import refusal

_HOW = "write --resume last --unread"


def run_to_resume(
    plan: Plan, which: str | None, now: datetime, *, unread: bool, partial: bool
) -> RunRecord | None:
    """The run called `which`, by its number or `last` (the last whole one of this estate); None where
    none is asked for.

    `unread`: only what it could not read is read again, which has to be said; `partial`: a part of the
    estate was selected. Ends the program with exit code 2 where the run cannot be resumed.
    """
    if which is None:
        return None
    if not unread:
        stop([f"--resume {which}: it does not say what to read again; {_HOW}"])
    if partial:
        stop(
            [f"--resume {which}: it fills a whole run; leave out --finding and what selects a part"]
        )
    if plan.store is None or not plan.store.is_file():
        stop([f"--resume {which}: there is no store yet; audit the whole first"])
    with open_store(plan.store) as store:
        record = _found(store, plan, which)
    reason = refusal(plan, record, now)
    if reason is not None:
        stop([f"--resume {which}: {reason}"])
    return record


def _found(store: Store, plan: Plan, which: str) -> RunRecord:
    if which != LAST:
        return store.run(identify(store, which))
    record = store.before_run(Scope(plan.estate))
    if record is None:
        stop([f"--resume {LAST}: no run of {plan.estate} is kept; audit the whole first"])
    return record
