"""Origins and patterns to try the language with: one closed world, and strategies over it."""

import json
from pathlib import Path

from hypothesis import strategies as st

from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from auditor.core.origin import Refused, parse

_DATA = Path(__file__).parents[2] / "data" / "adversarial_origins.json"
SAMPLES: tuple[str, ...] = tuple(row["example"] for row in json.loads(_DATA.read_text()))
"""Texts of attacks and accidents; not all of them can be sent by a browser."""

PATTERNS: tuple[Pattern, ...] = (
    ANY,
    exact("https://app.example.com"),
    Pattern(Dialect.EXACT_CASELESS, "HTTPS://App.Example.com"),
    Pattern(Dialect.PREFIX, "https://"),
    Pattern(Dialect.PREFIX, "https://app.example.com"),
    Pattern(Dialect.SUFFIX, ".example.com"),
    Pattern(Dialect.SUFFIX, "example.com"),
    Pattern(Dialect.SUFFIX, ".1"),
    Pattern(Dialect.ALLOWLIST, "https://*.example.com"),
    Pattern(Dialect.ALLOWLIST, "https://*.*.example.com"),
    Pattern(Dialect.ALLOWLIST, "https://app-*.example.com"),
    Pattern(Dialect.ALLOWLIST, "http://localhost:*"),
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "https://app.example.com"),
    Pattern(Dialect.INGRESS_NGINX, "https://*.example.com:443"),
    Pattern(Dialect.INGRESS_NGINX, "http://*.0.0.1"),
    Pattern(Dialect.HTTP_API, "*"),
    Pattern(Dialect.HTTP_API, "https://*"),
    Pattern(Dialect.HTTP_API, "https://app.example.com"),
    Pattern(Dialect.SPRING, "https://*.example.com"),
    Pattern(Dialect.SPRING, "https://*.example.com:[8080,8443]"),
    Pattern(Dialect.SPRING, "https://example.com:[*]"),
    Pattern(Dialect.SPRING_LIST, "https://App.example.com/"),
    Pattern(Dialect.DJANGO_LIST, "https://app.example.com/path"),
    Pattern(Dialect.DJANGO_LIST, "null"),
    Pattern(Dialect.SUBSTRING_OF, "https://app.example.com,https://b.example.com"),
    Pattern(Dialect.HOST_ONLY, "app.example.com"),
    Pattern(Dialect.HOST_ONLY, "localhost"),
)
READABLE = frozenset(pattern.dialect for pattern in PATTERNS)

_LABELS = st.sampled_from(
    ["a", "app", "b", "x-1", "example", "exampl", "com", "evil", "localhost", "0", "1", "127"]
)
_HOSTS = st.lists(_LABELS, min_size=1, max_size=5).map(".".join) | st.sampled_from(
    ["app.example.com", "example.com", "b.example.com", "127.0.0.1", "localhost", "[::1]"]
)
_SCHEMES = st.sampled_from(["https", "https", "http", "capacitor", "chrome-extension"])
_PORTS = st.sampled_from(["", "", ":8080", ":8443", ":80", ":443", ":3000", ":65535"])
BUILT = st.builds("{}://{}{}".format, _SCHEMES, _HOSTS, _PORTS)
TEXTS = st.just("null") | st.sampled_from(SAMPLES) | BUILT


def valid(text: str) -> bool:
    """Whether a browser can send `text` as an Origin."""
    return not isinstance(parse(text), Refused)


ORIGINS = TEXTS.filter(lambda text: valid(text) and not text.endswith(":0"))
"""Origins of pages: port 0 can be written in an Origin header, but no page is loaded from there."""
