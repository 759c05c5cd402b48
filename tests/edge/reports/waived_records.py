"""Hand-made runs and files of waivers for the reports."""

from dataclasses import replace
from datetime import date

from auditor.core.allowlist import RouteMatch
from auditor.core.language.pattern import exact
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfFinding, OfOrigins, OfSelection, Rollout, Waived, Waiver
from auditor.edge.reports.past import Nights
from auditor.edge.reports.proposal import Proposal
from auditor.edge.reports.waivers import Line, Listed, Standing, Window, in_order
from tests.edge.reports.records import LEAK, NARROWED, night_two

WAIVED = Waived("w" * 64, "2026-11-28", "the portal moves", "team-security", "waivers.yaml:4")
OF_LEAK = Waiver(
    OfFinding(LEAK.fingerprint[:8]),
    "the portal moves",
    "team-security",
    date(2026, 11, 28),
    Where("waivers.yaml", 4),
    "SEC-1042",
)
OF_ORIGIN = replace(
    OF_LEAK,
    of=OfOrigins(exact("https://old-portal.example.com"), RouteMatch("api.example.com"), True),
    expires=date(2027, 1, 31),
    where=Where("waivers.yaml", 5),
)
OF_GLOBS = replace(
    OF_LEAK,
    of=OfSelection(rule="narrowed-*", host="*.stg.example.com"),
    expires=date(2026, 11, 1),
    where=Where("waivers.yaml", 6),
    ticket=None,
)
ROLLOUT = Rollout(
    RouteMatch("api.stg.example.com"),
    date(2026, 12, 1),
    "new list",
    Where("waivers.yaml", 9),
    "OPS-7",
)


def accepted() -> Nights:
    """A night with one finding that someone accepted."""
    nights = night_two()
    drifts = nights.now.drifts
    waived = (replace(drifts[0], waived=WAIVED), *drifts[1:])
    return Nights(replace(nights.now, drifts=waived), nights.before)


def listed() -> Listed:
    """A file of waivers, by that night."""
    grown = "widened-origin 7f3a91c2: it lets in more now: read_cred."
    lines = (
        Line(OF_ORIGIN, Standing.HOLDS),
        Line(OF_GLOBS, Standing.RAN_OUT),
        Line(OF_LEAK, Standing.OUTGROWN, (LEAK,), grown),
        Line(replace(OF_GLOBS, expires=date(2026, 12, 9)), Standing.UNUSED),
        Line(replace(OF_GLOBS, expires=date(2026, 12, 10)), Standing.UNMET, (NARROWED,)),
        Line(replace(OF_GLOBS, expires=date(2026, 12, 11)), Standing.UNKNOWN),
    )
    windows = (
        Window(ROLLOUT, True, (NARROWED,)),
        Window(replace(ROLLOUT, until=date(2026, 11, 2)), False),
    )
    return Listed(accepted().now, in_order(lines), windows)


def proposed() -> Proposal:
    """A waiver that nobody has written yet."""
    nights = accepted()
    drifts = nights.now.drifts
    line = '  - {host: "*.example.com", reason: WHY, approved_by: WHO, expires: 2026-12-22}'
    waiver = replace(OF_GLOBS, of=OfSelection(host="*.example.com"))
    return Proposal(nights.now, waiver, line, 5, drifts[:3])


def permitted() -> Proposal:
    """One for an origin, that leaves a finding with less in it."""
    line = '  - {origin: "https://old-portal.example.com", match: api.example.com/*, reason: WHY}'
    now = accepted().now
    return Proposal(now, OF_ORIGIN, line, 5, (now.drifts[1],), (LEAK,))
