"""The flags that choose a part of the estate, the same on every command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.cli.planning import stop
from auditor.edge.store.store import open_store
from auditor.run.selection import Selection

_LOOK_BACK = 1_000
"""Runs among which the last whole one is looked for."""

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_ABOUT = {
    "account": "AWS accounts (ids)",
    "region": "AWS regions",
    "cluster": "Kubernetes clusters (contexts)",
    "namespace": "Kubernetes namespaces",
    "host": "hosts of routes",
    "service": "services (by what they are called or answer to)",
    "owner": "owners",
    "env": "environments",
}


def selection_options(command: Decorated) -> Decorated:
    """Add every selection flag; the command takes them as keyword arguments of the same names."""
    for name in reversed(_ABOUT):
        about = f"Only {_ABOUT[name]} that this glob takes; may be repeated."
        command = click.option(f"--{name}", multiple=True, metavar="GLOB", help=about)(command)
    return command


def selection_of(given: Mapping[str, Any]) -> Selection:
    """The selection that the flags among `given` make."""
    return Selection(**{name: tuple(given[name]) for name in _ABOUT})


def routes_of(store: Path | None, findings: tuple[str, ...], unread: bool) -> tuple[str, ...]:
    """The routes of findings of the last whole run, and those that it could not judge if `unread`.

    Ends the program with what is wrong when there is no such run or finding.
    """
    if store is None or not store.exists():
        stop(["--finding and --unread: there is no earlier run; audit the whole first"])
    with open_store(store) as opened:
        whole = next((head.id for head in opened.runs(_LOOK_BACK) if head.scope.whole), None)
        last = opened.run("last" if whole is None else whole)
    routes = [route.name for route in last.routes if unread and route.blinded]
    for asked in findings:
        found = [d.finding for d in last.drifts if d.fingerprint.startswith(asked)]
        if len(found) != 1 or found[0] is None:
            stop([f"--finding {asked}: not one finding of the last run; see cors-audit findings"])
        routes += found[0].routes
    if not routes:
        stop(["--unread: the last run could judge every route; nothing is left to look at"])
    return tuple(dict.fromkeys(routes))
