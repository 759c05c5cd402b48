"""Origins that are due for review: one ticket for an owner and a quarter, with a table."""

from __future__ import annotations

from datetime import date
from typing import Final

from auditor.core.allowlist import OriginEntry
from auditor.core.review import Review
from auditor.edge.reports.days import day
from auditor.edge.reports.layout import count, safe, some
from auditor.edge.tickets.prose import Prose, items, table, text
from auditor.edge.tickets.telling import RunMark
from auditor.edge.tickets.title import PREFIX

ROWS: Final = 200
"""Entries that the table names, the longest due first."""


def review_title(review: Review) -> str:
    """`[CORS] team-web: origins to review, 2026-Q4`: the same all through the quarter."""
    return f"{PREFIX} {safe(review.owner, 80)}: origins to review, {review.quarter}"


def review_body(review: Review, today: date) -> Prose:
    """What to decide, how, and the table."""
    due = count(len(review.entries), "origin")
    return (
        text(
            f"The allowlist trusts {due} of {review.owner} that should be looked at again in "
            f"{review.quarter}. For each: does somebody still need it, and is it still theirs?"
        ),
        items(
            "keep it: write a later review_by at its line",
            "or let it go: remove its line, and the origin from the routes that use it",
        ),
        *_tables(review, today),
        text("This ticket closes by itself when none of them is due."),
    )


def comment_review_changed(review: Review, today: date, run: RunMark) -> Prose:
    """What is due is not what it was."""
    due = count(len(review.entries), "origin")
    return (text(f"{due} to review as of {run}."), *_tables(review, today))


def comment_review_done(run: RunMark) -> Prose:
    """None is due any more."""
    return (text(f"Done: as of {run} none of these is due for review. Closed."),)


def comment_review_by_hand(review: Review, today: date, run: RunMark) -> Prose:
    """A person closed it while entries are due: said once."""
    due = count(len(review.entries), "origin")
    return (
        text(
            f"This ticket was closed by hand, and in {run} {due} of it are still due, so it is opened "
            "again, this once. A later review_by at a line, or its removal, closes it for good. "
            "Closed by hand again, it stays closed."
        ),
        *_tables(review, today),
    )


def _tables(review: Review, today: date) -> Prose:
    pairs = list(zip(review.entries, review.routes, strict=True))
    if not pairs:
        return ()
    head = ("origin", "purpose", "review by", "written in", "used by", "ticket")
    left = len(pairs) - ROWS
    more = (text(f"and {left:,} more: cors-audit allowlist check"),) if left > 0 else ()
    return (table(head, *(_row(*pair, today) for pair in pairs[:ROWS])), *more)


def _row(entry: OriginEntry, routes: tuple[str, ...], today: date) -> tuple[str, ...]:
    by = entry.review_by
    late = ", overdue" if by is not None and by < today else ""
    return (
        entry.text,
        entry.purpose or "",
        "" if by is None else f"{day(by)}{late}",
        str(entry.where),
        some(routes) or "no route",
        entry.ticket or "",
    )
