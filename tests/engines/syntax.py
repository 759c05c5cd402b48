"""What each family of engines can write in a pattern: the raw material of random patterns.

`NAME` in a piece becomes a fresh group name. What an engine refuses or reads as a literal is
welcome in small doses: that too must be known.
"""

from dataclasses import dataclass, replace

from auditor.core.language.pattern import Dialect

PORTABLE_ESCAPES = (r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\.", r"\-", r"\/", r"\:", r"\x2e")
FOLDS = ("é", "\u017f", "\u212a", "ß", "İ", "\u0131", "\ufb00", "\U0001d4b3")
"""Not ASCII (the long s, the Kelvin sign, the dotless i, ff, a script X); some of them fold to ASCII letters where an engine folds by Unicode."""
POSIX = (
    "[:alpha:]", "[:alnum:]", "[:digit:]", "[:lower:]", "[:upper:]", "[:punct:]", "[:xdigit:]",
    "[:word:]", "[:space:]", "[:graph:]", "[:print:]", "[:^digit:]", "[:^alpha:]",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Syntax:
    """One family: pieces as they are written, by where they may stand."""

    escapes: tuple[str, ...]
    """One character each, outside classes."""
    anchors: tuple[str, ...]
    class_items: tuple[str, ...]
    """Inside brackets, beside characters and ranges."""
    openers: tuple[str, ...]
    """Of groups that take text."""
    looks: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    """Flags that hold from where they stand."""
    settings_anywhere: bool = True
    possessive: bool = False
    """Whether it has possessive quantifiers and atomic groups."""
    bounds: tuple[str, ...] = ("{%d}", "{%d,}", "{%d,%d}")
    nested_classes: bool = False
    comments: bool = True
    quoting: bool = False
    """Whether `\\Q...\\E` quotes."""
    rare: tuple[str, ...] = ()
    """Not regular, or hardly ever written: one pattern in a hundred has one."""


PYTHON = Syntax(
    escapes=(*PORTABLE_ESCAPES, r"\x41", r"\u0061", r"\145", r"\n", r"\t", "\\U0000006d"),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\Z"),
    class_items=(r"\d", r"\w", r"\s", r"\W", r"\x61", r"\]", r"\-", "[", r"\u0041-\u0043", r"\b"),
    openers=("(", "(", "(?:", "(?:", "(?P<NAME>", "(?i:", "(?s:", "(?x:", "(?-i:", "(?a:"),
    looks=("(?=", "(?!", "(?<=", "(?<!"),
    settings=("(?i)", "(?s)", "(?x)", "(?m)", "(?im)", "(?a)", "(?ai)"),
    settings_anywhere=False,
    possessive=True,
    bounds=("{%d}", "{%d,}", "{%d,%d}", "{%d,%d}", "{,%d}"),
    rare=(r"(a|b)\1", "(?P<NAME>.)(?P=NAME)", "(a)?(?(1)b|c)", r"\N{FULL STOP}"),
)
JS = Syntax(
    escapes=(*PORTABLE_ESCAPES, r"\x41", r"\u0061", r"\cA", r"\0", r"\t", r"\145", r"\q", r"\k"),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\z"),
    class_items=(r"\d", r"\w", r"\S", r"\x61", r"\]", r"\-", "[", r"\b", "-", r"\cA", r"\.", "&&"),
    openers=("(", "(", "(?:", "(?:", "(?<NAME>"),
    looks=("(?=", "(?!", "(?<=", "(?<!"),
    bounds=("{%d}", "{%d,}", "{%d,%d}", "{%d,%d}", "{,%d}"),
    comments=False,
    rare=(r"(a|b)\1", r"(?<NAME>.)\k<NAME>", r"\p{L}", r"\u{61}"),
)
PCRE = Syntax(
    escapes=(
        *PORTABLE_ESCAPES, r"\x41", r"\x{61}", r"\o{145}", r"\145", r"\h", r"\H", r"\v", r"\V",
        r"\R", r"\N", r"\e", r"\t", r"\cA", r"\w", r"\d", r"\0",
    ),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", r"\G"),
    class_items=(*POSIX, r"\d", r"\w", r"\h", r"\H", r"\x61", r"\]", "[", r"\b", "-", r"\Q-z\E"),
    openers=("(", "(", "(?:", "(?:", "(?<NAME>", "(?P<NAME>", "(?'NAME'", "(?i:", "(?s:", "(?x:",
             "(?-i:", "(?|", "(?i-s:", "(?^:"),
    looks=("(?=", "(?!", "(?<=", "(?<!"),
    settings=("(?i)", "(?s)", "(?x)", "(?m)", "(?-i)", "(?xx)", "(?U)", "(?n)"),
    possessive=True,
    bounds=("{%d}", "{%d,}", "{%d,%d}", "{%d,%d}"),
    quoting=True,
    rare=(r"(a|b)\1", r"(?<NAME>.)\k<NAME>", "(a)?(?(1)b|c)", "(?R)?", r"\K", r"\X", "{,3}",
          "(*ACCEPT)", "(*COMMIT)", r"(\w)\g1", r"\p{L}", r"\p{Lu}", r"\P{Nd}"),
)  # fmt: skip
RUBY = Syntax(
    escapes=(
        *PORTABLE_ESCAPES, r"\x41", r"\u0061", r"\u{61}", r"\145", r"\h", r"\H", r"\R", r"\e",
        r"\t", r"\cA", r"\p{Alpha}", r"\p{^Digit}", r"\P{Lower}", r"\p{L}", r"\O", r"\0",
    ),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", r"\G"),
    class_items=(*POSIX, r"\d", r"\w", r"\h", r"\H", r"\x61", r"\]", "&&", "&&[a-m]", "-", r"\b"),
    openers=("(", "(", "(?:", "(?:", "(?<NAME>", "(?'NAME'", "(?i:", "(?m:", "(?x:", "(?-i:",
             "(?i-m:", "(?a:"),
    looks=("(?=", "(?!", "(?<=", "(?<!"),
    settings=("(?i)", "(?m)", "(?x)", "(?-i)"),
    possessive=True,
    bounds=("{%d}", "{%d,}", "{%d,%d}", "{%d,%d}", "{,%d}"),
    nested_classes=True,
    rare=(r"(a|b)\1", r"(?<NAME>.)\k<NAME>", "(a)?(?(1)b|c)", r"(?<NAME>a)\g<NAME>", r"\K", r"\X",
          "(?~ab)", r"\M-a"),
)  # fmt: skip
GO = Syntax(
    escapes=(*PORTABLE_ESCAPES, r"\x41", r"\x{61}", r"\145", r"\a", r"\t", r"\pL", r"\p{Lu}",
             r"\P{Nd}", r"\p{^L}", r"\p{Greek}"),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\z"),
    class_items=(*POSIX, r"\d", r"\w", r"\S", r"\x61", r"\]", "[", r"\pL", "-", r"\-"),
    openers=("(", "(", "(?:", "(?:", "(?P<NAME>", "(?i:", "(?s:", "(?-i:", "(?m:", "(?i-s:", "(?U:"),
    settings=("(?i)", "(?s)", "(?m)", "(?U)", "(?-i)", "(?is)"),
    bounds=("{%d}", "{%d,}", "{%d,%d}", "{%d,%d}", "{,%d}"),
    comments=False,
    quoting=True,
    rare=(r"\C", "(?<NAME>a)", r"\Z", "a**"),
)  # fmt: skip
JAVA = Syntax(
    escapes=(
        *PORTABLE_ESCAPES, r"\x41", r"\x{61}", r"\u0061", r"\0145", r"\h", r"\H", r"\v", r"\V",
        r"\R", r"\e", r"\t", r"\cA", r"\p{Alpha}", r"\p{Lower}", r"\P{Upper}", r"\p{L}",
        r"\p{IsAlphabetic}", r"\p{Punct}", r"\p{javaLowerCase}", r"\pN", r"\p{ASCII}",
    ),
    anchors=("^", "$", r"\b", r"\B", r"\A", r"\z", r"\Z", r"\G"),
    class_items=(r"\d", r"\w", r"\h", r"\S", r"\x61", r"\]", "&&", "&&[a-m]", "&&[^b-d]", "-",
                 r"\p{Alpha}", r"\p{Digit}", r"\Q]\E", "[a-c]", "[^x]"),
    openers=("(", "(", "(?:", "(?:", "(?<NAME>", "(?i:", "(?s:", "(?x:", "(?-i:", "(?iu:",
             "(?i-s:"),
    looks=("(?=", "(?!", "(?<=", "(?<!"),
    settings=("(?i)", "(?s)", "(?x)", "(?m)", "(?-i)", "(?d)", "(?iu)", "(?U)"),
    possessive=True,
    nested_classes=True,
    comments=False,
    quoting=True,
    rare=(r"(a|b)\1", r"(?<NAME>.)\k<NAME>", r"\X", r"\b{g}", r"\N{FULL STOP}", "(?#c)"),
)  # fmt: skip

SYNTAX: dict[Dialect, Syntax] = {
    Dialect.PYTHON_MATCH: PYTHON,
    Dialect.PYTHON_MATCH_CASELESS: PYTHON,
    Dialect.PYTHON_SEARCH: PYTHON,
    Dialect.PYTHON_FULLMATCH: PYTHON,
    Dialect.JS_TEST: JS,
    Dialect.PCRE_NGINX: PCRE,
    Dialect.PCRE_NGINX_CASELESS: PCRE,
    Dialect.PCRE_SEARCH: PCRE,
    Dialect.PHP_SEARCH: PCRE,
    Dialect.RUBY_SEARCH: RUBY,
    Dialect.GO_SEARCH: GO,
    Dialect.RE2_FULL: replace(GO, escapes=(*GO.escapes, r"\v")),
    Dialect.ENVOY: GO,
    Dialect.JAVA_FULL: JAVA,
    Dialect.JAVA_FIND: JAVA,
}
