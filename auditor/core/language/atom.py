"""Atomic groups and possessive quantifiers, taken out of a tree where that is exact.

An atomic part keeps the first way in which it fits. Where a part fits in one way at most at each
place (none of its texts begins another), there is nothing to keep; a greedy loop of such parts goes
on until the part does not fit, which a look ahead says; an alternative is taken where none before
it fits.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.core.language.tree import (
    ANYTHING,
    EVERY_CHARACTER,
    Alt,
    At,
    Atomic,
    Back,
    Cat,
    Chars,
    Group,
    Look,
    Repeat,
    Tree,
)


class NotRegular(Exception):  # noqa: N818 - a fact about a pattern, not an error
    """A tree whose language no automaton of ours takes, with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def without_atom(inner: Tree) -> Tree:
    """A tree with the language of `Atomic(inner)`, whatever stands around it; raises `NotRegular`."""
    match inner:
        case Chars() | At() | Look():
            return inner
        case Group(part):
            return without_atom(part)
        case Atomic(part):
            return without_atom(part)
        case Cat(parts):
            return _cat(parts)
        case Alt(options):
            return Alt(tuple(_alternatives(options)))
        case Repeat():
            return _loop(inner)
        case Back():
            raise NotRegular("back-references")


def before_anything(parts: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """`parts`, where the last is anything, with the one before it free to fit in every way: what
    comes next never fails."""
    if len(parts) > 1 and parts[-1] == ANYTHING:
        return (*parts[:-2], _freed(parts[-2]), parts[-1])
    return parts


def _freed(tree: Tree) -> Tree:
    match tree:
        case Atomic(inner) | Group(inner=inner):
            return _freed(inner)
        case Cat(parts) if parts:
            return Cat((*parts[:-1], _freed(parts[-1])))
        case Alt(options):
            return Alt(tuple(map(_freed, options)))
        case _:
            return tree


def _cat(parts: tuple[Tree, ...]) -> Tree:
    if not parts:
        return Cat(())
    if len(parts) == 1:
        return without_atom(parts[0])
    for part in parts[:-1]:
        _must_be_single(part)
    return Cat((*parts[:-1], without_atom(parts[-1])))


def _alternatives(options: tuple[Tree, ...]) -> Iterator[Tree]:
    before: list[Tree] = []
    for option in options:
        yield Cat((*before, without_atom(option)))
        before.append(Look(option, ahead=True, wanted=False))


def _loop(loop: Repeat) -> Tree:
    _must_be_single(loop.inner)
    if loop.lazy:
        return Repeat(loop.inner, loop.least, loop.least)
    stop = Look(loop.inner, ahead=True, wanted=False)
    if loop.most is None:
        return Cat((Repeat(loop.inner, loop.least, None), stop))
    full = Repeat(loop.inner, loop.most, loop.most)
    if loop.most == loop.least:
        return full
    return Alt((full, Cat((Repeat(loop.inner, loop.least, loop.most - 1), stop))))


def _must_be_single(part: Tree) -> None:
    if not _is_single(part):
        raise NotRegular("an atomic group or possessive quantifier that cannot be unfolded")


def _is_single(part: Tree) -> bool:
    """Whether `part` takes text, and at each place in one length only; False where that is not plain."""
    return _length(part) is not None or _ends_plainly(part)


def _length(part: Tree) -> int | None:
    """The length of every text of `part` where they all have the same, above 0."""
    match part:
        case Chars():
            return 1
        case Group(inner):
            return _length(inner)
        case Cat(parts):
            lengths = [_length(one) for one in parts]
            known = [length for length in lengths if length is not None]
            return sum(known) if known and len(known) == len(lengths) else None
        case Alt(options):
            found = {_length(option) for option in options}
            return found.pop() if len(found) == 1 else None
        case Repeat(inner, least, most):
            length = _length(inner)
            return length * least if length is not None and least == most and least else None
        case _:
            return None


def _ends_plainly(part: Tree) -> bool:
    """Whether `part` ends in characters that nothing before them in it can take: `[a-z]+\\.`"""
    match part:
        case Group(inner):
            return _ends_plainly(inner)
        case Cat(parts) if len(parts) > 1:
            end = _characters(parts[-1])
            inside = [_characters(one) for one in parts[:-1]]
            fixed = _length(parts[-1]) is not None
            return bool(fixed and end and all(one is not None and not one & end for one in inside))
        case _:
            return False


def _characters(part: Tree) -> int | None:
    """Every character that a text of `part` may hold; None where it is more than characters."""
    match part:
        case Chars(mask):
            return mask
        case Group(inner) | Repeat(inner=inner):
            return _characters(inner)
        case Cat(inside) | Alt(inside):
            found = 0
            for one in inside:
                characters = _characters(one)
                if characters is None:
                    return None
                found |= characters
            return found & EVERY_CHARACTER
        case _:
            return None
