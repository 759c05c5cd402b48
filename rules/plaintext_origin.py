"""A plain http origin is let in by an https route.

What: a list names an `http://` origin, or holds a pattern that takes one.

Why: whoever controls the network between a user and a plain http page controls that page, and
through it reads what the https route answers. The encryption of the route is then worth no more
than the cafe's wireless network. This machine (`localhost`, `127.0.0.1`) has no such network.

Example: `http://app.example.com` beside `https://app.example.com`, left from before the move.

Mend: keep the https origin alone. Where `*` lets everyone in, or the origin is echoed, this rule is
silent: that is not about http. It speaks although the allowlist names the origin.

References: W3C Secure Contexts 3.1: plain http is not potentially trustworthy. CWE-319.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.origin import Refused, is_loopback, parse
from rules.claim import Wording, admission
from rules.grant import Cause, Grant, causes, given
from rules.reference import ACCESS_POLICY, CLEARTEXT, ZERO_TRUST
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import Reach
from rules.wording import who

NAME = "plaintext-origin"
SCHEME = "http://"


def check(view: View) -> Iterator[Result]:
    """Find entries that let http origins in; every route is https."""
    return concluded(NAME, view, _entries(view))


RULE = Rule(
    name=NAME,
    severity=Severity.MEDIUM,
    summary="a plain http origin is let in, which the network can take over",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, ZERO_TRUST, CLEARTEXT),
)


def _entries(view: View) -> Iterator[Finding]:
    for cause in causes(grant for grant in given(view) if _is_about_http(grant)):
        severity = raised(RULE.severity, cause.caps, view.production)
        why = "The network that carries a plain http page can change it"
        words = Wording(why, subject=_subject(cause), who=_who(cause))
        yield admission(view, NAME, severity, cause, words)


def _is_about_http(grant: Grant) -> bool:
    source, witness = grant.source, grant.one.witness
    if source is None or source.reach not in (Reach.ONE, Reach.PATTERN):
        return False
    origin = parse(witness)
    return (
        witness.startswith(SCHEME) and not isinstance(origin, Refused) and not is_loopback(origin)
    )


def _subject(cause: Cause) -> str:
    """The entry; one that takes https as well is told apart from what other rules say of it."""
    return cause.text if cause.text.startswith(SCHEME) else f"{cause.text} over http"


def _who(cause: Cause) -> str:
    return who(cause).replace("Any origin", "Any http origin")
