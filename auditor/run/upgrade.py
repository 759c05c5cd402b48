"""What this version says of what was read before: so that an upgrade's part in drift is known."""

from __future__ import annotations

from collections.abc import Callable

from auditor.core.finding import Finding
from auditor.edge.store.record import RunRecord
from auditor.run.plan import Plan
from auditor.run.replay import judge_again
from auditor.run.restored import NotKeptError, restore_plan


def said_before(
    plan: Plan, before: RunRecord, progress: Callable[[str], None]
) -> tuple[Finding, ...]:
    """The findings of the run `before` if this version had made it, on its day and with the files that
    it had; with those of `plan` where they were not kept."""
    day = before.head.started.date()
    try:
        then = restore_plan(before, plan.base, day)
    except NotKeptError:
        then = plan
    return judge_again(then, before, day, progress).findings
