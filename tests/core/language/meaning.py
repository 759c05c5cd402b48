"""What a tree means, read off its shape: which texts it takes, without automata and without search."""

from collections.abc import Callable

from auditor.core.language.tree import (
    Alt,
    At,
    Cat,
    Chars,
    Edge,
    Group,
    Look,
    Repeat,
    Tree,
    bit,
)

WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def takes(tree: Tree, text: str) -> bool:
    """Whether `tree`, which has no atomic parts and no back-references, denotes the whole `text`."""
    return len(text) in ends(tree, text, 0)


def ends(tree: Tree, text: str, at: int) -> frozenset[int]:
    """Where `tree` can stop in `text` when it starts at `at`."""
    match tree:
        case Chars(mask):
            inside = at < len(text) and bool(mask & bit(text[at]))
            return frozenset({at + 1} if inside else ())
        case Cat(parts):
            reached = frozenset({at})
            for part in parts:
                reached = frozenset(end for here in reached for end in ends(part, text, here))
            return reached
        case Alt(options):
            return frozenset(end for option in options for end in ends(option, text, at))
        case Repeat():
            return _repeated(tree, lambda here: ends(tree.inner, text, here), at)
        case At(edge):
            return frozenset({at} if _stands(edge, text, at) else ())
        case Look(inner, ahead, wanted):
            found = bool(ends(inner, text, at)) if ahead else _stands_behind(inner, text, at)
            return frozenset({at} if found is wanted else ())
        case Group(inner):
            return ends(inner, text, at)
        case _:
            msg = f"{tree} has no meaning of its own"
            raise ValueError(msg)


def _stands_behind(inner: Tree, text: str, at: int) -> bool:
    return any(at in ends(inner, text, start) for start in range(at + 1))


def _stands(edge: Edge, text: str, at: int) -> bool:
    left = at > 0 and text[at - 1] in WORD
    right = at < len(text) and text[at] in WORD
    match edge:
        case Edge.BEGIN:
            return at == 0
        case Edge.END:
            return at == len(text)
        case Edge.BOUNDARY:
            return left is not right
        case Edge.NO_BOUNDARY:
            return left is right


def _repeated(tree: Repeat, once: Callable[[int], frozenset[int]], at: int) -> frozenset[int]:
    """Every (iterations, place) that can be reached; what is beyond `least` counts as `least` again
    where there is no `most`."""
    limit = max(tree.least, 1) if tree.most is None else tree.most
    seen, todo, found = {(0, at)}, [(0, at)], set[int]()
    while todo:
        done, here = todo.pop()
        if done >= tree.least:
            found.add(here)
        if tree.most is not None and done == tree.most:
            continue
        for end in once(here):
            if end == here and tree.leaves:
                found.add(here)
                continue
            after = (min(done + 1, limit), end)
            if after not in seen:
                seen.add(after)
                todo.append(after)
    return frozenset(found)
