"""How servers that are configured, not written, read an entry: databases, storage, Java filters."""

from typing import Final

from auditor.core.language.globs_text import DIGITS, SCHEME_REST, gaps, shown, window
from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    EVERY_CHARACTER,
    NOTHING,
    Alt,
    At,
    Cat,
    Chars,
    Edge,
    Look,
    Tree,
    but,
    chars,
    literal,
    maybe,
    plus,
    star,
)

ONES_CAP: Final = 100
"""Question marks in an entry of MinIO: each begins a tree within the one before."""
_NO_SPACE: Final = but(" ")
_WORD_BEGINS: Final = Alt((At(Edge.BEGIN), Look(chars(" "), ahead=False, wanted=True)))
_WORD_ENDS: Final = Alt((At(Edge.END), Look(chars(" "), ahead=True, wanted=True)))


def jetty(text: str) -> Tree:
    """The whole of `allowedOrigins`, entries between commas: `*` is everybody; an entry with `*` is
    a Java expression for the whole origin, its dots quoted and each `*` made `.*`; any other is
    compared. An Origin with spaces is several, one of which has to fit
    (CrossOriginFilter, Jetty 12 ee10 0d18b67; 9.4.57 is alike)."""
    if '"' in text:
        raise Unmodelled(f"{shown(text)}: quotes in a list of Jetty")
    entries = [entry.strip() for entry in text.split(",")]
    if "*" in entries:
        return ANYTHING
    one = Alt((NOTHING, *(_jetty_entry(entry) for entry in entries)))
    return Cat((maybe(ANYTHING, chars(" ")), one, maybe(chars(" "), ANYTHING)))


def _jetty_entry(entry: str) -> Tree:
    if "*" not in entry:
        return literal(entry) if entry and " " not in entry else NOTHING
    while "**" in entry:
        entry = entry.replace("**", "*")
    found = read(entry.replace(".", "\\.").replace("*", ".*"), Syntax.JAVA)
    word = window(found, _NO_SPACE, _WORD_BEGINS, _WORD_ENDS)
    return Cat((Look(_NO_SPACE, ahead=True, wanted=True), word))


def minio(text: str) -> Tree:
    """`*` is any text, `?` one character, and where the origin ends before a `?` it fits, whatever
    follows in the entry (minio 7aac2a2, api-router.go; minio/pkg 876a725, wildcard.MatchSimple)."""
    if not text:
        raise Malformed("MinIO refuses an empty entry of cors_allow_origin")
    *parts, last = text.split("?")
    if len(parts) > ONES_CAP:
        raise Unmodelled(f"{shown(text)}: {len(parts)} question marks, over {ONES_CAP}")
    tree = gaps(last, ANYTHING)
    for part in reversed(parts):
        tree = Cat((gaps(part, ANYTHING), maybe(Chars(EVERY_CHARACTER), tree)))
    return tree


def elasticsearch(text: str) -> Tree:
    """The whole of `http.cors.allow-origin`: `*` is everybody, `/x/` a Java expression for the
    whole origin, else a list by commas of texts to compare (Elasticsearch 7.x,
    CorsHandler.buildConfig and RestUtils)."""
    if text == "*":
        return ANYTHING
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return read(text[1:-1], Syntax.JAVA)
    entries = (entry.strip() for entry in text.split(","))
    # An empty Origin header is taken as none.
    return Alt((NOTHING, *(literal(entry) for entry in entries if entry)))


def quarkus(text: str) -> Tree:
    """`*` is everybody (as the only entry), `/x/` a Java expression for the whole origin, else
    compared with regard to case (quarkus 01af8aa, CORSFilter)."""
    if text == "*":
        return ANYTHING
    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        return read(text[1:-1], Syntax.JAVA)
    return literal(text)


def hasura(text: str) -> Tree:
    """`scheme://*.host:port`: scheme, port and what follows the first dot are equal, so `*` is any
    text without a dot. `scheme://host:port` is compared. What follows a port is ignored
    (graphql-engine v2, Hasura/Server/Cors.hs)."""
    entry = text.strip()
    if entry == "*":
        return ANYTHING
    scheme, separator, rest = entry.partition("://")
    if not separator or not scheme or scheme.strip(SCHEME_REST):
        raise Malformed(f"{shown(text)}: Hasura refuses to start, as an entry begins with a scheme")
    wild = rest.startswith("*.")
    host, port = _host_and_port(rest.removeprefix("*.") if wild else rest)
    if not wild:
        return literal(f"{scheme}://{host}" + ("" if port is None else f":{port}"))
    parts = (literal(scheme + "://"), star(but(".")), literal("." + host))
    rest_of_it = maybe(but(DIGITS), ANYTHING)
    if port is not None:
        zeros = plus(chars("0")) if port == "0" else Cat((star(chars("0")), literal(port)))
        return Cat((*parts, chars(":"), zeros, rest_of_it))
    if not host or host.startswith(":"):
        return Cat(parts)
    return Cat((*parts, maybe(chars(":"), rest_of_it)))


def _host_and_port(text: str) -> tuple[str, str | None]:
    """The text before the first colon, and the digits behind it, None if there are none."""
    host, _, rest = text.partition(":")
    if not host:
        return text, None
    digits = rest[: len(rest) - len(rest.lstrip(DIGITS))]
    return host, (digits.lstrip("0") or "0") if digits else None
