"""Where Ruby's engine searches: an optimisation of Onigmo that changes what is found."""

from collections.abc import Iterator

from auditor.core.language.regex.characters import NEWLINE
from auditor.core.language.tree import (
    EVERY_CHARACTER,
    Alt,
    At,
    Atomic,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
)


def is_misplaced(tree: Tree) -> bool:
    """Whether `tree` begins with a greedy `.*` or `.+` behind a part without width.

    Onigmo then may try it at the beginning of a line only, depending on what it knows of the rest
    (regexec.c, ANCHOR_ANYCHAR_STAR; Ruby 3.1): `\\B.*x` misses texts that fit further on.
    """
    return any(_is_misplaced(tuple(_flat(option))) for option in _options(tree))


def _options(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Alt):
        for option in tree.options:
            yield from _options(option)
    elif isinstance(tree, Group):
        yield from _options(tree.inner)
    else:
        yield tree


def _flat(tree: Tree) -> Iterator[Tree]:
    match tree:
        case Cat(parts):
            for part in parts:
                yield from _flat(part)
        case Group(inner=inner) | Atomic(inner):
            yield from _flat(inner)
        case _:
            yield tree


def _is_misplaced(parts: tuple[Tree, ...]) -> bool:
    behind = next((at for at, one in enumerate(parts) if not isinstance(one, At | Look)), None)
    if not behind or At(Edge.BEGIN) in parts[:behind]:
        return False
    match parts[behind]:
        case Repeat(Chars(mask), _, None, lazy=False):
            return mask | NEWLINE == EVERY_CHARACTER
        case Alt(options):
            return any(_is_misplaced((parts[0], *_flat(option))) for option in options)
        case _:
            return False
