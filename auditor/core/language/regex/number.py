"""Numbers behind a backslash: characters by their octal code, or a group again."""

from __future__ import annotations

from auditor.core.language.regex.scanner import Scanner
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import Back

OCTAL = "01234567"
_DIGITS = "0123456789"


def read_number(scanner: Scanner, first: str, *, in_class: bool) -> str | Back:
    """Read on behind a backslash and the digit `first`."""
    match scanner.flavour.syntax:
        case Syntax.PYTHON:
            return _number_python(scanner, first, in_class=in_class)
        case Syntax.JAVA:
            return _number_java(scanner, first, in_class=in_class)
        case Syntax.GO | Syntax.RE2:
            return _number_re2(scanner, first)
        case Syntax.JS | Syntax.PCRE | Syntax.RUBY:
            return _number_perl(scanner, first, in_class=in_class)


def _number_python(scanner: Scanner, first: str, *, in_class: bool) -> str | Back:
    rest = scanner.peek(2)
    if first == "0" or (in_class and first in OCTAL):
        return _octal(scanner, first + scanner.run(OCTAL, 2))
    if first in OCTAL and len(rest) == 2 and all(digit in OCTAL for digit in rest):
        return _octal(scanner, first + scanner.run(OCTAL, 2))
    if in_class:
        raise scanner.refused(f"\\{first} in a class")
    return _back(scanner, int(first + scanner.run(_DIGITS, 1)))


def _number_java(scanner: Scanner, first: str, *, in_class: bool) -> str | Back:
    if first == "0":
        most = 3 if scanner.peek() in ("0", "1", "2", "3") else 2
        digits = scanner.run(OCTAL, most)
        if not digits:
            raise scanner.refused("\\0 without octal digits")
        return chr(int(digits, 8))
    if in_class:
        raise scanner.refused(f"\\{first} in a class")
    number = int(first)
    while scanner.peek() in tuple(_DIGITS) and number * 10 + int(scanner.peek()) <= scanner.groups:
        number = number * 10 + int(scanner.take())
    return Back(number, caseless=False, unset_fits=False)


def _number_re2(scanner: Scanner, first: str) -> str | Back:
    if first in "89" or (first != "0" and scanner.peek() not in tuple(OCTAL)):
        raise scanner.refused("there are no back-references")
    return _octal(scanner, first + scanner.run(OCTAL, 2))


def _number_perl(scanner: Scanner, first: str, *, in_class: bool) -> str | Back:
    """A group again where there are as many; else octal digits; else the digit itself."""
    flavour = scanner.flavour
    here = scanner.at
    number = int(first + scanner.run(_DIGITS, 3))
    small = number < 10 and flavour.syntax is not Syntax.JS
    if first != "0" and not in_class and (small or number <= count_groups(scanner.text)):
        return _back(scanner, number)
    scanner.at = here
    if scanner.flags.unicode and flavour.syntax is Syntax.JS:
        if first != "0" or scanner.peek() in tuple(_DIGITS):
            raise scanner.refused(f"\\{first} is no escape")
        return "\0"
    if first not in OCTAL:
        return first
    most = 1 if flavour.syntax is Syntax.JS and first > "3" else 2
    return _octal(scanner, first + scanner.run(OCTAL, most))


def count_groups(text: str) -> int:
    """How many groups a pattern has that keep their text."""
    count, at, in_class = 0, 0, False
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        elif char == "(" and not in_class:
            behind = text[at + 1 : at + 4]
            named = behind.startswith(("?P<", "?<", "?'")) and behind[:3] not in ("?<=", "?<!")
            count += named or not behind.startswith(("?", "*"))
        at += 1
    return count


def _octal(scanner: Scanner, digits: str) -> str:
    value = int(digits, 8)
    syntax = scanner.flavour.syntax
    bytewise = syntax is Syntax.PCRE and not scanner.flags.unicode
    if value > 0o377 and (bytewise or syntax is Syntax.PYTHON):
        raise scanner.refused(f"\\{digits} is over \\377")
    return chr(value)


def _back(scanner: Scanner, number: int) -> Back:
    if number > count_groups(scanner.text):
        raise scanner.refused(f"there is no group {number}")
    return Back(number, caseless=False, unset_fits=scanner.flavour.syntax is Syntax.JS)
