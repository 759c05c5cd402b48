"""Any origin is listed, and credentials are on.

What: a layer lists `*` and allows credentials. What that means depends on the product. One that
writes the literal `*` is broken: browsers refuse every answer to a request with credentials, and
any site can read without them. One that echoes the origin instead lets any site read with them.

Why: the same two lines of a setting are harmless in one product and the worst case in another, and
a team that moves from the first to the second, or mends the outage by echoing, opens everything.
The literal is medium, the echo critical.

Example: `CORS_ORIGINS="*"` with `supports_credentials` in an application; `enable-cors: "true"`
alone on an ingress, which writes `*` and `true`.

Mend: list the origins that need cookies; or keep `*` and turn credentials off.

References: Fetch Standard, whatwg/fetch 586cd2a, 4.10: `*` passes only without credentials.
ingress-nginx controller v1.15.1, annotations/cors/main.go: credentials default to true.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.browser.lines import get
from auditor.core.capability import WITH_CREDENTIALS, Capability
from auditor.core.decision.judged import Outcome
from auditor.core.decision.verdict import Compared
from auditor.core.finding import Finding, Severity
from auditor.core.hop.header import ALLOW_CREDENTIALS, ALLOW_ORIGIN
from rules.claim import Claim, Wording, admission, finding, mend
from rules.grant import Cause, Grant, causes, traced, unapproved
from rules.reference import (
    ACCESS_POLICY,
    ASVS_ALLOWLIST,
    NON_HUMAN,
    PERMISSIVE_POLICY,
    WSTG_CORS,
)
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach
from rules.wording import sentences, written

NAME = "wildcard-credentials"
ECHOED = Severity.HIGH
"""Before credentials raise it: a product that echoes."""


def check(view: View) -> Iterator[Result]:
    """Find hops that list any origin together with credentials, by what they really send."""
    return concluded(NAME, view, _found(view))


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="any origin is listed and credentials are on: broken, or open to every site",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, NON_HUMAN, ASVS_ALLOWLIST, WSTG_CORS, PERMISSIVE_POLICY),
)


def _found(view: View) -> Iterator[Finding]:
    for cause in causes(grant for grant in unapproved(view) if _echoes(grant)):
        if cause.caps & WITH_CREDENTIALS:
            severity = raised(ECHOED, cause.caps, view.production)
            yield admission(view, NAME, severity, cause, Wording("Credentials are on"))
    for cause in causes(_dead(view)):
        yield _broken(view, cause)


def _echoes(grant: Grant) -> bool:
    source = grant.source
    return source is not None and source.reach is Reach.ANY and not source.literal


def _dead(view: View) -> Iterator[Grant]:
    """Answers with a literal `*` and credentials, to origins that nobody approved."""
    for one in view.others():
        if _untrusted(one):
            for outcome in one.seen.outcomes:
                if outcome.certain and outcome.response.usual and _refused_by_browsers(outcome):
                    yield from traced(view, one, outcome)


def _untrusted(one: Compared) -> bool:
    wanted = one.wanted
    return wanted is None or not (wanted.caps | wanted.unreviewed) & Capability.READ_ANON


def _refused_by_browsers(outcome: Outcome) -> bool:
    pairs = outcome.response.pairs
    return get(pairs, ALLOW_ORIGIN) == "*" and get(pairs, ALLOW_CREDENTIALS) == "true"


def _broken(view: View, cause: Cause) -> Finding:
    source, route = cause.grants[0].source, view.route.text
    return finding(
        view,
        Claim(
            rule=NAME,
            severity=raised(RULE.severity, Capability.NONE, view.production),
            subject=cause.text,
            what=f"Nobody can read {route} with cookies, and any site can read it without.",
            why=sentences(
                None if source is None else written(source),
                "Browsers refuse * for a request with credentials, although they are allowed here",
            ),
            do=mend(cause),
            witness=cause.shown.one.witness,
            placed=None if source is None else source.placed,
            field="" if source is None else source.field,
            caps=cause.caps,
        ),
    )
