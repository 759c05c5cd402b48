"""How a dialect wraps a regular expression: delimiters and flags of JavaScript, Ruby and PHP."""

import re
from random import Random

from auditor.core.language.pattern import Dialect

_LITERALS = {
    Dialect.JS_TEST: re.compile(r"/(.+)/[dgimsuvy]*", re.DOTALL),
    Dialect.RUBY_SEARCH: re.compile(r"/(.+)/[imxounse]*", re.DOTALL),
}
"""What is read as a literal with flags; any other text is a bare source."""
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}


def body(dialect: Dialect, text: str) -> str:
    """The expression inside `text`, without what the dialect wraps around it."""
    literal = _LITERALS.get(dialect)
    if literal is not None and (found := literal.fullmatch(text)):
        return found[1]
    if dialect is Dialect.PHP_SEARCH:
        text = text.lstrip()
        closing = _CLOSING.get(text[:1], text[:1])
        inner = text[1:].rpartition(closing)[0] if closing else ""
        return inner.replace(f"\\{closing}", closing) if closing == "/" else inner
    return text


def spell(dialect: Dialect, expression: str, random: Random) -> str:
    """`expression` as it is written in `dialect`."""
    if dialect is Dialect.JS_TEST:
        if random.random() < 0.4:
            return expression
        flags = random.choice(("", "", "", "i", "i", "i", "m", "s", "im", "g", "gi"))
        flags = random.choice(("u", "iu", "y", "v")) if random.random() < 0.03 else flags
        return f"/{_escape(expression, '/')}/{flags}"
    if dialect is Dialect.RUBY_SEARCH and random.random() < 0.3:
        flags = random.choice(("", "", "i", "i", "m", "x", "im", "ix"))
        return f"/{_escape(expression, '/')}/{flags}"
    if dialect is Dialect.PHP_SEARCH:
        flags = random.choice(("", "", "", "i", "i", "i", "m", "s", "x", "is", "D", "iD", "A", "U"))
        flags = random.choice(("u", "iu", "X", "n", "S")) if random.random() < 0.05 else flags
        opening = random.choice("////##~@!%|{")
        if opening == "{":
            return f"{{{expression}}}{flags}"
        return f"{opening}{_escape(expression, opening)}{opening}{flags}"
    return expression


def wrap(dialect: Dialect, expression: str, *, caseless: bool = False) -> str:
    """`expression` in the plainest spelling of `dialect`, with the flag i where it has one."""
    flag = "i" if caseless else ""
    if dialect is Dialect.PHP_SEARCH or (dialect is Dialect.JS_TEST and caseless):
        return f"/{_escape(expression, '/')}/{flag}"
    return expression


def _escape(expression: str, delimiter: str) -> str:
    """`expression` with a backslash before each delimiter that has none."""
    text, escaped = "", False
    for char in expression:
        text += f"\\{char}" if char == delimiter and not escaped else char
        escaped = char == "\\" and not escaped
    return text
