"""From what the configuration says of tickets to the trackers themselves, one for each target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import assert_never

from auditor.edge.config.delivery import USUAL_VARIABLES, Server, System, Target, Tickets
from auditor.edge.http import Sender
from auditor.edge.trackers.tokens import Secret, read_file, read_variable
from auditor.edge.trackers.tracker import Tracker, TrackerError, Trouble
from auditor.text.tree import Problem


def trackers_of(
    tickets: Tickets,
    environ: Mapping[str, str],
    sender: Sender,
    *,
    clock: Callable[[], datetime],
    folder: Path,
) -> tuple[Mapping[str, Tracker], tuple[TrackerError, ...]]:
    """The trackers by name of their target, and why a target has none: its `where` is the name.

    `folder`: where relative token files are looked for; `clock`: what signed events are dated by.
    """
    found: dict[str, Tracker] = {}
    problems: list[TrackerError] = []
    for target in {route.target.name: route.target for route in tickets.routes}.values():
        made = _tracker(target, environ, sender, clock, folder)
        if isinstance(made, Problem):
            problems.append(TrackerError(Trouble.REFUSED, made.where, made.what, made.do))
        else:
            found[target.name] = made
    return found, tuple(problems)


def _tracker(
    target: Target,
    environ: Mapping[str, str],
    sender: Sender,
    clock: Callable[[], datetime],
    folder: Path,
) -> Tracker | Problem:
    server = target.server
    if server is None:
        return Problem(target.name, "has no server", f"add it to tickets: servers: {target.system}")
    secret = _secret(target, server, environ, folder)
    if isinstance(secret, Problem):
        return secret
    return _connected(target, server, secret, sender, clock)


def _connected(
    target: Target, server: Server, secret: Secret, sender: Sender, clock: Callable[[], datetime]
) -> Tracker:
    """Each system is imported where it is used, so that a run without it does not wait for it."""
    url, place, labels = server.url, target.place, target.labels
    match target.system:
        case System.GITHUB:
            from auditor.edge.trackers.github import GitHub

            return GitHub(sender, url, place, secret, labels)
        case System.GITLAB:
            from auditor.edge.trackers.gitlab import GitLab

            return GitLab(sender, url, place, secret, labels)
        case System.JIRA:
            from auditor.edge.trackers.jira import Jira

            return Jira(sender, url, server.user, secret, place, target.kind, labels)
        case System.ROUNDUP:
            from auditor.edge.trackers.roundup import Roundup

            return Roundup(sender, url, server.user or "", secret, labels)
        case System.WEBHOOK:
            from auditor.edge.trackers.webhook import Webhook

            return Webhook(sender, place, url, secret, clock)
        case _:
            assert_never(target.system)


def _secret(
    target: Target, server: Server, environ: Mapping[str, str], folder: Path
) -> Secret | Problem:
    if server.token_file is not None:
        return read_file(target.name, folder / server.token_file)
    variable = server.token_env or USUAL_VARIABLES.get(target.system, "")
    return read_variable(target.name, variable, environ)
