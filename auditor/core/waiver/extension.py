"""Waivers for origins: the allowlist with what they permit until a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256

from auditor.core.allowlist import AllowedRoute, Allowlist, OriginEntry, RouteMatch
from auditor.core.finding import Finding
from auditor.core.language.membership import takes_all_alike
from auditor.core.waiver.waiver import OfOrigins, Waived, Waiver, Waivers, place_of, words_of


def permitting(waivers: Iterable[Waiver], finding: Finding, today: date) -> Waived | None:
    """The waiver for origins that permits what `finding` was about, where one does."""
    for waiver in waivers:
        of = waiver.of
        if (
            isinstance(of, OfOrigins)
            and waiver.active(today)
            and finding.witness is not None
            and takes_all_alike(of.pattern, finding.witness) is True
            and set(finding.capabilities) <= set(of.caps.words)
            and any(of.match.takes(*place_of(route)) for route in finding.routes)
        ):
            return words_of(waiver)
    return None


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


def _cut_out(match: RouteMatch, routes: Iterable[AllowedRoute]) -> Iterator[AllowedRoute]:
    """Routes for the part of `match` that wider ones speak of as well, or others in part: for each
    environment a copy of the one that counts there now."""
    ranked = sorted(routes, key=lambda one: one.match.specificity, reverse=True)
    # Of routes that say the same match the first counts: one for an environment before that for all.
    environments = sorted({one.environment for one in ranked} - {None}, key=str)
    shared = (match.within(one.match) for one in ranked if not match.covers(one.match))
    for part in dict.fromkeys(one for one in shared if one is not None):
        for environment in (*environments, None):
            counts = (one for one in ranked if one.environment in (None, environment))
            closest = next((one for one in counts if one.match.covers(part)), None)
            if closest is not None and closest.environment == environment and closest.match != part:
                yield replace(closest, match=part)


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
