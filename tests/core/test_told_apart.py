"""Drift after an upgrade: what this version says of what was read before has its part in it, exactly."""

from dataclasses import replace

import pytest

from auditor.core.drift import Cause, Drift, State, told_apart
from auditor.core.finding import Finding, Severity
from tests.core.drift_nights import finding

NOW = finding()
LESS = replace(NOW, severity=Severity.LOW)
OTHERWISE = replace(NOW, what="it can read and send")
CONFIGURATION, VERSION, ALLOWLIST = Cause.CONFIGURATION, Cause.VERSION, Cause.ALLOWLIST
UNKNOWN, FIRST_READ = Cause.UNKNOWN, Cause.FIRST_READ
NEW, CHANGED, RESOLVED, REGRESSED = State.NEW, State.CHANGED, State.RESOLVED, State.REGRESSED

# What the comparison could not tell, and what this version says of the night before: the cause, what
# else it may be, and whether it is backlog.
TABLE = {
    "new to this version alone": (NEW, (VERSION,), NOW, VERSION, (), True),
    "new to it, and edited beside it": (NEW, (VERSION, CONFIGURATION), NOW, VERSION, (), True),
    "new to it, worded otherwise": (NEW, (CONFIGURATION, VERSION), OTHERWISE, VERSION, (), True),
    "new to it, and worse by now": (NEW, (VERSION, CONFIGURATION), LESS, CONFIGURATION, (), False),
    "new with an edit": (NEW, (CONFIGURATION, VERSION), None, CONFIGURATION, (), False),
    "new by a rule that is new": (NEW, (VERSION, CONFIGURATION), None, CONFIGURATION, (), False),
    "new with the allowlist": (NEW, (VERSION, ALLOWLIST), None, ALLOWLIST, (), False),
    "new with either": (
        NEW,
        (CONFIGURATION, VERSION, ALLOWLIST),
        None,
        CONFIGURATION,
        (ALLOWLIST,),
        False,
    ),
    "new in what was never read": (NEW, (FIRST_READ, VERSION), None, FIRST_READ, (), False),
    "new, and nothing accounts for it": (NEW, (VERSION,), None, UNKNOWN, (), False),
    "back, for this version": (REGRESSED, (VERSION,), NOW, VERSION, (), False),
    "back, with an edit": (REGRESSED, (CONFIGURATION, VERSION), None, CONFIGURATION, (), False),
    "said otherwise by this version": (CHANGED, (VERSION,), NOW, VERSION, (), False),
    "said otherwise, edited beside it": (
        CHANGED,
        (CONFIGURATION, VERSION),
        NOW,
        VERSION,
        (),
        False,
    ),
    "changed with an edit": (CHANGED, (CONFIGURATION, VERSION), LESS, CONFIGURATION, (), False),
    "changed, not there before": (
        CHANGED,
        (CONFIGURATION, VERSION),
        None,
        CONFIGURATION,
        (),
        False,
    ),
    "no longer said by this version": (RESOLVED, (VERSION,), None, VERSION, (), False),
    "no longer said, and edited": (RESOLVED, (CONFIGURATION, VERSION), None, VERSION, (), False),
    "mended": (RESOLVED, (CONFIGURATION, VERSION), NOW, CONFIGURATION, (), False),
    "gone, and nothing accounts for it": (RESOLVED, (VERSION,), NOW, UNKNOWN, (), False),
}


@pytest.mark.parametrize(
    ("state", "causes", "then", "cause", "also", "backlog"), TABLE.values(), ids=TABLE
)
def test_the_part_of_an_upgrade(
    state: State,
    causes: tuple[Cause, ...],
    then: Finding | None,
    cause: Cause,
    also: tuple[Cause, ...],
    backlog: bool,
) -> None:
    found = None if state is RESOLVED else NOW
    drift = Drift(NOW.fingerprint, state, causes[0], False, found, also=causes[1:])
    (told,) = told_apart([drift], [] if then is None else [then])
    assert (told.cause, told.also, told.backlog) == (cause, also, backlog)
    assert replace(told, cause=drift.cause, also=drift.also, backlog=False) == drift


@pytest.mark.parametrize("state", [State.STANDING, State.UNVERIFIABLE])
@pytest.mark.parametrize("then", [(), (NOW,), (LESS,)])
def test_what_did_not_change_has_no_cause(state: State, then: tuple[Finding, ...]) -> None:
    found = NOW if state is State.STANDING else None
    drift = Drift(NOW.fingerprint, state, None, True, found)
    assert told_apart([drift], then) == (drift,)


def test_what_was_backlog_stays_so() -> None:
    drift = Drift(NOW.fingerprint, CHANGED, CONFIGURATION, True, NOW, also=(VERSION,))
    assert all(told_apart([drift], then)[0].backlog for then in ([], [NOW], [LESS]))


def test_parts_of_one_finding_are_united_before_they_are_held_against_it() -> None:
    halves = [replace(NOW, routes=("a.example/*",)), replace(NOW, routes=("b.example/*",))]
    whole = replace(NOW, routes=("a.example/*", "b.example/*"))
    drift = Drift(whole.fingerprint, CHANGED, CONFIGURATION, False, whole, also=(VERSION,))
    (told,) = told_apart([drift], halves)
    assert told.cause is VERSION
