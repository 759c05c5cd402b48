"""The annotations of one Ingress: which keys matter, and how the controller reads a value.

Sources: internal/ingress/annotations/*/main.go and parser/main.go of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from collectors.ingress.ingress_nginx.scanners import BLANKS, LINE_BREAKS, parse_bool, parse_int

PREFIX = "nginx.ingress.kubernetes.io"
"""The default of --annotations-prefix."""
CLASS_KEY = "kubernetes.io/ingress.class"
VALUE_CAP = 65_536
"""Longest annotation value that is read, in characters."""

Check: TypeAlias = Callable[[str], bool]


class Risk(IntEnum):
    """What `annotations-risk-level` compares (parser/validators.go)."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


RISKS: Mapping[str, Risk] = {
    "enable-cors": Risk.LOW,
    "cors-allow-origin": Risk.MEDIUM,
    "cors-allow-methods": Risk.MEDIUM,
    "cors-allow-headers": Risk.MEDIUM,
    "cors-allow-credentials": Risk.LOW,
    "cors-expose-headers": Risk.MEDIUM,
    "cors-max-age": Risk.LOW,
    "configuration-snippet": Risk.CRITICAL,
    "server-snippet": Risk.CRITICAL,
    "auth-snippet": Risk.CRITICAL,
    "stream-snippet": Risk.CRITICAL,
    "modsecurity-snippet": Risk.CRITICAL,
    "custom-headers": Risk.MEDIUM,
    "custom-http-errors": Risk.LOW,
    "server-alias": Risk.HIGH,
    "from-to-www-redirect": Risk.LOW,
    "permanent-redirect": Risk.MEDIUM,
    "temporal-redirect": Risk.MEDIUM,
    "app-root": Risk.MEDIUM,
    "rewrite-target": Risk.MEDIUM,
    "use-regex": Risk.LOW,
    "canary": Risk.LOW,
    "auth-url": Risk.HIGH,
    "auth-signin": Risk.HIGH,
    "auth-type": Risk.LOW,
    "satisfy": Risk.LOW,
    "auth-secret": Risk.MEDIUM,
    "enable-global-auth": Risk.LOW,
    "ssl-passthrough": Risk.LOW,
    "whitelist-source-range": Risk.MEDIUM,
    "allowlist-source-range": Risk.MEDIUM,
    "denylist-source-range": Risk.MEDIUM,
    "limit-rps": Risk.LOW,
    "limit-rpm": Risk.LOW,
    "limit-connections": Risk.LOW,
    "mirror-target": Risk.HIGH,
    "mirror-host": Risk.HIGH,
    "upstream-hash-by": Risk.HIGH,
    "proxy-ssl-name": Risk.HIGH,
    "modsecurity-transaction-id": Risk.HIGH,
    "auth-tls-error-page": Risk.HIGH,
    "auth-tls-match-cn": Risk.HIGH,
}
"""The annotations that are read, with the risk that their parser declares."""

SNIPPETS = frozenset({"configuration-snippet", "server-snippet", "auth-snippet"})
PRESENCE = frozenset(
    {
        "auth-url",
        "auth-signin",
        "auth-secret",
        "permanent-redirect",
        "temporal-redirect",
        "app-root",
        "whitelist-source-range",
        "allowlist-source-range",
        "denylist-source-range",
        "limit-rps",
        "limit-rpm",
        "limit-connections",
        "stream-snippet",
        "modsecurity-snippet",
        "mirror-target",
        "mirror-host",
        "upstream-hash-by",
        "proxy-ssl-name",
        "modsecurity-transaction-id",
        "auth-tls-error-page",
        "auth-tls-match-cn",
    }
)
"""Annotations of which only the presence counts: their values are not kept."""
KEPT = "set"
"""What stands in a document for the value of such an annotation."""


def suffix_of(key: str) -> str:
    """The part of an annotation key behind its prefix."""
    return key.rpartition("/")[2]


def is_cors_key(key: str) -> bool:
    """Whether `key` is, or is meant to be, a CORS annotation of some ingress controller."""
    suffix = suffix_of(key)
    return "/" in key and (suffix.startswith("cors-") or suffix in ("enable-cors", "cors"))


@dataclass(frozen=True, slots=True)
class Annotations:
    """The live annotations of one Ingress by suffix, read as one controller reads them.

    `notes` gathers what the owner should know of values that were not taken as written.
    """

    values: Mapping[str, str]
    validating: bool
    refuses_newlines: bool
    notes: list[str] = field(default_factory=list)

    def text(self, name: str, valid: Check, *, spaces: bool = True) -> str | None:
        """GetStringAnnotation: None where it is absent, empty or refused by its validator.

        `spaces`: the validator sees the value without U+0020.
        """
        value = self.values.get(name)
        if value is None or not self._passes(name, value, valid, spaces=spaces):
            return None
        return normalized(value) or None

    def flag(self, name: str, default: bool) -> bool:
        """GetBoolAnnotation: `default` where it is absent or no boolean."""
        value = self.values.get(name)
        if value is None:
            return default
        parsed = parse_bool(value)
        if parsed is None:
            self.notes.append(f"{name} {value!r} is no boolean, so it is {str(default).lower()}")
            return default
        return parsed

    def number(self, name: str, default: int) -> int:
        """GetIntAnnotation: `default` where it is absent or no integer."""
        value = self.values.get(name)
        if value is None:
            return default
        parsed = parse_int(value)
        if parsed is None:
            self.notes.append(f"{name} {value!r} is no integer, so it is {default}")
            return default
        return parsed

    def has(self, name: str) -> bool:
        """Whether the annotation is there with a value."""
        return bool(self.values.get(name))

    def _passes(self, name: str, value: str, valid: Check, *, spaces: bool) -> bool:
        if self._valid(value, valid, spaces=spaces):
            return True
        self.notes.append(f"{name} failed the controller's validator, so it is as if absent")
        return False

    def _valid(self, value: str, valid: Check, *, spaces: bool) -> bool:
        if not self.validating or value == "":
            return True
        seen = value.replace(" ", "") if spaces else value
        return valid(seen) and not (self.refuses_newlines and not LINE_BREAKS.isdisjoint(seen))


def normalized(value: str) -> str:
    """`normalizeString`: every line without the blanks around it."""
    return "\n".join(line.strip(BLANKS) for line in value.split("\n"))
