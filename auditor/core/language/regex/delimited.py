"""Patterns that are written between delimiters, with flags behind them."""

from __future__ import annotations

from typing import NamedTuple

from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.scanner import Flags

_JS_FLAGS = "dgimsuvy"
_RUBY_FLAGS = "imxounse"
_PHP_FLAGS = "imsxADSUXJun \r\n"
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}


class Delimited(NamedTuple):
    """`source`: what stands between the delimiters. `anchored`: it fits at the beginning only."""

    source: str
    flags: Flags = Flags()
    anchored: bool = False


def javascript(text: str) -> Delimited:
    """`/source/flags`, or a bare source. `g` keeps a place between two calls of `test`, so that a
    match is followed by a search from there: what is read here is the first call."""
    source, letters = _slashed(text, _JS_FLAGS)
    if len(set(letters)) < len(letters) or {"u", "v"} <= set(letters):
        raise Malformed(f"no valid JavaScript flags: {letters}")
    if "v" in letters:
        raise Unmodelled("JavaScript's v flag")
    flags = Flags(caseless="i" in letters, dot_takes_lines="s" in letters, unicode="u" in letters)
    return Delimited(source, flags, anchored="y" in letters)


def keeps_place(text: str) -> bool:
    """Whether `test` goes on, the next time, from where the last match ended (ECMAScript 2023,
    22.2.7.2): then a match is followed by a search of the rest alone."""
    return bool({"g", "y"} & set(_slashed(text, _JS_FLAGS)[1]))


def ruby(text: str) -> Delimited:
    """`/source/flags`, or a bare source."""
    source, letters = _slashed(text, _RUBY_FLAGS)
    flags = Flags(caseless="i" in letters, extended="x" in letters, dot_takes_lines="m" in letters)
    return Delimited(source, flags)


def php(text: str) -> Delimited:
    """`#source#flags`: any delimiter that is no letter, digit, backslash or NUL; brackets in pairs
    (PHP manual, PCRE patterns, delimiters). Raises `Malformed`."""
    plain = text.lstrip(" \t\n\r\v\f")
    opens = plain[:1]
    if not opens or opens.isalnum() or opens in "\\\0":
        raise Malformed("no valid PHP pattern: it has no delimiters")
    end = _closing(plain, opens, _PAIRS.get(opens, opens))
    letters = plain[end + 1 :]
    wrong = sorted(set(letters) - set(_PHP_FLAGS))
    if wrong:
        raise Malformed(f"no valid PHP pattern: unknown modifier {wrong[0]!r}")
    flags = Flags(
        caseless="i" in letters,
        extended="x" in letters,
        dot_takes_lines="s" in letters,
        ungreedy="U" in letters,
        unicode="u" in letters,
    )
    return Delimited(plain[1:end], flags, anchored="A" in letters)


def _closing(text: str, opens: str, closes: str) -> int:
    depth, at = 1, 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == closes:
            depth -= 1
            if not depth:
                return at
        elif text[at] == opens:
            depth += 1
        at += 1
    raise Malformed(f"no valid PHP pattern: the delimiter {closes!r} is missing at the end")


def _slashed(text: str, known: str) -> tuple[str, str]:
    source, slash, letters = text[1:].rpartition("/")
    if text.startswith("/") and slash and source and not set(letters) - set(known):
        return source, letters
    return text, ""
