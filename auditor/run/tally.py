"""Numbers of what is kept beside runs: tickets, the outbox, waivers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from auditor.core.lifecycle.ticket import Status
from auditor.core.waiver.waiver import Waivers
from auditor.edge.metrics import Standing
from auditor.edge.store.outbox import Outbox

SOON: Final = timedelta(days=14)
"""A waiver that ends within this time is expiring."""


def tally(outbox: Outbox | None, waivers: Waivers, today: date) -> Standing:
    """The numbers of `outbox` (None: nothing is kept) and `waivers` as of `today`. Raises StoreError."""
    active = [one for one in waivers.waivers if one.active(today)]
    expiring = sum(not one.active(today + SOON) for one in active)
    if outbox is None:
        return Standing(waivers_active=len(active), waivers_expiring=expiring)
    tickets = outbox.tickets().values()
    return Standing(
        tickets_open=sum(one.held.status is Status.OPEN for one in tickets),
        outbox_waiting=len(outbox.pending()),
        waivers_active=len(active),
        waivers_expiring=expiring,
    )
