r"""Finding values in a tree by a path such as `app.cors.origins[0]`.

A path is read as one whole key first, because properties and environment names contain dots. Else
it is keys with dots between them and `[0]` (an item) or `[*]` (every item, or every value of a
mapping) after them. A backslash takes the next character as it is. Brackets around anything else
belong to the key, dots inside included: `configurations.[/v1.0/**].origins`.
"""

import re
from dataclasses import dataclass

from auditor.text.tree import Mapping, Node, Sequence


@dataclass(frozen=True, slots=True)
class _Key:
    name: str


@dataclass(frozen=True, slots=True)
class _Item:
    index: int | None
    """None: every one."""


_Step = _Key | _Item
_ITEM = re.compile(r"\[(?:([0-9]{1,9})|\*)\]")
_BRACKETS = re.compile(r"\[[^\]]*+\]")


def select(root: Node, path: str) -> tuple[Node, ...]:
    """Return the nodes at a path, in the order written; none when nothing is there."""
    whole = root.get(path) if isinstance(root, Mapping) else None
    if whole is not None:
        return (whole,)
    found: tuple[Node, ...] = (root,)
    for step in _read_steps(path):
        found = tuple(below for node in found for below in _descend(node, step))
    return found


def _descend(node: Node, step: _Step) -> tuple[Node, ...]:
    match step, node:
        case _Key(name), Mapping():
            below = node.get(name)
            return () if below is None else (below,)
        case _Item(None), Mapping():
            return tuple(value for _, value in node.entries)
        case _Item(None), Sequence():
            return node.items
        case _Item(int(index)), Sequence():
            return node.items[index : index + 1]
        case _:
            return ()


def _read_steps(path: str) -> list[_Step]:
    steps: list[_Step] = []
    name = ""
    after_item = False
    at = 0
    while at < len(path):
        if item := _ITEM.match(path, at):
            steps += [_Key(name)] if name else []
            steps.append(_Item(int(item[1]) if item[1] else None))
            name, after_item = "", True
            at = item.end()
        elif path[at] == ".":
            steps += [] if after_item and not name else [_Key(name)]
            name, after_item = "", False
            at += 1
        else:
            written = _key_part(path, at)
            name += written.removeprefix("\\")
            at += len(written)
    return steps if after_item and not name else [*steps, _Key(name)]


def _key_part(path: str, at: int) -> str:
    """Return the next piece of a key as the path writes it."""
    if path[at] == "\\":
        return path[at : at + 2]
    brackets = _BRACKETS.match(path, at)
    return brackets[0] if brackets else path[at]
