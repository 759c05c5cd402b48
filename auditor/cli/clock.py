"""The one place where the program learns what time it is."""

from datetime import UTC, date, datetime

import click


def now() -> datetime:
    """The time, in UTC: everything below takes it as an argument."""
    return datetime.now(UTC)  # noqa: TID251


def _today(_context: click.Context, _parameter: click.Parameter, given: datetime | None) -> date:
    return now().date() if given is None else given.date()


today_option = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_today,
    help="Judge as of this day (year-month-day) instead of today in UTC.",
)
