"""Which words of a text can stand as they are, and which only as code.

No tracker of ours makes anything of letters, digits and a little punctuation. Whatever else a word
holds might become a link, a mention, a reference, a formula, HTML or an emoji in one of them; as code
it is shown as it is everywhere, and copied as it is, which no escape of a bare URL manages: GitHub
and GitLab look for mentions, references and URLs in the text that escapes leave behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditor.edge.reports.layout import safe

LONGEST: Final = 2_000
"""Characters of one text that are rendered; the rest is counted."""
_PLAIN: Final = re.compile(
    r"[(\"']*"
    r"(?:[^\W_]+(?:'[^\W_]+)*|[^\W\d_]+(?:-[^\W\d_]+)+|[0-9]+(?:[.,:][0-9]+){1,3})"
    r"[)\"'.,;:?!]*"
)
"""A word with nothing in it that markup knows: letters and digits, hyphens between letters alone
(`GH-1` and `ACC-7` refer to issues), and numbers such as 1.4.0, 2,143 and 03:06."""
_HASH: Final = re.compile(r"[0-9a-fA-F]{7,}")
"""What GitHub and GitLab take for a commit."""
_EDGES: Final = "()\"'.,;:?!"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `code`: it may hold anything that prints, and no space; else plain words
    and the spaces around them."""

    text: str
    code: bool = False


def pieces(text: str, limit: int = LONGEST) -> tuple[Piece, ...]:
    """`text` on one line, safe to print, each word plain or code; neighbours that are plain are one
    piece, and two pieces of code have a plain one between them."""
    found: list[Piece] = []
    for index, word in enumerate(safe(text, limit).split()):
        space = (Piece(" "),) if index else ()
        for piece in (*space, *_of(word)):
            if found and not found[-1].code and not piece.code:
                found[-1] = Piece(found[-1].text + piece.text)
            else:
                found.append(piece)
    return tuple(found)


def _of(word: str) -> Iterator[Piece]:
    if _PLAIN.fullmatch(word) and not _HASH.fullmatch(word.strip(_EDGES)):
        yield Piece(word)
        return
    head, core, tail = _peel(word)
    if head:
        yield Piece(head)
    yield Piece(core, code=True)
    if tail:
        yield Piece(tail)


def _peel(word: str) -> tuple[str, str, str]:
    """What closes a clause around `word` is not part of it."""
    head = "(" if word.startswith("(") else ""
    inner = word[len(head) :]
    core = inner.rstrip(".,;:")
    if core.endswith(")") and core.count("(") < core.count(")"):
        core = core[:-1]
    return (head, core, inner[len(core) :]) if core else ("", word, "")
