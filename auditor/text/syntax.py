"""Program source as a bounded tree: the one door to tree-sitter. Nothing is run or imported.

Grammars, and the wheels that hold them: tree-sitter 0.26.1, tree-sitter-javascript 0.25.0,
tree-sitter-typescript 0.23.2, tree-sitter-php 0.25.1, tree-sitter-ruby 0.23.1. The kinds of nodes
and the names of fields are those of their `node-types.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, assert_never

from auditor.text.encoding import decode
from auditor.text.limits import Limits
from auditor.text.problems import BrokenDocumentError

if TYPE_CHECKING:
    from tree_sitter import Parser, TreeCursor

LIMITS = Limits(file_bytes=128 * 1024, depth=200, nodes=200_000)
"""A parser that is led astray takes time by the square of a file's size, and files with CORS settings
are short. Depth counts all nodes inside each other, those without a meaning here too."""
UNREADABLE = "unreadable"
"""The kind of a node whose text is no valid program."""


class Language(StrEnum):
    """The languages that are read."""

    JAVASCRIPT = "JavaScript"
    TYPESCRIPT = "TypeScript"
    TSX = "TypeScript with JSX"
    PHP = "PHP"
    RUBY = "Ruby"


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a program: `kind` as the grammar calls it, `line` from 1.

    `name`: the field of its parent that it stands in, or empty. `children`: what has a name in the
    grammar or stands in a field, in order, without comments. `broken`: something in it is unreadable;
    an unreadable node has no children.
    """

    kind: str
    line: int
    children: tuple[Node, ...] = ()
    name: str = ""
    broken: bool = False
    source: bytes = field(default=b"", repr=False, compare=False)
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        """What is written, with comments and spaces inside."""
        return self.source[self.start : self.end].decode()

    def get(self, name: str) -> Node | None:
        """Return the first child in the field `name`, or None."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> tuple[Node, ...]:
        """Return the children in the field `name`."""
        return tuple(child for child in self.children if child.name == name)

    def of(self, *kinds: str) -> tuple[Node, ...]:
        """Return the children of one of `kinds`."""
        return tuple(child for child in self.children if child.kind in kinds)

    def walk(self) -> Iterator[Node]:
        """Yield this node and everything in it, in the order written."""
        return (node for node, _ in self.paths())

    def paths(self) -> Iterator[tuple[Node, tuple[Node, ...]]]:
        """Yield every node as `walk`, each with the nodes around it, innermost first."""
        waiting: list[tuple[Node, tuple[Node, ...]]] = [(self, ())]
        while waiting:
            node, around = waiting.pop()
            yield node, around
            inside = (node, *around)
            waiting.extend((child, inside) for child in reversed(node.children))


def parse_source(data: bytes, language: Language, limits: Limits = LIMITS) -> Node:
    """Return the tree of a file. Raises BrokenDocumentError where it is no text, or over a cap.

    A file that is no valid program has a tree too: what could not be read is `UNREADABLE` in it.
    """
    text = decode(data, limits).encode()
    tree = _parser(language).parse(text)
    return _Builder(text, limits).build(tree.walk())


@cache
def _parser(language: Language) -> Parser:
    from tree_sitter import Language as Grammar  # heavy: read where a program is read
    from tree_sitter import Parser

    return Parser(Grammar(_grammar(language)))


def _grammar(language: Language) -> object:
    match language:
        case Language.JAVASCRIPT:
            import tree_sitter_javascript

            return tree_sitter_javascript.language()
        case Language.TYPESCRIPT | Language.TSX:
            import tree_sitter_typescript

            wanted = language is Language.TSX
            return (
                tree_sitter_typescript.language_tsx()
                if wanted
                else tree_sitter_typescript.language_typescript()
            )
        case Language.PHP:
            import tree_sitter_php

            return tree_sitter_php.language_php()
        case Language.RUBY:
            import tree_sitter_ruby

            return tree_sitter_ruby.language()
        case _:
            assert_never(language)


@dataclass(slots=True)
class _Open:
    """A node whose children are being read."""

    kind: str
    name: str
    line: int
    start: int
    end: int
    kept: bool
    broken: bool
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Copies a tree, without recursion, until a cap is met."""

    def __init__(self, source: bytes, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._nodes = 0

    def build(self, cursor: TreeCursor) -> Node:
        """Return the whole tree that `cursor` stands at the root of."""
        path = [self._opened(cursor)]
        while True:
            if not path[-1].broken and cursor.goto_first_child():
                path.append(self._opened(cursor))
                self._require(len(path), path[-1].line)
                continue
            while True:
                node = self._closed(path)
                if not path:
                    return node
                if cursor.goto_next_sibling():
                    path.append(self._opened(cursor))
                    break
                cursor.goto_parent()

    def _opened(self, cursor: TreeCursor) -> _Open:
        node = cursor.node
        if node is None:  # pragma: no cover - a cursor always stands somewhere
            raise BrokenDocumentError(None, "a tree without a node", "correct the file")
        wrong = node.is_error or node.is_missing
        name = cursor.field_name or ""
        kept = wrong or bool(name) or (node.is_named and not node.is_extra)
        kind = UNREADABLE if wrong else node.type
        line = node.start_point.row + 1
        return _Open(kind, name, line, node.start_byte, node.end_byte, kept, wrong)

    def _closed(self, path: list[_Open]) -> Node:
        """Finish the innermost node, and hand it to the one around it."""
        done = path.pop()
        broken = done.broken or any(child.broken for child in done.children)
        children = tuple(done.children)
        node = Node(
            done.kind, done.line, children, done.name, broken, self._source, done.start, done.end
        )
        if path and done.kept:
            path[-1].children.append(node)
        return node

    def _require(self, depth: int, line: int) -> None:
        self._nodes += 1
        limits = self._limits
        if depth > limits.depth:
            what = f"more than {limits.depth} pieces inside each other"
            raise BrokenDocumentError(line, what, "split it or leave it out")
        if self._nodes > limits.nodes:
            what = f"more than {limits.nodes:,} pieces of a program"
            raise BrokenDocumentError(line, what, "split it or leave it out")
