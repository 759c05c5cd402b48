"""Telling origins: what an attacker could own, or a colleague would recognise.

They only choose among the members of a class, and give names to what is let in; that a class exists
is decided by the search. Which hosts a pattern is about is read off its text, roughly: a host that
is missed costs a good example, and one too many costs nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Final

HOST_CAP = 24
"""Hosts that templates are filled with, the first of them the most telling."""

_ATTACKER = "evil"
ANYBODY: Final = ("https://evil-example.com", "https://evil-example.org")
SUFFIX_SHAPES: Final = (
    "{scheme}://{host}.evil.com{port}",
    "{scheme}://{host}evil.com{port}",
    "{scheme}://app.{host}.evil.com{port}",
)
PREFIX_SHAPES: Final = ("{scheme}://evil-{host}{port}", "{scheme}://evil{host}{port}")
DOT_SHAPES: Final = ("{scheme}://{dotted}{port}", "{scheme}://app.{dotted}{port}")
"""`{dotted}`: the host with one of its dots replaced, for each of them."""
SUBDOMAIN_SHAPES: Final = ("{scheme}://new.{host}{port}", "{scheme}://beta.{host}{port}")
DEEPER_SHAPES: Final = ("{scheme}://a.b.{host}{port}",)

_TEMPLATES = (
    *(SUBDOMAIN_SHAPES + SUFFIX_SHAPES + PREFIX_SHAPES[1:] + DOT_SHAPES[:1] + DEEPER_SHAPES),
    "http://{host}",
    "https://{host}",
    "https://{host}:8443",
    "http://new.{host}",
    "https://new.{host}:8443",
    "http://{host}:8080",
    "https://staging.{host}",
    "https://xn--mxa.{host}",
    "https://xn--bcher-kva.{host}",
)
_OTHERS = (
    "http://evil-example.com",
    "http://evil-example.org",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "capacitor://localhost",
)
_LABEL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_QUANTIFIERS = ("*", "+", "?", "{")
_BREAK = " "


def is_attackers(origin: str) -> bool:
    """Whether `origin` is one of those made up here that nobody but an attacker would own."""
    return _ATTACKER in origin


def probes(texts: Iterable[str]) -> tuple[str, ...]:
    """Origins to prefer as witnesses, most telling first, given the origins and patterns in play (the
    patterns first: their hosts make better examples)."""
    found = hosts(texts)
    filled = (text for one in _TEMPLATES for host in found for text in fill(one, host))
    return tuple(dict.fromkeys((*ANYBODY, *filled, *_OTHERS)))


def fill(template: str, host: str, scheme: str = "https", port: str = "") -> Iterator[str]:
    """The origins that `template` makes of `host`; `port`: with its colon."""
    if "{dotted}" not in template:
        yield template.format(scheme=scheme, host=host, port=port)
        return
    labels = host.split(".")
    for at in range(1, len(labels)):
        dotted = ".".join(labels[:at]) + "x" + ".".join(labels[at:])
        yield template.format(scheme=scheme, dotted=dotted, port=port)


def hosts(texts: Iterable[str]) -> tuple[str, ...]:
    """The hosts that origins and patterns write out, wherever they stand in a wildcard or regular
    expression, a leading wildcard label and the port left out; the first `HOST_CAP` of them."""
    found: dict[str, None] = {}
    for host in (host for text in texts for host in _hosts(text)):
        found[host] = None
        if len(found) == HOST_CAP:
            break
    return tuple(found)


def _hosts(text: str) -> Iterator[str]:
    for piece in _unquoted(text).split(_BREAK):
        _, separator, rest = piece.rpartition("//")
        authority = rest.lstrip("/").partition("/")[0].partition(":")[0]
        host = authority.strip(".-_").lower()
        whole = authority == host and text.endswith(rest) and (separator or rest == text)
        named = "." in host or host == "localhost" or (host and whole and host != "null")
        if named and ".." not in host:
            yield host


def _unquoted(text: str) -> str:
    """`text` with a break for everything that may stand for several texts, and plain dots for those
    that a regular expression quotes; an unquoted dot is kept, as people write it for a plain one."""
    found: list[str] = []
    at = 0
    while at < len(text):
        char, rest = text[at], text[at + 1 :]
        if char == "\\":
            found.append(rest[:1] if rest[:1] in (".", "/", "-", ":") else _BREAK)
            at += 2
        elif text.startswith("[.]", at):
            found.append(".")
            at += 3
        else:
            found.append(_plain(char, rest, found))
            at += 1
    return "".join(found)


def _plain(char: str, rest: str, found: list[str]) -> str:
    if char == "." and rest.startswith(_QUANTIFIERS):
        return _BREAK
    if char == "?" and found:
        # What may be left out: `https?` names no host, `com.?` ends before its dot.
        found[-1] = _BREAK
    return char if char in _LABEL_CHARACTERS or char in ".:/" else _BREAK
