"""The controller's checks on annotation values, as linear scanners.

Upstream they are RE2 patterns with nested repetition, which a backtracking engine would need
exponential time for; each scanner gives RE2's verdict on ASCII and non-ASCII text alike (Go's `\\d`
and `\\s` are ASCII). Sources: internal/ingress/annotations/cors/main.go, parser/validators.go and
parser/main.go of ingress-nginx v1.15.1 and the tags named in `versions`.
"""

import string

LOWER = frozenset(string.ascii_lowercase)
LETTERS = frozenset(string.ascii_letters)
DIGITS = frozenset(string.digits)
WORDS = LETTERS | DIGITS | frozenset("-_")
HOST = LETTERS | DIGITS | frozenset("-.")
SPACES = frozenset("\t\n\f\r ")
"""RE2's `\\s`."""
LINE_BREAKS = frozenset("\r\n")
"""`MaliciousRegex` of parser/validators.go."""
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go's `strings.TrimSpace` takes away (unicode.IsSpace)."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_INT_MAX = 2**63
_INT_DIGITS = 19


def parse_bool(text: str) -> bool | None:
    """Go's `strconv.ParseBool`; None is its error."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def parse_int(text: str) -> int | None:
    """Go's `strconv.Atoi` on a 64 bit machine; None is its error."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits or not DIGITS.issuperset(digits):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > _INT_DIGITS:
        return None
    value = -int(digits) if text.startswith("-") else int(digits)
    return value if -_INT_MAX <= value < _INT_MAX else None


def is_origin(text: str, *, any_scheme: bool, null: bool) -> bool:
    r"""`corsOriginRegex`: `^([a-z]+://(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$`."""
    if text in ("", "*") or (null and text == "null"):
        return True
    scheme, separator, rest = text.partition("://")
    if not separator or not _is_scheme(scheme, any_scheme=any_scheme):
        return False
    host, colon, port = rest.removeprefix("*.").partition(":")
    return HOST.issuperset(host) and (not colon or (bool(port) and DIGITS.issuperset(port)))


def is_old_origin(text: str) -> bool:
    r"""`corsOriginRegex` before 1.0.5: `^(https?://[A-Za-z0-9\-\.]*(:[0-9]+)?|\*)?$`."""
    return is_origin(text, any_scheme=False, null=False) and "://*." not in text


def is_origin_list(text: str, *, any_scheme: bool) -> bool:
    r"""`corsOriginRegexValidator`, on a value without spaces.

    `^((((([a-z]+://)?(\*\.)?[A-Za-z0-9\-.]*(:\d+)?,?)|null)+)|\*)?$`: every part of an item may be
    left out, commas too, so that items run into each other. What is left of the pattern: letters,
    digits, `-`, `.`, `,` anywhere; `*` only before `.`; `:` only before a digit or, after a scheme,
    before `//`. `null` is made of letters, so it adds nothing.
    """
    if text == "*":
        return True
    at = 0
    while at < len(text):
        if text[at] in HOST or text[at] == ",":
            at += 1
        elif text.startswith("*.", at):
            at += 2
        elif text.startswith("://", at) and _ends_in_scheme(text, at, any_scheme=any_scheme):
            at += 3
        elif text[at] == ":" and text[at + 1 : at + 2] in DIGITS:
            at += 2
        else:
            return False
    return True


def is_methods(text: str) -> bool:
    r"""`corsMethodsRegex`: `^([A-Za-z]+,?\s?)+$`."""
    return _is_words(text, LETTERS, star=False)


def is_expose_headers(text: str) -> bool:
    r"""`corsExposeHeadersRegex`: `^(([A-Za-z0-9\-\_]+|\*),?\s?)+$`."""
    return _is_words(text, WORDS, star=True)


def is_old_headers(text: str) -> bool:
    r"""`corsHeadersRegex` before 1.9: `^([A-Za-z0-9\-\_]+,?\s?)+$`."""
    return _is_words(text, WORDS, star=False)


def is_headers(text: str) -> bool:
    """`HeadersVariable`: `^[A-Za-z0-9-_, ]*$`."""
    return (WORDS | {",", " "}).issuperset(text)


def _is_words(text: str, letters: frozenset[str], *, star: bool) -> bool:
    """One or more of: word (or `*`), then at most one comma, then at most one space."""
    # Closed: nothing but a word may follow, at the start and after a space.
    closed, comma = True, False
    for char in text:
        if char in letters or (star and char == "*"):
            closed, comma = False, False
        elif closed or (char == "," and comma):
            return False
        elif char == ",":
            comma = True
        elif char in SPACES:
            closed = True
        else:
            return False
    return bool(text)


def _is_scheme(text: str, *, any_scheme: bool) -> bool:
    if any_scheme:
        return bool(text) and LOWER.issuperset(text)
    return text in ("http", "https")


def _ends_in_scheme(text: str, end: int, *, any_scheme: bool) -> bool:
    """Whether a scheme may stand right before `end`: what is before it can be another item."""
    if any_scheme:
        return text[end - 1 : end] in LOWER
    return text.endswith(("http", "https"), 0, end)
