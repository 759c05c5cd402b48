"""What an opening bracket begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from auditor.core.language.regex.scanner import Flags, Scanner
from auditor.core.language.regex.syntax import Syntax

_Kind: TypeAlias = Literal["group", "plain", "atomic", "look", "flags", "again", "nothing"]


@dataclass(frozen=True, slots=True)
class Opener:
    """`closes`: whether a `)` is still to come."""

    kind: _Kind
    name: str = ""
    ahead: bool = True
    wanted: bool = True
    closes: bool = True


_LOOKS = {
    "=": Opener("look"),
    "!": Opener("look", wanted=False),
    "<=": Opener("look", ahead=False),
    "<!": Opener("look", ahead=False, wanted=False),
}
_NAMED = {"P<": ">", "<": ">", "'": "'"}
_OPENERS = (
    "<=",
    "<!",
    "P<",
    "P=",
    "P>",
    ":",
    ">",
    "=",
    "!",
    "#",
    "(",
    "|",
    "R",
    "&",
    "'",
    "<",
    "~",
)
_STARTS = ("UTF8", "UTF", "UCP", "CR", "LF", "CRLF", "ANYCRLF", "ANY", "BSR_ANYCRLF", "BSR_UNICODE")


def read_opener(scanner: Scanner) -> Opener:
    """Read on behind `(`."""
    if scanner.flavour.syntax is Syntax.PCRE and scanner.peek() == "*":
        return _verb(scanner)
    if not scanner.eat("?"):
        return Opener("group")
    for text in _OPENERS:
        if scanner.peek(len(text)) == text and text in scanner.flavour.groups:
            scanner.at += len(text)
            return _opened(scanner, text)
    return Opener("flags")


def _opened(scanner: Scanner, text: str) -> Opener:
    if text in _LOOKS:
        return _LOOKS[text]
    if text in _NAMED:
        return Opener("group", name=_name(scanner, _NAMED[text]))
    match text:
        case ":":
            return Opener("plain")
        case "|":
            return _branch_reset(scanner)
        case ">":
            return Opener("atomic")
        case "P=":
            return Opener("again", name=_name(scanner, ")"), closes=False)
        case _:
            what = {"(": "a conditional group", "~": "an absence operator"}
            raise scanner.unmodelled(what.get(text, "recursion"))


def _branch_reset(scanner: Scanner) -> Opener:
    """`(?|`: groups of all alternatives share their numbers, so that names may contradict each other."""
    looks = scanner.text.count("(?<=") + scanner.text.count("(?<!")
    if sum(map(scanner.text.count, ("(?<", "(?'", "(?P<"))) - looks > 1:
        raise scanner.unmodelled("a branch reset beside several named groups")
    return Opener("plain")


def _name(scanner: Scanner, end: str) -> str:
    name = scanner.until(end)
    if not name.isidentifier():
        raise scanner.refused(f"{name!r} is no name of a group")
    if name in scanner.names and end != ")":
        if scanner.flavour.syntax is Syntax.RUBY:
            return name
        raise scanner.refused(f"two groups are named {name!r}")
    return name


def _verb(scanner: Scanner) -> Opener:
    """`(*UTF)` and the like at the start set how to read; others steer the search."""
    begins = scanner.at == 1
    scanner.take()
    name = scanner.until(")")
    if not begins or name not in _STARTS:
        raise scanner.unmodelled(f"the verb (*{name})")
    return Opener("nothing", closes=False)


def read_flags(scanner: Scanner) -> Flags:
    """Pass the letters of `(?flags)`; the `)` or `:` behind them is left."""
    at_start = scanner.at == 2
    flags, on, seen = scanner.flags, True, False
    if scanner.flavour.syntax is Syntax.PCRE and scanner.eat("^"):
        flags, seen = Flags(unicode=flags.unicode), True
    while scanner.peek() not in (")", ":"):
        letter = scanner.take()
        if letter == "-" and on:
            on = False
        elif letter in scanner.flavour.flags:
            flags = _with(scanner, flags, letter, on=on)
        else:
            raise scanner.refused(f"(?{letter} begins no group")
        seen = True
    _check(scanner, at_start=at_start, on=on, seen=seen)
    return flags


def _check(scanner: Scanner, *, at_start: bool, on: bool, seen: bool) -> None:
    syntax = scanner.flavour.syntax
    python_global = syntax is Syntax.PYTHON and scanner.peek() == ")"
    if python_global and (not at_start or not on):
        raise scanner.refused("flags for the whole stand at the start only")
    bare = scanner.text[scanner.at - 1]
    if bare == "-" and syntax in (Syntax.PYTHON, Syntax.GO, Syntax.RE2):
        raise scanner.refused("flags are missing behind -")
    if not seen and syntax in (Syntax.PYTHON, Syntax.RUBY, Syntax.GO, Syntax.RE2):
        raise scanner.refused("flags are missing")


def _with(scanner: Scanner, flags: Flags, letter: str, *, on: bool) -> Flags:
    match scanner.flavour.syntax, letter:
        case _, "i":
            return replace(flags, caseless=on)
        case _, "x":
            return replace(flags, extended=on)
        case (_, "s") | (Syntax.RUBY, "m"):
            return replace(flags, dot_takes_lines=on)
        case Syntax.PYTHON, "a" | "u":
            return replace(flags, ascii=letter == "a")
        case Syntax.JAVA, "u" | "U":
            return replace(flags, unicode=on)
        case _, "U":
            return replace(flags, ungreedy=on)
        case Syntax.RUBY, "a" | "u" if not on:
            raise scanner.refused(f"(?-{letter} is no option")
    return flags
