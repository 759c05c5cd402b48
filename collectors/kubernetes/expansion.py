"""`$(NAME)` in the value of an environment variable, filled as Kubernetes fills it.

Source: the field `value` of EnvVar in the Kubernetes API (core/v1) and its parser,
third_party/forked/golang/expansion: `$$` is one `$`; a reference to a variable that is not there stays
as it is written, and so does one that is not closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 64 * 1024
"""Characters of one filled value: variables that name each other twice grow without end."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A value that is there and that is not known here, and why."""

    reason: str


def expand(text: str, lookup: Callable[[str], str | Withheld | None]) -> str | Withheld:
    """Return `text` with its references filled; withheld where one of them is."""
    parts: list[str] = []
    length = at = 0
    last = text.rfind(")")
    while at < len(text):
        part, at = _next(text, at, last, lookup)
        if isinstance(part, Withheld):
            return part
        parts.append(part)
        length += len(part)
        if length > LONGEST:
            return Withheld(f"it has over {LONGEST:,} characters once its references are filled")
    return "".join(parts)


def _next(
    text: str, at: int, last: int, lookup: Callable[[str], str | Withheld | None]
) -> tuple[str | Withheld, int]:
    """The piece that begins at `at`, filled, and where the one after it begins; `last`: the last `)`."""
    if text[at] != "$":
        end = text.find("$", at)
        end = len(text) if end < 0 else end
        return text[at:end], end
    if text.startswith("$$", at):
        return "$", at + 2
    close = text.find(")", at) if at < last and text.startswith("$(", at) else -1
    if close < 0:
        return text[at : at + 2], at + 2
    filled = lookup(text[at + 2 : close])
    return text[at : close + 1] if filled is None else filled, close + 1
