"""The origins that browsers send, as one tree; what a grammar cannot say is checked afterwards.

Sources: the URL Standard (host code points, serialising) and the Fetch Standard (Origin header).
The tree is a superset by a little: label lengths, punycode, the number rule for hosts, canonical
IPv6 and default ports are left to `auditor.core.origin.parse`, which every witness passes through.
"""

from functools import lru_cache

from auditor.core.language.dialect import DIGITS, LETTERS
from auditor.core.language.tree import (
    Alt,
    Automaton,
    Cat,
    Star,
    Tree,
    chars,
    literal,
    maybe,
    plus,
)

ODD_HOST_CHARACTERS = "_~!$&'()*+,;=\"`{}"
"""Legal in the host of a special URL, sent by some engines, by nobody's colleague."""


def _optional_run(inner: Tree, most: int) -> Tree:
    run: Tree = Cat(())
    for _ in range(most):
        run = maybe(inner, run)
    return run


def _ipv6() -> Tree:
    group = Cat((chars(DIGITS + "abcdef"), _optional_run(chars(DIGITS + "abcdef"), 3)))
    groups = Cat((group, Star(Cat((chars(":"), group)))))
    return Cat(
        (chars("["), Alt((groups, Cat((maybe(groups), literal("::"), maybe(groups))))), chars("]"))
    )


KNOWN_SCHEMES = (
    "https",
    "http",
    "chrome-extension",
    "moz-extension",
    "safari-web-extension",
    "capacitor",
    "ionic",
    "tauri",
    "app",
    "vscode-webview",
)
"""Schemes whose pages browsers and app shells really send; a pattern may name more. A scheme that
nobody names (`xhttps`) is in no universe: only an app that its user installed could have it."""


def scheme_of(text: str) -> str | None:
    """The scheme that an origin or pattern names, when it is one that can be sent."""
    scheme, separator, _ = text.partition("://")
    fits = separator and scheme.isascii() and scheme[:1].isalpha() and scheme == scheme.lower()
    return scheme if fits and all(c.isalnum() or c in "+-." for c in scheme) else None


@lru_cache(maxsize=64)
def origins(schemes: frozenset[str] = frozenset()) -> Automaton:
    """The serialised origins of pages: of the known schemes and of those in `schemes`."""
    label = plus(chars(LETTERS + DIGITS + "-" + ODD_HOST_CHARACTERS))
    domain = Cat((label, Star(Cat((chars("."), label))), maybe(chars("."))))
    port = Cat((chars("123456789"), _optional_run(chars(DIGITS), 4)))
    scheme = Alt(tuple(literal(name) for name in sorted({*KNOWN_SCHEMES, *schemes})))
    tuple_origin = Cat((scheme, literal("://"), Alt((domain, _ipv6())), maybe(chars(":"), port)))
    return Automaton(Alt((literal("null"), tuple_origin)))
