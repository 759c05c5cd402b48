"""Telling origins: what an attacker could own, or a colleague would recognise.

They only choose among the members of a class; that a class exists is decided by the search.
"""

from collections.abc import Iterable, Iterator

HOST_CAP = 24
"""Hosts that templates are filled with, the first of them the most telling."""

_ANYBODY = ("https://evil-example.com", "https://evil-example.org")
_TEMPLATES = (
    "https://new.{host}",
    "https://beta.{host}",
    "https://{host}.evil.com",
    "https://evil{host}",
    "https://{first}x{rest}",
    "https://a.b.{host}",
    "http://{host}",
    "https://{host}",
    "https://{host}:8443",
    "http://new.{host}",
    "https://new.{host}:8443",
    "http://{host}:8080",
)
_OTHERS = (
    "http://evil-example.com",
    "http://evil-example.org",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "capacitor://localhost",
)


def probes(texts: Iterable[str]) -> tuple[str, ...]:
    """Origins to prefer as witnesses, most telling first, given the origins and patterns in play (the
    patterns first: their hosts make better examples)."""
    hosts = list(dict.fromkeys(host for text in texts if (host := _host(text))))[:HOST_CAP]
    return tuple(dict.fromkeys((*_ANYBODY, *_filled(hosts), *_OTHERS)))


def _filled(hosts: list[str]) -> Iterator[str]:
    for template in _TEMPLATES:
        for host in hosts:
            first, _, rest = host.partition(".")
            if rest or "{rest}" not in template:
                yield template.format(host=host, first=first, rest=rest)


def _host(text: str) -> str | None:
    """The host of an origin or pattern, a leading wildcard label and the port left out."""
    _, separator, rest = text.partition("://")
    host = (rest if separator else text).partition("/")[0].partition(":")[0]
    host = host.lstrip("*").lstrip(".")
    plain = host and "*" not in host and host.isascii() and host[0].isalnum()
    return host if plain and "{" not in host and "}" not in host else None
