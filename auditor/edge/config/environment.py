"""Which environment something belongs to: by host, namespace, account, stage, and by tags."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from auditor.core.glob import takes

Facts: TypeAlias = Mapping[str, Collection[str]]
"""What is known of the hops on a path: every value that a label has on any of them."""

AWS_TAG: Final = "tag:"
"""How the label of a hop begins that is an AWS tag; a Kubernetes label has its plain key."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: whatever matches one of its globs belongs to it.

    `hosts`, `namespaces` and `stages` (of API gateways) are globs, `accounts` are account ids;
    `tags`: key and globs of values, of AWS tags and Kubernetes labels. `non_production`: localhost
    and plain http are at home there.
    """

    name: str
    hosts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    non_production: bool = False

    def closeness(self, host: str, facts: Facts) -> int:
        """Return how closely it matches: characters of the longest glob that does, 0 for none."""
        matching = (
            glob for globs, texts in self._asked(host, facts) for glob in globs if _any(glob, texts)
        )
        return max((len(glob.replace("*", "")) + 1 for glob in matching), default=0)

    def _asked(self, host: str, facts: Facts) -> Iterator[tuple[tuple[str, ...], Collection[str]]]:
        """The globs of each kind, with the values that they are held against."""
        yield self.hosts, (host,)
        yield self.namespaces, facts.get("namespace", ())
        yield self.accounts, facts.get("account", ())
        yield self.stages, facts.get("stage", ())
        for key, globs in self.tags:
            yield globs, (*facts.get(AWS_TAG + key, ()), *facts.get(key, ()))


def _any(glob: str, texts: Collection[str]) -> bool:
    return any(takes(glob, text) for text in texts)


@dataclass(frozen=True, slots=True)
class Environments:
    """All of them. Written as a list (`ordered`), the first that matches wins; as a map, the one
    that matches most closely: `*.stg.example.com` before `*.example.com`."""

    members: tuple[Environment, ...] = ()
    ordered: bool = False

    @property
    def non_production(self) -> frozenset[str]:
        """The names of those that are not production."""
        return frozenset(member.name for member in self.members if member.non_production)

    def name(self, host: str, facts: Facts) -> str | None:
        """Return the name of the environment of a host with what is known of the hops on a path
        behind it, None if it is in none."""
        best, closest = None, 0
        for member in self.members:
            found = member.closeness(host, facts)
            if found and self.ordered:
                return member.name
            if found > closest:
                best, closest = member.name, found
        return best
