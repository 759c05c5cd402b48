"""What the engines' syntaxes have and have not, as a table.

Sources, by engine: Python 3.11 `re` (library reference, `Lib/re/_parser.py`); ECMAScript 2023 section
22.2 and annex B; Java 17 `java.util.regex.Pattern`; PCRE2 10.42 `pcre2pattern`, as nginx, PHP, Apache
and HAProxy use it; Ruby 3.1 (Onigmo 6.2, `doc/RE`); Go 1.19 `regexp/syntax`; RE2 `doc/syntax.txt`.
Each entry was held against the engine itself (tests/core/language/test_engines.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Syntax(StrEnum):
    """An engine's way to write regular expressions."""

    PYTHON = "Python"
    JS = "JavaScript"
    JAVA = "Java"
    PCRE = "PCRE"
    RUBY = "Ruby"
    GO = "Go"
    RE2 = "RE2"


class Escapable(StrEnum):
    """Which characters a backslash may stand before to mean themselves."""

    EVERYTHING = "everything"
    NO_LETTER = "no letter"
    NO_ALPHANUMERIC = "no letter or digit"
    ASCII_PUNCTUATION = "ASCII punctuation"
    PUNCTUATION_BUT_UNDERSCORE = "ASCII punctuation but _"


class OpenBrace(StrEnum):
    """What a `{` is that begins no quantifier."""

    LITERAL = "literal"
    REFUSED = "refused"


class Upto(StrEnum):
    """What `{,n}` is."""

    QUANTIFIER = "a quantifier"
    LITERAL = "literal"
    BY_VERSION = "by version"


@dataclass(frozen=True, slots=True)
class Flavour:
    """One syntax. `controls`: letters that stand for a control character; `edges`: for a place in the
    text; `groups`: what may follow `(?`; `flags`: the letters of `(?flags)`."""

    syntax: Syntax
    controls: Mapping[str, str]
    edges: str
    escapable: Escapable
    groups: frozenset[str]
    flags: str
    quotes: bool = False
    quotes_in_classes: bool = False
    properties: bool = False
    posix: bool = False
    nested_classes: bool = False
    first_bracket_is_literal: bool = True
    possessive: bool = False
    open_brace: OpenBrace = OpenBrace.LITERAL
    upto: Upto = Upto.LITERAL
    stacks_quantifiers: bool = False
    repeats_edges: bool = False
    repeat_limit: int | None = None
    leaves_empty_loops: bool = False
    bytewise: bool = False
    folds: Mapping[str, str] | None = None


_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
_LOOKS = {"=", "!", "<=", "<!"}
_CROSSING = {"\u017f": "s", "\u212a": "k"}
"""Letters outside of ASCII whose other case is inside."""

_RE2: Final = Flavour(
    Syntax.RE2,
    controls={**_SIMPLE, "a": "\a", "v": "\v"},
    edges="AzbB",
    escapable=Escapable.PUNCTUATION_BUT_UNDERSCORE,
    groups=frozenset({":", "P<", "<"}),
    flags="imsU",
    quotes=True,
    properties=True,
    posix=True,
    repeats_edges=True,
    repeat_limit=1_000,
    folds=_CROSSING,
)

FLAVOURS: Final[Mapping[Syntax, Flavour]] = {
    Syntax.PYTHON: Flavour(
        Syntax.PYTHON,
        controls={**_SIMPLE, "a": "\a", "v": "\v"},
        edges="AZbB",
        escapable=Escapable.NO_ALPHANUMERIC,
        groups=frozenset({":", ">", "P<", "P=", "#", "(", *_LOOKS}),
        flags="aiLmsux",
        possessive=True,
        upto=Upto.QUANTIFIER,
        repeat_limit=2**32 - 2,
        folds={**_CROSSING, "\u0131": "i", "\u0130": "i"},
    ),
    Syntax.JS: Flavour(
        Syntax.JS,
        controls={**_SIMPLE, "v": "\v"},
        edges="bB",
        escapable=Escapable.EVERYTHING,
        groups=frozenset({":", "<", *_LOOKS}),
        flags="",
        first_bracket_is_literal=False,
    ),
    Syntax.JAVA: Flavour(
        Syntax.JAVA,
        controls={**_SIMPLE, "a": "\a", "e": "\x1b"},
        edges="AZzbBG",
        escapable=Escapable.NO_LETTER,
        groups=frozenset({":", ">", "<", *_LOOKS}),
        flags="idmsuxU",
        quotes=True,
        properties=True,
        quotes_in_classes=True,
        nested_classes=True,
        possessive=True,
        open_brace=OpenBrace.REFUSED,
        repeats_edges=True,
        repeat_limit=2**31 - 1,
        leaves_empty_loops=True,
    ),
    Syntax.PCRE: Flavour(
        Syntax.PCRE,
        controls={**_SIMPLE, "a": "\a", "e": "\x1b"},
        edges="AZzbBGK",
        escapable=Escapable.NO_ALPHANUMERIC,
        groups=frozenset({":", ">", "<", "P<", "P=", "P>", "'", "#", "(", "|", "R", "&", *_LOOKS}),
        flags="imsxnJU",
        quotes=True,
        properties=True,
        posix=True,
        quotes_in_classes=True,
        possessive=True,
        upto=Upto.BY_VERSION,
        repeat_limit=65_535,
        bytewise=True,
    ),
    Syntax.RUBY: Flavour(
        Syntax.RUBY,
        controls={**_SIMPLE, "a": "\a", "e": "\x1b", "v": "\v"},
        edges="AZzbBGK",
        escapable=Escapable.EVERYTHING,
        groups=frozenset({":", ">", "<", "'", "#", "(", "~", *_LOOKS}),
        flags="imxadu",
        properties=True,
        posix=True,
        nested_classes=True,
        possessive=True,
        upto=Upto.QUANTIFIER,
        stacks_quantifiers=True,
        repeats_edges=True,
        repeat_limit=100_000,
        leaves_empty_loops=True,
        folds=_CROSSING,
    ),
    Syntax.GO: replace(_RE2, syntax=Syntax.GO, escapable=Escapable.ASCII_PUNCTUATION),
    Syntax.RE2: _RE2,
}
