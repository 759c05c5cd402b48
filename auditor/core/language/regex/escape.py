"""What stands behind a backslash."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from auditor.core.language.regex.characters import (
    BLANK,
    DIGIT,
    HEX,
    NEWLINE,
    SPACE,
    VERTICAL,
)
from auditor.core.language.regex.number import OCTAL, read_number
from auditor.core.language.regex.property import read_property
from auditor.core.language.regex.scanner import Flags, Scanner
from auditor.core.language.regex.syntax import Escapable, Syntax
from auditor.core.language.tree import (
    EMPTY_TEXT,
    EVERY_CHARACTER,
    WORD,
    Alt,
    At,
    Back,
    Chars,
    Edge,
    Tree,
    literal,
)

Item: TypeAlias = str | Tree
"""One character, whose case is not looked at yet, or a tree that is complete."""

_HEX = "0123456789abcdefABCDEF"
_SETS = {"d": DIGIT, "w": WORD, "s": SPACE}
_EDGES = {
    "A": Edge.BEGIN,
    "G": Edge.BEGIN,
    "Z": Edge.END,
    "z": Edge.END,
    "b": Edge.BOUNDARY,
    "B": Edge.NO_BOUNDARY,
}


def read_escape(scanner: Scanner, flags: Flags, *, in_class: bool) -> Item:
    """Read on behind a backslash."""
    flavour = scanner.flavour
    char = scanner.take()
    if char.lower() in _SETS:
        mask = _SETS[char.lower()]
        return Chars(mask if char.islower() else EVERY_CHARACTER & ~mask)
    place = None if in_class else _place(scanner, char)
    if place is not None:
        return place
    if char in flavour.controls:
        return flavour.controls[char]
    if char.isascii() and char.isdigit():
        return read_number(scanner, char, in_class=in_class)
    if in_class and char == "b" and flavour.syntax not in (Syntax.JAVA, Syntax.GO, Syntax.RE2):
        return "\b"
    reader = _READERS.get(flavour.syntax, {}).get(char) or _COMMON.get(char)
    found = None if reader is None else reader(scanner, flags, in_class)
    if found is not None:
        return found
    strict = flags.unicode and not (in_class and char == "-")
    if _may_stand(scanner.flavour.escapable, char, strict=strict):
        return char
    raise scanner.refused(f"\\{char} is no escape")


def _place(scanner: Scanner, char: str) -> Tree | None:
    """A place in the text, None where the letter stands for none."""
    flavour = scanner.flavour
    if char not in flavour.edges:
        return None
    if char == "b" and flavour.syntax is Syntax.JAVA and scanner.peek() == "{":
        raise scanner.unmodelled("\\b{...}")
    return EMPTY_TEXT if char == "K" else At(_EDGES[char])


def _may_stand(escapable: Escapable, char: str, *, strict: bool) -> bool:
    ascii_alnum = char.isascii() and char.isalnum()
    match escapable:
        case Escapable.EVERYTHING:
            return not strict or char in "^$\\.*+?()[]{}|/"
        case Escapable.NO_LETTER:
            return not (char.isascii() and char.isalpha())
        case Escapable.NO_ALPHANUMERIC:
            return not ascii_alnum
        case Escapable.ASCII_PUNCTUATION:
            return char.isascii() and not ascii_alnum
        case Escapable.PUNCTUATION_BUT_UNDERSCORE:
            return char.isascii() and not ascii_alnum and char != "_"


def _hex(scanner: Scanner, flags: Flags, _in_class: bool) -> Item | None:
    syntax = scanner.flavour.syntax
    if scanner.peek() == "{" and syntax not in (Syntax.PYTHON, Syntax.JS, Syntax.RUBY):
        scanner.take()
        return _code(scanner, scanner.until("}"))
    start = scanner.at
    digits = scanner.run(_HEX, 2)
    if len(digits) == 2 or syntax is Syntax.PCRE or (digits and syntax is Syntax.RUBY):
        return chr(int(digits or "0", 16))
    if syntax is Syntax.JS and not flags.unicode:
        scanner.at = start
        return "x"
    raise scanner.refused("\\x without two hexadecimal digits")


def _unicode(scanner: Scanner, flags: Flags, _in_class: bool) -> Item | None:
    syntax = scanner.flavour.syntax
    braced = syntax is Syntax.RUBY or flags.unicode
    if braced and scanner.eat("{"):
        codes = scanner.until("}").split()
        if len(codes) != 1:
            raise scanner.unmodelled("several characters in one \\u{}")
        return _code(scanner, codes[0])
    start = scanner.at
    digits = scanner.run(_HEX, 4)
    if len(digits) == 4:
        return chr(int(digits, 16))
    if syntax is Syntax.JS and not flags.unicode:
        scanner.at = start
        return "u"
    raise scanner.refused("\\u without four hexadecimal digits")


def _long_unicode(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    digits = scanner.run(_HEX, 8)
    if len(digits) != 8:
        raise scanner.refused("\\U without eight hexadecimal digits")
    return _code(scanner, digits)


def _code(scanner: Scanner, digits: str, base: int = 16) -> str:
    known = _HEX if base == 16 else OCTAL
    if not digits or any(digit not in known for digit in digits):
        raise scanner.refused(f"{digits!r} is no number")
    value = int(digits[:12], base)
    if value > 0x10FFFF or len(digits) > 12:
        raise scanner.refused(f"{digits!r} is no character")
    return chr(value)


def _braced_octal(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    if not scanner.eat("{"):
        raise scanner.refused("\\o without {")
    return _code(scanner, scanner.until("}"), 8)


def _named_character(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    if not scanner.eat("{"):
        raise scanner.refused("\\N without a name")
    name = scanner.until("}")
    try:
        return unicodedata.lookup(name)
    except KeyError:
        raise scanner.refused(f"there is no character {name!r}") from None


def _no_line_end(scanner: Scanner, _flags: Flags, in_class: bool) -> Item | None:
    if scanner.peek() == "{":
        raise scanner.unmodelled("\\N{...}")
    if in_class:
        raise scanner.refused("\\N in a class")
    return Chars(EVERY_CHARACTER & ~NEWLINE)


def _control(scanner: Scanner, flags: Flags, in_class: bool) -> Item | None:
    follows = scanner.peek()
    match scanner.flavour.syntax:
        case Syntax.JS:
            return _control_js(scanner, flags, in_class=in_class)
        case Syntax.RUBY if follows in ("", "\\"):
            raise scanner.unmodelled("\\c of an escape")
        case Syntax.RUBY:
            return chr(ord(scanner.take()) & 0x1F)
        case Syntax.PCRE if not " " <= (follows or "\0") <= "~":
            raise scanner.refused("\\c without a printable character")
        case Syntax.PCRE:
            return chr(ord(scanner.take().upper()) ^ 0x40)
        case _:
            return chr(ord(scanner.take()) ^ 0x40)


def _control_js(scanner: Scanner, flags: Flags, *, in_class: bool) -> Item:
    follows = scanner.peek()
    loose = in_class and not flags.unicode and (follows.isdigit() or follows == "_")
    if follows.isascii() and (follows.isalpha() or loose):
        return chr(ord(scanner.take()) % 32)
    if flags.unicode:
        raise scanner.refused("\\c without a letter")
    scanner.at -= 1
    return "\\"


def _horizontal(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    mask = HEX if scanner.flavour.syntax is Syntax.RUBY else BLANK
    return Chars(mask if scanner.text[scanner.at - 1] == "h" else EVERY_CHARACTER & ~mask)


def _vertical(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    return Chars(VERTICAL if scanner.text[scanner.at - 1] == "v" else EVERY_CHARACTER & ~VERTICAL)


def _line_break(scanner: Scanner, _flags: Flags, in_class: bool) -> Item | None:
    if in_class:
        raise scanner.refused("\\R in a class")
    return Alt((literal("\r\n"), Chars(VERTICAL)))


def _any_character(scanner: Scanner, _flags: Flags, in_class: bool) -> Item | None:
    if in_class:
        raise scanner.refused("a whole character in a class")
    return Chars(EVERY_CHARACTER)


def _property(scanner: Scanner, flags: Flags, _in_class: bool) -> Item | None:
    negated = scanner.text[scanner.at - 1] == "P"
    syntax = scanner.flavour.syntax
    plain = syntax is Syntax.RUBY and scanner.peek() != "{"
    if plain or (syntax is Syntax.JS and not flags.unicode):
        return None
    return Chars(read_property(scanner, flags, negated=negated))


def _group_again(scanner: Scanner, flags: Flags, in_class: bool) -> Item | None:
    syntax = scanner.flavour.syntax
    opens = scanner.peek()
    named = scanner.text.replace("(?<=", "").replace("(?<!", "")
    if syntax is Syntax.JS and not flags.unicode and "(?<" not in named:
        return None
    closing = {"<": ">", "{": "}", "'": "'"}.get(opens)
    if in_class or closing is None:
        raise scanner.refused("\\k without a name")
    scanner.take()
    name = scanner.until(closing)
    return Back(scanner.names.get(name, 0), caseless=False, unset_fits=syntax is Syntax.JS)


def _meta(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    if scanner.peek() == "-":
        raise scanner.unmodelled("control and meta characters")
    raise scanner.refused("a meta escape without -")


def _call(scanner: Scanner, _flags: Flags, _in_class: bool) -> Item | None:
    raise scanner.unmodelled("\\g: a group called or meant again")


_Reader: TypeAlias = Callable[[Scanner, Flags, bool], "Item | None"]
_COMMON: dict[str, _Reader] = {"x": _hex}
_PERL: dict[str, _Reader] = {
    "c": _control,
    "h": _horizontal,
    "H": _horizontal,
    "R": _line_break,
    "X": _any_character,
    "p": _property,
    "P": _property,
    "k": _group_again,
}
_READERS: dict[Syntax, dict[str, _Reader]] = {
    Syntax.PYTHON: {"u": _unicode, "U": _long_unicode, "N": _named_character},
    Syntax.JS: {
        "u": _unicode,
        "c": _control,
        "p": _property,
        "P": _property,
        "k": _group_again,
    },
    Syntax.JAVA: {
        **_PERL,
        "u": _unicode,
        "N": _named_character,
        "v": _vertical,
        "V": _vertical,
    },
    Syntax.PCRE: {
        **_PERL,
        "o": _braced_octal,
        "N": _no_line_end,
        "C": _any_character,
        "v": _vertical,
        "V": _vertical,
        "g": _call,
    },
    Syntax.RUBY: {**_PERL, "M": _meta, "C": _meta, "u": _unicode, "g": _call},
    Syntax.GO: {"p": _property, "P": _property},
    Syntax.RE2: {"p": _property, "P": _property, "C": _any_character},
}
