"""Snippets of nginx configuration: a text becomes directives, or a reason why it does not.

Follows ngx_conf_read_token of nginx (src/core/ngx_conf_file.c, 1.22): tokens end at blanks, `;` and
`{`; quotes and backslashes as there; `#` opens a comment where a token may start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DEPTH_CAP = 8
WORD_CAP = 4_000


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: name, arguments unquoted, and its block (None: it ends in `;`)."""

    name: str
    args: tuple[str, ...] = ()
    block: tuple[Directive, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    mark: bool = False
    """Whether it is one of `;`, `{` and `}`, and not a word."""


class SnippetError(Exception):
    """A snippet that nginx would not load, or that is larger than is read; says why."""


def parse_snippet(text: str) -> tuple[Directive, ...]:
    """The directives of `text`. Raises `SnippetError`."""
    tokens = list(_tokens(text))
    directives, at = _block(tokens, 0, depth=0)
    if at != len(tokens):
        raise SnippetError("a } without its {")
    return directives


def render(directives: tuple[Directive, ...]) -> str:
    """Configuration text that parses to `directives` again."""
    return " ".join(_render(directive) for directive in directives)


def _render(directive: Directive) -> str:
    name = directive.name if directive.name.isidentifier() else _quoted(directive.name)
    words = " ".join((name, *(_quoted(arg) for arg in directive.args)))
    return f"{words};" if directive.block is None else f"{words} {{ {render(directive.block)} }}"


def _quoted(arg: str) -> str:
    escaped = arg.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _block(tokens: list[_Token], at: int, depth: int) -> tuple[tuple[Directive, ...], int]:
    if depth > DEPTH_CAP:
        raise SnippetError(f"blocks nested deeper than {DEPTH_CAP}")
    directives: list[Directive] = []
    while at < len(tokens) and tokens[at] != _CLOSE:
        directive, at = _directive(tokens, at, depth)
        directives.append(directive)
    return tuple(directives), at


def _directive(tokens: list[_Token], at: int, depth: int) -> tuple[Directive, int]:
    words: list[str] = []
    while at < len(tokens) and not tokens[at].mark:
        words.append(tokens[at].text)
        at += 1
    if at == len(tokens) or not words:
        raise SnippetError("a directive without its name or its ;")
    end = tokens[at]
    if end == _END:
        return Directive(words[0], tuple(words[1:])), at + 1
    if end != _OPEN:
        raise SnippetError(f"{words[0]} is not ended by ;")
    block, at = _block(tokens, at + 1, depth + 1)
    if at == len(tokens):
        raise SnippetError(f"the block of {words[0]} is not closed")
    return Directive(words[0], tuple(words[1:]), block), at + 1


_END, _OPEN, _CLOSE = _Token(";", True), _Token("{", True), _Token("}", True)
_MARKS = {";": _END, "{": _OPEN, "}": _CLOSE}
_BLANKS = " \t\r\n"
_ESCAPED = {"t": "\t", "r": "\r", "n": "\n", '"': '"', "'": "'", "\\": "\\"}


def _tokens(text: str) -> Iterator[_Token]:
    at = count = 0
    while at < len(text):
        char = text[at]
        if char in _BLANKS:
            at += 1
            continue
        if char == "#":
            at = _line_end(text, at)
            continue
        count += 1
        if count > WORD_CAP:
            raise SnippetError(f"more than {WORD_CAP} words")
        if char in _MARKS:
            yield _MARKS[char]
            at += 1
            continue
        word, at = _quoted_word(text, at) if char in "\"'" else _plain_word(text, at)
        yield _Token(word)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _quoted_word(text: str, at: int) -> tuple[str, int]:
    quote, start = text[at], at + 1
    at = start
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise SnippetError("a quote is not closed")
    after = text[at + 1 : at + 2]
    if after and after not in _BLANKS + ";{)":
        raise SnippetError("a quote is followed by more of the word")
    return _unescaped(text[start:at]), at + 1


def _plain_word(text: str, at: int) -> tuple[str, int]:
    start = at
    while at < len(text) and text[at] not in _BLANKS + ";":
        if text[at] == "{" and text[at - 1 : at] != "$":
            break
        at += 2 if text[at] == "\\" else 1
    return _unescaped(text[start:at]), min(at, len(text))


def _unescaped(word: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(word):
        if word[at] == "\\" and word[at + 1 : at + 2] in _ESCAPED:
            out.append(_ESCAPED[word[at + 1]])
            at += 2
        else:
            out.append(word[at])
            at += 1
    return "".join(out)
