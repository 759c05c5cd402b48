"""An origin can do more than the allowlist says.

What: the path lets an origin read answers, or send requests that need a preflight, and the
allowlist does not; or a trusted origin can do so with cookies, or send methods and headers, beyond
what the allowlist names for the route.

Why: an origin that nobody approved reads what its visitors may read. This is the rule that all
others lead up to: it names what they do not explain. With cookies it is one level higher; methods
and headers of trusted origins are medium.

Example: the allowlist has `https://app.example.com`; a gateway also lists
`https://old-portal.example.com`, whose owner has moved on.

Mend: remove the origin where it is let in; or, if it is right, add it to the allowlist with an
owner and have it reviewed.

References: OWASP ASVS 5.0.0, 3.4.2: an allowlist of origins. Fetch Standard, whatwg/fetch 586cd2a,
4.8 and 4.10: what a browser makes of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from rules.beyond import cookies, lists, only_cookies
from rules.claim import Wording, admission
from rules.grant import causes, unapproved
from rules.reference import (
    ACCESS_POLICY,
    API_MISCONFIGURATION,
    ASVS_ALLOWLIST,
    NON_HUMAN,
    PERMISSIVE_POLICY,
    ZERO_TRUST,
)
from rules.rule import Result, Rule, View, concluded, raised

NAME = "widened-origin"
BEYOND = Severity.MEDIUM
"""Methods and headers that the allowlist does not name, from origins that it does."""


def check(view: View) -> Iterator[Result]:
    """Find what the path lets origins do beyond the allowlist."""
    return concluded(NAME, view, _found(view)) if view.route.allowed else iter(())


RULE = Rule(
    name=NAME,
    severity=Severity.HIGH,
    summary="an origin can do more than the allowlist says",
    prose=__doc__ or "",
    check=check,
    needs_allowlist=True,
    references=(
        ACCESS_POLICY,
        ZERO_TRUST,
        NON_HUMAN,
        ASVS_ALLOWLIST,
        API_MISCONFIGURATION,
        PERMISSIVE_POLICY,
    ),
)


def _found(view: View) -> Iterator[Finding]:
    grants = list(unapproved(view))
    for cause in causes(grant for grant in grants if not only_cookies(view, grant)):
        severity = raised(RULE.severity, cause.caps, view.production)
        yield admission(view, NAME, severity, cause, Wording("The allowlist does not"))
    trusted = [grant for grant in grants if only_cookies(view, grant)]
    yield from cookies(view, NAME, RULE.severity, trusted)
    yield from lists(view, NAME, BEYOND)
