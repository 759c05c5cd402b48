"""A layer inside answers for every origin that the layer in front has not on its list.

What: an outer layer lists origins, but only sets its headers when one matches. For every other
origin the answer of a layer further in passes through unchanged, and that one lets the origin in.

Why: whoever reads the outer layer believes the list. It restricts nothing: approved origins get the
outer answer, all others get the inner one. An outer layer that adds a line instead of setting one is
worse: it breaks the approved origins and lets the others pass.

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
from auditor.core.language.pattern import Dialect
from auditor.core.link.walk import Placed
from auditor.core.path.condition import bind, matches
from rules.claim import admission
from rules.grant import Cause, Grant, causes, unapproved
from rules.reference import (
    ACCESS_POLICY,
    INTERPRETATION_CONFLICT,
    PERMISSIVE_POLICY,
    ZERO_TRUST,
)
from rules.rule import Result, Rule, View, concluded, raised
from rules.source import writes

NAME = "inner-policy-leaks"


def check(view: View) -> Iterator[Result]:
    """Find inner layers whose answers reach the browser past a list further out."""
    return concluded(NAME, view, _leaks(view))


RULE = Rule(
    name=NAME,
    severity=Severity.HIGH,
    summary="an inner layer lets in what the list of an outer layer leaves out",
    prose=__doc__ or "",
    check=check,
    references=(ACCESS_POLICY, ZERO_TRUST, INTERPRETATION_CONFLICT, PERMISSIVE_POLICY),
)


def _leaks(view: View) -> Iterator[Finding]:
    masked = {id(grant): front for grant in unapproved(view) if (front := _masking(view, grant))}
    return iter(())
