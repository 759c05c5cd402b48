"""Tickets in plain text: for Roundup, webhooks and terminals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from auditor.edge.reports.layout import cells, pad, safe
from auditor.edge.tickets.prose import Block, BlockKind, Prose
from auditor.edge.tickets.words import LONGEST

_WIDEST: Final = 60
"""Cells that a column is filled up to; a longer value moves only its own row."""


def render_plain(prose: Prose) -> str:
    """`prose` as text, blocks apart by an empty line; nothing in it moves, hides or reorders text,
    and nothing that is not a line of code begins a line by itself."""
    return "\n\n".join("\n".join(_block(block)) for block in prose if block.text or block.rows)


def columns(rows: tuple[tuple[str, ...], ...], limit: int = LONGEST) -> Iterator[str]:
    """Rows with their cells below one another, two spaces apart; `limit`: characters of a cell."""
    shown = [[_line(cell, limit) for cell in row] for row in rows]
    count = max(map(len, shown))
    widths = [
        min(_WIDEST, max((cells(row[index]) for row in shown if index < len(row)), default=0))
        for index in range(count)
    ]
    for row in shown:
        yield "  ".join(map(pad, row, widths)).rstrip()


def _block(block: Block) -> Iterator[str]:
    match block.kind:
        case BlockKind.TEXT | BlockKind.HEADING:
            yield _line(block.text)
        case BlockKind.ROWS | BlockKind.TABLE:
            yield from columns(block.rows)
        case BlockKind.CODE:
            yield from (f"  {safe(line, LONGEST)}".rstrip() for line in block.text.split("\n"))
        case BlockKind.ITEMS:
            yield from (f"- {_line(row[0])}" for row in block.rows)
        case _:
            assert_never(block.kind)


def _line(text: str, limit: int = LONGEST) -> str:
    return " ".join(safe(text, limit).split())
