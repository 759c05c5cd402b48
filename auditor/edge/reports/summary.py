"""A run in one line, for stderr: what counts, whether it is whole, the exit code."""

from __future__ import annotations

from collections import Counter

from auditor.core.drift import State
from auditor.edge.config.model import FailOn
from auditor.edge.reports.audit import unwaived
from auditor.edge.reports.layout import count
from auditor.edge.store.record import RunRecord

_WORDS = {State.CHANGED: "changed", State.STANDING: "standing"}
REMINDER = "Clean CORS is not access control."


def summary(record: RunRecord, fail_on: FailOn, compared: bool, exit_code: int) -> str:
    """`2 new at medium or above; incomplete (2 gaps). Clean CORS is not access control. exit 13`.

    `compared`: whether there was a run before; `exit_code`: the one that the program ends with.
    """
    return f"{_found(record, fail_on, compared)}. {REMINDER} {_exit(record, exit_code)}"


def _found(record: RunRecord, fail_on: FailOn, compared: bool) -> str:
    counted = [drift for drift, one in unwaived(record) if one.severity >= fail_on.severity]
    states = Counter(_WORDS.get(drift.state, "new") for drift in counted)
    parts = [f"{states[word]:,} {word}" for word in ("new", "changed", "standing") if states[word]]
    number = " and ".join(parts) if compared else f"{len(counted):,}" if counted else ""
    text = f"{number or 'nothing'} at {fail_on.severity.word} or above"
    if not record.routes:
        text = "nothing to judge"
    return text if record.head.complete else f"{text}; {_incomplete(record)}"


def _incomplete(record: RunRecord) -> str:
    blind = sum(route.blinded for route in record.routes)
    parts = [count(len(record.unread), "gap")] if record.unread else []
    parts += [f"{count(blind, 'route')} not judged"] if blind else []
    return f"incomplete ({', '.join(parts)})" if parts else "incomplete"


def _exit(record: RunRecord, exit_code: int) -> str:
    own = record.head.exit_code
    return (
        f"exit {exit_code}" if own == exit_code else f"exit {exit_code} ({own} without --exit-zero)"
    )
