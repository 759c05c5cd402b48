"""What a browser remembers of preflight answers.

Source: the Fetch Standard, whatwg/fetch 586cd2a, 4.9. `Vary` has no part in it, nor has the
response: methods and header names are kept. Network partitions are left out: one cache, one site.
"""

from dataclasses import dataclass

from auditor.core.browser.lines import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    HeaderLines,
    Unreadable,
    lower_tokens,
    tokens,
)
from auditor.core.browser.preflight import max_age
from auditor.core.browser.request import AUTHORIZATION, SAFELISTED_METHODS


@dataclass(frozen=True, slots=True)
class Key:
    """What an entry is remembered for: serialised origin, whole URL, credentials mode `include`."""

    origin: str
    url: str
    credentials: bool

    def serves(self, asked: "Key") -> bool:
        """Return whether an entry under this key answers for a request under `asked`.

        One made with credentials also serves a request without.
        """
        same_place = (self.origin, self.url) == (asked.origin, asked.url)
        return same_place and (self.credentials or not asked.credentials)


@dataclass(frozen=True, slots=True)
class Entry:
    """One successful preflight: what it allowed until `expires`, seconds on the caller's clock."""

    key: Key
    methods: frozenset[str]
    names: frozenset[str]
    expires: float


@dataclass(frozen=True, slots=True)
class PreflightCache:
    """The CORS-preflight cache as a value: each change returns another one."""

    entries: tuple[Entry, ...] = ()

    def remember(self, key: Key, lines: HeaderLines, at: float) -> "PreflightCache":
        """Return the cache after a preflight answer that passed, received at `at` seconds."""
        methods, names = tokens(lines, ALLOW_METHODS), lower_tokens(lines, ALLOW_HEADERS)
        if isinstance(methods, Unreadable) or isinstance(names, Unreadable):
            return self
        kept = tuple(entry for entry in self.entries if entry.expires > at)
        return PreflightCache((*kept, Entry(key, methods, names, at + max_age(lines))))

    def forget(self, origin: str, url: str) -> "PreflightCache":
        """Return the cache after a request from there to there that failed."""
        place = (origin, url)
        return PreflightCache(
            tuple(entry for entry in self.entries if (entry.key.origin, entry.key.url) != place)
        )

    def covers(self, key: Key, method: str, unsafe_names: tuple[str, ...], at: float) -> bool:
        """Return whether a request (method normalised, names lower-case) needs no preflight now."""
        live = [entry for entry in self.entries if entry.expires > at and entry.key.serves(key)]
        methods = frozenset[str]().union(*(entry.methods for entry in live))
        names = frozenset[str]().union(*(entry.names for entry in live))
        if method not in SAFELISTED_METHODS and methods.isdisjoint({method, "*"}):
            return False
        return all(
            name in names or ("*" in names and name != AUTHORIZATION) for name in unsafe_names
        )
