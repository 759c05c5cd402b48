"""Writing YAML that reads back as what was meant, whatever the text holds."""

from datetime import date
from typing import Final

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def quote(text: str) -> str:
    """Return a double-quoted YAML scalar; what does not print is escaped (YAML 1.1, 5.6).

    Half a surrogate pair, which no file can hold, becomes U+FFFD.
    """
    return '"' + "".join(map(_escape, text)) + '"'


def quote_all(texts: tuple[str, ...]) -> str:
    """Return a flow sequence of quoted texts."""
    return "[" + ", ".join(map(quote, texts)) + "]"


def comment(text: str) -> str:
    """Return a text fit to stand after `#`: on one line, printable."""
    return "".join(char if char.isprintable() else " " for char in text)


def day(value: date) -> str:
    """Return a date as our files write it."""
    return value.isoformat()


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
