"""A waiver has run out and is still in the file.

What: a line of `waivers.yaml` whose last day has passed. It accepts nothing any more: what it took is
reported again.

Why: a line that does nothing reads as if something were still accepted, and by whom.

Example: `{finding: 7f3a91c2, approved_by: team-web, expires: 2026-11-30}` on the first of December.

Mend: remove the line; or, if it is still right, have it approved again with another day.

References: NIST CSF 2.0, PR.AA-05: access that is granted is reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.waiver.acceptance import Use
from rules.reference import ACCESS_POLICY
from rules.rule import Rule
from rules.waived import about

NAME = "expired-waiver"


def weigh(use: Use) -> Iterator[Finding]:
    """Find that a waiver has run out."""
    if use.active:
        return
    waiver = use.waiver
    yield about(
        NAME,
        RULE.severity,
        waiver,
        what=f"The waiver for {waiver.about} ended on {waiver.expires} and accepts nothing any more.",
        why=f"{waiver.approved_by} approved it: {waiver.reason}.",
        do="Remove the line, or have it approved again with another day.",
    )


RULE = Rule(
    name=NAME,
    severity=Severity.LOW,
    summary="a waiver has run out and is still in the file",
    prose=__doc__ or "",
    weigh=weigh,
    references=(ACCESS_POLICY,),
)
