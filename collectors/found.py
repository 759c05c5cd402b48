"""From parsed files to `Found`: plain JSON data that can still say where a value was written."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import cast

from auditor.core.reading import Json, Where
from auditor.text.tree import Document, Mapping, Node, Opaque, Scalar, Sequence
from collectors.collector import Found

OPAQUE = "\N{REPLACEMENT CHARACTER}"
"""Stands where a file has a value of an unknown tag; no product accepts it anywhere."""

Path = tuple[str | int, ...]


def found(document: Document, source: str, name: str) -> Found | None:
    """The document as collectors take it; None when it is no mapping or list of mappings."""
    root = document.root
    if isinstance(root, Sequence):
        root = Mapping(((Scalar("items", "items", root.mark), root),), root.mark)
    if not isinstance(root, Mapping):
        return None
    tree = root
    return Found(
        body=cast(AbstractMapping[str, Json], _plain(tree)),
        source=source,
        where=Where(name, document.mark.line),
        line=lambda path: _line(tree, path),
        written=lambda path: _written(tree, path),
        title=document.comment_source,
    )


def _plain(node: Node) -> Json:
    match node:
        case Scalar():
            return node.value
        case Sequence():
            return [_plain(item) for item in node.items]
        case Mapping():
            return {key.text: _plain(item) for key, item in node.entries}
        case Opaque():
            return OPAQUE


def _at(node: Node | None, path: Path) -> Node | None:
    for step in path:
        if isinstance(node, Mapping):
            node = node.get(str(step))
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    return node


def _line(root: Mapping, path: Path) -> int | None:
    """The line of the key that leads to a value, or of the value in a list."""
    parent = _at(root, path[:-1])
    if path and isinstance(parent, Mapping):
        marks = [key.mark.line for key, _ in parent.entries if key.text == str(path[-1])]
        return marks[-1] if marks else None
    node = _at(root, path)
    return None if node is None else node.mark.line


def _written(root: Mapping, path: Path) -> str | None:
    node = _at(root, path)
    return node.raw if isinstance(node, Scalar) else None
