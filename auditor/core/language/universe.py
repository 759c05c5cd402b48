"""The origins that browsers send, as one tree; what a grammar cannot say is checked afterwards.

Sources: the URL Standard (host code points, serialising) and the Fetch Standard (Origin header).
The tree is a superset by a little: label lengths, punycode, the number rule for hosts, canonical
IPv6 and default ports are left to `auditor.core.origin.parse`, which every witness passes through.
"""

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


def _origins() -> Tree:
    label = plus(chars(LETTERS + DIGITS + "-" + ODD_HOST_CHARACTERS))
    domain = Cat((label, Star(Cat((chars("."), label))), maybe(chars("."))))
    port = Cat((chars("123456789"), _optional_run(chars(DIGITS), 4)))
    scheme = Cat((chars(LETTERS), Star(chars(LETTERS + DIGITS + "+-."))))
    tuple_origin = Cat((scheme, literal("://"), Alt((domain, _ipv6())), maybe(chars(":"), port)))
    return Alt((literal("null"), tuple_origin))


ORIGINS = Automaton(_origins())
