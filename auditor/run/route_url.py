"""Routes as URLs that may be asked: one concrete path of each, on hosts that are listed."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from auditor.core.glob import takes
from auditor.core.link.cell import FRESH

_HOST: Final = frozenset(string.ascii_lowercase + string.digits + ".-_:[]")
_PATH: Final = frozenset(string.ascii_letters + string.digits + "-._~!$&'()+,;=:@%/")
"""What a path is made of (RFC 3986, 3.3), without the star, which stands for anything here."""
_METHODS: Final = frozenset(string.ascii_uppercase + ",")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class RouteUrl:
    """A URL inside a route. `host`: without a port; `exact`: the route is this one path; `methods`:
    of the route, none for all that are not named elsewhere."""

    url: str
    host: str
    exact: bool
    methods: tuple[str, ...] = ()


def route_url(route: str, globs: Sequence[str]) -> RouteUrl | None:
    """A URL of `route` (as findings bear it: `GET,PUT api.example.com/v1/*`); None where its host is
    not among `globs`, or its path cannot be written out. Loopback is asked without TLS, and only
    where it is listed itself."""
    methods, space, rest = route.partition(" ")
    place = rest if space and _METHODS.issuperset(methods) else route
    netloc, slash, path = place.partition("/")
    host = bare_host(netloc.lower())
    if not slash or not _HOST.issuperset(netloc.lower()) or not is_listed(netloc, globs):
        return None
    concrete = _concrete("/" + path)
    if concrete is None:
        return None
    plain = host in _LOOPBACK and host in exact_hosts(globs)
    url = f"{'http' if plain else 'https'}://{netloc.lower()}{concrete}"
    named = tuple(methods.split(",")) if place != route else ()
    return RouteUrl(url, host, concrete == "/" + path, named)


def is_listed(netloc: str, globs: Sequence[str]) -> bool:
    """Whether one of `globs` takes the host, with its port or without."""
    texts = (netloc.lower(), bare_host(netloc.lower()))
    return any(takes(glob.lower(), text) for glob in globs for text in texts)


def exact_hosts(globs: Sequence[str]) -> frozenset[str]:
    """The hosts that `globs` name one by one, without ports."""
    return frozenset(bare_host(glob.lower()) for glob in globs if "*" not in glob)


def bare_host(netloc: str) -> str:
    """`netloc` without its port."""
    host, colon, port = netloc.rpartition(":")
    return host if colon and port.isdigit() and not host.endswith(":") else netloc


def _concrete(label: str) -> str | None:
    """A path that the cell called `label` takes, as the model's own are: a fresh segment stands for
    what is not named (`/v1/*`, `/pets/{id}`). None for what is no exact path, prefix or template."""
    whole = label[:-1] + FRESH if label.endswith("*") else label
    parts = [FRESH if _is_variable(part) else part for part in whole.split("/")]
    path = "/".join(parts)
    return path if _PATH.issuperset(path) and ".." not in parts else None


def _is_variable(part: str) -> bool:
    return len(part) > 2 and part[0] == "{" and part[-1] == "}"
