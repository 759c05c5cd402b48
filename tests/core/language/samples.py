"""Origins and patterns to try the language with: one closed world, and strategies over it."""

import json
import re
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.machine import Machine
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from auditor.core.origin import Refused, parse
from tests.core import naive_match

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
REGEXES: tuple[Pattern, ...] = (
    Pattern(Dialect.PYTHON_MATCH, r"https://(app|b)\.example"),
    Pattern(Dialect.PYTHON_MATCH_CASELESS, r"HTTPS://.*\.EXAMPLE\.COM$"),
    Pattern(Dialect.PYTHON_SEARCH, r"example.com"),
    Pattern(Dialect.PYTHON_FULLMATCH, r"https?://[a-z0-9-]+\.example\.com(:\d+)?"),
    Pattern(Dialect.JS_TEST, r"^https:\/\/(?!app\.)[a-z]+\.example\.com$"),
    Pattern(Dialect.PCRE_NGINX, r"^https?://([^.]+\.)?example\.com$|^null$"),
    Pattern(Dialect.PCRE_NGINX_CASELESS, r"\bEXAMPLE\b"),
    Pattern(Dialect.PCRE_SEARCH, r"(?<!evil)(?<!-)example\.com(?::8\d+)?$"),
    Pattern(Dialect.RUBY_SEARCH, r"\.com(?=:|$)"),
    Pattern(Dialect.GO_SEARCH, r"^.{5,20}$"),
    Pattern(Dialect.RE2_FULL, r"\w+://127\.[0-9.]*1"),
    Pattern(Dialect.JAVA_FULL, r".*:(8080|3000)"),
    Pattern(Dialect.JAVA_FIND, r"localhost$"),
)
"""Written so that Python reads them alike, and takes the same printable texts."""
_METHODS: Final = {
    Dialect.PYTHON_MATCH: (re.Pattern.match, 0),
    Dialect.PYTHON_MATCH_CASELESS: (re.Pattern.match, re.IGNORECASE),
    Dialect.PYTHON_FULLMATCH: (re.Pattern.fullmatch, 0),
    Dialect.PCRE_NGINX_CASELESS: (re.Pattern.search, re.IGNORECASE),
    Dialect.RE2_FULL: (re.Pattern.fullmatch, 0),
    Dialect.JAVA_FULL: (re.Pattern.fullmatch, 0),
}

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


def takes(pattern: Pattern, text: str) -> bool:
    """Whether one of `PATTERNS` and `REGEXES` takes `text`, by no automaton."""
    found = naive_match.takes(pattern, text)
    if found is None:
        method, flags = _METHODS.get(pattern.dialect, (re.Pattern.search, 0))
        return method(re.compile(pattern.text, flags | re.ASCII), text) is not None
    return found


def read(pattern: Pattern) -> Machine:
    """The machine of a pattern that must be readable."""
    machine = compile_pattern(pattern)
    assert not isinstance(machine, Opaque), machine.reason
    return machine


def valid(text: str) -> bool:
    """Whether a browser can send `text` as an Origin."""
    return not isinstance(parse(text), Refused)


ORIGINS = TEXTS.filter(lambda text: valid(text) and not text.endswith(":0"))
"""Origins of pages: port 0 can be written in an Origin header, but no page is loaded from there."""
