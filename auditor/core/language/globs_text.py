"""Pieces that the wildcards of products are made of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from auditor.core.language.regex.problem import Unmodelled
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    Alt,
    At,
    Atomic,
    Back,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    but,
    chars,
    literal,
    mask_of,
    maybe,
    plus,
    star,
)

LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
LETTERS: Final = LOWER + LOWER.upper()
DIGITS: Final = "0123456789"
ALNUM: Final = LETTERS + DIGITS
SCHEME_REST: Final = ALNUM + "+.-"
"""What may follow the first letter of a scheme (RFC 3986, section 3.1)."""

OVERLAP_CAP: Final = 200
"""Characters that may stand on both sides of a `*`: each overlap is a text of its own."""

DIGIT: Final = chars(DIGITS)
ANY_PORT: Final = maybe(chars(":"), plus(DIGIT))
"""Any port or none."""
NAME: Final = plus(but("/?#@:[]"))
"""Any name of a host, however many labels."""
ADDRESS: Final = Cat((chars("["), plus(but("/?#@[]")), chars("]")))
"""An address of a host that stands in brackets."""


def shown(text: str) -> str:
    """`text` in a message, cut where it is long."""
    return text if len(text) <= 80 else text[:77] + "..."


def gaps(text: str, gap: Tree) -> Tree:
    """`text` with `gap` for every `*` in it."""
    while gap is ANYTHING and "**" in text:
        text = text.replace("**", "*")
    first, *others = text.split("*")
    parts: list[Tree] = [literal(first)]
    for other in others:
        parts += [gap, literal(other)]
    return Cat(tuple(parts))


def overlapping(prefix: str, suffix: str) -> tuple[Tree, ...]:
    """Texts shorter than both together that begin with `prefix` and end with `suffix`; raises
    `Unmodelled` where an overlap is longer than `OVERLAP_CAP`."""
    shared = range(1, min(len(prefix), len(suffix)) + 1)
    found = [length for length in shared if prefix.endswith(suffix[:length])]
    if found and found[-1] > OVERLAP_CAP:
        raise Unmodelled(f"{found[-1]} characters on both sides of the *, over {OVERLAP_CAP}")
    return tuple(literal(prefix + suffix[length:]) for length in found)


def other_than(words: Sequence[str], allowed: Chars) -> Tree:
    """Texts of `allowed` characters, the empty one among them, that are none of `words`."""
    firsts = sorted({word[0] for word in words if word})
    options: list[Tree] = [] if "" in words else [EMPTY_TEXT]
    options.append(Cat((Chars(allowed.mask & ~mask_of(firsts)), star(allowed))))
    for first in firsts:
        tails = [word[1:] for word in words if word.startswith(first)]
        options.append(Cat((chars(first), other_than(tails, allowed))))
    return Alt(tuple(options))


def window(tree: Tree, inside: Chars, begin: Tree, end: Tree) -> Tree:
    """`tree` where it reads a part of the text: `inside` are the characters of that part, `begin`
    and `end` say where it begins and ends. Raises `Unmodelled` for what looks beyond that part."""
    match tree:
        case Chars(mask):
            return Chars(mask & inside.mask)
        case Cat(parts):
            return Cat(tuple(window(part, inside, begin, end) for part in parts))
        case Alt(options):
            return Alt(tuple(window(option, inside, begin, end) for option in options))
        case Repeat() | Atomic() | Group():
            return replace(tree, inner=window(tree.inner, inside, begin, end))
        case At(edge):
            return {Edge.BEGIN: begin, Edge.END: end}.get(edge, tree)
        case Look() | Back():
            raise Unmodelled("a look-around or back-reference on a part of the origin")
