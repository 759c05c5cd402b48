"""Sets of characters by name, and what their other case adds; over ASCII, where engines agree most."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from auditor.core.language.tree import EVERY_CHARACTER, OTHER, WORD, mask_of

_ASCII = "".join(map(chr, range(OTHER)))
LOWER = mask_of("abcdefghijklmnopqrstuvwxyz")
UPPER = mask_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGIT = mask_of("0123456789")
ALNUM = LOWER | UPPER | DIGIT
BLANK = mask_of(" \t")
SPACE = mask_of(" \t\n\r\f\v")
VERTICAL = mask_of("\n\v\f\r")
NEWLINE = mask_of("\n")
HEX = DIGIT | mask_of("abcdefABCDEF")
BEYOND = 1 << OTHER
_GRAPH = mask_of(map(chr, range(0x21, 0x7F)))
_CONTROL = mask_of([*map(chr, range(0x20)), "\x7f"])
_PUNCTUATION = _GRAPH & ~ALNUM

POSIX: Final[Mapping[str, int]] = {
    "alnum": ALNUM,
    "alpha": LOWER | UPPER,
    "ascii": EVERY_CHARACTER & ~BEYOND,
    "blank": BLANK,
    "cntrl": _CONTROL,
    "digit": DIGIT,
    "graph": _GRAPH,
    "lower": LOWER,
    "print": _GRAPH | mask_of(" "),
    "punct": _PUNCTUATION,
    "space": SPACE,
    "upper": UPPER,
    "word": WORD,
    "xdigit": HEX,
}

_SCRIPTS: Final[Mapping[str, int]] = {
    "latin": LOWER | UPPER,
    "common": EVERY_CHARACTER & ~(LOWER | UPPER),
    "greek": BEYOND,
    "cyrillic": BEYOND,
    "han": BEYOND,
    "hebrew": BEYOND,
    "arabic": BEYOND,
}


def fold(mask: int, beyond: str = "") -> int:
    """`mask` with the other case of each of its letters; `beyond`: ASCII letters whose other case is
    one of the set's characters outside of ASCII."""
    lower = mask & LOWER | (mask & UPPER) << 32
    letters = lower | mask_of(beyond)
    return mask | letters | (letters & LOWER) >> 32


@lru_cache(maxsize=1_024)
def category(name: str) -> int | None:
    """The characters of a Unicode general category (`L`, `Lu`, `L&`); None for other names."""
    if name in ("L&", "LC"):
        return LOWER | UPPER | BEYOND
    known = {
        *("C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me"),
        *("Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc"),
        *("Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"),
    }
    if name not in known:
        return None
    return mask_of(c for c in _ASCII if unicodedata.category(c).startswith(name)) | BEYOND


def script(name: str) -> int | None:
    """The characters of a script; None for those that are not known here."""
    return _SCRIPTS.get(name.lower())


def such(test: Callable[[str], bool]) -> int:
    """The ASCII characters for which `test` holds."""
    return mask_of(filter(test, _ASCII))
