"""The one place where a command learns what day it is."""

from datetime import UTC, date, datetime

import click


def _today(_context: click.Context, _parameter: click.Parameter, given: datetime | None) -> date:
    # The clock enters at the edge of the program; everything below takes the day as an argument.
    return datetime.now(UTC).date() if given is None else given.date()  # noqa: TID251


today_option = click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_today,
    help="Judge as of this day (year-month-day) instead of today in UTC.",
)
