"""Trees drawn at random over a small alphabet, and the same ones written for Python's own `re`."""

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    EVERY_CHARACTER,
    NOTHING,
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
    bit,
    but,
    chars,
)

ALPHABET: Final = "aB-"
"""A word character of each case, and one that is none."""


def texts(longest: int, alphabet: str = ALPHABET) -> tuple[str, ...]:
    """Every text of at most `longest` characters, the short ones first."""
    return tuple("".join(text) for n in range(longest + 1) for text in product(alphabet, repeat=n))


CHARACTERS: Final[SearchStrategy[Tree]] = st.sampled_from(
    [chars("a"), chars("B"), chars("-"), chars("aB"), but("a"), Chars(EVERY_CHARACTER)]
)
EDGES: Final[SearchStrategy[Tree]] = st.builds(At, st.sampled_from(Edge))
FIXED: Final[SearchStrategy[Tree]] = st.lists(CHARACTERS | EDGES, max_size=3).map(
    lambda parts: Cat(tuple(parts))
)
"""Trees of one length: what Python can look behind for."""

_LEAVES: SearchStrategy[Tree] = (
    CHARACTERS | EDGES | st.sampled_from([EMPTY_TEXT, NOTHING, ANYTHING])
)
_WAYS = 20
_BACKS: SearchStrategy[Tree] = st.builds(
    Back, st.integers(0, 2), caseless=st.booleans(), unset_fits=st.booleans()
)


def regular_trees() -> SearchStrategy[Tree]:
    """Trees of every kind but `Back` and `Atomic`."""
    return st.recursive(_LEAVES, lambda inner: _composed(inner, inner, leaves=True), max_leaves=7)


def atomic_trees() -> SearchStrategy[Tree]:
    """Trees with atomic groups, of which an automaton takes some."""
    single = st.builds(Atomic, st.recursive(_LEAVES, _plain, max_leaves=4))
    return st.recursive(_LEAVES | single, _plain, max_leaves=6)


def _plain(inner: SearchStrategy[Tree]) -> SearchStrategy[Tree]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Cat, several) | st.builds(Alt, several) | _loops(inner, leaves=True)


def all_trees() -> SearchStrategy[Tree]:
    """Trees of every kind that Python can be asked about, and answers soon."""
    leaf = CHARACTERS | CHARACTERS | EDGES | _BACKS | st.just(EMPTY_TEXT)

    def extended(inner: SearchStrategy[Tree]) -> SearchStrategy[Tree]:
        more = st.builds(Atomic, inner) | st.builds(Group, inner, st.just(0))
        return _composed(inner, FIXED, leaves=False) | more

    return st.recursive(leaf, extended, max_leaves=9).map(numbered).filter(_is_cheap)


def _is_cheap(tree: Tree) -> bool:
    """Whether an engine without memory has few ways to try before it gives up on a short text."""
    return _ways(tree) <= _WAYS


def _ways(tree: Tree) -> int:
    """About how many ways lead through `tree` over no text; loops inside loops multiply them."""
    match tree:
        case Cat(parts):
            return prod([_ways(part) for part in parts])
        case Alt(options):
            return sum(map(_ways, options))
        case Repeat(inner, least, most):
            ways = min(_ways(inner), _WAYS + 1)
            mandatory = prod([ways] * least)
            return mandatory if most == least else mandatory * (1 + ways)
        case Look(inner) | Atomic(inner) | Group(inner):
            return _ways(inner)
        case Chars() | At() | Back():
            return 1


def _composed(
    inner: SearchStrategy[Tree], behind: SearchStrategy[Tree], *, leaves: bool
) -> SearchStrategy[Tree]:
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return (
        st.builds(Cat, several)
        | st.builds(Alt, several)
        | _loops(inner, leaves=leaves)
        | st.builds(Look, inner, ahead=st.just(True), wanted=st.booleans())
        | st.builds(Look, behind, ahead=st.just(False), wanted=st.booleans())
    )


@st.composite
def _loops(draw: st.DrawFn, inner: SearchStrategy[Tree], *, leaves: bool) -> Tree:
    least = draw(st.integers(0, 3))
    most = draw(st.none() | st.integers(max(least, 1), 4))
    lazy = draw(st.booleans())
    return Repeat(draw(inner), least, most, lazy=lazy, leaves=leaves and draw(st.booleans()))


def numbered(tree: Tree) -> Tree:
    """`tree` with its groups counted from the left, and each `Back` naming one that is closed there,
    as Python asks; where there is none it becomes a character."""
    return _numbered(tree, [0], [])


def _numbered(tree: Tree, count: list[int], closed: list[int]) -> Tree:
    match tree:
        case Cat(parts):
            return Cat(tuple(_numbered(part, count, closed) for part in parts))
        case Alt(options):
            return Alt(tuple(_numbered(option, count, closed) for option in options))
        case Repeat(inner, least, most, lazy, leaves):
            return Repeat(_numbered(inner, count, closed), least, most, lazy, leaves)
        case Look(inner, ahead, wanted):
            return Look(_numbered(inner, count, closed), ahead, wanted)
        case Atomic(inner):
            return Atomic(_numbered(inner, count, closed))
        case Group(inner):
            count[0] += 1
            number = count[0]
            group = Group(_numbered(inner, count, closed), number)
            closed.append(number)
            return group
        case Back(number, caseless, unset_fits):
            known = closed[number % len(closed)] if closed else None
            return chars("a") if known is None else Back(known, caseless, unset_fits)
        case Chars() | At():
            return tree


def printed(tree: Tree, alphabet: str = ALPHABET) -> str:
    """A pattern of Python's `re` (ASCII flag) that takes the same texts over `alphabet`."""
    return "".join(_pieces(tree, alphabet))


def _pieces(tree: Tree, alphabet: str) -> Iterator[str]:
    match tree:
        case Chars(mask):
            fits = "".join(rf"\x{ord(char):02x}" for char in alphabet if bit(char) & mask)
            yield f"[{fits}]" if fits else "(?!)"
        case Cat(parts):
            for part in parts:
                yield from _pieces(part, alphabet)
        case Alt(options):
            yield f"(?:{'|'.join(printed(one, alphabet) for one in options)})"
        case Repeat(inner, least, most, lazy):
            bounds = f"{{{least},{'' if most is None else most}}}"
            yield f"(?:{printed(inner, alphabet)}){bounds}{'?' if lazy else ''}"
        case At(edge):
            yield _EDGES[edge]
        case Look(inner, ahead, wanted):
            sign = ("=" if wanted else "!") if ahead else ("<=" if wanted else "<!")
            yield f"(?{sign}{printed(inner, alphabet)})"
        case Atomic(inner):
            yield f"(?>{printed(inner, alphabet)})"
        case Group(inner, number):
            yield f"(?P<g{number}>{printed(inner, alphabet)})"
        case Back(number, caseless, unset_fits):
            again = f"(?i:(?P=g{number}))" if caseless else f"(?P=g{number})"
            yield f"(?(g{number}){again})" if unset_fits else again


_EDGES = {
    Edge.BEGIN: r"\A",
    Edge.END: r"\Z",
    Edge.BOUNDARY: r"\b",
    # Python's own \B does not fit in the empty text.
    Edge.NO_BOUNDARY: r"(?!\b)",
}
