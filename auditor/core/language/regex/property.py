"""`\\p{...}`: characters by a property that Unicode or the engine names, over ASCII."""

from __future__ import annotations

from auditor.core.language.regex.characters import (
    BEYOND,
    LOWER,
    POSIX,
    SPACE,
    UPPER,
    category,
    script,
    such,
)
from auditor.core.language.regex.scanner import Flags, Scanner
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import EVERY_CHARACTER, WORD

_JAVA_POSIX = {
    **{
        name.capitalize(): mask
        for name, mask in POSIX.items()
        if name not in ("word", "xdigit", "ascii")
    },
    "XDigit": POSIX["xdigit"],
    "ASCII": POSIX["ascii"],
}
_JAVA_BINARY = {
    "ALPHABETIC": LOWER | UPPER,
    "LETTER": LOWER | UPPER,
    "LOWERCASE": LOWER,
    "UPPERCASE": UPPER,
    "DIGIT": POSIX["digit"],
    "PUNCTUATION": category("P") or 0,
    "WHITE_SPACE": SPACE,
    "CONTROL": POSIX["cntrl"],
    "HEX_DIGIT": POSIX["xdigit"],
    "IDEOGRAPHIC": BEYOND,
}
_JAVA_METHODS = {
    "javaLowerCase": LOWER,
    "javaUpperCase": UPPER,
    "javaAlphabetic": LOWER | UPPER,
    "javaLetter": LOWER | UPPER,
    "javaDigit": POSIX["digit"],
    "javaLetterOrDigit": POSIX["alnum"],
    "javaWhitespace": SPACE | such(lambda c: "\x1c" <= c <= "\x1f"),
    "javaSpaceChar": category("Z") or 0,
}
_JS_BINARY = {
    "ASCII": POSIX["ascii"],
    "Alphabetic": LOWER | UPPER,
    "Alpha": LOWER | UPPER,
    "Lowercase": LOWER,
    "Lower": LOWER,
    "Uppercase": UPPER,
    "Upper": UPPER,
    "White_Space": SPACE,
    "ASCII_Hex_Digit": POSIX["xdigit"],
    "AHex": POSIX["xdigit"],
    "Hex_Digit": POSIX["xdigit"],
    "Any": EVERY_CHARACTER,
    "Assigned": EVERY_CHARACTER,
    "ID_Start": LOWER | UPPER,
    "ID_Continue": WORD,
}
_LONG_CATEGORIES = {
    "Letter": "L",
    "Lowercase_Letter": "Ll",
    "Uppercase_Letter": "Lu",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Other": "C",
    "Mark": "M",
}


def read_property(scanner: Scanner, flags: Flags, *, negated: bool) -> int:
    """Read on behind `\\p` or `\\P`: the set of characters."""
    syntax = scanner.flavour.syntax
    if scanner.eat("{"):
        name = scanner.until("}")
        if name.startswith("^") and syntax not in (Syntax.JAVA, Syntax.JS):
            name, negated = name[1:], not negated
    elif syntax is Syntax.JS:
        raise scanner.refused("\\p without {")
    else:
        name = scanner.take()
    found = _named(syntax, name)
    if found is None:
        raise scanner.unmodelled(f"the property {name!r}")
    if flags.caseless and _folds(syntax) and found & (LOWER | UPPER) in (LOWER, UPPER):
        found |= LOWER | UPPER
    return EVERY_CHARACTER & ~found if negated else found


def _folds(syntax: Syntax) -> bool:
    """Whether the other case of a property's letters is taken too where case is ignored."""
    return syntax is not Syntax.PCRE


def _named(syntax: Syntax, name: str) -> int | None:
    match syntax:
        case Syntax.JAVA:
            return _java(name)
        case Syntax.JS:
            return _javascript(name)
        case Syntax.RUBY:
            return _ruby(name)
        case Syntax.PCRE:
            special = {"Any": EVERY_CHARACTER, "Xan": POSIX["alnum"], "Xwd": WORD, "Xps": SPACE}
            special |= {"Xsp": SPACE}
            return special.get(name, category(name) if category(name) is not None else script(name))
        case Syntax.GO | Syntax.RE2:
            found = category(name) if name not in ("L&", "LC") else None
            return EVERY_CHARACTER if name == "Any" else _first(found, script(name))
        case Syntax.PYTHON:
            return None


def _java(name: str) -> int | None:
    if name in _JAVA_POSIX:
        return _JAVA_POSIX[name]
    if name in _JAVA_METHODS:
        return _JAVA_METHODS[name]
    if name.startswith("Is"):
        inner = name[2:]
        return _first(_JAVA_BINARY.get(inner.upper()), category(inner), script(inner))
    if name.startswith("In"):
        basic = name[2:].lower().replace("_", " ") in ("basic latin", "basiclatin")
        return POSIX["ascii"] if basic else None
    kind, _, value = name.partition("=")
    if value and kind.lower() in ("general_category", "gc"):
        return category(value)
    if value and kind.lower() in ("script", "sc"):
        return script(value)
    return category(name)


def _javascript(name: str) -> int | None:
    kind, _, value = name.partition("=")
    if value and kind in ("General_Category", "gc"):
        return category(_LONG_CATEGORIES.get(value, value))
    if value and kind in ("Script", "sc", "Script_Extensions", "scx"):
        return script(value)
    return _first(_JS_BINARY.get(name), category(_LONG_CATEGORIES.get(name, name)))


def _ruby(name: str) -> int | None:
    bare = name.lower().replace("_", "").replace(" ", "").replace("-", "")
    if bare == "any":
        return EVERY_CHARACTER
    if bare in POSIX:
        return POSIX[bare]
    longer = {key.lower().replace("_", ""): value for key, value in _LONG_CATEGORIES.items()}
    return _first(category(longer.get(bare, name.capitalize())), script(bare))


def _first(*found: int | None) -> int | None:
    return next((one for one in found if one is not None), None)
