"""The decisions that a change alters, for a comment on that change."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.edge.reports.comparison import Difference
from auditor.edge.reports.diff import headline, row_lines


def diff_markdown(found: Difference) -> str:
    """The decisions alone, for a comment on a change; empty when none differs and all is known."""
    lines = [*row_lines(found.changed, found), *row_lines(found.unsure, found)]
    if not lines:
        return ""
    # A fence longer than any run of backticks that a configuration could hold in one text.
    longest = max((len(run) for line in lines for run in _backticks(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([headline(found), "", f"{fence}diff", *lines, fence])


def _backticks(line: str) -> Iterator[str]:
    run = ""
    for char in line:
        run = run + char if char == "`" else ""
        if run:
            yield run
