"""The origin of the request is echoed, without any list.

What: a layer answers every request with the origin that it came from, whatever that is.

Why: any site reads the answers, with the user's cookies where credentials are allowed. It is `*`
without the one limit that browsers put on `*`, and it looks like a strict answer to anyone who
tries it with an approved origin.

Example: `Access-Control-Allow-Origin: $http_origin` in a snippet; `origin: true` in an application.

Mend: compare the origin with a list of exact origins, and answer nothing for the others.

References: OWASP WSTG-CLNT-07. CWE-346 and CWE-942. Fetch Standard, whatwg/fetch 586cd2a, 4.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.capability import WITH_CREDENTIALS
from auditor.core.finding import Finding, Severity
from rules.claim import Wording, admission
from rules.grant import Grant, causes, unapproved
from rules.reference import (
    ACCESS_POLICY,
    ASVS_ALLOWLIST,
    NON_HUMAN,
    ORIGIN_VALIDATION,
    PERMISSIVE_POLICY,
    WSTG_CORS,
    ZERO_TRUST,
)
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach

NAME = "reflected-origin"
WITH_COOKIES = Severity.HIGH
"""Before it is raised for them; an echo that no cookies go along with tells no more than `*` does."""


def check(view: View) -> Iterator[Result]:
    """Find hops that echo the origin and let in what nobody approved."""
    return concluded(NAME, view, _echoes(view))


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="the origin of the request is echoed without a list",
    prose=__doc__ or "",
    check=check,
    references=(
        ACCESS_POLICY,
        ZERO_TRUST,
        NON_HUMAN,
        ASVS_ALLOWLIST,
        WSTG_CORS,
        ORIGIN_VALIDATION,
        PERMISSIVE_POLICY,
    ),
)


def _echoes(view: View) -> Iterator[Finding]:
    for cause in causes(grant for grant in unapproved(view) if _reflected(grant)):
        base = WITH_COOKIES if cause.caps & WITH_CREDENTIALS else RULE.severity
        severity = raised(base, cause.caps, view.production)
        yield admission(view, NAME, severity, cause, Wording("There is no list behind it"))


def _reflected(grant: Grant) -> bool:
    return grant.source is not None and grant.source.reach is Reach.REFLECT
