"""Waivers for origins: the allowlist with what they permit until a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.finding import Finding
from auditor.core.language.membership import takes_all_alike
from auditor.core.waiver.waiver import OfOrigins, Waived, Waiver, Waivers, words_of


def permitting(waivers: Iterable[Waiver], finding: Finding, today: date) -> Waived | None:
    """The waiver for origins that permits what `finding` was about, where one does."""
    for waiver in waivers:
        of = waiver.of
        if (
            isinstance(of, OfOrigins)
            and waiver.active(today)
            and finding.witness is not None
            and takes_all_alike(of.pattern, finding.witness) is True
            and any(_names(of.match, route) for route in finding.routes)
        ):
            return words_of(waiver)
    return None


def _names(match: RouteMatch, route: str) -> bool:
    host, _, rest = route.partition("/")
    return match.takes(host, "/" + rest.removesuffix("*").rstrip("/"))


def extended(allowlist: Allowlist | None, waivers: Waivers, today: date) -> Allowlist | None:
    """The allowlist with the origins that are waived on `today`: permitted there, never required."""
    extra = [one for one in waivers.waivers if one.active(today)]
    meant = [(one, one.of) for one in extra if isinstance(one.of, OfOrigins)]
    if allowlist is None or not meant:
        return allowlist
    routes = list(allowlist.routes)
    for _, of in meant:
        routes += _cut_out(of.match, routes)
    entries = [(of.match, _entry(one, of)) for one, of in meant]
    keys = sorted(one.key for one, _ in meant)
    digest = sha256("\n".join([allowlist.digest, *keys]).encode()).hexdigest()
    return replace(allowlist, routes=tuple(_with(one, entries) for one in routes), digest=digest)


def _cut_out(match: RouteMatch, routes: Iterable[AllowedRoute]) -> list[AllowedRoute]:
    """Routes for `match` alone, where only wider ones speak of it: one for each environment."""
    closest: dict[str | None, AllowedRoute] = {}
    for route in sorted(routes, key=lambda one: one.match.specificity):
        if route.match.covers(match):
            closest[route.environment] = route
    return [replace(one, match=match) for one in closest.values() if one.match != match]


def _entry(waiver: Waiver, of: OfOrigins) -> OriginEntry:
    return OriginEntry(
        of.pattern,
        waiver.approved_by,
        waiver.where,
        reason=waiver.reason,
        expires=waiver.expires,
        waived=of.caps,
    )


def _with(route: AllowedRoute, entries: Iterable[tuple[RouteMatch, OriginEntry]]) -> AllowedRoute:
    more = tuple(entry for match, entry in entries if match.covers(route.match))
    return replace(route, entries=(*route.entries, *more)) if more else route
