"""Telling origins: what an attacker could own, or a colleague would recognise.

They only choose among the members of a class; that a class exists is decided by the search.
"""

from collections.abc import Iterable, Iterator

HOST_CAP = 24


def probes(texts: Iterable[str]) -> tuple[str, ...]:
    """Origins to prefer as witnesses, most telling first, given the origins and patterns in play."""
    hosts = list(dict.fromkeys(host for text in texts if (host := _host(text))))[:HOST_CAP]
    ranked = ["https://evil-example.com", "https://evil-example.org"]
    for make in (_lookalikes, _others):
        for host in hosts:
            ranked += make(host)
    ranked += ["http://evil-example.com", "http://evil-example.org"]
    ranked += ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", "capacitor://localhost"]
    return tuple(dict.fromkeys(ranked))


def _host(text: str) -> str | None:
    """The host of an origin or pattern, a leading wildcard label and the port left out."""
    _, separator, rest = text.partition("://")
    host = (rest if separator else text).partition("/")[0].partition(":")[0]
    host = host.lstrip("*").lstrip(".")
    plain = host and "*" not in host and host.isascii() and host[0].isalnum()
    return host if plain else None


def _lookalikes(host: str) -> Iterator[str]:
    yield f"https://new.{host}"
    yield f"https://beta.{host}"
    yield f"https://{host}.evil.com"
    yield f"https://evil{host}"
    if "." in host:
        first, _, rest = host.partition(".")
        yield f"https://{first}x{rest}"
    yield f"https://a.b.{host}"


def _others(host: str) -> Iterator[str]:
    yield f"http://{host}"
    yield f"https://{host}"
    yield f"https://{host}:8443"
    yield f"http://new.{host}"
    yield f"https://new.{host}:8443"
    yield f"http://{host}:8080"
