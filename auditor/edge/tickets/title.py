"""The title of a ticket: where, and what is possible there. Nothing in it changes from run to run
while the cause stays: no witness, no severity, no date."""

from __future__ import annotations

from typing import Final

from auditor.core.finding import Finding
from auditor.edge.reports.layout import safe

PREFIX: Final = "[CORS]"
LONGEST: Final = 240
"""Characters of a title; GitHub and Jira take 255."""
_ROUTE: Final = 120

WAIVER_RULES: Final = frozenset({"expired-waiver", "outgrown-waiver", "unused-waiver"})
"""Findings about a line of `waivers.yaml`: they have no route, and their host is the line."""
_FIXED: Final = {
    "unread-hop": "what origins can do there cannot be told",
    "narrowed-origin": "an allowed origin is blocked",
    "doubled-header": "answers name several origins, and browsers refuse them",
    "cache-mixes-origins": "a cache can block allowed origins",
    "layers-disagree": "two layers decide differently about origins",
    "expired-waiver": "a waiver has run out",
    "outgrown-waiver": "what was accepted has grown",
    "unused-waiver": "a waiver accepts nothing",
}
_WHO: Final = {
    "reflected-origin": "any site",
    "null-origin": "any page, as the origin null",
    "plaintext-origin": "a plain http origin",
    "inner-policy-leaks": "origins that the layer in front does not list",
    "widened-origin": "an origin that is not allowed",
    "wildcard-credentials": "any site",
}
TITLED: Final = frozenset({*_FIXED, *_WHO})
"""Rules that have words of their own."""


def ticket_title(finding: Finding) -> str:
    """`[CORS] prod api.example.com/v1/* and 11 more: readable with cookies by an origin ...`."""
    return safe(f"{PREFIX} {place(finding)}: {capability(finding)}", LONGEST)[:LONGEST]


def place(finding: Finding) -> str:
    """The environment, and the first route with the number of the others."""
    if finding.rule in WAIVER_RULES:
        return safe(f"{finding.host}, {finding.subject}", _ROUTE)
    first = finding.routes[0] if finding.routes else finding.host
    more = len(finding.routes) - 1
    rest = f" and {more:,} more" if more > 0 else ""
    return f"{safe(finding.environment, 40)} {safe(first, _ROUTE)}{rest}"


def capability(finding: Finding) -> str:
    """What is possible and should not be, or the other way round, in plain words."""
    if fixed := _FIXED.get(finding.rule):
        return fixed
    if finding.rule == "wildcard-credentials" and not _any(finding, "_cred"):
        return "any origin is listed with credentials on, which browsers refuse"
    who = _who(finding)
    cookies = "with cookies" if _any(finding, "_cred") else "without cookies"
    if _any(finding, "read_"):
        return f"readable {cookies} by {who}"
    return f"open to requests {cookies} from {who}"


def is_beyond(finding: Finding) -> bool:
    """Whether an allowed origin can do more than the allowlist gives it: the subject is a header."""
    return finding.rule == "widened-origin" and finding.subject.startswith("access-control-")


def _who(finding: Finding) -> str:
    if is_beyond(finding):
        return "allowed origins beyond what the allowlist names"
    if finding.subject == "*":
        return "any site"
    return _WHO.get(finding.rule, "an origin that is not allowed")


def _any(finding: Finding, part: str) -> bool:
    return any(part in word for word in finding.capabilities)
