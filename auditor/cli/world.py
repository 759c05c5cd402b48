"""What the nightly job may reach: trackers, live requests, Slack, out of the configuration."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from auditor.cli.clock import now
from auditor.edge.config.delivery import Mode, Slack
from auditor.edge.http import Http
from auditor.edge.log import Log
from auditor.edge.store.record import RunRecord
from auditor.edge.tickets.notices import Channel
from auditor.edge.trackers.factory import trackers_of
from auditor.edge.trackers.tokens import Secret, read_variable
from auditor.run.confirm import sender
from auditor.run.plan import Plan
from auditor.run.world import World


@contextmanager
def open_world(
    plan: Plan,
    environ: Mapping[str, str],
    log: Log,
    resume: RunRecord | None = None,
    *,
    again: frozenset[str] | None = None,
    dry_run: bool = False,
) -> Iterator[tuple[World, tuple[str, ...]]]:
    """The world of `plan`, and why parts of it cannot be reached, in words. With `dry_run` trackers
    are asked how tickets stand, and nothing is told. `resume` and `again`: as `World` has them."""
    http = Http(proxies=True)
    try:
        tickets, verify = plan.config.tickets, plan.config.verify
        trackers, problems = {}, []
        if tickets is not None and tickets.mode is not Mode.OFF:
            found, missing = trackers_of(tickets, environ, http, clock=now, folder=plan.base)
            trackers, problems = dict(found), [str(one) for one in missing]
        channel = _channel(plan.config.notify.slack, environ, http, problems)
        world = World(
            trackers=trackers,
            send=None if verify is None else sender(verify),
            channel=channel,
            sleep=time.sleep,
            log=log,
            dry_run=dry_run,
            resume=resume,
            again=again,
        )
        yield world, tuple(problems)
    finally:
        http.close()


def _channel(
    slack: Slack | None, environ: Mapping[str, str], http: Http, problems: list[str]
) -> Channel | None:
    if slack is None:
        return None
    secret = read_variable("notify.slack", slack.webhook_env, environ)
    if isinstance(secret, Secret):
        return Channel(http, slack.webhook_env, secret)
    problems.append(str(secret))
    return None
