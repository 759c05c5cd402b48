"""What each dialect takes, by string functions: the second opinion on `core.language`.

Written from the sources that the dialect table names; slow, and free of automata on purpose.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from auditor.core.language.pattern import Dialect, Pattern

LABEL = "abcdefghijklmnopqrstuvwxyz0123456789-"


def takes(pattern: Pattern, text: str, host: str = "") -> bool | None:
    """Whether `pattern` takes `text`; None for what is not read. `host`: for same-host patterns."""
    if pattern.dialect is Dialect.SAME_HOST:
        return _same_host(pattern.text, text, host)
    found = _TAKES.get(pattern.dialect)
    return None if found is None else found(pattern.text, text)


def _same_host(scheme: str, text: str, host: str) -> bool:
    if scheme in ("http", "https"):
        return text == f"{scheme}://{host}"
    return text.endswith(f"://{host}")


def _allowlist(pattern: str, text: str) -> bool:
    head, star, rest = pattern.partition("*")
    if not text.startswith(head):
        return False
    left = text[len(head) :]
    if not star:
        return not left
    for size in range(1, len(left) + 1):
        if left[size - 1] in ".:/":
            return False
        if _allowlist(rest, left[size:]):
            return True
    return False


def _ingress_nginx(pattern: str, text: str) -> bool:
    head, star, tail = pattern.lower().partition("*")
    text = text.lower()
    if not text.endswith(tail):
        return False
    left = text[: len(text) - len(tail)]
    if not star:
        return left.endswith(head)
    while left and left[-1] in LABEL:
        left = left[:-1]
        if left.endswith(head):
            return True
    return False


def _http_api(pattern: str, text: str) -> bool:
    if pattern == "*":
        return True
    if pattern in ("https://*", "http://*"):
        return text.startswith(pattern[:-1])
    return text == pattern


def _spring(pattern: str, text: str) -> bool:
    pattern, text = pattern.removesuffix("/"), text.removesuffix("/")
    before, opened, ports = pattern.removesuffix("]").rpartition(":[")
    if not opened or not pattern.endswith("]") or not _is_port_list(ports):
        return _glob(pattern, text)
    if ports == "*" and _glob(before, text):
        return True
    base, colon, port = text.rpartition(":")
    wanted = port.isdigit() if ports == "*" else port in ports.split(",")
    return bool(colon) and wanted and _glob(before, base)


def _is_port_list(ports: str) -> bool:
    return ports == "*" or all(port.isdigit() for port in ports.split(","))


def _glob(pattern: str, text: str) -> bool:
    head, star, rest = pattern.partition("*")
    if not star:
        return pattern == text
    if not text.startswith(head):
        return False
    left = text[len(head) :]
    return any(_glob(rest, left[at:]) for at in range(len(left) + 1))


def _django(pattern: str, text: str) -> bool:
    mine, theirs = urlsplit(pattern), urlsplit(text)
    return (mine.scheme, mine.netloc) == (theirs.scheme, theirs.netloc)


def _host_only(pattern: str, text: str) -> bool:
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme or ":" in scheme or "/" in scheme:
        return False
    tail = rest.removeprefix(pattern)
    if not rest.startswith(pattern):
        return False
    return tail == "" or (tail[0] == ":" and tail[1:].isdigit())


_TAKES: dict[Dialect, Callable[[str, str], bool]] = {
    Dialect.EXACT: str.__eq__,
    Dialect.EXACT_CASELESS: lambda pattern, text: pattern.lower() == text.lower(),
    Dialect.ANY: lambda _pattern, _text: True,
    Dialect.PREFIX: lambda pattern, text: text.startswith(pattern),
    Dialect.SUFFIX: lambda pattern, text: text.endswith(pattern),
    Dialect.ALLOWLIST: _allowlist,
    Dialect.INGRESS_NGINX: _ingress_nginx,
    Dialect.HTTP_API: _http_api,
    Dialect.SPRING: _spring,
    Dialect.SPRING_LIST: lambda pattern, text: (
        pattern.removesuffix("/").lower() == text.removesuffix("/").lower()
    ),
    Dialect.DJANGO_LIST: _django,
    Dialect.SUBSTRING_OF: lambda pattern, text: text in pattern,
    Dialect.HOST_ONLY: _host_only,
}
