"""What was accepted has grown beyond what was approved.

What: a finding that a waiver meant is more severe than when a run first met the waiver, lets in more,
reaches more hosts, or came only afterwards. It is reported as if there were no waiver.

Why: whoever approved it approved what was there. Growth behind a waiver is what nobody looks at.

Example: a waiver for anonymous reading on one host; a month later the same setting allows cookies.

Mend: bring it back to what was approved; or have it approved again as it is, with another day, which
makes it a new waiver.

References: NIST CSF 2.0, PR.AA-05: access that is granted is reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.waiver.acceptance import Use
from rules.reference import ACCESS_POLICY
from rules.rule import Rule
from rules.waived import about

NAME = "outgrown-waiver"
_NAMED = 3


def weigh(use: Use) -> Iterator[Finding]:
    """Find that a waiver that still holds takes less than it means."""
    if not use.active or not use.beyond:
        return
    shown = [f"{one.rule} {one.short}: {more}" for one, more in use.beyond[:_NAMED]]
    more = len(use.beyond) - _NAMED
    yield about(
        NAME,
        RULE.severity,
        use.waiver,
        what=f"What {use.waiver.approved_by} accepted for {use.waiver.about} has grown beyond it.",
        why="; ".join(shown) + (f"; and {more} more" if more > 0 else "") + ".",
        do="Bring it back to what was approved, or have it approved again as it is now.",
    )


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="what was accepted has grown beyond what was approved",
    prose=__doc__ or "",
    weigh=weigh,
    references=(ACCESS_POLICY,),
)
