"""Tickets in the Atlassian Document Format: a tree in which text is only ever text.

Nothing needs an escape there. Words that could be markup elsewhere bear the mark `code`, so that no
client makes links of them, and so that they read as they do in other trackers. An empty text node is
refused by the format (its JSON schema, npm @atlaskit/adf-schema 57.7: `minLength: 1`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from auditor.core.reading import Json
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.prose import Block, BlockKind, Prose
from auditor.edge.tickets.words import LONGEST, Piece, pieces

Node: TypeAlias = dict[str, Json]


def render_adf(prose: Prose) -> Node:
    """`prose` as a document of version 1."""
    content: list[Json] = [_block(block) for block in prose if block.text or block.rows]
    return {"version": 1, "type": "doc", "content": content}


def _block(block: Block) -> Node:
    match block.kind:
        case BlockKind.TEXT:
            return _paragraph(block.text)
        case BlockKind.HEADING:
            return {"type": "heading", "attrs": {"level": 3}, "content": _inline(block.text)}
        case BlockKind.ROWS:
            return _labelled(block.rows)
        case BlockKind.CODE:
            return _code(block.text)
        case BlockKind.ITEMS:
            return _list([_paragraph(row[0])] for row in block.rows)
        case BlockKind.TABLE:
            width = max(map(len, block.rows))
            return _table(block.rows, width)
        case _:
            assert_never(block.kind)


def _labelled(rows: tuple[tuple[str, ...], ...]) -> Node:
    """A list; a value without a label is a paragraph more of the item above."""
    found: list[list[Node]] = []
    for label, value in rows:
        if not label and found:
            found[-1].append(_paragraph(value))
            continue
        strong: list[Json] = [{**_text(safe(label, LONGEST)), "marks": [{"type": "strong"}]}]
        space: list[Json] = [_text(" ")]
        content = [*strong, *space, *_inline(value)] if label else _inline(value)
        found.append([{"type": "paragraph", "content": content}])
    return _list(found)


def _table(rows: tuple[tuple[str, ...], ...], width: int) -> Node:
    content: list[Json] = []
    for index, row in enumerate(rows):
        kind = "tableCell" if index else "tableHeader"
        filled = (*row, *("",) * (width - len(row)))
        cells: list[Json] = [{"type": kind, "content": [_paragraph(cell)]} for cell in filled]
        content.append({"type": "tableRow", "content": cells})
    return {"type": "table", "content": content}


def _code(text: str) -> Node:
    shown = "\n".join(safe(line, LONGEST) for line in text.split("\n"))
    return {"type": "codeBlock", "content": [_text(shown)]}


def _list(found: Iterable[list[Node]]) -> Node:
    content: list[Json] = [{"type": "listItem", "content": list[Json](one)} for one in found]
    return {"type": "bulletList", "content": content}


def _paragraph(text: str) -> Node:
    return {"type": "paragraph", "content": _inline(text)}


def _inline(text: str) -> list[Json]:
    return [_node(piece) for piece in pieces(text)]


def _node(piece: Piece) -> Node:
    node = _text(piece.text)
    return {**node, "marks": [{"type": "code"}]} if piece.code else node


def _text(text: str) -> Node:
    return {"type": "text", "text": text}
