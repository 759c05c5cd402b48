"""A waiver accepts nothing.

What: a line of `waivers.yaml` that still holds and meets nothing in a run that read everything.

Why: what it accepted is fixed, or was never called so. Should it come back, nobody would be told.

Example: the finding 7f3a91c2 was waived until December and mended in November.

Mend: remove the line.

References: NIST CSF 2.0, PR.AA-05: access that is granted is reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.waiver.acceptance import Use
from rules.reference import ACCESS_POLICY
from rules.rule import Rule
from rules.waived import about

NAME = "unused-waiver"


def weigh(use: Use) -> Iterator[Finding]:
    """Find that a waiver that still holds takes nothing."""
    if not use.active or use.used:
        return
    waiver = use.waiver
    yield about(
        NAME,
        RULE.severity,
        waiver,
        what=f"The waiver for {waiver.about} accepts nothing: what it meant is not there.",
        why=f"{waiver.approved_by} approved it until {waiver.expires}: {waiver.reason}.",
        do="Remove the line.",
    )


RULE = Rule(
    name=NAME,
    severity=Severity.LOW,
    summary="a waiver accepts nothing",
    prose=__doc__ or "",
    weigh=weigh,
    whole=True,
    references=(ACCESS_POLICY,),
)
