"""Runs over a folder of a user, in this process, with the night of the test as the clock."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from auditor.cli.user_files import CONFIG_NAME, read_paths, usual_allowlist
from auditor.core.allowlist import Allowlist
from auditor.core.drift import Drift, State
from auditor.core.finding import Finding
from auditor.core.waiver.waiver import Waivers
from auditor.edge.allowlist.load import load_allowlist
from auditor.edge.config.load import load_config
from auditor.edge.waivers import load_waivers
from auditor.run.audit import Outcome, audit
from auditor.run.plan import Plan, plan_of

FIRST_NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def run_night(folder: Path, number: int = 1, store: Path | None = None) -> Outcome:
    """The run of night `number` (from 1) over the configuration in `folder`."""
    at = FIRST_NIGHT + timedelta(days=number - 1)
    plan = replace(plan_in(folder, at.date()), store=store)
    return audit(plan, _clock(at), {}, lambda _text: None)


def plan_in(folder: Path, today: date) -> Plan:
    """The plan of the `cors-audit.yaml` in `folder`, with the allowlist where one usually is."""
    config = load_config((folder / CONFIG_NAME).read_bytes(), CONFIG_NAME, today)
    assert not isinstance(config, tuple), [str(problem) for problem in config]
    plan = plan_of(config, folder, CONFIG_NAME, _allowlist(folder), {})
    if config.waivers is None:
        return plan
    waivers = load_waivers((folder / config.waivers).read_bytes(), config.waivers, today)
    assert isinstance(waivers, Waivers), [str(problem) for problem in waivers]
    return replace(plan, waivers=waivers)


def _allowlist(folder: Path) -> Allowlist | None:
    path = usual_allowlist(folder)
    if path is None:
        return None
    files = read_paths((path,))
    assert not files.problems
    loaded = load_allowlist(files.files)
    assert isinstance(loaded, Allowlist), [str(problem) for problem in loaded]
    return loaded


def _clock(start: datetime) -> Callable[[], datetime]:
    """A clock that is a minute later each time that it is looked at."""
    ticks = iter(range(1_000_000))
    return lambda: start + timedelta(minutes=next(ticks))


def findings_of(outcome: Outcome) -> list[Finding]:
    """What the run found, worst first."""
    return list(outcome.judgement.findings)


def drifts(outcome: Outcome, *states: State) -> list[Drift]:
    """What became of the findings, of these states only."""
    return [drift for drift in outcome.record.drifts if drift.state in states]


def only(found: Iterable[Drift]) -> Drift:
    """The one drift; fails with all of them when there are several."""
    several = list(found)
    assert len(several) == 1, [_said(drift) for drift in several]
    return several[0]


def _said(drift: Drift) -> str:
    finding = drift.finding
    return f"{drift.state} {finding.rule} {finding.what}" if finding else f"{drift.state}"


def granted_by(finding: Finding) -> str:
    """The field that a finding blames, empty where it blames none."""
    return "" if finding.grantor is None else finding.grantor.field
