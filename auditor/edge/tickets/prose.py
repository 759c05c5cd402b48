"""Text for trackers and messages, free of any markup: each renders it in its own, and escapes it.

Everything in it is untrusted: origins, names and values come from configurations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class BlockKind(StrEnum):
    """What a block is: running text, a heading, label and value in two columns, lines to copy, a list,
    a table (its first row is the head)."""

    TEXT = "text"
    HEADING = "heading"
    ROWS = "rows"
    CODE = "code"
    ITEMS = "items"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text`: of TEXT, HEADING and CODE (with line ends there); `rows`: of ROWS (label,
    value), TABLE, and ITEMS (one cell each)."""

    kind: BlockKind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


Prose: TypeAlias = tuple[Block, ...]


def text(words: str) -> Block:
    """A paragraph."""
    return Block(BlockKind.TEXT, words)


def heading(words: str) -> Block:
    """A heading."""
    return Block(BlockKind.HEADING, words)


def code(lines: str) -> Block:
    """Lines to copy."""
    return Block(BlockKind.CODE, lines)


def fields(*rows: tuple[str, str]) -> Block:
    """Labels and values."""
    return Block(BlockKind.ROWS, rows=rows)


def items(*texts: str) -> Block:
    """A list."""
    return Block(BlockKind.ITEMS, rows=tuple((one,) for one in texts))


def table(*rows: tuple[str, ...]) -> Block:
    """A table, its head first."""
    return Block(BlockKind.TABLE, rows=rows)
