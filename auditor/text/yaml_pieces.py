"""Cutting a YAML stream into its documents before any of it is parsed.

A line that starts with `---` or `...` and then a space or the line's end is a document marker
wherever it stands: no scalar may contain one (YAML 1.1, production c-forbidden), so that cutting
needs no parser. What stands before a marker and holds only comments and directives belongs to
the document after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKER = re.compile(r"^\ufeff?(---|\.\.\.)(?=\s|$)", re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?+\n)*+[ \t]*+(?:#[^\n]*+)?+")
_PROLOGUE = re.compile(
    r"(?:[ \t]*+(?:#[^\n]*+)?+\n|%[^\n]*+\n)*+(?:%[^\n]*+|[ \t]*+(?:#[^\n]*+)?+)"
)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
# The line that helm writes between `---` and a rendered template (helm 3, pkg/action, "# Source:").
_SOURCE = re.compile(r"^# Source: ([^\n]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one document: what precedes it, its marker, its content.

    `line` is where `text` starts in the file, `marked` where the document starts: its `---`.
    """

    text: str
    line: int
    marked: int
    index: int
    empty: bool
    comment_source: str | None


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    content: int
    end: int
    explicit: bool


def cut_pieces(text: str) -> Iterator[Piece]:
    r"""Yield the documents of a stream whose lines end in "\n", empty ones included."""
    index = line = 0
    counted = 0
    prologue: int | None = None
    for span in _spans(text):
        leading = _COMMENTS if span.explicit else _PROLOGUE
        head = leading.match(text, span.content, span.end)
        head_end = head.end() if head else span.content
        start = span.start if prologue is None else prologue
        empty = head_end == span.end
        if empty and not span.explicit:
            prologue = start
            if span.end < len(text) or not _DIRECTIVE.search(text, start):
                continue
        line += text.count("\n", counted, start)
        counted = start
        marked = line + text.count("\n", start, span.start) + 1
        source = _find_source(text, span.content, head_end) or _find_source(text, start, span.start)
        empty = empty and span.explicit
        body = text[start : span.end].removeprefix("\ufeff")
        yield Piece(body, line + 1, marked, index, empty, source)
        index += 1
        prologue = None


def _spans(text: str) -> Iterator[_Span]:
    start = content = 0
    explicit = False
    for marker in _MARKER.finditer(text):
        if marker.start() > start or explicit:
            yield _Span(start, content, marker.start(), explicit)
        explicit = marker[1] == "---"
        content = marker.end()
        start = marker.start() if explicit else content
    if len(text) > start:
        yield _Span(start, content, len(text), explicit)


def _find_source(text: str, start: int, end: int) -> str | None:
    found = _SOURCE.search(text, start, end)
    return found[1].strip() if found else None
