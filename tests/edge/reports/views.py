"""Every text report of the hand-made runs, by file name; `python -m tests.edge.reports.views` accepts
what they are now as what is expected. Look at the difference first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from auditor.core.allowlist import RouteMatch
from auditor.core.drift import State
from auditor.core.reading import Where
from auditor.core.waiver.waiver import OfSelection, Rollout, Waived, Waiver
from auditor.edge.config.model import FailOn
from auditor.edge.reports.audit import audit_text
from auditor.edge.reports.commands import Next
from auditor.edge.reports.comparison import Difference
from auditor.edge.reports.coverage import Declared, coverage_text
from auditor.edge.reports.deltas import Trend
from auditor.edge.reports.diff import diff_text
from auditor.edge.reports.findings import finding_text, findings_text
from auditor.edge.reports.layout import Screen
from auditor.edge.reports.markdown import diff_markdown
from auditor.edge.reports.past import Nights
from auditor.edge.reports.proposal import Proposal, proposal_text
from auditor.edge.reports.summary import summary
from auditor.edge.reports.waivers import Line, Listed, Standing, Window, waivers_text
from auditor.edge.reports.wording import Row
from tests.edge.reports import records, waived_records
from tests.edge.reports.records import ACCOUNTS, BILLING, HOSTILE, PORTAL, START

FOLDER = Path(__file__).parent / "expected"
STORED = Next(("--config", "prod/cors-audit.yaml"))
UNSTORED = Next((), ("deploy/", "a folder"), kept=False)
PLAIN = Next()
DECLARED = (
    Declared("cloudflare-edge  transparent, in front of *.example.com", "team-edge", date(2027, 3, 1), False),
    Declared("aws:7777*  closing in Q1", "team-legacy", date(2026, 1, 31), True),
)  # fmt: skip
DECISIONS = (
    Row(
        Trend.GAINED,
        "prod",
        PORTAL,
        "any origin, as https://evil-example.com",
        "can now read with cookies",
        "not allowed",
    ),
    Row(
        Trend.GAINED,
        "prod",
        ACCOUNTS,
        "https://old-portal.example.com",
        "can now read with cookies and send any method or any header with cookies",
        "not allowed",
    ),
    Row(
        Trend.LOST,
        "staging",
        "api.stg.example.com/v2/*",
        "https://qa.partner.example",
        "can no longer send PUT with cookies",
        "although allowed",
    ),
    Row(
        Trend.UNSURE,
        "prod",
        BILLING,
        "any origin, as https://evil-example.com",
        "cannot be compared: aws:444455556666: AssumeRole CorsAudit: AccessDenied",
    ),
)
STANDING = frozenset({("aws:111122223333/eu-west-1", "accounts"), ("file:services", "portal")})


def difference(nights: Nights, rows: tuple[Row, ...] = DECISIONS) -> Difference:
    names = ("run 212 (21 Nov 03:00)", "run 213 (22 Nov 03:00)")
    return Difference(nights, names, rows, STANDING, 6)


def history(nights: Nights) -> tuple[tuple[int, object, State | None], ...]:
    return ((213, START, State.REGRESSED), (212, START - timedelta(days=1), None))


def full(nights: Nights, screen: Screen) -> str:
    drift = next(one for one in nights.now.drifts if one.finding and len(one.finding.routes) > 1)
    assert drift.finding is not None
    return finding_text(drift, drift.finding, nights, history(nights), screen)


def texts(nights: Nights, further: Next, screen: Screen) -> Iterator[tuple[str, str]]:
    """Every view of a run with one before it."""
    yield "audit", audit_text(nights, further, screen)
    yield "findings", findings_text(nights, nights.now.drifts, further, screen)
    yield "finding", full(nights, screen)
    yield "coverage", coverage_text(nights, frozenset(), DECLARED, further, screen)
    yield "diff", diff_text(difference(nights), screen)
    yield "diff-all", diff_text(difference(nights, ()), screen, everything=True)
    yield "summary", summary(nights.now, FailOn(), True, 13)


def waived_texts(screen: Screen) -> Iterator[tuple[str, str]]:
    """What is said of waivers."""
    nights = waived_records.accepted()
    yield "audit-waived", audit_text(nights, STORED, screen)
    yield "findings-waived", findings_text(nights, nights.now.drifts, STORED, screen)
    drift = nights.now.drifts[0]
    assert drift.finding is not None
    yield "finding-waived", finding_text(drift, drift.finding, nights, (), screen)
    yield "waivers", waivers_text(waived_records.listed(), screen)
    yield "waiver-tried", proposal_text(waived_records.proposed(), screen)
    yield "waiver-of-origin", proposal_text(waived_records.permitted(), screen)


def hostile_waivers(screen: Screen) -> Iterator[tuple[str, str]]:
    nights = records.hostile()
    where = Where(HOSTILE, 7)
    waiver = Waiver(OfSelection(rule=HOSTILE), HOSTILE, HOSTILE, START.date(), where, HOSTILE)
    rollout = Rollout(RouteMatch(HOSTILE), START.date(), HOSTILE, where, HOSTILE)
    waived = Waived(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    drift = replace(nights.now.drifts[0], waived=waived)
    assert drift.finding is not None
    lines = tuple(Line(waiver, one, (drift.finding,), HOSTILE) for one in Standing)
    listed = Listed(nights.now, lines, (Window(rollout, True, (drift.finding,)),))
    yield "waivers", waivers_text(listed, screen)
    tried = Proposal(nights.now, waiver, "  - {}", 2, (drift,), (drift.finding,))
    yield "waiver-tried", proposal_text(tried, screen)
    held = Nights(replace(nights.now, drifts=(drift,)), nights.before)
    yield "audit-waived", audit_text(held, PLAIN, screen)
    yield "findings-waived", findings_text(held, (drift,), PLAIN, screen)
    yield "finding-waived", finding_text(drift, drift.finding, held, (), screen)


def hostile_texts(screen: Screen) -> Iterator[tuple[str, str]]:
    nights = records.hostile()
    rows = tuple(Row(one, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE) for one in Trend)
    further = Next(("--config", HOSTILE), (HOSTILE,), kept=False)
    declared = (Declared(HOSTILE, HOSTILE, date(2027, 3, 1), False),)
    yield from texts(nights, further, screen)
    yield from hostile_waivers(screen)
    found = Difference(nights, (HOSTILE, HOSTILE), rows, frozenset({(HOSTILE, HOSTILE)}), 2)
    yield "diff-rows", diff_text(found, screen)
    yield "markdown", diff_markdown(found)
    yield "declared", coverage_text(nights, frozenset(), declared, further, screen)


def rendered() -> dict[str, str]:
    """Every expected file."""
    found: dict[str, str] = {}
    for width in (60, 80, 140):
        for name, text in texts(records.night_two(), STORED, Screen(width)):
            found[f"{name}-{width}"] = text
        for name, text in waived_texts(Screen(width)):
            found[f"{name}-{width}"] = text
    wide = Screen(80)
    found["audit-first-night"] = audit_text(records.first_night(), PLAIN, wide)
    unstored = records.first_night(None, allowlist="")
    found["audit-not-kept"] = audit_text(unstored, UNSTORED, wide)
    found["audit-clean"] = audit_text(records.clean(), PLAIN, wide)
    found["audit-many"] = audit_text(records.many(), PLAIN, wide)
    found["audit-shared"] = audit_text(records.shared(), PLAIN, wide)
    found["audit-first-read"] = audit_text(records.first_read(), PLAIN, wide)
    nothing = records.clean().now
    nothing = replace(nothing, routes=(), sources=(), head=replace(nothing.head, id=None))
    found["audit-nothing"] = audit_text(Nights(nothing), PLAIN, wide)
    found["coverage-nothing"] = coverage_text(Nights(nothing), frozenset(), (), PLAIN, wide)
    found["coverage-clean"] = coverage_text(records.clean(), frozenset(), (), PLAIN, wide)
    found["diff-markdown"] = diff_markdown(difference(records.night_two()))
    found["summaries"] = "\n".join(
        (
            summary(records.night_two().now, FailOn(), True, 13),
            summary(records.night_two().now, FailOn(), True, 0),
            summary(records.first_night().now, FailOn(), False, 13),
            summary(records.clean().now, FailOn(), True, 0),
            summary(nothing, FailOn(), False, 0),
        )
    )
    return {f"{name}.txt": f"{text}\n" for name, text in found.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name, text in rendered().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
