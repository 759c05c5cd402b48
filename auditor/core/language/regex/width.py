"""How long the texts of a tree are: engines bound what may stand in a look-behind."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.core.language.regex.scanner import Scanner
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import Alt, At, Atomic, Back, Cat, Chars, Group, Look, Repeat, Tree


def check_behind(scanner: Scanner, inner: Tree) -> None:
    """Refuse what the engine does not look back for."""
    if not _fits(scanner.flavour.syntax, inner):
        raise scanner.refused("a look-behind of no fixed length")


def _fits(syntax: Syntax, inner: Tree) -> bool:
    match syntax:
        case Syntax.PYTHON:
            return _is_fixed(inner)
        case Syntax.PCRE | Syntax.RUBY:
            return (
                all(map(_is_fixed, inner.options)) if isinstance(inner, Alt) else _is_fixed(inner)
            )
        case Syntax.JAVA:
            return width(inner)[1] is not None
        case Syntax.JS | Syntax.GO | Syntax.RE2:
            return True


def _is_fixed(tree: Tree) -> bool:
    least, most = width(tree)
    return least == most


def width(tree: Tree) -> tuple[int, int | None]:  # noqa: C901 - one arm for each node
    """(fewest characters of a text of `tree`, most of them; None: no end)."""
    match tree:
        case Chars():
            return 1, 1
        case At() | Look():
            return 0, 0
        case Group(inner=inner) | Atomic(inner):
            return width(inner)
        case Back():
            return 0, None
        case Cat(parts):
            found = [width(part) for part in parts]
            return sum(least for least, _ in found), _total(most for _, most in found)
        case Alt(options):
            found = [width(option) for option in options]
            mosts = [most for _, most in found]
            longest = None if None in mosts else max(most or 0 for most in mosts)
            return min(least for least, _ in found), longest
        case Repeat(inner, fewest, often):
            least, most = width(inner)
            if most == 0:
                return 0, 0
            return least * fewest, None if most is None or often is None else most * often


def _total(lengths: Iterable[int | None]) -> int | None:
    total = 0
    for length in lengths:
        if length is None:
            return None
        total += length
    return total
