"""The host of an origin: names, numbers and IPv6 addresses, written as a browser writes them.

Source: the URL Standard, whatwg/url 6ae8486: forbidden domain code points, ends-in-a-number
checker, IPv4 parser, IPv6 serialiser. Stricter where no page can be loaded from: names that DNS
cannot hold, and xn-- labels that do not decode (that text lets every ASCII label through).
"""

import string
from ipaddress import IPv4Address, IPv6Address

from auditor.core.refusal import LONGEST_HOST, LONGEST_LABEL, Reason

# URL Standard, "forbidden domain code point".
_FORBIDDEN = frozenset([*map(chr, range(0x20)), *" #/:<>?@[\\]^|%\x7f"])
_HEXADECIMAL = frozenset(string.hexdigits)
_PUNYCODE_PREFIX = "xn--"


def read_host(text: str, defects: list[Reason]) -> str:
    """Return the host as a browser writes it, the empty text if it writes none.

    What deviates is added to `defects`; an IPv6 host is in brackets.
    """
    if text.startswith("["):
        return _canonical(text, _write_ipv6(text), Reason.NON_CANONICAL_IPV6, defects)
    lowered = text.lower()
    if (reason := _domain_defect(lowered)) is not None:
        defects.append(reason)
        return ""
    if _ends_in_number(lowered):
        return _canonical(text, _write_ipv4(lowered), Reason.NON_CANONICAL_IPV4, defects)
    return _canonical(text, lowered, Reason.UPPER_CASE, defects)


def _canonical(text: str, written: str | None, reason: Reason, defects: list[Reason]) -> str:
    if text != written:
        defects.append(reason)
    return written or ""


def _domain_defect(domain: str) -> Reason | None:
    """Return why no browser loads a page from a host of this name."""
    labels = domain.removesuffix(".").split(".")
    defects = (
        (Reason.NO_HOST, not domain),
        (Reason.NON_ASCII, not domain.isascii()),
        (Reason.WILDCARD, any(label.startswith("*") for label in labels)),
        (Reason.FORBIDDEN_CHARACTER, not _FORBIDDEN.isdisjoint(domain)),
        (Reason.EMPTY_LABEL, "" in labels),
        (Reason.LABEL_TOO_LONG, any(len(label) > LONGEST_LABEL for label in labels)),
        (Reason.HOST_TOO_LONG, len(domain.removesuffix(".")) > LONGEST_HOST),
        (Reason.BAD_PUNYCODE, not all(map(_decodes, labels))),
    )
    return next((reason for reason, found in defects if found), None)


def _ends_in_number(host: str) -> bool:
    """Return whether a browser reads this lower-case host as an IPv4 address, or not at all."""
    last = host.removesuffix(".").rpartition(".")[2]
    return last.isdigit() or (last.startswith("0x") and _HEXADECIMAL.issuperset(last[2:]))


def _write_ipv4(host: str) -> str | None:
    """Return the dotted quad that a browser makes of `127.1`, `0x7f.1`, ...; None if it fails."""
    parts = [_read_number(part) for part in host.removesuffix(".").split(".")]
    numbers = [part for part in parts if part is not None]
    if len(numbers) != len(parts) or len(parts) > 4:
        return None
    *bytes_, rest = numbers
    if any(number > 255 for number in bytes_) or rest >= 256 ** (5 - len(numbers)):
        return None
    return str(IPv4Address(sum(n << 8 * (3 - at) for at, n in enumerate(bytes_)) + rest))


def _write_ipv6(host: str) -> str | None:
    """Return a bracketed address in its shortest form; None if it is none.

    The first longest run of two or more zero pieces becomes `::`; an IPv4 tail is written in hex.
    """
    inner = host.removeprefix("[").removesuffix("]")
    if host != f"[{inner}]" or "%" in inner:
        return None
    try:
        packed = IPv6Address(inner).packed
    except ValueError:
        return None
    pieces = [f"{packed[at] << 8 | packed[at + 1]:x}" for at in range(0, 16, 2)]
    for size in range(8, 1, -1):
        for start in range(9 - size):
            if pieces[start : start + size] == ["0"] * size:
                before, after = pieces[:start], pieces[start + size :]
                return f"[{':'.join(before)}::{':'.join(after)}]"
    return f"[{':'.join(pieces)}]"


def _decodes(label: str) -> bool:
    """Return whether a lower-case label is a plain one or an xn-- label that stands for a name.

    RFC 3492, and of UTS 46 what needs no table: it decodes to lower-case text with a non-ASCII
    character and no control character, which encodes back to the same label.
    """
    if not label.startswith(_PUNYCODE_PREFIX):
        return True
    try:
        encoded = label.removeprefix(_PUNYCODE_PREFIX).encode("ascii")
        name = encoded.decode("punycode")
        again = name.encode("punycode")
    except UnicodeError:
        return False
    printable = not any(char < " " or "\x7f" <= char <= "\x9f" for char in name)
    return again == encoded and printable and not name.isascii() and name == name.lower()


def _read_number(text: str) -> int | None:
    """Return one part of an IPv4 host: decimal, octal after 0, hexadecimal after 0x."""
    if text.startswith("0x"):
        digits, base, allowed = text[2:] or "0", 16, _HEXADECIMAL
    elif len(text) > 1 and text.startswith("0"):
        digits, base, allowed = text[1:], 8, frozenset(string.octdigits)
    else:
        digits, base, allowed = text, 10, frozenset(string.digits)
    return int(digits, base) if digits and allowed.issuperset(digits) else None
