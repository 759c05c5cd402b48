"""What a browser sends for script: which methods and headers, and when it asks first.

Source: the Fetch Standard, whatwg/fetch 586cd2a, 2.2.1 (methods), 2.2.2 (safelisted and forbidden
request-headers), 4.1 (when a preflight is made). Upload listeners, which force one, are left out.
"""

import string
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditor.core.browser.lines import HTTP_WHITE_SPACE, HeaderLines, is_token
from auditor.core.origin import Opaque, Origin

SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
AUTHORIZATION: Final = "authorization"
"""The one CORS non-wildcard request-header name."""

_NORMALISED_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_FORBIDDEN_HEADERS = frozenset(
    [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ]
)
_OVERRIDES = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
_UNSAFE_BYTES = frozenset([*map(chr, range(0x20)), *'"():<>?@[\\]{}\x7f']) - {"\t"}
_LANGUAGE_BYTES = frozenset(string.ascii_letters + string.digits + " *,-.;=")
_SAFE_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_LONGEST_SAFE_VALUE = 128
_LONGEST_SAFE_TOTAL = 1024


class Credentials(StrEnum):
    """A request's credentials mode."""

    INCLUDE = "include"
    SAME_ORIGIN = "same-origin"
    OMIT = "omit"


@dataclass(frozen=True, slots=True)
class Request:
    """What script asks the browser to send, in mode `cors`.

    `target` is the origin of the URL; `headers` are those that script sets, values as code points
    of single bytes; `method` as script wrote it.
    """

    origin: Origin | Opaque
    target: Origin
    method: str = "GET"
    headers: HeaderLines = ()
    credentials: Credentials = Credentials.SAME_ORIGIN

    @property
    def includes_credentials(self) -> bool:
        """Whether cookies go along to another origin."""
        return self.credentials is Credentials.INCLUDE


def normalise_method(method: str) -> str:
    """Return the method as it is sent: six are upper-cased, all others (patch!) are left alone."""
    upper = method.upper()
    return upper if upper in _NORMALISED_METHODS else method


def is_forbidden_method(method: str) -> bool:
    """Return whether a browser refuses to send this method for script."""
    return method.upper() in FORBIDDEN_METHODS


def sendable_headers(headers: HeaderLines) -> tuple[tuple[str, str], ...]:
    """Return the headers without those that the browser keeps to itself and silently drops."""
    return tuple(header for header in headers if not _is_forbidden(*header))


def unsafe_header_names(headers: HeaderLines) -> tuple[str, ...]:
    """Return the CORS-unsafe request-header names, lower-case, sorted, each once."""
    unsafe = set[str]()
    safe = set[str]()
    total = 0
    for given, raw in headers:
        name, value = given.lower(), raw.strip(HTTP_WHITE_SPACE)
        if _is_safelisted(name, value):
            safe.add(name)
            total += len(value)
        else:
            unsafe.add(name)
    return tuple(sorted(unsafe | safe if total > _LONGEST_SAFE_TOTAL else unsafe))


def needs_preflight(method: str, headers: HeaderLines) -> bool:
    """Return whether a cross-origin request is preceded by a preflight, caches aside."""
    return normalise_method(method) not in SAFELISTED_METHODS or bool(unsafe_header_names(headers))


def _is_forbidden(given: str, value: str) -> bool:
    name = given.lower()
    if name in _FORBIDDEN_HEADERS or name.startswith(("proxy-", "sec-")):
        return True
    return name in _OVERRIDES and any(
        is_forbidden_method(method.strip(HTTP_WHITE_SPACE)) for method in value.split(",")
    )


def _is_safelisted(name: str, value: str) -> bool:
    """Return whether a header goes without asking; `name` lower-case, `value` trimmed."""
    if len(value) > _LONGEST_SAFE_VALUE:
        return False
    match name:
        case "accept":
            return _UNSAFE_BYTES.isdisjoint(value)
        case "accept-language" | "content-language":
            return _LANGUAGE_BYTES.issuperset(value)
        case "content-type":
            return _UNSAFE_BYTES.isdisjoint(value) and _essence(value) in _SAFE_TYPES
        case "range":
            return _is_simple_range(value)
        case _:
            return False


def _essence(value: str) -> str | None:
    """Return `type/subtype` of a MIME type, lower-case; None if it is none (MIME Sniffing 4.4)."""
    kind, slash, rest = value.partition("/")
    subtype = rest.partition(";")[0].rstrip(HTTP_WHITE_SPACE)
    if not (slash and is_token(kind) and is_token(subtype)):
        return None
    return f"{kind}/{subtype}".lower()


def _is_simple_range(value: str) -> bool:
    """Return whether a range is `bytes=N-` or `bytes=N-M` with N up to M."""
    start, dash, end = value.removeprefix("bytes=").partition("-")
    if not (value.startswith("bytes=") and dash and _is_number(start)):
        return False
    return not end or (_is_number(end) and int(start) <= int(end))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
