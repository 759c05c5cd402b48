"""Header names: the ones that CORS is made of, and sets of names."""

from dataclasses import dataclass

from auditor.core.browser.lines import ALLOW_CREDENTIALS as ALLOW_CREDENTIALS
from auditor.core.browser.lines import ALLOW_HEADERS as ALLOW_HEADERS
from auditor.core.browser.lines import ALLOW_METHODS as ALLOW_METHODS
from auditor.core.browser.lines import ALLOW_ORIGIN as ALLOW_ORIGIN
from auditor.core.browser.lines import EXPOSE_HEADERS as EXPOSE_HEADERS
from auditor.core.browser.lines import MAX_AGE as MAX_AGE
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Pattern

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
    """A set of header names: those listed, those with a prefix, those that a pattern takes, or all
    (`every`); lower-case."""

    names: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    every: bool = False
    patterns: tuple[Pattern, ...] = ()

    def __contains__(self, name: str) -> bool:
        return (
            self.every
            or name in self.names
            or any(name.startswith(prefix) for prefix in self.prefixes)
            or any(takes_alone(pattern, name) for pattern in self.patterns)
        )

    def __str__(self) -> str:
        if self.every:
            return "any"
        starred = (prefix + "*" for prefix in sorted(self.prefixes))
        return "{" + ", ".join([*sorted(self.names), *starred, *map(str, self.patterns)]) + "}"


ANY_HEADER = HeaderNames(every=True)
