"""What each dialect means: a pattern becomes a machine, or says why it cannot be read.

The dialect table. Each entry stands beside its source; a product's collector names the dialect and
keeps to the text as written. Regular expressions are opaque here: they are told apart from what is
read, never guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.tree import (
    ANYTHING,
    Alt,
    Automaton,
    Cat,
    Machine,
    Substrings,
    Tree,
    but,
    chars,
    literal,
    maybe,
    plus,
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
TEXT_CAP = 4_096
"""Longest pattern that is read, in characters: an Origin of a browser is far shorter."""

_DIGIT = chars(DIGITS)
_ONE_LABEL = plus(but(".:/"))


@dataclass(frozen=True, slots=True)
class Opaque:
    """A pattern whose language is not known, and why."""

    pattern: Pattern
    reason: str


@lru_cache(maxsize=4_096)
def compile_pattern(pattern: Pattern) -> Machine | Opaque:
    """The machine of `pattern` over whole texts, or `Opaque` with the reason."""
    if len(pattern.text) > TEXT_CAP:
        return Opaque(pattern, f"pattern of {len(pattern.text)} characters, over {TEXT_CAP}")
    if pattern.dialect is Dialect.SUBSTRING_OF:
        return Substrings(pattern.text)
    reader = _READERS.get(pattern.dialect)
    if reader is None:
        return Opaque(pattern, f"regular expressions ({pattern.dialect}) are not read yet")
    return Automaton(reader(pattern.text))


def singleton(pattern: Pattern) -> str | None:
    """The one origin of a browser that `pattern` can take, None when it may take others too."""
    text = pattern.text
    match pattern.dialect:
        case Dialect.EXACT:
            return text
        case Dialect.EXACT_CASELESS:
            return text.lower()
        case Dialect.SPRING_LIST:
            return text.removesuffix("/").lower()
        case Dialect.HTTP_API:
            return None if "*" in text else text
        case Dialect.ALLOWLIST:
            return None if "*" in text else text
        case _:
            return None


def _allowlist(text: str) -> Tree:
    """Ours: `*` stands for exactly one label; everything else is literal."""
    return Cat(tuple(_between(text.split("*"), _ONE_LABEL)))


def _ingress_nginx(text: str) -> Tree:
    """`if ($http_origin ~* (...)$)`: searched, caseless, anchored at the end only; the first `*` is
    one label (controller v1.15.1, template.go buildOriginRegex)."""
    head, star, tail = text.partition("*")
    label = plus(chars(LETTERS + LETTERS.upper() + DIGITS + "-"))
    middle = (label,) if star else ()
    return Cat((ANYTHING, literal(head, caseless=True), *middle, literal(tail, caseless=True)))


def _http_api(text: str) -> Tree:
    """`*`, `https://*`, `http://*` or an exact origin (API Gateway developer guide, http-api-cors)."""
    if text == "*":
        return ANYTHING
    if text in ("https://*", "http://*"):
        return Cat((literal(text[:-1]), ANYTHING))
    return literal(text)


def _spring_pattern(text: str) -> Tree:
    """`allowedOriginPatterns`: whole, case-sensitive, `*` is any text, `:[8080,8081]` and `:[*]` are
    ports; a trailing slash of the origin is dropped first (CorsConfiguration, spring-web 7.0.9)."""
    base, ports = text.removesuffix("/"), None
    if base.endswith("]") and ":[" in base:
        base, _, ports = base[:-1].rpartition(":[")
    parts = tuple(_between(base.split("*"), ANYTHING))
    return Cat((*parts, *_spring_ports(ports), maybe(chars("/"))))


def _spring_ports(ports: str | None) -> tuple[Tree, ...]:
    if ports is None:
        return ()
    if ports == "*":
        return (maybe(chars(":"), plus(_DIGIT)),)
    return (chars(":"), Alt(tuple(literal(port.strip()) for port in ports.split(","))))


def _spring_list(text: str) -> Tree:
    """`allowedOrigins`: equal but for case, one trailing slash dropped on both sides (the same)."""
    return Cat((literal(text.removesuffix("/"), caseless=True), maybe(chars("/"))))


def _django_list(text: str) -> Tree:
    """`CORS_ALLOWED_ORIGINS`: scheme (caseless) and netloc of `urlsplit` are equal, the rest is
    ignored; an entry without both takes every text without both (django-cors-headers 4.9.0)."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        bare = Cat((but(":/"), *_many(but(":"))))
        return maybe(Alt((bare, Cat((chars("/"), maybe(bare))))))
    netloc = rest
    for stop in "/?#":
        netloc = netloc.partition(stop)[0]
    path = maybe(chars("/?#"), ANYTHING)
    return Cat((literal(scheme, caseless=True), literal("://"), literal(netloc), path))


def _host_only(text: str) -> Tree:
    """Any scheme and port with exactly this host."""
    scheme = plus(but(":/"))
    return Cat((scheme, literal("://"), literal(text), maybe(chars(":"), plus(_DIGIT))))


def _many(inner: Tree) -> tuple[Tree, ...]:
    return (maybe(plus(inner)),)


def _between(texts: list[str], gap: Tree) -> list[Tree]:
    parts: list[Tree] = [literal(texts[0])]
    for text in texts[1:]:
        parts += [gap, literal(text)]
    return parts


_READERS: dict[Dialect, Callable[[str], Tree]] = {
    Dialect.EXACT: literal,
    Dialect.EXACT_CASELESS: lambda text: literal(text, caseless=True),
    Dialect.ANY: lambda _text: ANYTHING,
    Dialect.PREFIX: lambda text: Cat((literal(text), ANYTHING)),
    Dialect.SUFFIX: lambda text: Cat((ANYTHING, literal(text))),
    Dialect.ALLOWLIST: _allowlist,
    Dialect.INGRESS_NGINX: _ingress_nginx,
    Dialect.HTTP_API: _http_api,
    Dialect.SPRING: _spring_pattern,
    Dialect.SPRING_LIST: _spring_list,
    Dialect.DJANGO_LIST: _django_list,
    Dialect.HOST_ONLY: _host_only,
}
