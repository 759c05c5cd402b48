"""The opaque origin `null` is let in.

What: a list names `null`, or holds a pattern that takes it.

Why: `null` is nobody's. Any page gets it with a sandboxed frame, a `data:` document or a redirect
between origins, so an entry for it is an entry for every site.

Example: `cors-allow-origin: "https://app.example.com, null"`, put there for a file opened from a
disk.

Mend: take `null` off the list, and serve local tools from an origin of their own. Where `*` lets
everyone in, or the origin is echoed, this rule is silent: that is not about `null`.

References: HTML and Fetch Standards: opaque origins serialise to `null`, and so does a request that
was redirected from one foreign origin to another. OWASP ASVS 4.0.3, 14.5.3 forbids it by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.origin import OPAQUE
from rules.claim import Wording, admission
from rules.grant import Grant, causes, given
from rules.reference import (
    ACCESS_POLICY,
    ASVS_NULL,
    ORIGIN_VALIDATION,
    WSTG_CORS,
)
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach

NAME = "null-origin"


def check(view: View) -> Iterator[Result]:
    """Find entries that let the opaque origin in."""
    return concluded(NAME, view, _entries(view))


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="the opaque origin null is let in, which any page can have",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, ASVS_NULL, WSTG_CORS, ORIGIN_VALIDATION),
)


def _entries(view: View) -> Iterator[Finding]:
    for cause in causes(grant for grant in given(view) if _is_about_null(grant)):
        severity = raised(RULE.severity, cause.caps, view.production)
        why = "Any page can have the origin null, by a sandboxed frame"
        words = Wording(why, subject=str(OPAQUE), who="Any page, as the opaque origin null,")
        yield admission(view, NAME, severity, cause, words)


def _is_about_null(grant: Grant) -> bool:
    listed = grant.source is not None and grant.source.reach in (Reach.ONE, Reach.PATTERN)
    return listed and grant.one.witness == OPAQUE
