"""A layer inside answers for every origin that the layer in front has not on its list.

What: an outer layer lists origins, but only sets its headers when one matches. For every other
origin the answer of a layer further in passes through unchanged, and that one lets the origin in.

Why: whoever reads the outer layer believes the list. It restricts nothing: approved origins get the
outer answer, all others get the inner one. An outer layer that adds a line instead of setting one
is worse: it breaks the approved origins and lets the others pass.

Example: an ingress with a list of two origins in front of an application that answers `*`.

Mend: turn CORS off in the inner layer, or give it the same list. Where the outer layer can remove
the inner headers before it decides, let it.

References: Fetch Standard, whatwg/fetch 586cd2a, 4.10 (CORS check). ingress-nginx controller
v1.15.1, nginx.tmpl: `more_set_headers` stands inside `if ($cors = "true")`. CWE-436 is the general
form: two layers read one request differently.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.finding import Finding, Severity
from auditor.core.language.membership import takes_alone, unread_cause
from auditor.core.language.pattern import Pattern
from auditor.core.link.walk import Placed
from auditor.core.path.condition import bind
from rules.claim import Wording, admission
from rules.grant import Grant, causes, unapproved
from rules.reference import (
    ACCESS_POLICY,
    INTERPRETATION_CONFLICT,
    PERMISSIVE_POLICY,
    ZERO_TRUST,
)
from rules.rule import Result, Rule, View, concluded, raised, undecided
from rules.source import writes

NAME = "inner-policy-leaks"


def check(view: View) -> Iterator[Result]:
    """Find inner layers whose answers reach the browser past a list further out."""
    return concluded(NAME, view, _leaks(view), _unread)


RULE = Rule(
    name=NAME,
    severity=Severity.HIGH,
    summary="an inner layer lets in what the list of an outer layer leaves out",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, ZERO_TRUST, INTERPRETATION_CONFLICT, PERMISSIVE_POLICY),
)


def _leaks(view: View) -> Iterator[Finding]:
    for cause in causes(g for g in unapproved(view) if _front(view, g) is not None):
        front = _front(view, cause.shown)
        if front is not None:
            severity = raised(RULE.severity, cause.caps, view.production)
            why = f"{front.hop.title} lists origins, but lets the answers for all others pass"
            yield admission(view, NAME, severity, cause, Wording(why))


def _front(view: View, grant: Grant) -> Placed | None:
    """The outermost hop in front of the granting one whose own list refuses the origin."""
    for placed in grant.way.hops[: grant.at if grant.source else 0]:
        listed = [bind(pattern, view.route.host) for pattern in _listed(placed)]
        if listed and all(takes_alone(one, grant.one.witness) is False for one in listed):
            return placed
    return None


def _listed(placed: Placed) -> Iterator[Pattern]:
    for write in writes(placed.case.doing):
        for atom in write.lists:
            yield from atom.patterns


def _unread(view: View) -> str | None:
    """Why it is not known: origins that are undecided, or outer lists that cannot be read before an
    inner hop that answers."""
    opaque = {one.pattern for one in view.judged.cut.opaque}
    unread = {
        unread_cause(pattern)
        for grant in unapproved(view)
        for placed in grant.way.hops[: grant.at]
        for pattern in _listed(placed)
        if pattern in opaque
    }
    return undecided(view) or "; ".join(sorted(unread)) or None
