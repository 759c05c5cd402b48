"""Which environment something belongs to: by host, by namespace, by account."""

from dataclasses import dataclass

from auditor.edge.config.glob import takes


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: whatever matches one of its globs belongs to it.

    `hosts` and `namespaces` are globs, `accounts` are account ids. `non_production`: localhost and
    plain http are at home there.
    """

    name: str
    hosts: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    non_production: bool = False

    def closeness(self, host: str | None, namespace: str | None, account: str | None) -> int:
        """Return how closely it matches: characters of the longest glob that does, 0 for none."""
        matching = (
            *(glob for glob in self.hosts if host is not None and takes(glob, host)),
            *(glob for glob in self.namespaces if namespace is not None and takes(glob, namespace)),
            *(text for text in self.accounts if text == account),
        )
        return max((len(text.replace("*", "")) + 1 for text in matching), default=0)


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

    def name(
        self, host: str | None = None, namespace: str | None = None, account: str | None = None
    ) -> str | None:
        """Return the name of the environment of something, None if it is in none."""
        best, closest = None, 0
        for member in self.members:
            found = member.closeness(host, namespace, account)
            if found and self.ordered:
                return member.name
            if found > closest:
                best, closest = member.name, found
        return best
