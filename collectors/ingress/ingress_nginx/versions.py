"""Releases of ingress-nginx and what changed CORS in them.

Sources are files of github.com/kubernetes/ingress-nginx at the tags `controller-v<version>`; the
newest release is also the last one (README at v1.15.1: retired in March 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A release of the controller, as `1.15.1`."""

    major: int
    minor: int
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def has(self, change: Change) -> bool:
        """Whether this release contains `change`."""
        return self >= _SINCE[change]


class Change(StrEnum):
    """A change of behaviour, named by what holds since then."""

    ORIGIN_LIST = "cors-allow-origin is a comma list and may hold wildcards"
    INVALID_ITEMS_SKIPPED = "an invalid origin is skipped, the others stay as they are"
    RANGE_HEADER = "the default of cors-allow-headers has Range and no X-CustomHeader"
    SIGN_IN_CORS = "the redirect to auth-signin carries CORS headers"
    VALIDATORS = "annotations are validated when --enable-annotation-validation is on"
    SNIPPETS_OFF = "allow-snippet-annotations is false by default"
    EMPTY_ITEMS_SKIPPED = "empty items of cors-allow-origin are skipped"
    CUSTOM_HEADERS = "the annotation custom-headers is read"
    NEWLINES_REFUSED = "validators refuse a value with a line break"
    ANY_SCHEME = "an origin may have any scheme of lower-case letters"
    VALIDATION_ON = "--enable-annotation-validation is true by default"
    RISK_HIGH = "annotations-risk-level is High by default, so snippets are refused"
    NULL_ORIGIN = "null is an origin"


_SINCE = {
    # cors/main.go: a single origin at v1.0.4, a list at v1.0.5 (pull request 7614).
    Change.ORIGIN_LIST: Version(1, 0, 5),
    # cors/main.go at v1.1.2 (8185): before, deleting while ranging over the list hit other items.
    Change.INVALID_ITEMS_SKIPPED: Version(1, 1, 2),
    # cors/main.go at v1.2.1 (8459).
    Change.RANGE_HEADER: Version(1, 2, 1),
    # nginx.tmpl at v1.6.4, location of buildAuthSignURLLocation.
    Change.SIGN_IN_CORS: Version(1, 6, 4),
    # changelog/controller-1.9.0.md; pkg/flags/flags.go, default false.
    Change.VALIDATORS: Version(1, 9, 0),
    # changelog/controller-1.9.0.md (10393).
    Change.SNIPPETS_OFF: Version(1, 9, 0),
    # cors/main.go at v1.9.5 (commit da51393ca).
    Change.EMPTY_ITEMS_SKIPPED: Version(1, 9, 5),
    # nginx.tmpl at v1.10.1, "Custom Response Headers".
    Change.CUSTOM_HEADERS: Version(1, 10, 0),
    # parser/validators.go MaliciousRegex (12640). The tag v1.12.0 lacks it, the recorded decisions
    # of 1.12.0 show the refusal: they are followed; either way such a header would be broken.
    Change.NEWLINES_REFUSED: Version(1, 11, 5),
    # cors/main.go at v1.12.0 (commit 2cec24143).
    Change.ANY_SCHEME: Version(1, 12, 0),
    # pkg/flags/flags.go at v1.12.0.
    Change.VALIDATION_ON: Version(1, 12, 0),
    # config/config.go at v1.12.0.
    Change.RISK_HIGH: Version(1, 12, 0),
    # cors/main.go at v1.13.0 (commit 0a927b65a).
    Change.NULL_ORIGIN: Version(1, 13, 0),
}

NEWEST = Version(1, 15, 1)


def parse_version(text: str) -> Version | None:
    """The release that an image tag, a label or an assumption names (`v1.11.2`, `1.12`), or None."""
    numbers = text.strip().removeprefix("controller-").removeprefix("v").partition("-")[0]
    parts = numbers.split(".")
    if not 2 <= len(parts) <= 3 or not all(_short_number(part) for part in parts):
        return None
    return Version(*(int(part) for part in parts))


def _short_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
