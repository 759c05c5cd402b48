"""Header names: the ones that CORS is made of, and sets of names."""

from dataclasses import dataclass

ALLOW_ORIGIN = "access-control-allow-origin"
ALLOW_CREDENTIALS = "access-control-allow-credentials"
ALLOW_METHODS = "access-control-allow-methods"
ALLOW_HEADERS = "access-control-allow-headers"
EXPOSE_HEADERS = "access-control-expose-headers"
MAX_AGE = "access-control-max-age"
ALLOW_PRIVATE_NETWORK = "access-control-allow-private-network"
VARY = "vary"
CORS_NAMES: tuple[str, ...] = (
    ALLOW_ORIGIN,
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    EXPOSE_HEADERS,
    MAX_AGE,
    ALLOW_PRIVATE_NETWORK,
)


@dataclass(frozen=True, slots=True)
class HeaderNames:
    """A set of header names: those listed, those with a prefix, or all (`every`); lower-case."""

    names: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    every: bool = False

    def __contains__(self, name: str) -> bool:
        return self.every or name in self.names or any(name.startswith(p) for p in self.prefixes)

    def __str__(self) -> str:
        if self.every:
            return "any"
        return (
            "{" + ", ".join([*sorted(self.names), *(p + "*" for p in sorted(self.prefixes))]) + "}"
        )


ANY_HEADER = HeaderNames(every=True)
