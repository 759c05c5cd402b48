"""What each dialect means: a pattern becomes a machine, or says why it cannot be read.

The dialect table. Regular expressions stand here, by engine and by how it is asked; products' own
wildcards in `globs`. A product's collector names the dialect and keeps to the text as written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from auditor.core.language.atom import NotRegular
from auditor.core.language.automaton import machine_of
from auditor.core.language.globs import GLOBS
from auditor.core.language.machine import Machine, accepts
from auditor.core.language.memory import Memory
from auditor.core.language.pattern import Dialect, Pattern
from auditor.core.language.regex import delimited
from auditor.core.language.regex.problem import Malformed, Unmodelled, Unreadable
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.ruby import is_misplaced
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    Cat,
    Tree,
    leading,
    literal,
    searched,
)
from auditor.core.language.words import Substrings

TEXT_CAP = 65_536
"""Longest pattern that is read, in characters."""
MEMORY_CAP = 256 * 2**20
"""Bytes of machines that are kept for patterns to come."""
_LEAST_WEIGHT = 2_000


@dataclass(frozen=True, slots=True)
class Opaque:
    """A pattern whose language is not known, and why. `tree`: what it says, where that was read, so
    that single texts can be tried; `refused`: the product itself would not take it."""

    pattern: Pattern
    reason: str
    tree: Tree | None = None
    refused: bool = False


def compile_pattern(pattern: Pattern) -> Machine | Opaque:
    """The machine of `pattern` over whole texts, or `Opaque` with the reason."""
    found = _COMPILED.get(pattern)
    if found is None:
        found = _compiled(pattern)
        weight = 0 if isinstance(found, Opaque) else found.weight
        _COMPILED.put(pattern, found, weight + _LEAST_WEIGHT)
    return found


def tree_of(pattern: Pattern) -> Tree | None:
    """What `pattern` says, None where it has no tree or none that is read."""
    reader = _READERS.get(pattern.dialect)
    try:
        return None if reader is None or len(pattern.text) > TEXT_CAP else reader(pattern.text)
    except (Unreadable, NotRegular):
        return None


def _compiled(pattern: Pattern) -> Machine | Opaque:
    if len(pattern.text) > TEXT_CAP:
        return Opaque(pattern, f"pattern of {len(pattern.text)} characters, over {TEXT_CAP}")
    if pattern.dialect is Dialect.SUBSTRING_OF:
        return Substrings(pattern.text)
    reader = _READERS.get(pattern.dialect)
    if reader is None:
        return Opaque(pattern, f"{pattern.dialect} depends on the request")
    try:
        tree = reader(pattern.text)
    except Unreadable as problem:
        return Opaque(pattern, problem.reason, refused=isinstance(problem, Malformed))
    except NotRegular as problem:
        return Opaque(pattern, problem.reason)
    try:
        return machine_of(tree)
    except NotRegular as problem:
        return Opaque(pattern, problem.reason, tree)


_COMPILED: Final[Memory[Pattern, Machine | Opaque]] = Memory(MEMORY_CAP)


def singleton(pattern: Pattern) -> str | None:
    """The one origin of a browser that `pattern` can take, None when it may take others too."""
    text = pattern.text
    match pattern.dialect:
        case Dialect.EXACT:
            return text
        case Dialect.EXACT_CASELESS:
            return text.lower()
        case Dialect.SPRING_LIST:
            return None if text == "*" else text.removesuffix("/").lower()
        case Dialect.ALLOWLIST:
            return None if "*" in text else text
        case _:
            return None


def _javascript(text: str) -> Tree:
    """`RegExp.prototype.test` on a fresh object (ECMAScript 2023, 22.2.6.16)."""
    source, flags, anchored = delimited.javascript(text)
    tree = read(source, Syntax.JS, flags=flags)
    return leading(tree) if anchored else searched(tree)


def _php(text: str) -> Tree:
    """`preg_match` (PHP manual, PCRE)."""
    source, flags, anchored = delimited.php(text)
    tree = read(source, Syntax.PCRE, flags=flags)
    return leading(tree) if anchored else searched(tree)


def _ruby(text: str) -> Tree:
    """`=~` (Ruby 3.1, Regexp)."""
    source, flags, _ = delimited.ruby(text)
    tree = read(source, Syntax.RUBY, flags=flags)
    if is_misplaced(tree):
        raise Unmodelled(
            "`.*` behind a place without width, which Ruby may not look for everywhere"
        )
    return searched(tree)


def _envoy(text: str) -> Tree:
    """`safe_regex`: RE2 on the whole origin; and each matcher is tried on the text `*` first: one that
    takes it lets every origin in (envoy 1.40, cors_filter.cc, isOriginAllowed)."""
    tree = read(text, Syntax.RE2)
    return ANYTHING if accepts(machine_of(tree), "*") else tree


_READERS: dict[Dialect, Callable[[str], Tree]] = {
    **GLOBS,
    Dialect.EXACT: literal,
    Dialect.EXACT_CASELESS: lambda text: literal(text, caseless=True),
    Dialect.ANY: lambda _text: ANYTHING,
    Dialect.PREFIX: lambda text: Cat((literal(text), ANYTHING)),
    Dialect.SUFFIX: lambda text: Cat((ANYTHING, literal(text))),
    Dialect.PYTHON_MATCH: lambda text: leading(read(text, Syntax.PYTHON)),
    Dialect.PYTHON_MATCH_CASELESS: lambda text: leading(read(text, Syntax.PYTHON, caseless=True)),
    Dialect.PYTHON_SEARCH: lambda text: searched(read(text, Syntax.PYTHON)),
    Dialect.PYTHON_FULLMATCH: lambda text: read(text, Syntax.PYTHON),
    Dialect.JS_TEST: _javascript,
    Dialect.PCRE_NGINX: lambda text: searched(read(text, Syntax.PCRE)),
    Dialect.PCRE_NGINX_CASELESS: lambda text: searched(read(text, Syntax.PCRE, caseless=True)),
    Dialect.PCRE_SEARCH: lambda text: searched(read(text, Syntax.PCRE)),
    Dialect.RUBY_SEARCH: _ruby,
    Dialect.PHP_SEARCH: _php,
    Dialect.GO_SEARCH: lambda text: searched(read(text, Syntax.GO)),
    Dialect.RE2_FULL: lambda text: read(text, Syntax.RE2),
    Dialect.ENVOY: _envoy,
    Dialect.JAVA_FULL: lambda text: read(text, Syntax.JAVA),
    Dialect.JAVA_FIND: lambda text: searched(read(text, Syntax.JAVA)),
}
