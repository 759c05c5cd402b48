"""The flags that choose a part of the estate, the same on every command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import click

from auditor.run.selection import Selection

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

_ABOUT = {
    "account": "AWS accounts (ids)",
    "region": "AWS regions",
    "cluster": "Kubernetes clusters (contexts)",
    "namespace": "Kubernetes namespaces",
    "host": "hosts of routes",
    "service": "services, by what they are called or answer to",
    "owner": "owners",
    "env": "environments",
}


def selection_options(command: Decorated) -> Decorated:
    """Add every selection flag; the command takes them as keyword arguments of the same names."""
    for name in reversed([one.name for one in fields(Selection)]):
        about = f"Only {_ABOUT[name]} that this glob takes; may be repeated."
        command = click.option(f"--{name}", multiple=True, metavar="GLOB", help=about)(command)
    return command


def selection_of(given: Mapping[str, Any]) -> Selection:
    """The selection that the flags among `given` make."""
    return Selection(**{one.name: tuple(given[one.name]) for one in fields(Selection)})
