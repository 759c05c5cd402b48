"""An origin as a browser names it: scheme, host and port, or the opaque `null`.

The law here: a text is an origin only if a browser could send it, byte for byte, in an Origin
header. Everything else is refused with the reason and, where there is one, the form to write.
Read by hand, because a general URL parser is both too lax and too strict for origins.
Sources: the URL Standard, whatwg/url 6ae8486 (hosts, ports, origins) and the Fetch Standard,
whatwg/fetch 586cd2a (Origin header). Narrower than the URL Standard in three places, because no
page can be loaded from there: empty labels, hosts that DNS cannot hold, undecodable punycode.
"""

import string
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from auditor.core.host import read_host
from auditor.core.refusal import LONGEST_TEXT, MENDABLE, Reason, Refused

__all__ = [
    "DEFAULT_PORTS",
    "OPAQUE",
    "SCHEME_CHARACTERS",
    "Opaque",
    "Origin",
    "Reason",
    "Refused",
    "is_loopback",
    "is_secure",
    "origin_of",
    "parse",
    "parse_entry",
    "same_origin",
    "trim_url",
]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
"""Schemes of web pages with the port that a serialised origin leaves out."""

_OPAQUE_SCHEMES = frozenset(
    {"about", "blob", "data", "file", "filesystem", "javascript", "mailto", "view-source"}
)
SCHEME_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "+-.")
_WHITE_SPACE = frozenset(" \t\r\n\f\v")
_REGEX_CHARACTERS = frozenset("*$()+{}")
_TAILS = {"/": Reason.PATH, "?": Reason.QUERY, "#": Reason.FRAGMENT}


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A tuple origin in canonical form, made by `parse` or `origin_of`.

    `scheme` and `host` are lower-case ASCII, an IPv6 host in brackets; `port` is None for the
    scheme's default. `str()` is the serialised origin. A host with a trailing dot is another
    origin than the one without.
    """

    scheme: str
    host: str
    port: int | None = None

    def __str__(self) -> str:
        if self.port is None:
            return f"{self.scheme}://{self.host}"
        return f"{self.scheme}://{self.host}:{self.port}"


class Opaque(StrEnum):
    """The type of the one value that every opaque origin is sent as."""

    NULL = "null"


OPAQUE: Final = Opaque.NULL


def parse(text: str) -> Origin | Opaque | Refused:
    """Read what stands in an Origin header; `str()` of an accepted one is `text` again.

    Schemes: every one whose pages have an origin of their own, so also those of extensions and of
    app shells (`chrome-extension`, `capacitor`, `app`), which are an engine's matter. Accepted on
    purpose: port 0, since URL and Origin may hold it, although no browser connects there; odd
    host characters (`_ ~ ! $ *`), since the URL Standard forbids only a short list. A star that
    begins a label is refused as a wildcard: people write it to mean many hosts.
    """
    if text == "null":
        return OPAQUE
    if (reason := _unfit(text)) is not None:
        return Refused(reason, _hint(text.strip()) if reason is Reason.WHITESPACE else None)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return Refused(Reason.WILDCARD if "*" in text else Reason.NO_SCHEME)
    if (reason := _scheme_defect(scheme)) is not None:
        return Refused(reason)
    authority, tail = _cut(rest)
    if "@" in authority:
        return Refused(Reason.USERINFO)
    defects = [Reason.UPPER_CASE] if scheme != scheme.lower() else []
    defects += [_TAILS[tail[0]]] if tail else []
    origin = _read(scheme.lower(), authority, defects)
    if origin is not None and not defects:
        return origin
    fatal = next((defect for defect in defects if defect not in MENDABLE), defects[0])
    return Refused(fatal, str(origin) if origin else None)


def parse_entry(text: str) -> Origin | Opaque | Refused:
    """Read one exact origin as a person writes it in a list: `parse`, and stricter on two points.

    A character that patterns are made of (`* $ ( ) + { }`) makes it a pattern even where a host
    could legally hold it, and port 0 is refused, because such an entry would never match.
    """
    origin = parse(text)
    if isinstance(origin, Origin):
        if not _REGEX_CHARACTERS.isdisjoint(origin.host):
            return Refused(Reason.WILDCARD)
        if origin.port == 0:
            return Refused(Reason.BAD_PORT)
    return origin


def origin_of(url: str) -> Origin | Opaque | Refused:
    """Return the origin of an absolute http or https URL, or the opaque one of `data:` and others.

    Lower-cases, drops userinfo, path and default port, makes IP addresses canonical; `\\` is `/`
    and any number of slashes begins the authority, as in a browser. Narrower than a browser in
    one thing: percent-encoded and non-ASCII hosts are refused.
    """
    scheme, _, rest = trim_url(url).partition(":")
    scheme = scheme.lower()
    if scheme == "blob" and rest.lower().startswith(("http://", "https://")):
        return origin_of(rest)
    if scheme in _OPAQUE_SCHEMES:
        return OPAQUE
    if scheme not in DEFAULT_PORTS:
        return Refused(Reason.NOT_HTTP)
    authority = _cut(rest.replace("\\", "/").lstrip("/"))[0].rpartition("@")[2]
    if len(authority) > LONGEST_TEXT:
        return Refused(Reason.TOO_LONG)
    defects: list[Reason] = []
    origin = _read(scheme, authority, defects)
    if origin is None:
        return Refused(next((d for d in defects if d not in MENDABLE), defects[0]))
    return origin


def trim_url(text: str) -> str:
    """Return a URL as its parser takes it: no control or space around it, no tab or line within."""
    trimmed = text.strip("".join(map(chr, range(0x21))))
    return trimmed.translate({ord(char): None for char in "\t\n\r"})


def same_origin(one: Origin | Opaque, other: Origin | Opaque) -> bool:
    """Return whether script of one is inside the other; an opaque origin is the same as none."""
    return isinstance(one, Origin) and one == other


def is_loopback(origin: Origin | Opaque) -> bool:
    """Return whether the host is this machine by name or number (W3C Secure Contexts 3.1)."""
    if isinstance(origin, Opaque):
        return False
    host = origin.host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost") or host == "[::1]":
        return True
    return host.startswith("127.") and host.rpartition(".")[2].isdigit()


def is_secure(origin: Origin | Opaque) -> bool:
    """Return whether the origin is potentially trustworthy (W3C Secure Contexts 3.1).

    https, this machine, and the schemes of extensions and app shells, whose code no network
    carries. Plain http to any other host is not, nor is the opaque origin.
    """
    return isinstance(origin, Origin) and (origin.scheme != "http" or is_loopback(origin))


def _unfit(text: str) -> Reason | None:
    """Return what makes the text as a whole no candidate."""
    if not text:
        return Reason.EMPTY
    if len(text) > LONGEST_TEXT:
        return Reason.TOO_LONG
    if not text.isascii():
        return Reason.NON_ASCII
    if text.count("://") > 1 and any(mark in text for mark in ", \t;|"):
        return Reason.SEVERAL
    return None if _WHITE_SPACE.isdisjoint(text) else Reason.WHITESPACE


def _hint(text: str) -> str | None:
    meant = parse(text) if _WHITE_SPACE.isdisjoint(text) else Refused(Reason.WHITESPACE)
    return meant.hint if isinstance(meant, Refused) else str(meant)


def _scheme_defect(scheme: str) -> Reason | None:
    """Return why pages of this scheme have no origin to send."""
    lowered = scheme.lower()
    if "*" in scheme:
        return Reason.WILDCARD
    if not scheme:
        return Reason.NO_SCHEME
    if not (scheme[0].isalpha() and SCHEME_CHARACTERS.issuperset(scheme)):
        return Reason.BAD_SCHEME
    if lowered in _OPAQUE_SCHEMES:
        return Reason.NOT_A_TUPLE_SCHEME
    if lowered in ("ws", "wss"):
        return Reason.SOCKET_SCHEME
    return Reason.FTP_SCHEME if lowered == "ftp" else None


def _cut(rest: str) -> tuple[str, str]:
    """Split what follows `://` into the authority and its tail."""
    end = min((at for mark in _TAILS if (at := rest.find(mark)) >= 0), default=len(rest))
    return rest[:end], rest[end:]


def _read(scheme: str, authority: str, defects: list[Reason]) -> Origin | None:
    """Return the canonical origin, None if there is none; adds each deviation to `defects`."""
    bracket = authority.find("]") if authority.startswith("[") else 0
    colon = authority.find(":", bracket) if bracket >= 0 else -1
    end = len(authority) if colon < 0 else colon
    host = read_host(authority[:end], defects)
    port = _port(scheme, authority[end + 1 :], defects) if colon >= 0 else None
    if not host or not MENDABLE.issuperset(defects):
        return None
    return Origin(scheme, host, port)


def _port(scheme: str, text: str, defects: list[Reason]) -> int | None:
    if not text:
        defects.append(Reason.EMPTY_PORT)
        return None
    if "*" in text:
        defects.append(Reason.WILDCARD)
        return None
    significant = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdigit()) or len(significant) > 5 or int(significant) > 65535:
        defects.append(Reason.BAD_PORT)
        return None
    if significant != text:
        defects.append(Reason.LEADING_ZERO_PORT)
    port = int(significant)
    if DEFAULT_PORTS.get(scheme) == port:
        defects.append(Reason.DEFAULT_PORT)
        return None
    return port
