"""One cause, one finding: which of several rules speaks.

Several rules may look at one entry and each be right: an inner `*` behind an outer list is a leak,
a wildcard with credentials, and wider than the allowlist. The most telling rule speaks for all of
them, with the worst severity that any of them gives. Two findings are about one cause when

- they blame the same setting of the same hop, for the same subject; or
- one says that two layers disagree, and another says of the same origin what comes of it.

What was not read is a cause of its own, and is never spoken for. The order of `rules.RULES` says
which rule is more telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

import rules
from auditor.core.finding import Certainty, Finding, merge
from rules.rule import NotEvaluated, Result, View

SAME_WITNESS: Final = "layers-disagree"
"""The rule that others speak for when they have the same witness."""
BLOCKING: Final = frozenset({"narrowed-origin", "cache-mixes-origins"})
"""The rules that say that somebody is kept out."""
OF_ITS_OWN: Final = "unread-hop"
"""The rule that nothing speaks for."""


def run_rules(view: View) -> Iterator[Result]:
    """Everything that the rules say of one judged path, one finding for one cause."""
    # By attribute, now: the package that holds the tuple imports this module.
    asked = (r for r in rules.RULES if view.route.allowed is not None or not r.needs_allowlist)
    results = list(chain.from_iterable(r.check(view) for r in asked if r.check is not None))
    yield from settle(one for one in results if isinstance(one, Finding))
    yield from (one for one in results if isinstance(one, NotEvaluated))


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of one path that speak, the most telling first."""
    ranks = {rule.name: rank for rank, rule in enumerate(rules.RULES)}
    ranked = sorted(findings, key=lambda one: ranks[one.rule])
    groups: dict[object, list[Finding]] = {}
    for finding in ranked:
        groups.setdefault(_cause(finding), []).append(finding)
    spoken = [_speak(group) for group in groups.values()]
    proofs = {one.witness for one in spoken if one.rule not in (SAME_WITNESS, OF_ITS_OWN)}
    return tuple(one for one in spoken if one.rule != SAME_WITNESS or one.witness not in proofs)


def settle_routes(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of all routes, one for one cause: where several rules blame one setting for one subject,
    the most telling of them speaks for the routes of all."""
    ranks = {rule.name: rank for rank, rule in enumerate(rules.RULES)}
    groups: dict[object, list[Finding]] = {}
    for finding in sorted(findings, key=lambda one: ranks[one.rule]):
        # On one route a setting may block the origin that it lets in on another: two things to mend.
        key = (finding.environment, finding.rule in BLOCKING, _cause(finding))
        groups.setdefault(key, []).append(finding)
    return tuple(_speak_for_routes(group) for group in groups.values())


def _speak_for_routes(group: list[Finding]) -> Finding:
    first, whole = _speak(group), merge(group)
    return replace(
        first,
        routes=whole.routes,
        documents=whole.documents,
        capabilities=whole.capabilities,
        because=whole.because,
    )


def _cause(finding: Finding) -> object:
    """What two findings share when they are about one cause."""
    blamed = finding.grantor
    if blamed is None:
        return finding.fingerprint
    return (blamed.hop, blamed.layer, blamed.role, blamed.field, finding.subject)


def _speak(group: list[Finding]) -> Finding:
    """The first of `group`, with what the others add."""
    first = group[0]
    if len(group) == 1:
        return first
    certain = any(one.certainty is Certainty.CERTAIN for one in group)
    return replace(
        first,
        severity=max(one.severity for one in group),
        certainty=Certainty.CERTAIN if certain else first.certainty,
        because=tuple(dict.fromkeys(why for one in group for why in one.because)),
    )
