"""Rollouts: layers that are being changed one after another may disagree until the last of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from auditor.core.finding import Finding, Severity
from auditor.core.waiver.waiver import Rollout, place_of

ROLLED_OUT: Final = frozenset({"layers-disagree", "narrowed-origin"})
"""The rules whose findings such layers show."""


def rolled_out(finding: Finding, rollouts: Iterable[Rollout], today: date) -> Finding:
    """`finding` as information where all of its routes are being rolled out."""
    if not _shows(finding):
        return finding
    running = [one for one in rollouts if today <= one.until]
    covering = [_rollout(route, running) for route in finding.routes]
    over = [one for one in covering if one is not None]
    if len(over) < len(covering):
        return finding
    told = f"a rollout runs until {max(one.until for one in over)}: {over[0].reason}"
    return replace(finding, severity=Severity.INFO, because=(*finding.because, told))


def rolls_out(rollout: Rollout, finding: Finding) -> bool:
    """Whether `finding` is of those that such layers show, on any route of `rollout`."""
    return _shows(finding) and any(rollout.match.takes(*place_of(one)) for one in finding.routes)


def _shows(finding: Finding) -> bool:
    return finding.rule in ROLLED_OUT and bool(finding.routes)


def _rollout(route: str, rollouts: Iterable[Rollout]) -> Rollout | None:
    return next((one for one in rollouts if one.match.takes(*place_of(route))), None)
