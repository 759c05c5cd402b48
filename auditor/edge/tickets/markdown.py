"""Tickets in Markdown, as GitHub and GitLab read it.

Words that could be markup stand as code (see `words`), so nothing has to be escaped but a number at
the beginning of a line. Left are the fences themselves, which are longer than any run of backticks
within; pipes in tables; the beginning of a comment, which our own marks are written with; and
beginnings of lines, where GitLab looks for commands before it looks for fences
(lib/gitlab/quick_actions/extractor.rb: a fence ends at the first line of three backticks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from auditor.edge.reports.layout import safe
from auditor.edge.tickets.prose import Block, BlockKind, Prose
from auditor.edge.tickets.title import PREFIX
from auditor.edge.tickets.words import LONGEST, Piece, pieces

_NUMBERED: Final = re.compile(r"[0-9]+[.)](?= |$)")
_BACKTICKS: Final = re.compile("`+")
_ENDLESS: Final = re.compile("`{40,}")


def render_markdown(prose: Prose) -> str:
    """`prose` as Markdown; no link, mention, reference, command or HTML comes out of its texts."""
    return "\n\n".join("\n".join(_block(block)) for block in prose if block.text or block.rows)


def render_title(text: str) -> str:
    """A title for GitHub and GitLab, which read Markdown there: our own prefix stands as it is."""
    rest = text.removeprefix(f"{PREFIX} ")
    return render_line(rest) if rest == text else f"{PREFIX} {render_line(rest)}"


def render_line(text: str) -> str:
    """`text` for a place that reads Markdown in one line."""
    found = "".join(map(_inline, pieces(text)))
    number = _NUMBERED.match(found)
    return f"{found[: number.end() - 1]}\\{found[number.end() - 1 :]}" if number else found


def _block(block: Block) -> Iterator[str]:
    match block.kind:
        case BlockKind.TEXT:
            yield render_line(block.text)
        case BlockKind.HEADING:
            yield f"### {render_line(block.text)}"
        case BlockKind.ROWS:
            yield from _labelled(block.rows)
        case BlockKind.CODE:
            yield from _fenced(block.text.split("\n"))
        case BlockKind.ITEMS:
            yield from (f"- {render_line(row[0])}" for row in block.rows)
        case BlockKind.TABLE:
            yield from _table(block.rows)
        case _:
            assert_never(block.kind)


def _labelled(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """A list; a value without a label continues the one above on a line of its own."""
    held = ""
    for label, value in (map(render_line, row) for row in rows):
        if label:
            yield from filter(None, [held])
            held = f"- **{label}** {value}".rstrip()
        elif value:
            held = f"{held}\\\n  {value}" if held else f"- {value}"
    yield from filter(None, [held])


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    held = [_code_line(line) for line in lines]
    fence = "`" * max(3, 1 + _longest_run("\n".join(held)))
    yield from (fence, *held, fence)


def _code_line(line: str) -> str:
    shown = _tamed(safe(line, LONGEST))
    # A command (`/close`), a quote (`>>>`) or a fence of GitLab's begins the line, or is none.
    return shown if not shown or shown[0].isalnum() or shown[0] in " #" else f" {shown}"


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    width = max(map(len, rows))
    for index, row in enumerate(rows):
        cells = [*map(_cell, row), *[""] * (width - len(row))]
        yield f"| {' | '.join(cells)} |"
        if index == 0:
            yield f"|{' --- |' * width}"


def _cell(text: str) -> str:
    # Within a row `\|` is a pipe, in code too (GFM 0.29, 4.10); parsers differ over `\\|`.
    return render_line(text).replace("\\|", "\\ |").replace("|", "\\|")


def _inline(piece: Piece) -> str:
    if not piece.code:
        return piece.text
    text = _tamed(piece.text)
    fence = "`" * (1 + _longest_run(text))
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _tamed(text: str) -> str:
    """What code is no shelter for. Marks of ours are comments, and are looked for in the raw text; and
    fences end at a limit: GitHub's parser knows none of over 80 backticks within a line, nor of over
    255 around lines (cmark-gfm 0.29.0, src/inlines.c `MAXBACKTICKS`, src/blocks.c `fence_length`)."""
    text = text.replace("<!--", "<! --")
    return _ENDLESS.sub(lambda found: "\\x60" * len(found[0]), text)


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
