"""A text that a tracker would refuse for its length, made to fit: the end goes, and a line says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from auditor.edge.tickets.prose import Block, Prose, text

CUT: Final = text(
    "Cut here: the rest is longer than this tracker takes. All of it is in the report."
)


def fit(prose: Prose, render: Callable[[Prose], str], room: int) -> str:
    """`prose` as `render` writes it, in at most `room` characters: as many whole blocks from the top
    as fit, then rows of the next, then `CUT`. Blocks are left out, not characters of what was
    rendered, so that no fence or table stays open. `room` has to hold `CUT` itself."""
    whole = render(prose)
    if len(whole) <= room:
        return whole
    kept = _most(len(prose), lambda n: len(render((*prose[:n], CUT))) <= room)
    head, broken = prose[:kept], prose[kept]
    rows = _most(len(broken.rows), lambda n: len(render((*head, *_part(broken, n), CUT))) <= room)
    return render((*head, *_part(broken, rows), CUT))


def fit_line(line: str, render: Callable[[str], str], room: int) -> str:
    """`line` as `render` writes it, in at most `room` characters; what was cut ends in dots."""
    whole = render(line)
    if len(whole) <= room:
        return whole
    kept = _most(len(line), lambda n: len(render(f"{line[:n]}...")) <= room)
    return render(f"{line[:kept]}...")


def _part(block: Block, rows: int) -> tuple[Block, ...]:
    return (replace(block, rows=block.rows[:rows]),) if rows else ()


def _most(length: int, fits: Callable[[int], bool]) -> int:
    """The largest n of 0..length - 1 that fits, taking it that what fits is longer with n."""
    low, high = 0, max(length - 1, 0)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
