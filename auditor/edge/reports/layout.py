"""Text fit for a terminal: escaped, measured in cells, folded to a width, coloured when asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

LONGEST_TEXT: Final = 600
"""Characters of one text from a configuration that a report shows; JSON has all of it."""
PIPED_WIDTH: Final = 80
NARROWEST: Final = 40
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Characters that print as nothing although Unicode counts them among letters and marks
(Default_Ignorable_Code_Point, Unicode 15 DerivedCoreProperties; U+2800 is a blank by design)."""
LABEL: Final = 9


class Tone(StrEnum):
    """What a stretch of text is, so that a terminal can tell it apart."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    STRONG = "strong"
    FAINT = "faint"
    GAIN = "gain"
    LOSS = "loss"


Paint: TypeAlias = Callable[[str, Tone], str]


def plain(text: str, _tone: Tone) -> str:
    """The paint of pipes and files: none."""
    return text


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a report is shown: `width` in cells, and how stretches of text are coloured."""

    width: int = PIPED_WIDTH
    paint: Paint = plain


def safe(text: str, limit: int = LONGEST_TEXT) -> str:
    r"""`text` on one line, with nothing that moves a cursor, reorders or hides other text.

    Control, formatting (bidirectional, zero width) and separator characters, and those that print
    as nothing, are shown as `\x1b`, `\u202e`; past `limit` characters it says how many follow.
    """
    if len(text) > limit:
        return f"{safe(text[:limit], limit)}... ({len(text) - limit:,} more characters)"
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _visible(char) else _escape(char) for char in text)


def _visible(char: str) -> bool:
    code = ord(char)
    hidden = char in _INVISIBLE or any(low <= code <= high for low, high in _SELECTORS)
    return char.isprintable() and not hidden


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def cells(text: str) -> int:
    """Columns that an escaped text takes: two for wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(text: str, width: int) -> str:
    """`text` filled with spaces to `width` cells; longer text stays as it is."""
    return text + " " * (width - cells(text))


def clip(text: str, width: int) -> str:
    """An escaped `text` in a column of `width` cells; what is cut off is shown by a tilde."""
    if cells(text) <= width:
        return pad(text, width)
    kept = text
    while cells(kept) > width - 1:
        kept = kept[:-1]
    return pad(f"{kept}~", width)


def flow(items: Iterable[str], gap: str, first: str, rest: str, width: int) -> Iterator[str]:
    """Lines of whole `items`, `gap` between them; an item is never broken, so it can be copied.

    `first` and `rest` begin the first and the other lines. No line without an item.
    """
    line, empty = first, True
    for item in items:
        joined = line + item if empty else line + gap + item
        if not empty and cells(joined) > width:
            yield line.rstrip()
            joined = rest + item
        line, empty = joined, False
    if not empty:
        yield line.rstrip()


def fold(text: str, width: int, first: str = "", rest: str = "") -> Iterator[str]:
    """The lines of an escaped `text`, broken at spaces."""
    return flow(text.split(" "), " ", first, rest, width)


def labelled(label: str, texts: Iterable[str], screen: Screen) -> Iterator[str]:
    """`  label     text`, every text beginning a line of its own, continued below itself; one that
    begins with spaces belongs to the text above and is continued further in."""
    empty = " " * (LABEL + 3)
    head = f"  {label:{LABEL}} "
    for text in texts:
        inside = len(text) - len(text.lstrip(" "))
        yield from fold(safe(text), screen.width, head, empty + " " * (2 * inside))
        head = empty


def count(number: int, noun: str, nouns: str | None = None) -> str:
    """`1 route`, `2,143 routes`."""
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def some(texts: Iterable[str], limit: int = 3) -> str:
    """The first few of `texts` and how many more."""
    found = list(texts)
    more = len(found) - limit
    shown = ", ".join(safe(text, 120) for text in found[:limit])
    return f"{shown} and {more:,} more" if more > 0 else shown
