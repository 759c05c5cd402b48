"""A finding about a waiver: its line in the file is what is to blame."""

from __future__ import annotations

from auditor.core.finding import Finding, Grantor, Severity
from auditor.core.waiver.waiver import Waiver

ENVIRONMENT = "waivers"
"""Where findings about waivers stand: they belong to no environment of the estate."""


def about(rule: str, severity: Severity, waiver: Waiver, what: str, why: str, do: str) -> Finding:
    """The finding of `rule` about one line; its owner is who approved it."""
    place = waiver.where
    return Finding(
        rule=rule,
        severity=severity,
        environment=ENVIRONMENT,
        host=place.place,
        subject=waiver.about,
        what=what,
        why=why,
        do=do,
        witness=None,
        grantor=Grantor(None, waiver.key, "", "", str(place), place),
        routes=(),
        owner=waiver.approved_by,
    )
